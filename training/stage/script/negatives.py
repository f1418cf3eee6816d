"""What a hand does besides: blows stopped short, gestures in pauses, and going out of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.stage.contacts import Absence, Gesture, GestureKind, Vector
from training.stage.script.spots import Spot

_GESTURE_ROOM_S = 0.45
"""A gesture keeps this far from the contacts before and after it."""
_SHORTEST_GESTURE_S = 0.3
_LEAVING_TAKES_S, _COMING_TAKES_S = 0.3, 0.12
_KINDS: tuple[GestureKind, ...] = ("hover", "near-miss", "freeze", "wave", "regrip", "pass", "point")
_KIND_SHARES = (0.22, 0.18, 0.2, 0.1, 0.1, 0.12, 0.08)
_FREEZE_SHARE = 0.35
"""So many of the planned contacts that are missed are no blows stopped short, but other swings."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How restless a clip's person is.

    Attributes
    ----------
    misses
        Share of the planned contacts that are stopped short of the surface.
    gestures
        Probability that a pause is filled with a gesture.
    leaves
        Probability that the hand leaves the picture between two contacts when there is time to.
    """

    misses: float
    gestures: float
    leaves: float


def draw_temper(rng: np.random.Generator) -> Temper:
    """Draw how restless a person is; half of them never miss, and a fifth leaves nearly every time."""
    misses = float(rng.beta(1.5, 9)) if rng.random() < 0.5 else 0.0
    leaves = float(rng.uniform(0.6, 1.0)) if rng.random() < 0.22 else float(rng.uniform(0.0, 0.12))
    return Temper(misses=misses, gestures=float(rng.uniform(0.2, 0.9)), leaves=leaves)


def draw_near_miss(time_s: float, room_s: float, spot: Spot, rng: np.random.Generator) -> Gesture:
    """A contact that does not happen; `room_s` is the time until the next event.

    Mostly a blow that stops 2 to 10 cm above its spot, otherwise a swing that freezes farther away.
    """
    freezes = rng.random() < _FREEZE_SHARE
    low, high = (0.05, 0.25) if freezes else (0.02, 0.10)
    return Gesture(
        kind="freeze" if freezes else "near-miss",
        time_s=time_s,
        duration_s=float(min(rng.uniform(0.0, 0.4), max(0.3 * room_s, 0.0))),
        spot=_plain(spot),
        normal=_plain_normal(spot),
        height_m=float(rng.uniform(low, high)),
        strength=float(rng.uniform(0.2, 0.8)),
    )


def draw_gesture(start_s: float, end_s: float, spot: Spot, rng: np.random.Generator) -> Gesture | None:
    """A gesture that fits between two contacts, or None when there is no room for one."""
    start_s, end_s = start_s + _GESTURE_ROOM_S, end_s - _GESTURE_ROOM_S
    if end_s - start_s < _SHORTEST_GESTURE_S:
        return None
    kind = _KINDS[int(rng.choice(len(_KINDS), p=_KIND_SHARES))]
    if kind == "near-miss":
        return draw_near_miss(float(rng.uniform(start_s, end_s)), 0.5, spot, rng)
    duration_s = float(min(rng.uniform(0.3, 2.0), end_s - start_s))
    low, high = {
        "point": (0.012, 0.05),
        "pass": (0.04, 0.15),
        "wave": (0.06, 0.3),
        "freeze": (0.05, 0.25),
    }.get(kind, (0.02, 0.2))
    size_m = {"wave": float(rng.uniform(0.03, 0.15)), "regrip": 0.02, "point": 0.015, "freeze": 0.0}.get(
        kind, 0.01
    )
    height_m = float(rng.uniform(low, high))
    way = rng.normal(size=3)
    way -= (way @ spot.normal) * spot.normal
    way *= float(rng.uniform(0.1, 0.4)) / max(float(np.linalg.norm(way)), 1e-6)
    if np.linalg.norm(way) > 0.8 * duration_s:
        way *= 0.8 * duration_s / float(np.linalg.norm(way))
    end = spot.point + way + height_m * spot.normal
    return Gesture(
        kind=kind,
        time_s=float(rng.uniform(start_s, end_s - duration_s)) if end_s - duration_s > start_s else start_s,
        duration_s=duration_s,
        spot=_plain(spot),
        normal=_plain_normal(spot),
        height_m=height_m,
        size_m=size_m,
        end=(float(end[0]), float(end[1]), float(end[2])) if kind == "pass" else None,
    )


def draw_absence(
    start_s: float, end_s: float, rng: np.random.Generator, *, comes_striking: bool
) -> Absence | None:
    """The hand out of the picture between two contacts, or None when there is no time to leave.

    Parameters
    ----------
    comes_striking
        The next contact's blow brings the hand back, so that it enters two or three pictures before.
    """
    free_s = end_s - start_s
    if free_s < _LEAVING_TAKES_S + _COMING_TAKES_S + 0.15:
        return None
    left_s = start_s + float(rng.uniform(_LEAVING_TAKES_S, max(_LEAVING_TAKES_S, 0.55 * free_s)))
    back_s = end_s - _COMING_TAKES_S
    if not comes_striking:
        back_s = end_s - float(rng.uniform(0.6, 1.2))
    return Absence(left_s, back_s) if back_s > left_s + 0.05 else None


def _plain(spot: Spot) -> Vector:
    return float(spot.point[0]), float(spot.point[1]), float(spot.point[2])


def _plain_normal(spot: Spot) -> Vector:
    return float(spot.normal[0]), float(spot.normal[1]), float(spot.normal[2])
