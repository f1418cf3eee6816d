"""The strokes of a scratch: how long, how many, and to and fro where on the surface."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.stage.script.spots import Spot, SpotPicker, Vector

SHORTEST_S, LONGEST_S = 0.06, 1.2
_MOST_STROKES = 6
_SHORTEST_M, _LONGEST_M = 0.02, 0.12
_FASTEST_M_S = 2.0
"""Peak speed of a drag; a stroke that is slow at both ends peaks at pi / 2 times its mean."""


@dataclass(frozen=True, slots=True)
class ScratchHabit:
    """How a clip's person scratches.

    Attributes
    ----------
    duration_s, stroke_s, stroke_m
        Of a typical scratch, and one of its strokes.
    angle
        Radians in the surface, of its usual direction.
    wander
        How much the line shifts sideways from stroke to stroke, as a share of their length.
    """

    duration_s: float
    stroke_s: float
    stroke_m: float
    angle: float
    wander: float


def draw_scratch_habit(rng: np.random.Generator) -> ScratchHabit:
    """Draw a person's way of scratching: from short quick ones to long drags."""
    return ScratchHabit(
        duration_s=float(np.clip(0.36 * math.exp(rng.normal(0, 0.45)), 0.12, 0.9)),
        stroke_s=float(np.clip(0.26 * math.exp(rng.normal(0, 0.4)), 0.1, 0.6)),
        stroke_m=float(np.clip(0.06 * math.exp(rng.normal(0, 0.45)), _SHORTEST_M, _LONGEST_M)),
        angle=float(rng.uniform(0, 2 * math.pi)),
        wander=float(rng.uniform(0, 0.35)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Reversal points (n, 3), the first is the spot, and their times (n,) after the contact."""

    points: tuple[Vector, ...]
    times_s: tuple[float, ...]


def draw_strokes(
    spot: Spot, longest_s: float, habit: ScratchHabit, picker: SpotPicker | None, rng: np.random.Generator
) -> Strokes:
    """One scratch from a spot on.

    Parameters
    ----------
    longest_s
        There is no more time than this until the next event.
    picker
        Keeps the strokes on the surface; None where the surface is out of sight.
    """
    duration_s = habit.duration_s * math.exp(float(rng.normal(0, 0.3)))
    duration_s = max(min(duration_s, longest_s, LONGEST_S), SHORTEST_S)
    wanted = duration_s / (habit.stroke_s * math.exp(float(rng.normal(0, 0.2))))
    count = min(max(round(wanted), 1), _MOST_STROKES)
    lengths = rng.uniform(0.7, 1.3, count)
    times_s = np.concatenate([[0.0], np.cumsum(lengths / lengths.sum() * duration_s)])
    reach_m = min(habit.stroke_m * math.exp(float(rng.normal(0, 0.25))), _LONGEST_M)
    reach_m = min(reach_m, float(np.diff(times_s).min()) * _FASTEST_M_S * 2 / math.pi)

    first = np.cross(spot.normal, [0.2, 0.9, 0.4])
    first /= np.linalg.norm(first)
    second = np.cross(spot.normal, first)
    # Beyond the usual direction's neighbours any direction will do, as long as the surface goes on there.
    for turn in (0.0, math.pi, 0.7, -0.7, math.pi / 2, -math.pi / 2, 2.4, -2.4):
        angle = habit.angle + turn + float(rng.normal(0, 0.2))
        way = math.cos(angle) * first + math.sin(angle) * second
        sideways = habit.wander * np.cross(spot.normal, way)
        far, near = rng.normal(1.0, 0.12, count), rng.normal(0.0, 0.12, count)
        drift = np.cumsum(rng.normal(0, 0.4, count))
        shifts = [
            reach_m * ((far[k] if k % 2 == 0 else near[k]) * way + drift[k] * sideways) for k in range(count)
        ]
        points = [spot.point + shift if picker is None else picker.along(spot, shift) for shift in shifts]
        reached = [point for point in points if point is not None]
        if len(reached) == count:
            return Strokes((spot.point, *reached), tuple(float(time_s) for time_s in times_s))
        reach_m = max(0.8 * reach_m, 0.012)
    # Nowhere to go: the end is pressed and turned on the spot.
    little = [spot.point + 0.004 * (1 if k % 2 == 0 else -1) * first for k in range(count)]
    return Strokes((spot.point, *little), tuple(float(time_s) for time_s in times_s))
