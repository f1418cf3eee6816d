"""The sound library: its folders at the left, its sounds with what is known of them at the right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from foley_app.elided_label import ElidedLabel
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.library_desk import LibraryDesk
from foley_app.library_panel.folder_pane import FolderPane
from foley_app.library_panel.listed_sound import (
    ANY,
    ListedSound,
    listed_sounds,
    material_choices,
    wanted_sounds,
)
from foley_app.library_panel.single_offer import Purpose, SingleOffer
from foley_app.library_panel.sound_table import SoundTable
from foley_app.session import Session
from foley_app.texts import counted, hits_phrase
from foley_app.theme.theme import CONTROL_HEIGHT

_SIZE = QSize(980, 600)
_LIST_AGAIN_MS, _LIST_AGAIN_PER_SOUND_MS = 5000, 3
"""While the engine listens, what it heard shows up in the list this often: less often in a large library,
whose list is work."""


class LibraryDialog(QDialog):
    """Stays open beside the main window; sounds are played and taken for the hits that are selected there.

    **Signals**

    audition_requested(object)
        Play this `OfferedSound` in sync with the picture.
    take_requested(object)
        Give the selected hits this `OfferedSound`.
    """

    audition_requested = Signal(object)
    take_requested = Signal(object)

    def __init__(
        self, library: LibraryDesk, session: Session, engine: EngineClient, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sound library")
        self.resize(_SIZE)
        self.setAcceptDrops(True)
        self._library = library
        self._session = session
        self._engine = engine
        self._offer = SingleOffer(session, engine, self)
        self._sounds: list[ListedSound] = []
        self._is_looked_through = False
        self._job: JobHandle | None = None
        self.folders = FolderPane(library, self)
        self.folders.problems_wanted.connect(self._show_problems)
        self._make_sounds()
        self._lay_out()
        self._list_again = QTimer(self)
        self._list_again.setSingleShot(True)
        self._list_again.timeout.connect(self._list_what_was_heard)
        library.changed.connect(self._on_library)
        library.sounds_changed.connect(self._ask_for_sounds)
        session.selection_changed.connect(lambda _ids: self._enable())
        session.project_changed.connect(lambda _new, _old: self._enable())
        self._offer.offered.connect(self._on_offered)
        self._offer.failed.connect(lambda sentence: self._say(sentence, "error"))
        self._on_library()
        self._ask_for_sounds()
        self._search.setFocus()

    def add_folder(self, folder: str) -> None:
        """Use the sounds of another folder."""
        self._say("")
        self._library.add(folder)

    def audition(self) -> None:
        """Play the highlighted sound on the selected hit."""
        self._want("audition")

    def take(self) -> None:
        """Give the selected hits the highlighted sound."""
        self._want("take")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_looked_through and not self._library.is_running:
            self._library.scan()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _folders_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for folder in _folders_in(event.mimeData()):
            self.add_folder(folder)
        event.acceptProposedAction()

    def _make_sounds(self) -> None:
        self._search = QLineEdit(self)
        self._search.setPlaceholderText("Search names and folders  (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(lambda _text: self._filter())
        self._search.returnPressed.connect(lambda: self.table.setFocus())
        QShortcut(QKeySequence.StandardKey.Find, self, self._search.setFocus)
        self._material = QComboBox(self)
        self._material.setAccessibleName("Material")
        self._material.setToolTip("Sounds of one material (Alt+M)")
        self._material.setMinimumWidth(160)
        self._material.setFixedHeight(CONTROL_HEIGHT)
        self._material.activated.connect(lambda _row: self._filter())
        QShortcut(QKeySequence("Alt+M"), self, self._open_materials)
        self.table = SoundTable(self)
        self.table.audition_requested.connect(self.audition)
        self.table.take_requested.connect(self.take)
        self.table.current_changed.connect(self._enable)
        self._problems = QPlainTextEdit(self)
        self._problems.setReadOnly(True)
        self._problems.setAccessibleName("What can't be read")
        self._empty = QLabel(self)
        self._empty.setObjectName("quiet")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        for page in (self.table, self._problems, self._empty):
            self._pages.addWidget(page)
        self._message = ElidedLabel(self)
        self._hear = QPushButton("Hear it", self)
        self._hear.setToolTip("Space")
        self._hear.clicked.connect(self.audition)
        self._use = QPushButton(self)
        self._use.setToolTip("Return")
        self._use.clicked.connect(self.take)
        self._close = QPushButton("Close", self)
        self._close.clicked.connect(self.close)
        for button in (self._hear, self._use, self._close):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self._search, 1)
        filters.addWidget(self._material)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(filters)
        right.addWidget(self._pages, 1)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(self.folders)
        top.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._message, 1)
        for button in (self._hear, self._use, self._close):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addLayout(top, 1)
        column.addLayout(buttons)

    def _ask_for_sounds(self) -> None:
        """Have the engine list what is in the folders now."""
        folders = self._library.folders
        if self._job is not None:
            self._job.cancel()
        self._job = None
        if not folders:
            self._show_sounds([])
            return
        job = self._engine.start_job("library_sounds", {"folders": list(folders)})
        self._job = job
        job.finished.connect(lambda result: self._on_listed(job, result))
        job.failed.connect(lambda sentence: self._on_not_listed(job, sentence))
        if not self._sounds:
            self._filter()

    def _list_what_was_heard(self) -> None:
        if self.isVisible() and self._job is None:
            self._ask_for_sounds()
        elif self._library.is_listening:
            self._list_again.start(_LIST_AGAIN_MS)

    def _on_listed(self, job: JobHandle, result: dict[str, Any]) -> None:
        if job is self._job:
            self._job = None
            self._show_sounds(listed_sounds(result["sounds"]))
            if not self._is_looked_through and not self._library.is_running:
                # The list is what was known; files may have come and gone since.
                self._library.scan()
            self._is_looked_through = True

    def _on_not_listed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._job = None
            self._show_sounds([])
            self._say(sentence, "error")

    def _on_library(self) -> None:
        self._problems.setPlainText("\n".join(self._library.counts.problems))
        if not self._library.is_listening:
            self._list_again.stop()
        elif not self._list_again.isActive():
            self._list_again.start(max(_LIST_AGAIN_MS, _LIST_AGAIN_PER_SOUND_MS * len(self._sounds)))

    def _show_sounds(self, sounds: list[ListedSound]) -> None:
        self._sounds = sounds
        wanted = self._material.currentData()
        self._material.clear()
        for material, text in material_choices(sounds):
            self._material.addItem(text, material)
        self._material.setCurrentIndex(max(0, self._material.findData(wanted)))
        self.folders.summary.setText(_summary(sounds))
        self._filter()
        self._on_library()

    def _filter(self) -> None:
        material = self._material.currentData()
        listed = wanted_sounds(self._sounds, self._search.text(), ANY if material is None else material)
        self.table.show_sounds(listed)
        if not self._sounds:
            self._empty.setText(self._why_empty())
        elif not listed:
            self._empty.setText("No sound is called that, or none of this material.")
        self._show_page()
        self._enable()

    def _why_empty(self) -> str:
        if not self._library.folders:
            return (
                "Until you add a folder, or drop one here, the built-in kit's sounds are offered. Yours join"
                " them: what their names don't tell is heard."
            )
        if self._library.is_scanning or self._job is not None:
            return "Looking through the folders…"
        return "There are no sounds in these folders."

    def _show_page(self) -> None:
        if self.folders.problems.isChecked():
            self._pages.setCurrentWidget(self._problems)
        else:
            self._pages.setCurrentWidget(self.table if self.table.sounds else self._empty)

    def _show_problems(self, shown: bool) -> None:
        self._show_page()
        self._search.setEnabled(not shown)
        self._material.setEnabled(not shown)

    def _want(self, purpose: Purpose) -> None:
        sound = self.table.current
        if sound is None:
            return
        if not self._session.selected_hits:
            self._say("Select a hit on the timeline; the sound is played and used there.", "warning")
            return
        self._say("")
        self._offer.ask(sound.path, self._library.folders, purpose)

    def _on_offered(self, sound: object, purpose: Purpose) -> None:
        if purpose == "take":
            self.take_requested.emit(sound)
            self._say(f"{self._session.undo_stack.undoText()}.", "good")
        else:
            self.audition_requested.emit(sound)

    def _say(self, text: str, kind: str = "quiet") -> None:
        self._message.setObjectName(kind)
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        self._message.setText(text)

    def _open_materials(self) -> None:
        self._material.setFocus()
        self._material.showPopup()

    def _enable(self) -> None:
        project, hits = self._session.project, self._session.selected_hits
        may_use = self.table.current is not None and bool(hits)
        self._hear.setEnabled(may_use)
        self._use.setEnabled(may_use)
        whom = f" for {hits_phrase(project, hits)}" if project is not None and hits else ""
        self._use.setText(f"Use it{whom}")


def _summary(sounds: list[ListedSound]) -> str:
    if not sounds:
        return ""
    heard = sum(bool(sound.heard) for sound in sounds)
    text = counted(len(sounds), "sound")
    if heard == len(sounds):
        return f"{text}, all of them listened to."
    return f"{text}, {heard} of them listened to." if heard else f"{text}, none listened to yet."


def _folders_in(dragged: QMimeData) -> list[str]:
    """The folders among what is being dragged."""
    paths = [url.toLocalFile() for url in dragged.urls()]
    return [path for path in paths if path and Path(path).is_dir()]
