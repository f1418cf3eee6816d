"""The main window: menus, the start page or the workspace, the status bar, and what the menus do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.project.document import Project
from foley_app.actions import CONTEXT_MENU, SEPARATOR, build_actions, enable_actions, fill_menu_bar
from foley_app.analysis_desk import AnalysisDesk
from foley_app.autosave import Autosave
from foley_app.choice_desk import ChoiceDesk
from foley_app.detector_desk import DetectorDesk
from foley_app.detector_menu import DetectorMenu
from foley_app.detector_news import DetectorNews
from foley_app.document_desk import DocumentDesk, Questions, document_name, dropped_path
from foley_app.engine_client import EngineClient
from foley_app.generate.generation_desk import GenerationDesk
from foley_app.generate.soundtracks import Soundtracks
from foley_app.hit_commands import HitCommands
from foley_app.learning_desk import LearningDesk
from foley_app.library_desk import LibraryDesk
from foley_app.looks_desk import LooksDesk
from foley_app.menu_commands import MenuCommands
from foley_app.player_link import PlayerLink
from foley_app.running_jobs import RunningJobs
from foley_app.session import Session
from foley_app.settings import AUTO_FILL, GEOMETRY, RECENT_FILES, THEME, Settings
from foley_app.sound_desk import SoundDesk
from foley_app.start_page import StartPage
from foley_app.status_bar import StatusBar
from foley_app.texts import counted
from foley_app.theme.theme import apply_theme
from foley_app.transport import Transport
from foley_app.workspace import Workspace

if TYPE_CHECKING:
    from foley_app.player_client import DeviceState, OpenedVideo, PlayerClient

PROGRAM_NAME = "Foley Editor"
_FIRST_SIZE = QSize(1440, 900)
_SMALLEST_SIZE = QSize(1024, 640)
_NAME_WIDTH, _NAME_PADDING = 220, 28


class MainWindow(QMainWindow):
    """One window with one document.

    Parameters
    ----------
    session, engine, player, settings
        What it works on; made by `foley_app.main`, and by tests with processes of their own.
    journals
        Folder of the journals that keep unsaved edits.
    questions
        Asks the person; the dialogs when omitted.
    """

    def __init__(
        self,
        session: Session,
        engine: EngineClient,
        player: PlayerClient,
        settings: Settings,
        journals: Path,
        questions: Questions | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self.engine = engine
        self.player = player
        if questions is None:
            from foley_app.dialogs.questions import DialogQuestions

            questions = DialogQuestions(self)
        self.questions = questions
        self.actions_by_name = build_actions(self)
        self.transport = Transport(player, self)
        self.commands = HitCommands(session, self.transport, self)
        self.documents = DocumentDesk(session, engine, settings, questions, self)
        self.detectors = DetectorDesk(engine, settings, self)
        self.analysis = AnalysisDesk(session, engine, self.detectors, self)
        self.generation = GenerationDesk(session, engine, self)
        self.learning = LearningDesk(engine, self)
        self.sounds = SoundDesk(session, engine, settings, self)
        self.library = LibraryDesk(engine, settings, self)
        self.choices = ChoiceDesk(session, engine, self)
        self.looks = LooksDesk(session, engine, self)
        self.journals = journals
        self.device_state: DeviceState | None = None
        self.autosave = Autosave(session, journals, self)
        self.start_page = StartPage(self.actions_by_name, self)
        self.workspace = Workspace(
            session, self.transport, self.commands, self.sounds, player, settings, self.actions_by_name, self
        )
        # After the workspace, which clears the picture when another document comes.
        self.player_link = PlayerLink(session, player, settings, self)
        self.status_bar = StatusBar(self)
        desks = (self.analysis, self.generation, self.sounds, self.learning, self.library)
        self.jobs = RunningJobs(self.status_bar, desks, self)
        self._build()
        self.detector_news = DetectorNews(self)
        self.soundtracks = Soundtracks(self)
        self.menu_commands = MenuCommands(self)
        self._connect_news()
        self.resize(_FIRST_SIZE)
        self.restoreGeometry(QByteArray.fromHex(settings.value(GEOMETRY).encode()))
        self._show_document()

    def _build(self) -> None:
        self.setMinimumSize(_SMALLEST_SIZE)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.workspace)
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.status_bar)
        self.setCentralWidget(central)
        undo = self.session.undo_stack.createUndoAction(self, "Undo")
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo = self.session.undo_stack.createRedoAction(self, "Redo")
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        menus = fill_menu_bar(self.menuBar(), self.actions_by_name)
        first = menus["Edit"].actions()[0]
        menus["Edit"].insertActions(first, [undo, redo])
        menus["Edit"].insertSeparator(first)
        self._recent_menu = QMenu("Open recent", self)
        self._recent_menu.aboutToShow.connect(self._list_recent)
        menus["File"].insertMenu(self.actions_by_name["open_demo"], self._recent_menu)
        self.detector_menu = DetectorMenu(self.detectors, self)
        menus["Analyse"].insertMenu(self.actions_by_name["time_by_sound"], self.detector_menu)
        # Actions that are in no menu need a widget too, or their keys do nothing.
        self.addActions(list(self.actions_by_name.values()))
        self._name = QLabel(self)
        self._name.setObjectName("documentName")
        self._find = QToolButton(self)
        self._find.setObjectName("command")
        self._find.setText("Ctrl+K  Find a command…")
        self._find.setFixedWidth(280)
        self._find.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._find.clicked.connect(self.actions_by_name["find_command"].trigger)
        corner = QWidget(self)
        corner_row = QVBoxLayout(corner)
        corner_row.setContentsMargins(0, 3, 12, 3)
        corner_row.addWidget(self._find)
        if not self.menuBar().isNativeMenuBar():
            self.menuBar().setCornerWidget(self._name, Qt.Corner.TopLeftCorner)
            self.menuBar().setCornerWidget(corner, Qt.Corner.TopRightCorner)

    def _connect_news(self) -> None:
        session, status = self.session, self.status_bar
        session.project_changed.connect(self._on_project)
        session.selection_changed.connect(lambda _ids: self._enable_actions())
        session.document_changed.connect(self._show_document)
        session.dirty_changed.connect(lambda _dirty: self._show_document())
        self.settings.changed.connect(self._on_setting)
        self.documents.opening.connect(self._on_opening)
        session.saved.connect(lambda _path: status.show_saved(is_dirty=False, has_file=True, just_saved=True))
        self.autosave.failed.connect(status.show_message)
        self.workspace.context_menu_requested.connect(self._show_context_menu)
        self.start_page.file_chosen.connect(self.documents.open_path)
        for desk in (self.analysis, self.sounds, self.learning):
            desk.failed.connect(self.questions.show_error)
        self.analysis.finished.connect(self._on_analysed)
        self.commands.material_set.connect(self.choices.remember_material)
        self.commands.sound_taken.connect(self.choices.remember_take)
        self.commands.looks_wanted.connect(self.looks.look)
        self.choices.remembered.connect(self.sounds.forget_others)
        self.looks.seen.connect(self.sounds.forget)
        self.library.sounds_changed.connect(lambda: self.sounds.forget_others(()))
        self.library.changed.connect(self._enable_actions)
        self.generation.begun.connect(self._enable_actions)
        self.generation.ended.connect(self._enable_actions)
        for news in (
            self.choices.carried,
            self.choices.failed,
            self.looks.failed,
            self.library.failed,
            self.sounds.noticed,
        ):
            news.connect(status.show_message)
        status.threshold_changed.connect(self.commands.set_threshold)
        status.threshold_reset.connect(self.detector_news.reset_threshold)
        self.workspace.notes.changed.connect(self._enable_actions)
        self.transport.range_changed.connect(self._on_range)
        self.transport.state_changed.connect(self._on_play_state)
        self.workspace.viewer.transport_bar.failed.connect(status.show_message)
        self.player_link.picture_missing.connect(
            lambda name: self.workspace.viewer.picture.clear(f"“{name}” is missing. File, Relink the video.")
        )
        self.engine.restarted.connect(status.show_message)
        self.player.restarted.connect(status.show_message)
        self.player.failed.connect(self.questions.show_error)
        self.player.opened.connect(self._on_video_opened)
        self.player.device.connect(self._on_device)
        self.player.missing.connect(self._on_missing_sounds)

    def _on_project(self, project: Project | None, old: Project | None) -> None:
        self.status_bar.show_project(project)
        self._enable_actions()
        is_new = project is not None and (old is None or old.id != project.id)
        if is_new:
            self._show_workspace()
            if project is not None and project.video is not None and not project.analysis_model:
                self.analysis.start()
        elif project is None:
            self.analysis.cancel()
            self._pages.setCurrentWidget(self.start_page)

    def _show_workspace(self) -> None:
        self._pages.setCurrentWidget(self.workspace)
        if self.workspace.timeline is None:
            from foley_app.timeline.timeline_view import TimelineView

            self.workspace.add_timeline(TimelineView())
            self.soundtracks.show_growing()
        self.workspace.setFocus()

    def _show_document(self) -> None:
        name = document_name(self.session)
        self.setWindowTitle(f"{name}[*] – {PROGRAM_NAME}" if name else PROGRAM_NAME)
        self.setWindowModified(self.session.is_dirty)
        self._show_name(name)
        self.status_bar.show_saved(is_dirty=self.session.is_dirty, has_file=self.session.path is not None)
        self.start_page.show_recent(self.settings.value(RECENT_FILES))
        self._enable_actions()

    def _show_name(self, name: str) -> None:
        metrics = self._name.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
        self._name.setText(f"{shown} •" if self.session.is_dirty else shown)
        self._name.setToolTip(str(self.session.path or ""))
        # Room for the mark is always there, because the menu bar does not move for a corner's new text.
        width = metrics.horizontalAdvance(f"{shown} •") + _NAME_PADDING if name else 0
        if width != self._name.width():
            self._name.setFixedWidth(width)
            self.menuBar().setCornerWidget(self._name, Qt.Corner.TopLeftCorner)
            self._name.setVisible(bool(name))

    def _enable_actions(self) -> None:
        project, hits = self.session.project, self.session.selected_hits
        notes = self.workspace.notes
        met = {
            "nothing": True,
            "project": project is not None,
            "hits": project is not None and bool(project.shown_hits),
            "selection": bool(hits),
            "own sound": project is not None and project.video is not None and project.video.has_audio,
            # Esc stops what is being generated before it closes a note.
            "note": notes.note is not None and project is not None and not self.generation.is_running,
            "note action": notes.has_action and project is not None,
            "takes": project is not None and bool(project.generated),
            "take range": project is not None
            and bool(project.generated)
            and self.transport.range is not None,
            "generating": self.generation.is_running,
            "listening": self.library.is_listening or self.library.is_paused,
        }
        enable_actions(self.actions_by_name, {need for need, is_met in met.items() if is_met})
        self.actions_by_name["mute"].setChecked(bool(hits) and all(hit.mute for hit in hits))
        self.actions_by_name["lock"].setChecked(bool(hits) and all(hit.locked for hit in hits))

    def _on_setting(self, setting: object) -> None:
        application = QApplication.instance()
        if setting is THEME and isinstance(application, QApplication):
            apply_theme(application, self.settings.value(THEME))
        elif setting is RECENT_FILES:
            self.start_page.show_recent(self.settings.value(RECENT_FILES))

    def _on_opening(self, name: str) -> None:
        self.start_page.show_message(f"Opening {name}…" if name else "")

    def _on_analysed(self, is_first: bool) -> None:
        project = self.session.project
        if project is None:
            return
        if not project.shown_hits:
            hidden = len(project.hits)
            hint = f" {hidden} doubtful ones are hidden by the threshold." if hidden else ""
            self.status_bar.show_message(f"No hits were found.{hint} Press A to add one at the playhead.")
            return
        if not is_first:
            silent = sum(not hit.clips for hit in project.shown_hits)
            fill = f" {counted(silent, 'hit')} without a sound: F fills them." if silent else ""
            self.status_bar.show_message(f"{self.session.undo_stack.undoText()}.{fill}")
            return
        if self.settings.value(AUTO_FILL):
            self.sounds.fill(project.shown_hits)
        if not self.session.selection and not self.transport.is_playing and self.transport.position == 0:
            self.session.select([project.shown_hits[0].id])

    def _on_range(self, start: int | None, end: int | None, is_looping: bool) -> None:
        self.actions_by_name["loop"].setChecked(is_looping)
        self._enable_actions()
        if self.workspace.timeline is not None:
            self.workspace.timeline.set_loop(start, end)

    def _on_play_state(self, is_playing: bool, rate: float) -> None:
        from foley_app.theme.icons import icon

        self.actions_by_name["play"].setIcon(icon("pause" if is_playing else "play"))
        if self.workspace.timeline is not None:
            self.workspace.timeline.set_playing(is_playing)

    def _on_device(self, device: DeviceState) -> None:
        self.device_state = device
        self.status_bar.show_device("" if device.name else device.message)

    def _on_video_opened(self, video: OpenedVideo) -> None:
        if warning := video.info.get("warning"):
            self.status_bar.show_message(warning)

    def _on_missing_sounds(self, sentences: list[str]) -> None:
        if sentences:
            more = f" ({len(sentences) - 1} more)" if len(sentences) > 1 else ""
            self.status_bar.show_message(sentences[0] + more)

    def _list_recent(self) -> None:
        self._recent_menu.clear()
        for path in self.settings.value(RECENT_FILES):
            action = self._recent_menu.addAction(path)
            action.setEnabled(Path(path).exists())
            action.triggered.connect(lambda _checked=False, chosen=path: self.documents.open_path(chosen))
        if self._recent_menu.isEmpty():
            self._recent_menu.addAction("Nothing yet").setEnabled(False)

    def _show_context_menu(self, place: QPoint, hit_id: str) -> None:
        menu = QMenu(self)
        for name in CONTEXT_MENU["hit" if hit_id else "empty"]:
            if name == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self.actions_by_name[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path([url.toLocalFile() for url in event.mimeData().urls()]):
            event.acceptProposedAction()
            self.start_page.set_drop_hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.start_page.set_drop_hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.start_page.set_drop_hover(False)
        path = dropped_path([url.toLocalFile() for url in event.mimeData().urls()])
        if path:
            event.acceptProposedAction()
            self.documents.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        may_stop = not self.learning.is_running or self.questions.stop_learning()
        if not may_stop or not self.documents.may_leave():
            event.ignore()
            return
        self.settings.set(GEOMETRY, bytes(self.saveGeometry().toHex().data()).decode())
        self.settings.sync()
        self.jobs.cancel_all()
        self.autosave.close()
        self.player.shut_down()
        self.engine.stop()
        event.accept()
