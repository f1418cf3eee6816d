"""Edits of tracks: their names, faders, and who is on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.errors import EditError
from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, Project, Track, new_id
from engine.project.edits.checked import clamped, known_track, name, same_or_changed
from engine.project.edits.hit_changes import with_hits


def add_track(project: Project, track_name: str, *, track_id: str | None = None) -> Project:
    """Add a track below the others; its name must be its own, because stems are named after it."""
    new = track_id or new_id()
    if new in project.tracks_by_id:
        raise EditError(f"There already is a track “{new}” in the project.")
    track = Track(id=new, name=_free_name(project, track_name, except_id=""))
    return replace(project, tracks=(*project.tracks, track))


def rename_track(project: Project, track_id: str, track_name: str) -> Project:
    """Give a track another name."""
    known_track(project, track_id)
    return _set(project, track_id, name=_free_name(project, track_name, except_id=track_id))


def remove_track(project: Project, track_id: str) -> Project:
    """Remove a track; its hits, locked ones too, go to the first one left. The last track stays."""
    known_track(project, track_id)
    rest = tuple(track for track in project.tracks if track.id != track_id)
    if not rest:
        raise EditError("The last track can't be removed; its hits would have nowhere to go.")
    moved = with_hits(
        project,
        [replace(hit, track=rest[0].id) if hit.track == track_id else hit for hit in project.hits],
    )
    return replace(moved, tracks=rest)


def set_track_gain(project: Project, track_id: str, gain_db: float) -> Project:
    """Set a track's fader."""
    return _set(project, track_id, gain_db=clamped(gain_db, "gain", MIN_GAIN_DB, MAX_GAIN_DB))


def set_track_pan(project: Project, track_id: str, pan: float) -> Project:
    """Place a track between left (-1) and right (+1)."""
    return _set(project, track_id, pan=clamped(pan, "pan", -1.0, 1.0))


def set_track_mute(project: Project, track_id: str, mute: bool) -> Project:
    """Silence a track or let it sound."""
    return _set(project, track_id, mute=bool(mute))


def set_track_solo(project: Project, track_id: str, solo: bool) -> Project:
    """Let only the soloed tracks sound."""
    return _set(project, track_id, solo=bool(solo))


def _set(project: Project, track_id: str, **values: Any) -> Project:
    old = known_track(project, track_id)
    new = same_or_changed(old, **values)
    if new is old:
        return project
    return replace(project, tracks=tuple(new if track is old else track for track in project.tracks))


def _free_name(project: Project, wanted: str, *, except_id: str) -> str:
    plain = name(wanted, "track")
    for track in project.tracks:
        if track.id != except_id and track.name.casefold() == plain.casefold():
            raise EditError(f"There already is a track called “{track.name}”.")
    return plain
