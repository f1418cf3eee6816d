"""The library's folders, and how far the engine is with them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from foley_app.elided_label import ElidedLabel
from foley_app.library_desk import LibraryDesk
from foley_app.texts import counted
from foley_app.theme.icons import icon

_WIDTH = 264
_LIST_HEIGHT = 148


class FolderPane(QWidget):
    """Adds and removes folders, pauses listening, tells of problems.

    **Signals**

    problems_wanted(bool)
        The problems are to be shown in the place of the sounds, or the sounds again.
    """

    problems_wanted = Signal(bool)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self._library = library
        self._listed: tuple[str, ...] | None = None
        self._folders = QListWidget(self)
        self._folders.setAccessibleName("Folders")
        self._folders.setFixedHeight(_LIST_HEIGHT)
        self._folders.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._folders.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._folders.currentRowChanged.connect(lambda _row: self._enable())
        self._add = QPushButton("&Add a folder…", self)
        self._add.clicked.connect(self._ask_for_folder)
        self._remove = QPushButton("Remove", self)
        self._remove.setToolTip("Offer its sounds no more; the files stay where they are (Del)")
        self._remove.clicked.connect(self._remove_current)
        self._scan = QPushButton("&Scan again", self)
        self._scan.clicked.connect(library.scan)
        QShortcut(
            QKeySequence.StandardKey.Delete,
            self._folders,
            self._remove_current,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress_text = ElidedLabel(self)
        self.progress_text.setObjectName("quiet")
        self.pause = QPushButton("&Pause", self)
        self.pause.clicked.connect(library.toggle_pause)
        self.problems = QToolButton(self)
        self.problems.setObjectName("chip")
        self.problems.setCheckable(True)
        self.problems.setIcon(icon("warning"))
        self.problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problems.toggled.connect(self.problems_wanted)
        for button in (self._add, self._remove, self._scan, self.pause):
            button.setAutoDefault(False)
        self._lay_out()
        library.changed.connect(self._show)
        library.progressed.connect(lambda _fraction, _text: self._show_progress())
        self._show()

    def _lay_out(self) -> None:
        heading = QLabel("Folders with your own sounds", self)
        heading.setObjectName("heading")
        changes = QHBoxLayout()
        changes.setSpacing(8)
        changes.addWidget(self._add, 1)
        changes.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._folders)
        column.addLayout(changes)
        column.addWidget(self._scan)
        column.addSpacing(8)
        for part in (self.summary, self.progress, self.progress_text, self.pause):
            column.addWidget(part)
        column.addWidget(self.problems, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _show(self) -> None:
        library = self._library
        if library.folders != self._listed:
            self._listed = library.folders
            self._folders.clear()
            self._folders.addItems(list(library.folders))
            for row, folder in enumerate(library.folders):
                self._folders.item(row).setToolTip(folder)
        count = len(library.counts.problems)
        self.problems.setText(counted(count, "problem"))
        self.problems.setVisible(bool(count))
        if not count:
            self.problems.setChecked(False)
        self.pause.setVisible(library.is_listening or library.is_paused)
        self.pause.setText("&Go on" if library.is_paused else "&Pause")
        self._show_progress()
        self._enable()

    def _show_progress(self) -> None:
        fraction, text = self._library.progress
        is_running = self._library.is_running
        self.progress.setVisible(is_running)
        self.progress_text.setVisible(is_running)
        self.progress.setValue(round(fraction * 1000))
        self.progress_text.setText(text)

    def _enable(self) -> None:
        self._remove.setEnabled(self._folders.currentRow() >= 0)
        self._scan.setEnabled(bool(self._library.folders))

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder with sounds", str(Path.home())):
            self._library.add(folder)

    def _remove_current(self) -> None:
        item = self._folders.currentItem()
        if item is not None:
            self._library.remove(item.text())
