"""Which folders hold the editor's own sounds, and what a scan found there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from foley_app.engine_client import EngineClient, JobHandle
from foley_app.settings import LIBRARY_FOLDERS, Settings
from foley_app.texts import counted

_SHOWN_PROBLEMS = 3


class LibraryDialog(QDialog):
    """Adds and removes folders; each change is scanned at once in the engine process."""

    def __init__(self, settings: Settings, engine: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sound library")
        self._settings = settings
        self._engine = engine
        self._job: JobHandle | None = None
        heading = QLabel("Folders with your own sounds", self)
        heading.setObjectName("heading")
        self._folders = QListWidget(self)
        self._folders.setMinimumHeight(120)
        self.setMinimumWidth(560)
        self._folders.currentRowChanged.connect(lambda _row: self._enable())
        self._status = QLabel(self)
        self._status.setObjectName("quiet")
        self._status.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._add = QPushButton("Add a folder…", self)
        self._add.clicked.connect(self._ask_for_folder)
        self._remove = QPushButton("Remove", self)
        self._remove.clicked.connect(self._remove_current)
        self._scan = QPushButton("Scan again", self)
        self._scan.clicked.connect(self.scan)
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._add, self._remove, self._scan):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        for part in (heading, self._folders, self._progress, self._status):
            column.addWidget(part)
        column.addLayout(buttons)
        self._progress.hide()
        self.finished.connect(lambda _code: self._cancel())
        self._show_folders()
        if self._settings.value(LIBRARY_FOLDERS):
            self.scan()

    def add_folder(self, folder: str) -> None:
        """Use the sounds of another folder."""
        folders = self._settings.value(LIBRARY_FOLDERS)
        if folder not in folders:
            self._settings.set(LIBRARY_FOLDERS, (*folders, folder))
            self._show_folders()
            self.scan()

    def scan(self) -> None:
        """Look through the folders now."""
        self._cancel()
        folders = self._settings.value(LIBRARY_FOLDERS)
        if not folders:
            return
        self._status.setText("Scanning…")
        self._progress.setValue(0)
        self._progress.show()
        job = self._engine.start_job("scan_library", {"folders": list(folders)})
        self._job = job
        job.progressed.connect(self._on_progress)
        job.finished.connect(lambda result: self._on_scanned(job, result))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))

    def _on_progress(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(fraction * 1000))
        self._status.setText(text)

    def _on_scanned(self, job: JobHandle, result: Mapping[str, Any]) -> None:
        if job is self._job:
            self._job = None
            self._progress.hide()
            self._status.setText(scan_text(result))
            # Offers made from the old contents are out of date.
            self._settings.changed.emit(LIBRARY_FOLDERS)

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._job = None
            self._progress.hide()
            self._status.setText(sentence)

    def _cancel(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.cancel()

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder with sounds", str(Path.home())):
            self.add_folder(folder)

    def _remove_current(self) -> None:
        row = self._folders.currentRow()
        folders = list(self._settings.value(LIBRARY_FOLDERS))
        if 0 <= row < len(folders):
            del folders[row]
            self._settings.set(LIBRARY_FOLDERS, tuple(folders))
            self._show_folders()
            self.scan()

    def _show_folders(self) -> None:
        folders = self._settings.value(LIBRARY_FOLDERS)
        self._folders.clear()
        self._folders.addItems(list(folders))
        self._folders.setVisible(bool(folders))
        if not folders:
            self._status.setText("None yet: the built-in kit's sounds are offered. Your own join them.")
        self._enable()

    def _enable(self) -> None:
        self._remove.setEnabled(self._folders.currentRow() >= 0)
        self._scan.setEnabled(self._folders.count() > 0)


def scan_text(result: Mapping[str, Any]) -> str:
    """What a scan found, in words."""
    materials: Mapping[str, int] = result.get("materials", {})
    known = sorted(((n, name) for name, n in materials.items() if name), reverse=True)
    text = counted(int(result.get("sounds", 0)), "sound")
    if known:
        text += ": " + ", ".join(f"{n} {name}" for n, name in known)
    unknown = materials.get("", 0)
    if unknown:
        text += f"; {unknown} of unknown material"
    problems = list(result.get("problems", ()))
    if problems:
        text += "\n" + "\n".join(problems[:_SHOWN_PROBLEMS])
        if len(problems) > _SHOWN_PROBLEMS:
            text += f"\nand {len(problems) - _SHOWN_PROBLEMS} more that can't be read"
    return text
