"""Learn from footage with sound: which videos and folders, under which name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from foley_app.detector_desk import DetectorDesk
from foley_app.dialogs.learning_form import LearningForm, button_row, quiet_text
from foley_app.document_desk import VIDEO_SUFFIXES
from foley_app.learning_desk import LearningDesk
from foley_app.settings import FOOTAGE_FOLDER, Settings

_TEXT = (
    "A detector of your own learns from videos that have the sound of what is seen: the sound says when each "
    "hit is, and how loud. Clips whose sound does not belong to the picture are left out, and you are told. "
    "It takes some minutes in the background."
)
_WIDTH = 560
_LIST_HEIGHT = 120


class LearnFootageDialog(QDialog):
    """Begins the learning and closes; the status bar shows how far it is."""

    def __init__(
        self,
        detectors: DetectorDesk,
        learning: LearningDesk,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Learn from footage with sound")
        self.setMinimumWidth(_WIDTH)
        self.setAcceptDrops(True)
        self._learning = learning
        self._settings = settings
        heading = QLabel("Videos, and folders with videos", self)
        heading.setObjectName("heading")
        self._list = QListWidget(self)
        self._list.setAccessibleName("Videos, and folders with videos")
        self._list.setMinimumHeight(_LIST_HEIGHT)
        self._list.currentRowChanged.connect(lambda _row: self._enable())
        QShortcut(QKeySequence.StandardKey.Delete, self._list, self._remove_current)
        self._hint = quiet_text("None yet: add some, or drop them here.", self)
        self.form = LearningForm(detectors, self)
        self.form.changed.connect(self._enable)
        self._add_files = QPushButton("Add videos…", self)
        self._add_files.clicked.connect(self._ask_for_files)
        add_folder = QPushButton("Add a folder…", self)
        add_folder.clicked.connect(self._ask_for_folder)
        self._remove = QPushButton("Remove", self)
        self._remove.clicked.connect(self._remove_current)
        self._learn = QPushButton("Learn", self)
        self._learn.clicked.connect(self.learn)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(quiet_text(_TEXT, self))
        for part in (heading, self._list, self._hint, self.form):
            column.addWidget(part)
        column.addSpacing(4)
        column.addLayout(button_row(self, (self._add_files, add_folder, self._remove), self._learn))
        self._enable()
        self._add_files.setFocus()

    @property
    def paths(self) -> list[str]:
        """What is to be learned from."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def add_paths(self, paths: list[str]) -> None:
        """Learn from these files and folders too."""
        there = set(self.paths)
        self._list.addItems([path for path in dict.fromkeys(paths) if path not in there])
        if self._list.count() and self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        self._enable()

    def learn(self) -> None:
        """Begin, unless something is missing."""
        if self._learn.isEnabled():
            self._learning.learn_footage(self.paths, self.form.chosen_name, self.form.chosen_base)
            self.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if usable_paths([url.toLocalFile() for url in event.mimeData().urls()]):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_paths(usable_paths([url.toLocalFile() for url in event.mimeData().urls()]))
        event.acceptProposedAction()

    def _remove_current(self) -> None:
        if self._list.currentRow() >= 0:
            self._list.takeItem(self._list.currentRow())
            self._enable()

    def _enable(self) -> None:
        self._hint.setVisible(not self._list.count())
        self._remove.setEnabled(self._list.currentRow() >= 0)
        self._learn.setEnabled(bool(self._list.count()) and not self.form.problem)

    def _ask_for_files(self) -> None:
        wanted = f"Videos ({' '.join('*' + suffix for suffix in VIDEO_SUFFIXES)});;All files (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, "Add videos", self._folder(), wanted)
        if paths:
            self._settings.set(FOOTAGE_FOLDER, str(Path(paths[0]).parent))
            self.add_paths(paths)

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Add a folder", self._folder()):
            self._settings.set(FOOTAGE_FOLDER, folder)
            self.add_paths([folder])

    def _folder(self) -> str:
        return self._settings.value(FOOTAGE_FOLDER) or str(Path.home())


def usable_paths(paths: list[str]) -> list[str]:
    """Those that are folders or look like videos."""
    return [path for path in paths if Path(path).is_dir() or Path(path).suffix.lower() in VIDEO_SUFFIXES]
