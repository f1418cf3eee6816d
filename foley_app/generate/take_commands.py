"""Everything a person can do with generated takes: choose, compare, blend, shape, rename, remove."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from engine.project import edits
from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, GeneratedTrack, Project
from foley_app.session import Session

_COMPARING = "a/b"


class TakeCommands(QObject):
    """Edits of generated tracks, each one undo step, and which of them the person looks at.

    **Signals**

    current_changed(str)
        Id of the generated track that is looked at; "" for none.
    remake_requested(str track_id), again_requested(str track_id), like_requested(str track_id)
        Make the marked range of it anew; make all of it again by its recipe; make others like it.
    told(str)
        What is heard now, in a sentence.
    """

    current_changed = Signal(str)
    remake_requested = Signal(str)
    again_requested = Signal(str)
    like_requested = Signal(str)
    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._parent = parent
        self._current = ""
        session.project_changed.connect(self._on_project)
        session.selection_changed.connect(self._on_selection)

    @property
    def current(self) -> GeneratedTrack | None:
        """The generated track that is looked at."""
        return self._track(self._current)

    @property
    def meant(self) -> GeneratedTrack | None:
        """The one that is looked at, else the first that is heard, else the first."""
        project = self._session.project
        takes = project.generated if project is not None else ()
        return self.current or next((take for take in takes if not take.mute), takes[0] if takes else None)

    def choose(self, track_id: str) -> None:
        """Look at a take instead of the selected hits."""
        if self._track(track_id) is not None:
            self._session.select(())
            self._set_current(track_id)

    def set_mute(self, track_id: str, mute: bool) -> None:
        """Silence a take, or let it sound again."""
        verb = "Mute" if mute else "Unmute"
        self._edit(verb, track_id, lambda project: edits.set_generated_mute(project, track_id, mute))

    def set_solo(self, track_id: str, solo: bool) -> None:
        """Hear a take alone, or with the rest again."""
        verb = "Solo" if solo else "Unsolo"
        self._edit(verb, track_id, lambda project: edits.set_generated_solo(project, track_id, solo))

    def rename(self, track_id: str, name: str) -> None:
        """Give a take another name."""
        self._edit("Rename", track_id, lambda project: edits.rename_generated_track(project, track_id, name))

    def remove(self, track_id: str) -> None:
        """Take it off the timeline; an undo brings it back."""
        self._edit("Remove", track_id, lambda project: edits.remove_generated_track(project, track_id))

    def set_field(self, name: str, value: float, finished: bool) -> None:
        """Turn the current take's "gain" (dB) or "pan" (%)."""
        take = self.current
        if take is None:
            return

        def turned(project: Project) -> Project:
            if name == "gain":
                return edits.set_generated_gain(project, take.id, value)
            return edits.set_generated_pan(project, take.id, value / 100)

        self._edit(f"Change the {name} of", take.id, turned, gesture=f"take {name} {take.id}")
        if finished:
            self._session.end_gesture()

    def match_loudness(self, track_id: str, take_lufs: float | None, hits_lufs: float | None) -> None:
        """Turn a take, which is so loud at a gain of 0 dB, until it is as loud as the hits of its stretch."""
        take = self._track(track_id)
        if take is None:
            return
        if take_lufs is None or hits_lufs is None:
            silent = f"“{take.name}” is" if take_lufs is None else "the hits beside it are"
            self.told.emit(f"There is nothing to match: {silent} silent.")
            return
        wanted_db = round(hits_lufs - take_lufs, 1)
        gain_db = min(max(wanted_db, MIN_GAIN_DB), MAX_GAIN_DB)
        self._edit(
            "Match the loudness of", track_id, lambda p: edits.set_generated_gain(p, track_id, gain_db)
        )
        how_loud = "as loud as the hits" if gain_db == wanted_db else "as near to the hits as its fader goes"
        level = f"{gain_db:+.1f}".replace("-", "−")
        self.told.emit(f"“{take.name}” is at {level} dB, {how_loud}.")

    def set_blend(self, blend: float, finished: bool) -> None:
        """Put the blend of hits and takes here."""
        project = self._session.project
        if project is not None:
            self._session.apply("Blend hits and takes", edits.set_blend(project, blend), gesture="blend")
            if finished:
                self._session.end_gesture()

    def compare(self) -> None:
        """Switch between the take and the hits; each press hears the other one alone."""
        project, take = self._session.project, self.meant
        if project is None or take is None:
            return
        if project.blend == 1.0:
            self._hear("Hear the hits alone", edits.hear_hits(project))
            return
        after = edits.hear_takes(project)
        if take.mute or all(one.mute for one in project.generated):
            after = edits.choose_generated(after, take.id)
        self._hear(f"Hear {take.name} alone", after)

    def hear_both(self) -> None:
        """Hear hits and takes together."""
        project = self._session.project
        if project is not None and project.generated:
            self._hear("Hear hits and takes together", edits.hear_both(project))

    def hear(self, track_id: str) -> None:
        """Let this take sound instead of those beside it."""
        project, take = self._session.project, self._track(track_id)
        if project is None or take is None:
            return
        after = edits.choose_generated(project, track_id)
        if after.blend == 0.0:
            after = edits.hear_takes(after)
        self._hear(f"Hear {take.name}", after)
        self.choose(track_id)

    def hear_next(self) -> None:
        """Let the next take sound instead; after the last one the first."""
        project, take = self._session.project, self.meant
        if project is None or take is None:
            return
        takes = project.generated
        is_heard = project.blend > 0.0 and not take.mute
        place = next(n for n, one in enumerate(takes) if one.id == take.id)
        self.hear(takes[(place + 1) % len(takes)].id if is_heard else take.id)

    def show_menu(self, place: QPoint, lane_key: str) -> None:
        """Offer what can be done with the take under the pointer; nothing on other lanes."""
        menu = self.menu(lane_key)
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)

    def menu(self, track_id: str) -> QMenu | None:
        """The menu of a take, None when there is no such take."""
        take = self._track(track_id)
        if take is None:
            return None
        menu = QMenu(self._parent)
        menu.addAction("Hear this take instead of the others", lambda: self.hear(track_id))
        menu.addAction("Unmute" if take.mute else "Mute", lambda: self.set_mute(track_id, not take.mute))
        menu.addAction("Unsolo" if take.solo else "Solo", lambda: self.set_solo(track_id, not take.solo))
        menu.addAction("Rename…", lambda: self.ask_for_name(track_id))
        menu.addSeparator()
        for text, wish in (
            ("Remake the marked range", self.remake_requested),
            ("Make it again by its recipe", self.again_requested),
            ("Generate more like it…", self.like_requested),
        ):
            action = menu.addAction(text, lambda wish=wish: wish.emit(track_id))
            action.setEnabled(take.take.recipe is not None)
        menu.addSeparator()
        menu.addAction("Remove this take", lambda: self.remove(track_id))
        return menu

    def ask_for_name(self, track_id: str) -> None:
        """Let the person type another name."""
        take = self._track(track_id)
        if take is None:
            return
        new, accepted = QInputDialog.getText(self._parent, "Rename the take", "Name", text=take.name)
        if accepted and new.strip():
            self.rename(track_id, new)

    def _hear(self, text: str, after: Project) -> None:
        # Going back and forth is one step, however often.
        self._session.apply(text, after, gesture=_COMPARING)
        self.told.emit(f"{text.replace('Hear', 'Heard:', 1)}.")

    def _edit(
        self, verb: str, track_id: str, edit: Callable[[Project], Project], gesture: str | None = None
    ) -> None:
        project, take = self._session.project, self._track(track_id)
        if project is not None and take is not None:
            self._session.apply(f"{verb} {take.name}", edit(project), gesture)

    def _track(self, track_id: str) -> GeneratedTrack | None:
        project = self._session.project
        return project.generated_by_id.get(track_id) if project is not None else None

    def _set_current(self, track_id: str) -> None:
        if track_id != self._current:
            self._current = track_id
            self.current_changed.emit(track_id)

    def _on_project(self, project: Project | None, _old: Project | None) -> None:
        if self._current and self.current is None:
            self._set_current("")

    def _on_selection(self, selection: frozenset[str]) -> None:
        if selection:
            self._set_current("")
