"""Where the stick presses on a surface: one place for a hit, a path for a scratch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.stage.reactions.place import Place

if TYPE_CHECKING:
    from training.stage.contacts import Contact


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """The tip's path on the surface.

    Attributes
    ----------
    times_s
        float64 (k,), when the tip is at each point; one time for a hit.
    points_m
        float64 (k, 2), across and along from the spot.
    """

    times_s: NDArray[np.float64]
    points_m: NDArray[np.float64]

    @property
    def start_s(self) -> float:
        """When the tip meets the surface."""
        return float(self.times_s[0])

    @property
    def end_s(self) -> float:
        """When the tip may leave the surface."""
        return float(self.times_s[-1])

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the tip is at times (n,): (n, 2) metres; before and after the stroke it is at its ends.

        The hand slows down at each turn, as in `training.stage.motion.pose.scratch_shift`.
        """
        if len(self.times_s) < 2:
            return np.repeat(self.points_m, len(times_s), axis=0)
        parts = np.clip(np.searchsorted(self.times_s, times_s, "right") - 1, 0, len(self.times_s) - 2)
        lasts = self.times_s[parts + 1] - self.times_s[parts]
        share = np.clip((times_s - self.times_s[parts]) / lasts, 0.0, 1.0)
        eased = 0.5 - 0.5 * np.cos(np.pi * share)
        return self.points_m[parts] + eased[:, None] * (self.points_m[parts + 1] - self.points_m[parts])

    def reaches_s(self, part: int, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """When the tip has gone shares (n,) 0..1 of the way of one part of the stroke."""
        lasts = self.times_s[part + 1] - self.times_s[part]
        return self.times_s[part] + lasts * np.arccos(1.0 - 2.0 * np.clip(shares, 0.0, 1.0)) / np.pi

    def direction(self, time_s: float) -> NDArray[np.float64]:
        """Unit vector (2,) in which the tip moves at a time; zero for a hit."""
        if len(self.times_s) < 2:
            return np.zeros(2)
        part = int(np.clip(np.searchsorted(self.times_s, time_s, "right") - 1, 0, len(self.times_s) - 2))
        way = self.points_m[part + 1] - self.points_m[part]
        return way / max(float(np.linalg.norm(way)), 1e-9)


def stroke_of(contact: Contact, place: Place) -> Stroke:
    """The path of a contact's tip on its surface."""
    spot = np.asarray(contact.spot, np.float64)
    if len(contact.stroke_points) < 2 or contact.duration_s <= 0.0:
        return Stroke(np.array([contact.time_s]), np.zeros((1, 2)))
    points = place.on_surface(np.asarray(contact.stroke_points, np.float64), spot)
    times = np.asarray(contact.stroke_times_s, np.float64)
    if len(times) != len(points):
        raise ValueError(f"a scratch has {len(points)} stroke points but {len(times)} stroke times")
    return Stroke(times, points)
