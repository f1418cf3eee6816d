"""The sound library: its folders, its sounds with what is known of them, and how far listening is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from foley_app.elided_label import ElidedLabel
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.library_desk import LibraryDesk
from foley_app.library_panel.listed_sound import (
    ANY,
    ListedSound,
    listed_sounds,
    material_choices,
    wanted_sounds,
)
from foley_app.library_panel.single_offer import SingleOffer
from foley_app.library_panel.sound_table import SoundTable
from foley_app.session import Session
from foley_app.texts import counted, hits_phrase
from foley_app.theme.icons import icon
from foley_app.theme.theme import CONTROL_HEIGHT

_SIZE = QSize(980, 600)
_FOLDERS_WIDTH = 264
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
        self._library = library
        self._session = session
        self._engine = engine
        self._offer = SingleOffer(session, engine, self)
        self._sounds: list[ListedSound] = []
        self._listed_folders: tuple[str, ...] | None = None
        self._is_looked_through = False
        self._job: JobHandle | None = None
        self._make_folders()
        self._make_sounds()
        self._lay_out()
        self._list_again = QTimer(self)
        self._list_again.setSingleShot(True)
        self._list_again.timeout.connect(self._list_what_was_heard)
        library.changed.connect(self._show_state)
        library.progressed.connect(lambda _fraction, _text: self._show_progress())
        library.sounds_changed.connect(self._ask_for_sounds)
        session.selection_changed.connect(lambda _ids: self._enable())
        session.project_changed.connect(lambda _new, _old: self._enable())
        self._offer.offered.connect(self._on_offered)
        self._offer.failed.connect(lambda sentence: self._say(sentence, "error"))
        self._show_state()
        self._ask_for_sounds()
        self.table.setFocus()

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

    def _make_folders(self) -> None:
        self._folders = QListWidget(self)
        self._folders.setAccessibleName("Folders")
        self._folders.setFixedHeight(148)
        self._folders.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._folders.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._folders.currentRowChanged.connect(lambda _row: self._enable())
        self._add = QPushButton("&Add a folder…", self)
        self._add.clicked.connect(self._ask_for_folder)
        self._remove = QPushButton("Remove", self)
        self._remove.setToolTip("Offer its sounds no more; the files stay where they are (Del)")
        self._remove.clicked.connect(self._remove_current)
        self._scan = QPushButton("&Scan again", self)
        self._scan.clicked.connect(self._library.scan)
        QShortcut(
            QKeySequence.StandardKey.Delete,
            self._folders,
            self._remove_current,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        self._state = QLabel(self)
        self._state.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress_text = ElidedLabel(self)
        self._progress_text.setObjectName("quiet")
        self._pause = QPushButton("&Pause", self)
        self._pause.clicked.connect(self._library.toggle_pause)
        self._problems_button = QToolButton(self)
        self._problems_button.setObjectName("chip")
        self._problems_button.setCheckable(True)
        self._problems_button.setIcon(icon("warning"))
        self._problems_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._problems_button.toggled.connect(self._show_problems)

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
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        heading = QLabel("Folders with your own sounds", self)
        heading.setObjectName("heading")
        changes = QHBoxLayout()
        changes.setSpacing(8)
        changes.addWidget(self._add, 1)
        changes.addWidget(self._remove)
        for part in (heading, self._folders):
            left.addWidget(part)
        left.addLayout(changes)
        left.addWidget(self._scan)
        left.addSpacing(8)
        for part in (self._state, self._progress, self._progress_text, self._pause):
            left.addWidget(part)
        left.addWidget(self._problems_button, alignment=Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        side = QWidget(self)
        side.setLayout(left)
        side.setFixedWidth(_FOLDERS_WIDTH)
        left.setContentsMargins(0, 0, 0, 0)
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
        top.addWidget(side)
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

    def _show_sounds(self, sounds: list[ListedSound]) -> None:
        self._sounds = sounds
        wanted = self._material.currentData()
        self._material.clear()
        for material, text in material_choices(sounds):
            self._material.addItem(text, material)
        self._material.setCurrentIndex(max(0, self._material.findData(wanted)))
        self._filter()

    def _filter(self) -> None:
        material = self._material.currentData()
        listed = wanted_sounds(self._sounds, self._search.text(), ANY if material is None else material)
        self.table.show_sounds(listed)
        if not self._sounds:
            self._empty.setText(self._why_empty())
        elif not listed:
            self._empty.setText("No sound is called that, or none of this material.")
        self._show_page()
        self._show_state()

    def _why_empty(self) -> str:
        if not self._library.folders:
            return (
                "Until you add a folder, the built-in kit's sounds are offered. Your own sounds join them:"
                " what their names don't tell is heard."
            )
        if self._library.is_scanning or self._job is not None:
            return "Looking through the folders…"
        return "There are no sounds in these folders."

    def _show_page(self) -> None:
        if self._problems_button.isChecked():
            self._pages.setCurrentWidget(self._problems)
        else:
            self._pages.setCurrentWidget(self.table if self.table.sounds else self._empty)

    def _show_problems(self, shown: bool) -> None:
        self._show_page()
        self._search.setEnabled(not shown)
        self._material.setEnabled(not shown)

    def _show_state(self) -> None:
        library = self._library
        if library.folders != self._listed_folders:
            self._listed_folders = library.folders
            self._folders.clear()
            self._folders.addItems(list(library.folders))
            for row, folder in enumerate(library.folders):
                self._folders.item(row).setToolTip(folder)
        self._state.setText(self._state_text())
        problems = library.counts.problems
        self._problems.setPlainText("\n".join(problems))
        self._problems_button.setText(counted(len(problems), "problem"))
        self._problems_button.setVisible(bool(problems))
        if not problems:
            self._problems_button.setChecked(False)
        self._pause.setVisible(library.is_listening or library.is_paused)
        self._pause.setText("&Go on" if library.is_paused else "&Pause")
        if library.is_listening:
            if not self._list_again.isActive():
                self._list_again.start(max(_LIST_AGAIN_MS, _LIST_AGAIN_PER_SOUND_MS * len(self._sounds)))
        else:
            self._list_again.stop()
        self._show_progress()
        self._enable()

    def _state_text(self) -> str:
        if not self._sounds:
            return ""
        heard = sum(bool(sound.heard) for sound in self._sounds)
        text = counted(len(self._sounds), "sound")
        if heard == len(self._sounds):
            return f"{text}, all of them listened to."
        return f"{text}, {heard} of them listened to." if heard else f"{text}, none listened to yet."

    def _show_progress(self) -> None:
        fraction, text = self._library.progress
        is_running = self._library.is_running
        self._progress.setVisible(is_running)
        self._progress_text.setVisible(is_running)
        self._progress.setValue(round(fraction * 1000))
        self._progress_text.setText(text)

    def _want(self, purpose: Any) -> None:
        sound = self.table.current
        if sound is None:
            return
        if not self._session.selected_hits:
            self._say("Select a hit on the timeline; the sound is played and used there.", "warning")
            return
        self._say("")
        self._offer.ask(sound.path, self._library.folders, purpose)

    def _on_offered(self, sound: object, purpose: str) -> None:
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

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder with sounds", str(Path.home())):
            self.add_folder(folder)

    def _remove_current(self) -> None:
        item = self._folders.currentItem()
        if item is not None:
            self._library.remove(item.text())

    def _open_materials(self) -> None:
        self._material.setFocus()
        self._material.showPopup()

    def _enable(self) -> None:
        project, hits = self._session.project, self._session.selected_hits
        self._remove.setEnabled(self._folders.currentRow() >= 0)
        self._scan.setEnabled(bool(self._library.folders))
        may_use = self.table.current is not None and bool(hits)
        self._hear.setEnabled(may_use)
        self._use.setEnabled(may_use)
        whom = f" for {hits_phrase(project, hits)}" if project is not None and hits else ""
        self._use.setText(f"Use it{whom}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_looked_through and not self._library.is_running:
            self._library.scan()
