"""What a right click on a track's header offers: its name, its sound, its hits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from engine.project import edits
from engine.project.document import Project
from foley_app.session import Session
from foley_app.texts import hits_phrase


class TrackCommands(QObject):
    """Edits of the tracks, each one undo step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._parent = parent

    def set_mute(self, track_id: str, mute: bool) -> None:
        """Silence a track, or let it sound again."""
        verb = "Mute" if mute else "Unmute"
        self._edit(verb, track_id, lambda project: edits.set_track_mute(project, track_id, mute))

    def set_solo(self, track_id: str, solo: bool) -> None:
        """Hear a track alone, or with the others again."""
        verb = "Solo" if solo else "Unsolo"
        self._edit(verb, track_id, lambda project: edits.set_track_solo(project, track_id, solo))

    def rename(self, track_id: str, name: str) -> None:
        """Give a track another name."""
        self._edit("Rename", track_id, lambda project: edits.rename_track(project, track_id, name))

    def remove(self, track_id: str) -> None:
        """Remove a track."""
        self._edit("Remove", track_id, lambda project: edits.remove_track(project, track_id))

    def add(self, name: str) -> None:
        """Add a track."""
        project = self._session.project
        if project is not None:
            self._session.apply(f"Add the track {name}", edits.add_track(project, name))

    def put_selection_on(self, track_id: str) -> None:
        """Move the selected hits to a track."""
        project, hits = self._session.project, self._session.selected_hits
        if project is not None and hits:
            after = edits.assign_track(project, [hit.id for hit in hits], track_id)
            text = f"Put {hits_phrase(project, hits)} on {project.tracks_by_id[track_id].name}"
            self._session.apply(text, after)

    def show_menu(self, place: QPoint, lane_key: str) -> None:
        """Offer what can be done with the track under the pointer; nothing on other lanes."""
        menu = self.menu(lane_key)
        if menu is not None:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)

    def menu(self, track_id: str) -> QMenu | None:
        """The menu of a track, None when there is no such track."""
        project = self._session.project
        track = project.tracks_by_id.get(track_id) if project is not None else None
        if project is None or track is None:
            return None
        menu = QMenu(self._parent)
        menu.addAction("Rename…", lambda: self._ask_for_name(track_id, track.name))
        menu.addAction("Unmute" if track.mute else "Mute", lambda: self.set_mute(track_id, not track.mute))
        menu.addAction("Unsolo" if track.solo else "Solo", lambda: self.set_solo(track_id, not track.solo))
        menu.addSeparator()
        here = menu.addAction("Put the selected hits here", lambda: self.put_selection_on(track_id))
        here.setEnabled(bool(self._session.selected_hits))
        menu.addSeparator()
        menu.addAction("Add a track…", self._ask_for_new_track)
        remove = menu.addAction("Remove this track", lambda: self.remove(track_id))
        remove.setEnabled(len(project.tracks) > 1)
        return menu

    def _ask_for_name(self, track_id: str, name: str) -> None:
        new, accepted = QInputDialog.getText(self._parent, "Rename the track", "Name", text=name)
        if accepted and new.strip():
            self.rename(track_id, new)

    def _ask_for_new_track(self) -> None:
        name, accepted = QInputDialog.getText(self._parent, "Add a track", "Name")
        if accepted and name.strip():
            self.add(name.strip())

    def _edit(self, verb: str, track_id: str, edit: Callable[[Project], Project]) -> None:
        project = self._session.project
        if project is not None and track_id in project.tracks_by_id:
            text = f"{verb} the track {project.tracks_by_id[track_id].name}"
            self._session.apply(text, edit(project))
