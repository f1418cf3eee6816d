"""Water that nobody strikes is never quite still."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled

if TYPE_CHECKING:
    from training.stage.picture.still import Still
    from training.stage.world import Set

_LEAST_PX = 150
_WAVES = 5


@compiled(
    "void(uint8[:, :, ::1], int64, int64, Array(uint8, 2, 'C', readonly=True),"
    " Array(int16, 3, 'C', readonly=True), int32[::1])"
)
def _shine(picture, left, top, own, maps, weights):
    """Brighten and darken by a weighted sum of maps, in 1/65536 of a pixel's value."""
    for y in range(own.shape[0]):
        for x in range(own.shape[1]):
            if own[y, x]:
                change = np.int32(65536)
                for k in range(maps.shape[0]):
                    change += weights[k] * np.int32(maps[k, y, x]) >> 8
                for c in range(3):
                    value = (np.int32(picture[top + y, left + x, c]) * change + 32768) >> 16
                    picture[top + y, left + x, c] = np.uint8(min(max(value, 0), 255))


class Shimmer:
    """Small waves that run over a water surface for a whole clip, seen by what they mirror.

    Attributes
    ----------
    start_s, end_s
        The clip's.
    """

    __slots__ = ("_left", "_maps", "_own", "_rates", "_top", "end_s", "start_s")

    def __init__(
        self,
        across: NDArray[np.float32],
        along: NDArray[np.float32],
        own: NDArray[np.uint8],
        left: int,
        top: int,
        duration_s: float,
        rng: np.random.Generator,
    ) -> None:
        """Plan the waves.

        Parameters
        ----------
        across, along
            float32 (h, w), metres on the surface of what each pixel shows.
        own
            uint8 (h, w), 1 where the water is seen.
        left, top
            Where the window's first pixel lies in the base picture.
        duration_s
            Of the clip.
        rng
            The waves.
        """
        self._own, self._left, self._top = own, left, top
        self.start_s, self.end_s = 0.0, duration_s
        wind, brightness = rng.uniform(0.0, 2 * math.pi), rng.uniform(0.01, 0.04)
        # A running wave is two standing ones a quarter apart; all of a pair share their rate.
        self._rates = 2 * math.pi * rng.uniform(0.7, 2.2, 2)
        maps = np.zeros((2 * len(self._rates), *own.shape), np.float32)
        for pair in range(len(self._rates)):
            for _ in range(_WAVES):
                way, length_m = wind + rng.normal(0.0, 0.8), rng.uniform(0.03, 0.12)
                place = across * math.cos(way) + along * math.sin(way)
                phase = (2 * math.pi / length_m * place + rng.uniform(0.0, 2 * math.pi)).astype(np.float32)
                size = np.float32(brightness * rng.uniform(0.4, 1.0))
                maps[2 * pair] += size * np.cos(phase)
                maps[2 * pair + 1] += size * np.sin(phase)
        self._maps = np.rint(maps * 32768).clip(-32767, 32767).astype(np.int16)

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the surface as it is at a time on the base picture (H, W, 3), in place."""
        phases = self._rates * time_s
        weights = np.column_stack([np.cos(phases), np.sin(phases)]).ravel()
        _shine(picture, self._left, self._top, self._own, self._maps, np.rint(weights * 512).astype(np.int32))

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
        top, left = int(rows.min()), int(columns.min())
        window = np.s_[top : rows.max() + 1, left : columns.max() + 1]
        across, along = np.ascontiguousarray(np.moveaxis(still.position[window][..., :2], -1, 0))
        seen = np.ascontiguousarray(own[window], np.uint8)
        shimmers.append(Shimmer(across, along, seen, left, top, duration_s, rng))
    return tuple(shimmers)
