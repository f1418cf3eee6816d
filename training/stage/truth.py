"""What is known of a rendered clip: every contact to the sample, and how loud each picture is.

`NAME_truth.json` says it exactly; `NAME_times.txt` says what the Greatest Hits annotators would have
written, in their layout, for recipes that know that one only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from training.stage.camera import Camera
from training.stage.contacts import Contact

TRUTH_VERSION = 1
TIME_DECIMALS = 6
"""Times are told to the microsecond, a twentieth of a sample."""


class CameraPath(Protocol):
    """How the camera shook; `training.stage.picture.film.Film` is one."""

    @property
    def source_rate(self) -> float: ...

    @property
    def path(self) -> NDArray[np.float64]: ...


class Filmed(Protocol):
    """The set and how it was filmed; `training.stage.scene.Scene` is one."""

    @property
    def camera(self) -> Camera: ...

    @property
    def film(self) -> CameraPath: ...


def point_in_picture(contact: Contact, filmed: Filmed) -> tuple[float, float] | None:
    """Where a contact is seen as it happens, (x, y) in 0..1 of width and height from the upper left.

    None when it is not in the picture.
    """
    if not contact.in_picture:
        return None
    camera, film = filmed.camera, filmed.film
    x_px, y_px, depth_m = camera.project(np.array(contact.spot, float))
    if depth_m <= 0.0:
        return None
    taken = min(max(0, math.floor(contact.time_s * film.source_rate + 1e-9)), len(film.path) - 1)
    shift_x, shift_y, turn = film.path[taken]
    across = x_px - camera.width / 2 - shift_x
    below = y_px - camera.height / 2 - shift_y
    cosine, sine = math.cos(turn), math.sin(turn)
    x = 0.5 + (cosine * across + sine * below) / camera.width
    y = 0.5 + (cosine * below - sine * across) / camera.height
    return (float(x), float(y)) if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 else None


def truth_of(
    contacts: Sequence[Contact],
    filmed: Filmed,
    level_db: NDArray[np.float64],
    *,
    seed: int,
    index: int,
    frame_rate: Fraction,
    set_name: str,
    near_misses_s: Sequence[float],
) -> dict[str, Any]:
    """The clip's truth as JSON holds it; contacts in order of time."""
    return {
        "version": TRUTH_VERSION,
        "seed": seed,
        "index": index,
        "frame_rate": str(frame_rate),
        "width": filmed.camera.width,
        "height": filmed.camera.height,
        "set": set_name,
        "contacts": [
            _entry(contact, point_in_picture(contact, filmed))
            for contact in sorted(contacts, key=lambda contact: contact.time_s)
        ],
        "near_misses": [_rounded(time_s) for time_s in near_misses_s],
        "level_db": [round(float(level), 3) for level in level_db],
    }


def truth_text(truth: dict[str, Any]) -> str:
    """The contents of `NAME_truth.json`: one line per contact, so that people can read it."""
    parts = []
    for key, value in truth.items():
        if key == "contacts" and value:
            lines = ",\n  ".join(json.dumps(entry) for entry in value)
            parts.append(f'"contacts": [\n  {lines}\n ]')
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def times_text(contacts: Sequence[Contact]) -> str:
    """The contents of `NAME_times.txt`: `time material action reaction` per line."""
    ordered = sorted(contacts, key=lambda contact: contact.time_s)
    return "".join(
        f"{contact.time_s:.6f} {contact.material} {contact.action} {contact.reaction}\n"
        for contact in ordered
    )


def _entry(contact: Contact, point: tuple[float, float] | None) -> dict[str, Any]:
    return {
        "time_s": _rounded(contact.time_s),
        "duration_s": _rounded(contact.duration_s),
        "action": contact.action,
        "material": contact.material,
        "reaction": contact.reaction,
        "strength": round(float(contact.strength), 4),
        "point": None if point is None else [round(point[0], 5), round(point[1], 5)],
        # The set may say that the spot is in view and the shaking camera may have lost it.
        "in_picture": point is not None,
        "turns_s": [_rounded(turn_s) for turn_s in contact.turns_s],
    }


def _rounded(time_s: float) -> float:
    return round(float(time_s), TIME_DECIMALS)
