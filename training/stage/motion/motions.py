"""What a hand has to do, in order: the contacts and gestures of a script as motions of one kind.

A motion brings the tool's end to a place at a time. Contacts and gestures differ in how they arrive there
and in what they do afterwards; the planner in `training.stage.motion.strokes` treats all of them alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.stage.contacts import Absence, Contact, Gesture, GestureKind, Script

Arrival = Literal["blow", "touch", "stop", "freeze", "place", "away"]
"""A blow is stopped by the surface; a touch begins a scratch; a stop is a blow that is stopped in the air;
a freeze is a swing that stops dead in the air; a place is gone to without haste; away is anywhere out of the
picture."""

SINK_M = {
    "leaf": 0.014,
    "grass": 0.018,
    "water": 0.035,
    "plastic-bag": 0.010,
    "cloth": 0.006,
    "dirt": 0.004,
    "gravel": 0.004,
    "paper": 0.002,
    "carpet": 0.002,
}
"""How deep a hard blow goes into what gives way; nothing else is entered."""
_LONGEST_WAY_IN_S = 0.5
"""An absence that ends this shortly before a contact ends with the contact's own blow."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One thing the hand does.

    Attributes
    ----------
    time_s, end_s
        When the end arrives, and until when it stays.
    spot, normal
        (3,) m and unit.
    shifts
        (n, 4): times, and how far from the spot the end is along the surface then; empty to stay.
    sink_m
        How deep the hardest blow sinks in.
    height_m
        How far above the surface the spot of a motion lies that touches nothing.
    from_outside
        The hand comes from out of the picture.
    rolls
        The stick is turned in the hand.
    """

    arrival: Arrival
    time_s: float
    end_s: float
    spot: NDArray[np.float64]
    normal: NDArray[np.float64]
    strength: float
    shifts: NDArray[np.float64]
    sink_m: float = 0.0
    from_outside: bool = False
    rolls: bool = False
    wrist_share: float | None = None
    height_m: float = 0.0


_NO_SHIFTS = np.zeros((0, 4))
_ARRIVALS: dict[GestureKind, Arrival] = {"near-miss": "stop", "freeze": "freeze"}


def motions_of(script: Script, rng: np.random.Generator) -> list[Motion]:
    """The script's motions in order of time; there is at least one."""
    struck_in = _struck_in(script)
    found = [_contact(contact, contact in struck_in) for contact in script.contacts]
    found += [_gesture(gesture, rng) for gesture in script.gestures]
    found.sort(key=lambda motion: motion.time_s)
    for absence in script.absences:
        _leave(found, absence)
    if not found:
        found.append(_away(np.zeros(3), np.array([0.0, 0.0, 1.0]), 0.0, 0.0))
    return found


def _struck_in(script: Script) -> list[Contact]:
    """Contacts whose own blow brings the hand back into the picture."""
    found = []
    for absence in script.absences:
        after = next((contact for contact in script.contacts if contact.time_s >= absence.end_s), None)
        if after is not None and after.time_s - absence.end_s < _LONGEST_WAY_IN_S:
            found.append(after)
    return found


def _contact(contact: Contact, from_outside: bool) -> Motion:
    spot = np.array(contact.spot)
    shifts = _NO_SHIFTS
    if len(contact.stroke_points) > 1:
        shifts = np.column_stack([contact.stroke_times_s, np.array(contact.stroke_points) - spot])
    return Motion(
        arrival="touch" if contact.action == "scratch" else "blow",
        time_s=contact.time_s,
        end_s=contact.end_s,
        spot=spot,
        normal=np.array(contact.normal),
        strength=contact.strength,
        shifts=shifts,
        sink_m=SINK_M.get(contact.material, 0.0),
        from_outside=from_outside,
    )


def _gesture(gesture: Gesture, rng: np.random.Generator) -> Motion:
    normal = np.array(gesture.normal)
    spot = np.array(gesture.spot) + gesture.height_m * normal
    end_s = gesture.time_s + gesture.duration_s
    return Motion(
        arrival=_ARRIVALS.get(gesture.kind, "place"),
        time_s=gesture.time_s,
        end_s=end_s,
        spot=spot,
        normal=normal,
        strength=gesture.strength,
        shifts=_gesture_shifts(gesture, spot, normal, rng),
        rolls=gesture.kind == "regrip",
        height_m=gesture.height_m,
        wrist_share={"wave": 0.7, "regrip": 1.0, "point": 0.5}.get(gesture.kind, 0.2),
    )


def _gesture_shifts(
    gesture: Gesture, spot: NDArray[np.float64], normal: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    if gesture.kind == "pass":
        end = spot if gesture.end is None else np.array(gesture.end)
        times = [gesture.time_s, gesture.time_s + gesture.duration_s]
        return np.column_stack([times, np.stack([np.zeros(3), end - spot])])
    if gesture.size_m <= 0 or gesture.duration_s <= 0:
        return _NO_SHIFTS
    rate_hz = {"wave": 4.0, "regrip": 5.0}.get(gesture.kind, 1.5) * float(rng.uniform(0.6, 1.2))
    turns = max(2, math.ceil(gesture.duration_s * rate_hz) + 1)
    way = rng.normal(size=3)
    way -= (way @ normal) * normal
    way /= max(float(np.linalg.norm(way)), 1e-6)
    sizes = gesture.size_m * rng.uniform(0.5, 1.0, turns) * np.where(np.arange(turns) % 2, 1.0, -1.0)
    sizes[0] = 0.0
    wander = 0.3 * gesture.size_m * rng.normal(size=(turns, 3)) * (np.arange(turns) > 0)[:, None]
    wander -= (wander @ normal)[:, None] * normal
    times = np.linspace(gesture.time_s, gesture.time_s + gesture.duration_s, turns)
    return np.column_stack([times, sizes[:, None] * way + wander])


def _away(spot: NDArray[np.float64], normal: NDArray[np.float64], start_s: float, end_s: float) -> Motion:
    return Motion("away", start_s, end_s, spot, normal, 0.5, _NO_SHIFTS)


def _leave(found: list[Motion], absence: Absence) -> None:
    """Put the absence in, unless the next contact's blow comes straight out of it."""
    after = next((k for k, motion in enumerate(found) if motion.time_s >= absence.start_s), len(found))
    if after < len(found) and found[after].from_outside and after > 0:
        return
    near = found[min(after, len(found) - 1)] if found else None
    spot = near.spot if near is not None else np.zeros(3)
    normal = near.normal if near is not None else np.array([0.0, 0.0, 1.0])
    found.insert(after, _away(spot, normal, absence.start_s, absence.end_s))
