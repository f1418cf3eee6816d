"""How a hand with a stick moves: wind-up, approach, abrupt stop, rebound; press and drag for a scratch.

The stick's tip is what is planned; the hand follows from it. Between contacts the tip swings over to the
next spot; in the last tenth of a second it falls ever faster and stops dead at the contact time, then
bounces off. All in metres and seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.demo.shapes import CONE_FIELDS, rows
from training.demo.surfaces import SURFACES

_STICK_LENGTH = 0.36
_APPROACH_S = 0.13
_REBOUND_S = 0.16
_HAND_SHARE = 0.78
"""How far up the stick the hand holds it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One planned contact: the truth of the scene.

    `spot` is where the tip touches (m), `strength` 0..1; a scratch lasts `duration_s` and reaches
    `reach_m` to either side, back and forth `strokes` times.
    """

    time_s: float
    spot: tuple[float, float, float]
    material: str
    strength: float = 0.7
    duration_s: float = 0.0
    reach_m: float = 0.0
    strokes: int = 0

    @property
    def end_s(self) -> float:
        """When the tip leaves the surface."""
        return self.time_s + self.duration_s


class Drummer:
    """A hand, sleeve and stick that play a list of contacts."""

    def __init__(self, contacts: tuple[Contact, ...]) -> None:
        self.contacts = contacts
        self._starts = [contact.time_s for contact in contacts]

    def _tip(self, time_s: float) -> tuple[NDArray[np.float64], float]:
        """The tip's position (3,) and its height above the struck surface, at a time."""
        index = bisect_right(self._starts, time_s) - 1
        last = self.contacts[index] if index >= 0 else None
        coming = self.contacts[index + 1] if index + 1 < len(self.contacts) else None
        if last is not None and time_s < last.end_s:
            phase = (time_s - last.time_s) / last.duration_s * last.strokes * math.pi
            # The hand slows at each turn, as hands do.
            along = last.reach_m * (1 - math.cos(phase))
            return np.array(last.spot) + np.array([along, 0.25 * along, 0.0]), 0.0
        anchor = last if last is not None else coming
        assert anchor is not None, "a drummer needs at least one contact"
        start = np.array(anchor.spot, dtype=float)
        if last is not None and last.strokes % 2:
            start += np.array([2 * last.reach_m, 0.5 * last.reach_m, 0.0])
        end = np.array((coming or anchor).spot)
        began = last.end_s if last is not None else 0.0
        ends = coming.time_s if coming is not None else began + 1.2
        since, until = time_s - began, ends - time_s
        share = min(max(since / max(ends - began - _APPROACH_S, 0.05), 0.0), 1.0)
        glide = share**3 * (10 - 15 * share + 6 * share * share)
        position = start + (end - start) * glide

        hover = 0.055 + 0.02 * math.sin(5.1 * time_s)
        raised = hover + (0.06 + 0.12 * coming.strength if coming is not None else 0.05)
        # The stick is raised for the blow during the second half of the gap.
        wind_up = min(max((since - 0.35 * (ends - began)) / max(0.45 * (ends - began), 0.05), 0.0), 1.0)
        height = hover + (raised - hover) * wind_up * wind_up * (3 - 2 * wind_up)
        if last is not None and since < _REBOUND_S:
            rise = since / _REBOUND_S
            height *= 1 - (1 - rise) ** (2.2 if last.strength > 0.5 else 1.6)
        if coming is not None and until < _APPROACH_S:
            height *= 1 - (1 - until / _APPROACH_S) ** 2.4
        return position + np.array([0.0, 0.0, height]), height

    def shapes(self, time_s: float) -> NDArray[np.float64]:
        """The moving round cones at a time: stick, hand, fingers, sleeve; (n, 9) float64."""
        tip, height = self._tip(time_s)
        rise = 0.30 + 0.03 * math.sin(0.9 * time_s) - 1.15 * height
        heading = math.radians(-38 + 6 * math.sin(0.7 * time_s) - 55 * tip[0])
        along = np.array(
            [math.cos(heading) * math.cos(rise), math.sin(heading) * math.cos(rise), math.sin(rise)]
        )
        butt = tip + along * _STICK_LENGTH
        grip = tip + along * _STICK_LENGTH * _HAND_SHARE
        side = np.cross(along, (0.0, 0.0, 1.0))
        side /= np.linalg.norm(side)
        up = np.cross(side, along)
        elbow = np.array([0.52, -0.62, 0.20]) + 0.25 * (grip - np.array([0.25, -0.2, 0.15]))
        arm = (elbow - grip) / np.linalg.norm(elbow - grip)
        wrist = grip + 0.055 * arm + 0.012 * up
        stick, skin, sleeve = (float(SURFACES[name]) for name in ("stick", "skin", "sleeve"))

        def cone(a, b, radius_a: float, radius_b: float, surface: float) -> tuple[float, ...]:
            return (*map(float, a), *map(float, b), radius_a, radius_b, surface)

        neck = tip + along * 0.022
        fingers = [
            cone(
                grip + along * shift + side * 0.012 + up * 0.011,
                grip + along * (shift + 0.004) - side * 0.017 - up * 0.010,
                0.0095,
                0.0085,
                skin,
            )
            for shift in (-0.030, -0.012, 0.006, 0.024)
        ]
        thumb = cone(grip - along * 0.035 + up * 0.013, grip + along * 0.02 + up * 0.018, 0.0095, 0.013, skin)
        return rows(
            [
                cone(tip + along * 0.006, neck, 0.0052, 0.0042, stick),
                cone(neck, butt, 0.0042, 0.0078, stick),
                *fingers,
                thumb,
                cone(grip + along * 0.004 + up * 0.004, wrist, 0.021, 0.024, skin),
                cone(wrist, wrist + arm * 0.05, 0.022, 0.024, skin),
                cone(wrist + arm * 0.055, elbow, 0.036, 0.055, sleeve),
            ],
            CONE_FIELDS,
        )
