"""Edits of generated tracks: whole takes laid on the timeline beside the hits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.errors import EditError
from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, GeneratedTrack, Project, Take
from engine.project.document_json import GENERATED_SHAPE
from engine.project.edits.checked import (
    clamped,
    hit_position,
    known_generated,
    name,
    same_or_changed,
    sound_take,
)
from engine.project.shapes import ShapeError


def add_generated_track(project: Project, track: GeneratedTrack) -> Project:
    """Lay a generated take on the timeline."""
    if track.id in project.generated_by_id:
        raise EditError(f"There already is a generated track “{track.id}” in the project.")
    try:
        GENERATED_SHAPE.write(track)
    except ShapeError as error:
        raise EditError(f"The generated track can't be used: {error}.") from error
    return replace(project, generated=(*project.generated, track))


def remove_generated_track(project: Project, track_id: str) -> Project:
    """Take a generated track off the timeline."""
    old = known_generated(project, track_id)
    return replace(project, generated=tuple(track for track in project.generated if track is not old))


def rename_generated_track(project: Project, track_id: str, track_name: str) -> Project:
    """Give a generated track another name."""
    return _set(project, track_id, name=name(track_name, "generated track"))


def replace_generated_take(project: Project, track_id: str, take: Take) -> Project:
    """Let a generated track play another take, such as one of which a stretch was made anew."""
    return _set(project, track_id, take=sound_take(take))


def move_generated_track(project: Project, track_id: str, position: int) -> Project:
    """Put the beginning of a generated track at a position."""
    return _set(project, track_id, position=hit_position(project, position))


def set_generated_gain(project: Project, track_id: str, gain_db: float) -> Project:
    """Set a generated track's fader."""
    return _set(project, track_id, gain_db=clamped(gain_db, "gain", MIN_GAIN_DB, MAX_GAIN_DB))


def set_generated_pan(project: Project, track_id: str, pan: float) -> Project:
    """Place a generated track between left (-1) and right (+1)."""
    return _set(project, track_id, pan=clamped(pan, "pan", -1.0, 1.0))


def set_generated_mute(project: Project, track_id: str, mute: bool) -> Project:
    """Silence a generated track or let it sound."""
    return _set(project, track_id, mute=bool(mute))


def set_generated_solo(project: Project, track_id: str, solo: bool) -> Project:
    """Let only the soloed tracks sound."""
    return _set(project, track_id, solo=bool(solo))


def _set(project: Project, track_id: str, **values: Any) -> Project:
    old = known_generated(project, track_id)
    new = same_or_changed(old, **values)
    if new is old:
        return project
    return replace(project, generated=tuple(new if track is old else track for track in project.generated))
