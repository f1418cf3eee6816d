"""What each command of the menus does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from foley_app.actions import CANDIDATE_KEYS
from foley_app.detectors import SOUND_ONSETS
from foley_app.settings import THEME
from foley_app.texts import is_of_unsure_material, is_uncertain

if TYPE_CHECKING:
    from foley_app.library_panel.library_dialog import LibraryDialog
    from foley_app.main_window import MainWindow


class MenuCommands(QObject):
    """Connects every action of a window; dialogs are imported when they are first opened."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.library_dialog: LibraryDialog | None = None
        does = self._table()
        for name, action in window.actions_by_name.items():
            action.triggered.connect(lambda _checked=False, do=does[name]: do())
        window.actions_by_name["light_theme"].setChecked(window.settings.value(THEME) == "light")

    def _table(self) -> dict[str, Callable[[], object]]:
        window = self._window
        commands, transport, inspector = window.commands, window.transport, window.workspace.inspector
        takes = window.workspace.take_commands
        does: dict[str, Callable[[], object]] = {
            "open_video": window.documents.ask_for_video,
            "open_project": window.documents.ask_for_project,
            "open_demo": window.documents.open_demo,
            "save": window.documents.save,
            "save_as": window.documents.save_as,
            "relink": window.documents.relink,
            "project_settings": self._project_settings,
            "export": self._export,
            "close": window.documents.close,
            "quit": window.close,
            "select_all": commands.select_all,
            "select_none": lambda: window.session.select(()),
            "delete": commands.delete,
            "add_hit": lambda: commands.add_at_playhead(exact=False),
            "add_hit_exact": lambda: commands.add_at_playhead(exact=True),
            "next_uncertain": lambda: self._go_to_uncertain(+1),
            "previous_uncertain": lambda: self._go_to_uncertain(-1),
            "next_guess": lambda: self._go_to_guess(+1),
            "previous_guess": lambda: self._go_to_guess(-1),
            "next_hit": lambda: commands.go_to_neighbour(+1),
            "previous_hit": lambda: commands.go_to_neighbour(-1),
            "set_material": inspector.material_bars.open_menu,
            "toggle_action": commands.toggle_action,
            "nudge_earlier": lambda: commands.nudge(-1),
            "nudge_later": lambda: commands.nudge(+1),
            "analyse": window.analysis.start,
            "time_by_sound": lambda: window.analysis.start(SOUND_ONSETS),
            "more_hits": lambda: commands.nudge_threshold(-1),
            "fewer_hits": lambda: commands.nudge_threshold(+1),
            "own_threshold": window.detector_news.reset_threshold,
            "learn_corrections": self._learn_corrections,
            "learn_footage": self._learn_footage,
            "detectors": self._detectors,
            "note_action": window.workspace.notes.act,
            "close_note": window.workspace.notes.dismiss,
            "fill_all": self._fill_all,
            "fill_selected": lambda: window.sounds.fill(window.session.selected_hits, reroll=True),
            "take": inspector.take_current,
            "audition": lambda: window.workspace.audition(None),
            "next_sound": lambda: inspector.move_current(+1),
            "previous_sound": lambda: inspector.move_current(-1),
            "louder": lambda: commands.louder(+1),
            "softer": lambda: commands.louder(-1),
            "mute": commands.toggle_mute,
            "lock": commands.toggle_lock,
            "add_level_point": self._add_level_point,
            "next_level_point": lambda: self._choose_level_point(+1),
            "previous_level_point": lambda: self._choose_level_point(-1),
            "library": self._library,
            "pause_listening": window.library.toggle_pause,
            "generate": lambda: window.soundtracks.ask(),
            "stop_generating": lambda: window.soundtracks.stop(),
            "compare": takes.compare,
            "hear_both": takes.hear_both,
            "next_take": takes.hear_next,
            "match_loudness": lambda: takes.meant and window.player.measure_take(takes.meant.id),
            "remake_range": lambda: window.soundtracks.remake_range(),
            "make_again": lambda: window.soundtracks.make_again(),
            "more_like_it": lambda: window.soundtracks.ask_like(),
            "rename_take": lambda: takes.meant and takes.ask_for_name(takes.meant.id),
            "remove_take": lambda: takes.meant and takes.remove(takes.meant.id),
            "play": transport.toggle_play,
            "reverse": lambda: transport.shuttle(-1),
            "stop": transport.stop,
            "forward": lambda: transport.shuttle(+1),
            "step_back": lambda: transport.step(-1),
            "step_forward": lambda: transport.step(+1),
            "go_to_start": lambda: transport.seek(0),
            "go_to_end": lambda: transport.seek(
                window.session.project.length if window.session.project else 0
            ),
            "go_to_timecode": window.workspace.viewer.transport_bar.focus_timecode,
            "mark_in": transport.mark_in,
            "mark_out": transport.mark_out,
            "clear_range": lambda: transport.set_range(None, None),
            "loop": lambda: transport.set_looping(window.actions_by_name["loop"].isChecked()),
            "preferences": self._preferences,
            "find_command": self._find_command,
            "zoom_in": lambda: self._zoom("zoom_in"),
            "zoom_out": lambda: self._zoom("zoom_out"),
            "zoom_fit": lambda: self._zoom("zoom_to_fit"),
            "zoom_selection": lambda: self._zoom("zoom_to_selection"),
            "snap": self._switch_snap,
            "show_candidates": self._switch_candidates,
            "light_theme": self._switch_theme,
            "full_screen": self._switch_full_screen,
            "shortcuts": self._shortcuts,
            "about": self._about,
        }
        for number in CANDIDATE_KEYS:
            does[f"audition_{number}"] = lambda row=number - 1: inspector.audition(row)
        return does

    def _go_to_uncertain(self, direction: int) -> None:
        if not self._window.commands.go_to_neighbour(direction, is_uncertain):
            self._window.status_bar.show_message("No hit is uncertain.")

    def _go_to_guess(self, direction: int) -> None:
        if not self._window.commands.go_to_neighbour(direction, is_of_unsure_material):
            self._window.status_bar.show_message("What is struck is sure, or said by you, for every hit.")

    def _fill_all(self) -> None:
        """Give a sound to each hit that has none; when all have one, draw anew for all but the locked."""
        project = self._window.session.project
        if project is None:
            return
        silent = [hit for hit in project.shown_hits if not hit.clips]
        self._window.sounds.fill(silent or project.shown_hits, reroll=not silent)

    def _zoom(self, how: str) -> None:
        if self._window.workspace.timeline is not None:
            getattr(self._window.workspace.timeline.zooming, how)()

    def _add_level_point(self) -> None:
        if self._window.workspace.timeline is not None:
            self._window.workspace.timeline.automation.add_at(self._window.transport.position)

    def _choose_level_point(self, direction: int) -> None:
        if self._window.workspace.timeline is not None:
            self._window.workspace.timeline.automation.choose_next(direction)

    def _switch_snap(self) -> None:
        if self._window.workspace.timeline is not None:
            self._window.workspace.timeline.set_snap(self._window.actions_by_name["snap"].isChecked())

    def _switch_candidates(self) -> None:
        if self._window.workspace.timeline is not None:
            shown = self._window.actions_by_name["show_candidates"].isChecked()
            self._window.workspace.timeline.set_candidates_shown(shown)

    def _switch_theme(self) -> None:
        light = self._window.actions_by_name["light_theme"].isChecked()
        self._window.settings.set(THEME, "light" if light else "dark")

    def _switch_full_screen(self) -> None:
        if self._window.actions_by_name["full_screen"].isChecked():
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def _export(self) -> None:
        from foley_app.dialogs.export import ExportDialog

        ExportDialog(self._window.session, self._window.engine, self._window.settings, self._window).open()

    def _project_settings(self) -> None:
        from foley_app.dialogs.project_settings import ProjectSettingsDialog

        project = self._window.session.project
        if project is not None:
            ProjectSettingsDialog(self._window.session, project, self._window).open()

    def _preferences(self) -> None:
        from foley_app.dialogs.preferences import PreferencesDialog

        window = self._window
        dialog = PreferencesDialog(window.settings, window.player, window.engine, window)
        if window.device_state is not None:
            dialog.show_device(window.device_state)
        dialog.open()

    def _library(self) -> None:
        from foley_app.library_panel.library_dialog import LibraryDialog

        window = self._window
        if self.library_dialog is None:
            dialog = LibraryDialog(window.library, window.session, window.engine, window)
            dialog.audition_requested.connect(window.workspace.audition)
            dialog.take_requested.connect(window.commands.take)
            self.library_dialog = dialog
        self.library_dialog.show()
        self.library_dialog.activateWindow()

    def _learn_corrections(self) -> None:
        from foley_app.dialogs.learn_corrections import LearnCorrectionsDialog

        window = self._window
        if self._may_learn():
            LearnCorrectionsDialog(
                window.session, window.detectors, window.learning, window.settings, window
            ).open()

    def _learn_footage(self) -> None:
        from foley_app.dialogs.learn_footage import LearnFootageDialog

        window = self._window
        if self._may_learn():
            LearnFootageDialog(window.detectors, window.learning, window.settings, window).open()

    def _may_learn(self) -> bool:
        if self._window.learning.is_running:
            self._window.status_bar.show_message(
                "A detector is learning already; the next one can come after it."
            )
        return not self._window.learning.is_running

    def _detectors(self) -> None:
        from foley_app.dialogs.detectors import DetectorsDialog

        DetectorsDialog(self._window.detectors, self._window.questions, self._window).open()

    def _find_command(self) -> None:
        from foley_app.dialogs.command_palette import CommandPalette

        CommandPalette(self._window.actions_by_name, self._window).open_above(self._window)

    def _shortcuts(self) -> None:
        from foley_app.dialogs.shortcuts import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    def _about(self) -> None:
        from foley_app.dialogs.about import AboutDialog

        AboutDialog(self._window).open()
