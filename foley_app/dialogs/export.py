"""Export the picture with its sound: what to write, progress, and what the self-check measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.media.containers import CONTAINERS, codecs_for
from engine.project.document_json import to_json
from foley_app.document_desk import document_name
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session
from foley_app.settings import EXPORT_CODEC, EXPORT_FOLDER, Settings
from foley_app.theme.theme import CONTROL_HEIGHT

_CODEC_NAMES = {
    "aac": "AAC (compressed)",
    "pcm": "PCM 24 bit (uncompressed)",
    "flac": "FLAC (lossless)",
    "alac": "ALAC (lossless)",
    "opus": "Opus (compressed)",
}
_LABEL_WIDTH = 96


class ExportDialog(QDialog):
    """Writes in the engine process; the dialog stays open and shows the result."""

    def __init__(
        self, session: Session, engine: EngineClient, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._session = session
        self._engine = engine
        self._settings = settings
        self._job: JobHandle | None = None
        self._to_replace: Path | None = None
        project = session.project
        self._path = QLineEdit(str(self._suggested_path()), self)
        self._path.setMinimumWidth(360)
        self._path.textChanged.connect(lambda _text: self._on_path())
        self._container = QComboBox(self)
        for container in CONTAINERS:
            self._container.addItem(container.name, container.suffixes[0])
        self._container.currentIndexChanged.connect(lambda _index: self._on_container())
        self._codec = QComboBox(self)
        for choice in (self._container, self._codec):
            choice.setMinimumHeight(CONTROL_HEIGHT)
        self._keep = QCheckBox("Keep the video's own sound as a second track", self)
        has_audio = project is not None and project.video is not None and project.video.has_audio
        self._keep.setEnabled(has_audio)
        self._keep.setChecked(has_audio and project is not None and project.keep_original_audio)
        if not has_audio:
            self._keep.setToolTip("The video has no sound of its own")
        self._stems = QCheckBox("Also write each track as a WAV into", self)
        self._stems.toggled.connect(lambda _on: self._enable())
        self._stems_path = QLineEdit(self._default_stems(), self)
        self._status = QLabel("", self)
        self._status.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._cancel_button = QPushButton("Close", self)
        self._cancel_button.clicked.connect(self._cancel_or_close)
        self._export_button = QPushButton("Export", self)
        self._export_button.setMinimumWidth(88)
        self._export_button.setDefault(True)
        self._export_button.clicked.connect(self.start)
        self._lay_out()
        self._progress.hide()
        self._status.hide()
        self._show_container()
        self._on_container()
        self._enable()
        self.finished.connect(lambda _code: self._stop())

    def _lay_out(self) -> None:
        browse = QPushButton("Choose…", self)
        browse.clicked.connect(self._ask_for_path)
        browse_stems = QPushButton("Choose…", self)
        browse_stems.clicked.connect(self._ask_for_stems)
        self._inputs = (browse, browse_stems, self._path, self._container, self._codec)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("File", self), 0, 0)
        grid.addWidget(self._path, 0, 1)
        grid.addWidget(browse, 0, 2)
        formats = QHBoxLayout()
        formats.setSpacing(8)
        formats.addWidget(self._container)
        formats.addWidget(self._codec, 1)
        grid.addWidget(QLabel("Format", self), 1, 0)
        grid.addLayout(formats, 1, 1)
        grid.addWidget(QLabel("Sound", self), 2, 0)
        grid.addWidget(self._keep, 2, 1, 1, 2)
        grid.addWidget(QLabel("Stems", self), 3, 0)
        grid.addWidget(self._stems, 3, 1, 1, 2)
        grid.addWidget(self._stems_path, 4, 1)
        grid.addWidget(browse_stems, 4, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel_button)
        buttons.addWidget(self._export_button)
        note = QLabel("The picture is copied as it is, never encoded again.", self)
        note.setObjectName("quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(note)
        column.addWidget(self._progress)
        column.addWidget(self._status)
        column.addLayout(buttons)

    def start(self) -> None:
        """Export with what is filled in."""
        project = self._session.project
        path = Path(self._path.text()).expanduser()
        if project is None or self._job is not None or not self._may_write(path):
            return
        self._settings.set(EXPORT_FOLDER, str(path.parent))
        self._settings.set(EXPORT_CODEC, self._codec.currentData())
        arguments = {
            "project": to_json(project),
            "path": str(path),
            "codec": self._codec.currentData(),
            "keep_original_audio": self._keep.isChecked(),
            "stems": self._stems_path.text() if self._stems.isChecked() else None,
        }
        job = self._engine.start_job("export", arguments)
        self._job = job
        job.progressed.connect(self._on_progress)
        job.finished.connect(self._on_written)
        job.failed.connect(lambda sentence: self._end(sentence, "error"))
        job.cancelled.connect(lambda: self._end("Cancelled; nothing was written.", "quiet"))
        self._progress.setValue(0)
        self._progress.show()
        self._say("Exporting…", "quiet")
        self._cancel_button.setText("Cancel")
        self._enable()

    def _may_write(self, path: Path) -> bool:
        """Whether the file is new, or the person has pressed the button a second time to replace it."""
        video = self._session.project.video if self._session.project is not None else None
        if video is not None and path.absolute() == Path(video.media.path):
            self._say("That is the video itself. Choose another name.", "warning")
            return False
        if path.exists() and path != self._to_replace:
            self._to_replace = path
            self._say(f"“{path.name}” is there already. Press Replace to write over it.", "warning")
            self._export_button.setText("Replace")
            return False
        return True

    def _on_path(self) -> None:
        self._to_replace = None
        self._export_button.setText("Export")
        self._enable()

    def _on_written(self, result: Mapping[str, Any]) -> None:
        self._end(result["summary"], "good" if result["is_clean"] else "warning")

    def _on_progress(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(fraction * 1000))
        self._say(text, "quiet")

    def _end(self, text: str, tone: str) -> None:
        self._job = None
        self._progress.hide()
        self._say(text, tone)
        self._cancel_button.setText("Close")
        self._cancel_button.setEnabled(True)
        self._enable()

    def _say(self, text: str, tone: str) -> None:
        self._status.setText(text)
        self._status.setObjectName(tone)
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.show()

    def _cancel_or_close(self) -> None:
        if self._job is None:
            self.accept()
            return
        self._cancel_button.setEnabled(False)
        self._say("Cancelling…", "quiet")
        self._job.cancel()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _enable(self) -> None:
        idle = self._job is None
        for widget in self._inputs:
            widget.setEnabled(idle)
        self._stems.setEnabled(idle)
        self._stems_path.setEnabled(idle and self._stems.isChecked())
        self._export_button.setEnabled(idle and bool(self._path.text().strip()))

    def _on_container(self) -> None:
        suffix = self._container.currentData()
        path = Path(self._path.text())
        if path.suffix.lower() != suffix:
            self._path.setText(str(path.with_suffix(suffix)))
        self._codec.clear()
        for codec in codecs_for(suffix):
            self._codec.addItem(_CODEC_NAMES[codec], codec)
        remembered = self._codec.findData(self._settings.value(EXPORT_CODEC))
        self._codec.setCurrentIndex(max(remembered, 0))

    def _show_container(self) -> None:
        index = self._container.findData(Path(self._path.text()).suffix.lower())
        self._container.setCurrentIndex(max(index, 0))

    def _suggested_path(self) -> Path:
        name = Path(document_name(self._session)).stem or "untitled"
        beside = self._session.path.parent if self._session.path is not None else Path.home()
        folder = self._settings.value(EXPORT_FOLDER) or beside
        return Path(folder) / f"{name}-with-sound.mp4"

    def _default_stems(self) -> str:
        path = Path(self._path.text())
        return str(path.with_name(f"{path.stem}-stems"))

    def _ask_for_path(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Export to", self._path.text())
        if path:
            self._path.setText(path)
            self._show_container()
            # The file dialog has asked about replacing already.
            self._to_replace = Path(self._path.text())

    def _ask_for_stems(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder for the stems", self._stems_path.text()):
            self._stems_path.setText(folder)
            self._stems.setChecked(True)
