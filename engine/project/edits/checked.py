"""What every edit checks first: numbers are finite and whole where they must be, names exist."""

from __future__ import annotations

import math
import operator
from dataclasses import replace
from typing import Any, TypeVar

from engine.errors import EditError
from engine.project.document import GeneratedTrack, Project, Take, Track
from engine.project.document_json import TAKE_SHAPE
from engine.project.shapes import MAX_WHOLE, ShapeError

T = TypeVar("T")


def finite(value: Any, what: str) -> float:
    """The value as a plain float; `EditError` when it is no number, NaN or infinite."""
    try:
        plain = float(value)
    except (TypeError, ValueError, OverflowError):
        plain = math.nan
    if not math.isfinite(plain) or isinstance(value, str | bool):
        raise EditError(f"The {what} must be a number, not {value!r}.")
    return plain


def clamped(value: Any, what: str, least: float, most: float) -> float:
    """A finite number, brought into a closed range."""
    return min(max(finite(value, what), least), most)


def whole(value: Any, what: str, least: int = 0, most: int = MAX_WHOLE) -> int:
    """A whole number of samples (or frames), brought into a closed range."""
    try:
        plain = operator.index(value)
    except TypeError:
        raise EditError(f"The {what} must be a whole number of samples, not {value!r}.") from None
    if isinstance(value, bool):
        raise EditError(f"The {what} must be a whole number of samples, not {value!r}.")
    return min(max(plain, least), most)


def hit_position(project: Project, value: Any) -> int:
    """A position on the timeline: not before the first picture and, where known, before the end."""
    return whole(value, "position", 0, project.length - 1 if project.length else MAX_WHOLE)


def name(value: Any, what: str) -> str:
    """A name without spaces around it; `EditError` when nothing is left."""
    if not isinstance(value, str) or not value.strip():
        raise EditError(f"The {what} needs a name.")
    return value.strip()


def known_track(project: Project, track_id: str) -> Track:
    """The track with this id; `EditError` when there is none."""
    track = project.tracks_by_id.get(track_id)
    if track is None:
        raise EditError(f"There is no track “{track_id}” in the project.")
    return track


def known_generated(project: Project, track_id: str) -> GeneratedTrack:
    """The generated track with this id; `EditError` when there is none."""
    track = project.generated_by_id.get(track_id)
    if track is None:
        raise EditError(f"There is no generated track “{track_id}” in the project.")
    return track


def sound_take(take: Any) -> Take:
    """A take that can be saved; `EditError` says what is wrong with it."""
    try:
        TAKE_SHAPE.write(take)
    except ShapeError as error:
        raise EditError(f"The sound can't be used: {error}.") from error
    return take


def differing(value: object, changes: dict[str, Any]) -> dict[str, Any]:
    """Those of the changes that give a field another value."""
    return {key: new for key, new in changes.items() if getattr(value, key) != new}


def same_or_changed(value: T, **changes: Any) -> T:
    """The very same object when nothing differs, else a copy with what does.

    Sharing by identity is what makes undo, repainting and the journal cheap.
    """
    needed = differing(value, changes)
    return replace(value, **needed) if needed else value  # pyright: ignore[reportArgumentType]
