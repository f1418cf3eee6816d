"""A video or sound is not where the project says: find it again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UserFacingError
from engine.project.document import MediaReference
from engine.project.references import content_hash, find_moved


class _SearchAnswer(QObject):
    """
    **Signals**

    ended(object)
        A `MediaReference`, None when nothing was found, or a sentence about why it failed.
    """

    ended = Signal(object)


class _Search(QRunnable):
    """Looks through folders off the window's thread."""

    def __init__(self, reference: MediaReference, folder: Path) -> None:
        super().__init__()
        self.answer = _SearchAnswer()
        self._reference = reference
        self._folder = folder

    def run(self) -> None:
        try:
            found = find_moved(self._reference, [self._folder])
        except (UserFacingError, OSError) as error:
            self.answer.ended.emit(str(error))
            return
        reference = None if found is None else MediaReference(str(found), self._reference.content_hash)
        self.answer.ended.emit(reference)


class RelinkDialog(QDialog):
    """Offers to look in a folder for the same contents, or to choose a file.

    Attributes
    ----------
    found
        The file's new reference, None while there is none.
    """

    def __init__(self, reference: MediaReference, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where is it now?")
        self.found: MediaReference | None = None
        self._reference = reference
        self._folder = folder
        self._search: _Search | None = None
        name = Path(reference.path).name
        heading = QLabel(f"“{name}” is not where the project says.", self)
        heading.setObjectName("heading")
        self._text = QLabel(
            f"The project looks for it at {reference.path}. Search a folder for the same contents under any "
            "name, or choose the file yourself. Without it the project opens, but without a picture.",
            self,
        )
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(440)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.hide()
        search = QPushButton("Search a folder…", self)
        search.clicked.connect(self._ask_for_folder)
        choose = QPushButton("Choose the file…", self)
        choose.clicked.connect(self._ask_for_file)
        without = QPushButton("Go on without it", self)
        without.clicked.connect(self.reject)
        search.setDefault(True)
        self._buttons = (search, choose)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(without)
        row.addStretch(1)
        row.addWidget(choose)
        row.addWidget(search)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        for part in (heading, self._text, self._progress):
            column.addWidget(part)
        column.addLayout(row)

    def search(self, folder: Path) -> None:
        """Look for the contents in a folder and those below it."""
        for button in self._buttons:
            button.setEnabled(False)
        self._progress.show()
        self._text.setText(f"Searching {folder}…")
        self._search = _Search(self._reference, folder)
        self._search.answer.ended.connect(self._on_searched, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(self._search)

    def choose(self, path: Path) -> None:
        """Take a file the person names."""
        try:
            digest = content_hash(path)
        except (UserFacingError, OSError) as error:
            self._text.setText(f"“{path.name}” can't be read: {error}")
            return
        self.found = MediaReference(str(path), digest)
        self.accept()

    def _on_searched(self, answer: MediaReference | str | None) -> None:
        for button in self._buttons:
            button.setEnabled(True)
        self._progress.hide()
        if isinstance(answer, MediaReference):
            self.found = answer
            self.accept()
        elif answer is None:
            self._text.setText("It is not in that folder. Search another one, or choose the file yourself.")
        else:
            self._text.setText(answer)

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Search a folder", str(self._folder)):
            self.search(Path(folder))

    def _ask_for_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose the file", str(self._folder))
        if path:
            self.choose(Path(path))
