"""What the window says and does about generated soundtracks: the dialog, growing lanes, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.project.document import GeneratedTrack
from foley_app.generate.generation_desk import Lost
from foley_app.generate.growing_take import GrowingTake
from foley_app.generate.soundtrack_request import SoundtrackRequest, remake_request, request_like
from foley_app.note_strip import Note
from foley_app.texts import counted

if TYPE_CHECKING:
    from foley_app.generate.take_commands import TakeCommands
    from foley_app.main_window import MainWindow


class Soundtracks(QObject):
    """Stands between the generation desk of a window and its timeline, notes and status bar."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.generation
        desk, takes = self._desk, self._takes
        desk.begun.connect(lambda: window.workspace.notes.withdraw("generate"))
        desk.grown.connect(self.show_growing)
        desk.drawn.connect(self._on_drawn)
        desk.finished.connect(self._on_finished)
        desk.lost.connect(self._on_lost)
        desk.noticed.connect(window.status_bar.show_message)
        desk.sound_came_back.connect(lambda _track_id: window.player.look_again())
        takes.remake_requested.connect(self.remake_range)
        takes.again_requested.connect(self.make_again)
        takes.like_requested.connect(self.ask_like)
        takes.told.connect(window.status_bar.show_message)
        window.workspace.notes.acted.connect(self._act)

    @property
    def _takes(self) -> TakeCommands:
        return self._window.workspace.take_commands

    def ask(self, like: SoundtrackRequest | None = None) -> None:
        """Ask what is to be generated; a note says when something is being made already."""
        project = self._window.session.project
        if project is None or self._is_busy():
            return
        from foley_app.generate.generate_dialog import GenerateDialog

        window = self._window
        marked = window.transport.range
        # What was stopped goes on where it was, unless the person asks for something else.
        stopped = self._desk.stopped if like is None else None
        dialog = GenerateDialog(self._desk, window.settings, project, marked, like or stopped, window)
        if stopped is not None and stopped.start is None:
            dialog.whole.setChecked(True)
        dialog.wanted.connect(self._desk.generate)
        dialog.finished.connect(lambda _code: dialog.deleteLater())
        dialog.open()

    def stop(self) -> None:
        """Stop what is being made."""
        if self._desk.is_running:
            self._desk.cancel()
            goes_on = " Generating with the same seed goes on where it stopped." if self._desk.stopped else ""
            self._window.status_bar.show_message(f"Stopped; the timeline is as it was.{goes_on}")

    def ask_like(self, track_id: str = "") -> None:
        """Ask, beginning with what made this take, or the one that is looked at."""
        take = self._track(track_id)
        if take is not None:
            self.ask(request_like(take))

    def remake_range(self, track_id: str = "") -> None:
        """Make the marked range of this take anew, or of the one that is looked at."""
        take, marked = self._track(track_id), self._window.transport.range
        if take is None or self._is_busy():
            return
        if marked is None:
            self._window.status_bar.show_message("Mark a range with I and O first; that part is made anew.")
            return
        request = remake_request(take, *marked)
        if request is None:
            self._window.status_bar.show_message(f"The marked range does not touch “{take.name}”.")
        else:
            self._desk.generate(request)

    def make_again(self, track_id: str = "") -> None:
        """Make this take again by its recipe, or the one that is looked at."""
        take = self._track(track_id)
        if take is not None and not self._is_busy():
            if take.take.recipe is None:
                self._window.status_bar.show_message(f"What made “{take.name}” is not known.")
            else:
                self._desk.make_again(take.id)

    def show_growing(self) -> None:
        """Show how far the takes are."""
        if (timeline := self._window.workspace.timeline) is not None:
            timeline.set_growing(self._desk.growing)

    def _is_busy(self) -> bool:
        if self._desk.is_running:
            self._window.status_bar.show_message("A soundtrack is being generated; Esc stops it.")
        return self._desk.is_running

    def _track(self, track_id: str) -> GeneratedTrack | None:
        project = self._window.session.project
        return (project.generated_by_id.get(track_id) if project is not None else None) or self._takes.meant

    def _on_drawn(self, track_id: str, take: GrowingTake) -> None:
        if (timeline := self._window.workspace.timeline) is not None:
            timeline.set_lane_peaks(track_id, take.peaks, take.samples_per_peak)

    def _on_finished(self, track_ids: tuple[str, ...]) -> None:
        # Somebody who went on with the hits meanwhile keeps them selected.
        if not self._window.session.selection:
            self._takes.choose(track_ids[0])
        made = counted(len(track_ids), "take")
        more = " Shift+T goes to the next." if len(track_ids) > 1 else ""
        self._window.status_bar.show_message(f"{made} made. T switches between take and hits.{more}")

    def _on_lost(self, lost: Lost) -> None:
        made = (
            f" {lost.made_s:.0f} s of it were made; it goes on from about there."
            if lost.made_s >= 1.0
            else ""
        )
        again = "Go on" if made else "Try again"
        self._window.workspace.notes.add(Note(f"{lost.sentence}{made}", "generate", again, lost.request))

    def _act(self, note: Note) -> None:
        if note.action == "generate" and isinstance(note.subject, SoundtrackRequest):
            self._desk.generate(note.subject)
