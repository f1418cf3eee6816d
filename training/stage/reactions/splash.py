"""Water struck by the stick: rings run out, drops fly, and a hard blow throws up a crown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.stage.reactions.flight import Flight, fly
from training.stage.reactions.puffs import foam
from training.stage.reactions.relief import Relief, add_rings
from training.stage.reactions.swarm import Arcs, draw_drops, view_row

if TYPE_CHECKING:
    from training.stage.picture.still import Still
    from training.stage.reactions.place import Place
    from training.stage.reactions.stroke import Stroke

REACH_M = 0.22
"""Rings are followed so far."""
SHEEN = 2.4
"""Water mirrors a world that is bright on one side: brightness per unit of slope."""
BENDING_M = 0.05

_BINS = 96
_MOST_WAVES = 9
_WAVE_EVERY_S = 0.07
_JET_AFTER_S = 0.11
_CROWN_FROM = 0.55
"""Blows harder than this throw up a crown."""


class Splash:
    """Rings, drops and foam of one contact with water.

    Attributes
    ----------
    start_s, end_s
        From the contact until the surface is calm.
    """

    __slots__ = (
        "_arcs", "_bins_m", "_centres", "_depth", "_foam", "_height_m", "_lasts_s", "_length_m", "_looks",
        "_relief", "_shares", "_speed", "_starts_s", "_view", "end_s", "start_s",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        stroke: Stroke,
        still: Still,
        spot: NDArray[np.float64],
        strength: float,
        rng: np.random.Generator,
    ) -> None:
        """Plan waves and drops.

        Parameters
        ----------
        place, stroke
            The water around the contact, a window of `REACH_M`, and the stick's path on it.
        still
            The scene's base picture and maps.
        spot
            Where the stick goes in (3,).
        strength
            0..1.
        rng
            Everything that is chance.
        """
        self._view, self._depth = view_row(still.camera), still.depth
        turn = rng.uniform(0.0, 2 * math.pi)
        self._relief = Relief(
            place, sheen=(SHEEN * math.cos(turn), SHEEN * math.sin(turn)), bending_m=BENDING_M
        )
        self._bins_m = np.linspace(0.0, REACH_M, _BINS)
        self._length_m = rng.uniform(0.022, 0.040)
        self._speed = rng.uniform(0.28, 0.45)
        self._height_m = (0.0012 + 0.0045 * strength) * rng.uniform(0.7, 1.2)
        self._lasts_s = rng.uniform(0.55, 0.75) + 0.6 * strength
        self._plan_waves(stroke, rng)
        colour = _colour_of(still, place)
        self._foam = foam(spot, place.frame, stroke, colour, strength, rng)
        flights = self._drops(place, stroke, spot, strength, rng)
        self._arcs = Arcs.of(flights)
        count = len(flights)
        shade = rng.uniform(0.35, 0.85, (count, 1))
        self._looks = np.ascontiguousarray(np.column_stack([
            rng.gamma(3.0, 0.0006, count).clip(0.0008, 0.004), rng.uniform(0.45, 0.9, count),
            (1 - shade) * colour + shade * 245.0,
        ]))  # fmt: skip
        self.start_s = stroke.start_s
        self.end_s = max(
            float(self._starts_s.max()) + self._lasts_s,
            float(self._arcs.starts_s[:, -1].max()),
            self._foam.end_s,
        )

    def _plan_waves(self, stroke: Stroke, rng: np.random.Generator) -> None:
        seconds = stroke.end_s - stroke.start_s
        if seconds > 0.0:
            every = max(_WAVE_EVERY_S, seconds / (_MOST_WAVES - 1))
            starts = np.arange(stroke.start_s, stroke.end_s + 1e-9, every)
            shares = np.full(len(starts), 0.55) * rng.uniform(0.6, 1.1, len(starts))
        else:
            # The hole closes behind the stick and throws up a jet, which falls in again.
            starts = np.array([stroke.start_s, stroke.start_s + _JET_AFTER_S])
            shares = np.array([1.0, 0.5])
        self._starts_s, self._shares = starts, shares
        self._centres = stroke.at(starts).astype(np.float32)

    def _drops(
        self,
        place: Place,
        stroke: Stroke,
        spot: NDArray[np.float64],
        strength: float,
        rng: np.random.Generator,
    ) -> list[Flight]:
        seconds = stroke.end_s - stroke.start_s
        frame, flights = place.frame, []
        count = 3 + round(34 * strength**1.3 * rng.uniform(0.5, 1.0) * (1.0 + seconds))
        rises = rng.uniform(math.radians(35), math.radians(80), count)
        delays = rng.uniform(0.0, seconds, count) if seconds else rng.exponential(0.008, count)
        speeds = (0.5 + 2.0 * strength) * rng.beta(1.6, 2.4, count) + 0.3
        if strength > _CROWN_FROM and not seconds:
            crown = round(26 * strength)
            rises = np.append(rises, rng.normal(math.radians(62), 0.08, crown))
            delays = np.append(delays, rng.uniform(0.0, 0.02, crown))
            speeds = np.append(speeds, rng.normal(1.1 * strength, 0.12, crown).clip(0.3, None))
        if not seconds:
            jet = int(rng.integers(1, 4))
            rises = np.append(rises, rng.uniform(1.4, 1.57, jet))
            delays = np.append(delays, _JET_AFTER_S + rng.uniform(0.0, 0.05, jet))
            speeds = np.append(speeds, (0.4 + 1.2 * strength) * rng.uniform(0.5, 1.0, jet))
        for rise, delay, speed in zip(rises, delays, speeds, strict=True):
            start_s = stroke.start_s + float(delay)
            turn = rng.uniform(0.0, 2 * math.pi)
            outward = np.array([math.cos(turn), math.sin(turn)])
            way = outward + 0.8 * stroke.direction(start_s)
            start = spot + (stroke.at(np.array([start_s]))[0] + 0.012 * outward) @ frame[:2]
            velocity = speed * (math.cos(rise) * (way @ frame[:2]) + math.sin(rise) * frame[2])
            flights.append(fly(start_s, start, velocity, 0.6, 0.0, (spot, frame[2]), arcs=1))
        return flights

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw rings, foam and drops on the base picture (H, W, 3), in place."""
        if not self.start_s < time_s < self.end_s:
            return
        relief, arcs = self._relief, self._arcs
        ages = time_s - self._starts_s
        running = np.flatnonzero((ages > 0.0) & (ages < self._lasts_s))
        if len(running):
            relief.clear()
            profiles = np.stack([self._wave(float(ages[k])) * self._shares[k] for k in running])
            add_rings(
                relief.place.across, relief.place.along, self._centres[running],
                profiles.astype(np.float32), self._bins_m[1], False, relief.heights,
            )  # fmt: skip
            relief.draw(picture)
        self._foam.draw(picture, self._depth, self._view, time_s)
        draw_drops(
            picture, self._depth, self._view, arcs.starts_s, arcs.places_m, arcs.speeds_m_per_s,
            arcs.drags_per_s, self._looks, time_s,
        )  # fmt: skip

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Water keeps nothing."""

    def _wave(self, age_s: float) -> NDArray[np.float64]:
        """Height over the distance from where a wave began."""
        radii = self._bins_m
        behind = radii - self._speed * age_s
        width = 1.6 * self._length_m + 0.35 * self._speed * age_s
        packet = np.clip(1.0 - (behind / width) ** 2, 0.0, 1.0) ** 2
        crests = np.cos(2 * np.pi * (radii - 1.3 * self._speed * age_s) / self._length_m)
        fading = (1.0 - age_s / self._lasts_s) ** 2 * min(1.0, age_s / 0.02)
        spreading = 1.0 / np.sqrt(1.0 + radii / 0.03)
        rim = np.clip((REACH_M - radii) / (0.25 * REACH_M), 0.0, 1.0)
        hole = -3.0 * math.exp(-((age_s / 0.05) ** 2)) * np.clip(1.0 - (radii / 0.03) ** 2, 0.0, 1.0) ** 2
        return self._height_m * fading * rim * (packet * crests * spreading + hole)


def _colour_of(still: Still, place: Place) -> NDArray[np.float64]:
    """Mean sRGB (3,) of the struck shape around the contact."""
    height, width = place.size
    window = still.colour[place.top : place.top + height, place.left : place.left + width]
    return window[place.own > 0].mean(axis=0)
