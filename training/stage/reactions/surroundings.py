"""Water that nobody strikes is never quite still."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.stage.reactions.place import Place, px_per_metre, surface_frame
from training.stage.reactions.relief import Relief

if TYPE_CHECKING:
    from training.stage.still import Still
    from training.stage.world import Set

_LEAST_PX = 150
_WAVES = 5
_SHEEN, _BENDING_M = 1.6, 0.03


class Shimmer:
    """Small waves that run over a water surface for a whole clip.

    Attributes
    ----------
    start_s, end_s
        The clip's.
    """

    __slots__ = ("_relief", "_waves", "end_s", "start_s")

    def __init__(self, place: Place, duration_s: float, rng: np.random.Generator) -> None:
        """Plan the waves of a surface, `place`."""
        turn = rng.uniform(0.0, 2 * math.pi)
        self._relief = Relief(
            place, sheen=(_SHEEN * math.cos(turn), _SHEEN * math.sin(turn)), bending_m=_BENDING_M
        )
        self.start_s, self.end_s = 0.0, duration_s
        # A running wave is two standing ones a quarter apart; all of a pair share their rate.
        self._waves: list[tuple[float, NDArray[np.float32], NDArray[np.float32]]] = []
        size = rng.uniform(0.0002, 0.0007)
        for rate_hz in rng.uniform(0.7, 2.2, 2):
            cosines, sines = np.zeros(place.size, np.float32), np.zeros(place.size, np.float32)
            for _ in range(_WAVES):
                way, length = rng.normal(0.3 * turn, 0.7), rng.uniform(0.03, 0.10)
                along = place.across * math.cos(way) + place.along * math.sin(way)
                phase = (2 * math.pi / length * along + rng.uniform(0.0, 2 * math.pi)).astype(np.float32)
                cosines += np.float32(size) * np.cos(phase)
                sines += np.float32(size) * np.sin(phase)
            self._waves.append((2 * math.pi * rate_hz, cosines, sines))

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the surface as it is at a time on the base picture (H, W, 3), in place."""
        heights = self._relief.heights
        heights.fill(0.0)
        for rate, cosines, sines in self._waves:
            heights += cosines * np.float32(math.cos(rate * time_s))
            heights += sines * np.float32(math.sin(rate * time_s))
        self._relief.draw(picture)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Water keeps nothing."""


def surroundings(still: Still, set_: Set, rng: np.random.Generator, duration_s: float) -> tuple[Shimmer, ...]:
    """What moves in a set by itself: the water in sight.

    Parameters
    ----------
    still, set_
        The scene.
    rng
        The waves.
    duration_s
        Of the clip.
    """
    shimmers = []
    for number, shape in enumerate(set_.shapes):
        if shape.material != "water":
            continue
        own = still.shape == number
        if np.count_nonzero(own) < _LEAST_PX:
            continue
        rows, columns = np.nonzero(own)
        window = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        middle = len(rows) // 2
        spot = still.position[rows[middle], columns[middle]].astype(np.float64)
        frame = surface_frame(still.camera, np.array([0.0, 0.0, 1.0]))
        away = still.position[window].astype(np.float64) - spot
        place = Place(
            left=int(columns.min()),
            top=int(rows.min()),
            across=np.ascontiguousarray(away @ frame[0], np.float32),
            along=np.ascontiguousarray(away @ frame[1], np.float32),
            own=np.ascontiguousarray(own[window], np.uint8),
            depth=np.ascontiguousarray(still.depth[window], np.float32),
            lit=np.ascontiguousarray(still.lit[window], np.float32),
            frame=frame,
            px_per_m=px_per_metre(still.camera, spot, frame).astype(np.float32),
            light_per_slope=np.zeros(2, np.float32),
        )
        shimmers.append(Shimmer(place, duration_s, rng))
    return tuple(shimmers)
