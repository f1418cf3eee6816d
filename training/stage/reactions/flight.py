"""How small things fly: thrown, slowed by the air, falling, bouncing, lying where they land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRAVITY = np.array([0.0, 0.0, -9.81])

_STEP_S = 1 / 240
"""Landing is looked for at steps of this, then placed in between."""
_LEAST_BOUNCE_M_PER_S = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """One thing's way through the air in arcs; each lasts until the next begins, after the last it lies.

    Attributes
    ----------
    starts_s
        float64 (k + 1,), when each arc begins, and when the thing comes to rest.
    places_m
        float64 (k + 1, 3), where it is at those times.
    speeds_m_per_s
        float64 (k, 3), its velocity at the beginning of each arc.
    drag_per_s
        How fast the air takes its speed.
    """

    starts_s: NDArray[np.float64]
    places_m: NDArray[np.float64]
    speeds_m_per_s: NDArray[np.float64]
    drag_per_s: float

    @property
    def start_s(self) -> float:
        """When it leaves the surface."""
        return float(self.starts_s[0])

    @property
    def rest_s(self) -> float:
        """When it lies still."""
        return float(self.starts_s[-1])

    def at(self, time_s: float) -> NDArray[np.float64]:
        """Where it is (3,)."""
        if time_s >= self.starts_s[-1]:
            return self.places_m[-1]
        arc = max(int(np.searchsorted(self.starts_s, time_s, "right")) - 1, 0)
        return _along(
            self.places_m[arc],
            self.speeds_m_per_s[arc],
            self.drag_per_s,
            max(time_s - self.starts_s[arc], 0.0),
        )


def _along(
    place: NDArray[np.float64], speed: NDArray[np.float64], drag: float, age_s: NDArray[np.floating] | float
) -> NDArray[np.float64]:
    """Place after a flight under gravity and a drag in proportion to the speed; closed form."""
    age = np.asarray(age_s)[..., None]
    final = GRAVITY / drag
    return place + final * age + (speed - final) * (1.0 - np.exp(-drag * age)) / drag


def fly(
    start_s: float,
    place: NDArray[np.float64],
    speed: NDArray[np.float64],
    drag_per_s: float,
    bounce: float,
    ground: tuple[NDArray[np.float64], NDArray[np.float64]],
    longest_s: float = 1.2,
    arcs: int = 3,
) -> Flight:
    """Follow one thing until it lies.

    Parameters
    ----------
    start_s, place, speed
        When, where (3,) and with what velocity (3,) it starts.
    drag_per_s
        Share of its speed that the air takes per second.
    bounce
        Share of the speed out of the ground that it keeps.
    ground
        A point of the ground and its unit normal.
    longest_s
        What has not landed by then is out of sight, and ends there.
    """
    point, normal = ground
    starts, places, speeds = [start_s], [np.asarray(place, np.float64)], []
    speed = np.asarray(speed, np.float64)
    for _ in range(arcs):
        ages = np.arange(1, int(longest_s / _STEP_S) + 1) * _STEP_S
        heights = (_along(places[-1], speed, drag_per_s, ages) - point) @ normal
        below = np.flatnonzero(heights < 0.0)
        speeds.append(speed)
        if not len(below):
            starts.append(starts[-1] + longest_s)
            places.append(_along(places[-1], speed, drag_per_s, longest_s))
            break
        lower = int(below[0])
        before = heights[lower - 1] if lower else 0.0
        age = ages[lower] - _STEP_S * heights[lower] / (heights[lower] - before - 1e-12)
        landed = _along(places[-1], speed, drag_per_s, age)
        starts.append(starts[-1] + float(age))
        places.append(landed - ((landed - point) @ normal) * normal)
        final = GRAVITY / drag_per_s
        arriving = final + (speed - final) * np.exp(-drag_per_s * age)
        into = float(arriving @ normal)
        speed = (arriving - into * normal) * 0.5 - bounce * into * normal
        if -bounce * into < _LEAST_BOUNCE_M_PER_S:
            break
    return Flight(np.array(starts), np.stack(places), np.stack(speeds), drag_per_s)
