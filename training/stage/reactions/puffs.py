"""Soft clouds: the dust that rises where something dry is struck, the foam of a splash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.pieces import draw_puff
from training.stage.reactions.swarm import see

if TYPE_CHECKING:
    from training.stage.reactions.stroke import Stroke

_PALE = np.array([215.0, 208.0, 198.0])
_WHITE = np.array([238.0, 242.0, 245.0])
_LARGEST_PX = 45.0

_START, _LIFE, _PLACE, _DRIFT, _SIZE, _OPACITY, _FIELDS = 0, 1, 2, 5, 8, 9, 10
_PICTURE = 'uint8[:, :, ::1], Array(float32, 2, "C", readonly=True)'


@compiled(f"void({_PICTURE}, float64[::1], float64[:, ::1], float64[::1], float64)")
def _draw(picture, depth, view, puffs, colour, time_s):
    place, seen, rim = np.empty(3), np.empty(3), np.empty(3)
    for n in range(puffs.shape[0]):
        age = time_s - puffs[n, _START]
        if age <= 0.0 or age >= puffs[n, _LIFE]:
            continue
        spread = 1.0 - np.exp(-6.0 * age)
        for c in range(3):
            place[c] = puffs[n, _PLACE + c] + puffs[n, _DRIFT + c] * spread
        see(view, place, seen)
        if seen[2] < 0.05:
            continue
        size = puffs[n, _SIZE] * (0.3 + 0.7 * spread)
        place[2] += size
        see(view, place, rim)
        height = abs(rim[1] - seen[1])
        place[2] -= size
        place[0] += size
        see(view, place, rim)
        half = min(max(height, abs(rim[0] - seen[0]), 1.0), _LARGEST_PX)
        alpha = puffs[n, _OPACITY] * min(1.0, age / 0.03) * (1.0 - age / puffs[n, _LIFE]) ** 2
        draw_puff(
            picture, depth, seen[0], seen[1], seen[2], half, 0.75 * half, alpha,
            colour[0], colour[1], colour[2],
        )  # fmt: skip


class Puffs:
    """Clouds that spread and thin out.

    Attributes
    ----------
    start_s, end_s
        From the first until the last is gone.
    """

    __slots__ = ("_colour", "_puffs", "end_s", "start_s")

    def __init__(self, puffs: NDArray[np.float64], colour: NDArray[np.float64]) -> None:
        """Keep the plan of the puffs.

        Parameters
        ----------
        puffs
            (n, 10): start and life in seconds, place (3), drift (3) in metres, size in metres, opacity.
        colour
            (3,) sRGB, 0..255.
        """
        self._puffs, self._colour = np.ascontiguousarray(puffs), np.asarray(colour, np.float64)
        self.start_s = float(puffs[:, _START].min())
        self.end_s = float((puffs[:, _START] + puffs[:, _LIFE]).max())

    def draw(
        self,
        picture: NDArray[np.uint8],
        depth: NDArray[np.float32],
        view: NDArray[np.float64],
        time_s: float,
    ) -> None:
        """Draw the puffs on the base picture (H, W, 3), in place; `view` is a `swarm.view_row`."""
        _draw(picture, depth, view, self._puffs, self._colour, time_s)


def dust(
    spot: NDArray[np.float64],
    frame: NDArray[np.float64],
    stroke: Stroke,
    colour: NDArray[np.floating],
    opacity: float,
    rng: np.random.Generator,
) -> Puffs:
    """Dust along a stroke.

    Parameters
    ----------
    spot, frame
        The contact (3,) and its surface's rows across, along, out (3, 3).
    colour
        (3,) sRGB of the surface, 0..255.
    opacity
        Of one puff at its thickest, 0..1.
    """
    seconds = stroke.end_s - stroke.start_s
    count = int(rng.integers(2, 4)) + round(3 * seconds)
    starts = stroke.start_s + rng.uniform(0.0, seconds or 0.02, count)
    drift = rng.normal(0.0, 0.05, (count, 2)) @ frame[:2] + rng.uniform(0.01, 0.07, (count, 1)) * frame[2]
    puffs = np.column_stack([
        starts, rng.uniform(0.5, 1.1, count), spot + stroke.at(starts) @ frame[:2], drift,
        rng.uniform(0.025, 0.07, count), opacity * rng.uniform(0.4, 1.0, count),
    ])  # fmt: skip
    return Puffs(puffs, 0.55 * np.asarray(colour, np.float64) + 0.45 * _PALE)


def foam(
    spot: NDArray[np.float64],
    frame: NDArray[np.float64],
    stroke: Stroke,
    colour: NDArray[np.floating],
    strength: float,
    rng: np.random.Generator,
) -> Puffs:
    """White water where the stick goes in; the parameters are those of `dust`."""
    seconds = stroke.end_s - stroke.start_s
    count = 3 + round(8 * seconds)
    starts = stroke.start_s + rng.uniform(0.0, seconds or 0.01, count)
    drift = (
        rng.normal(0.0, 0.012, (count, 2)) @ frame[:2]
        + strength * rng.uniform(0, 0.03, (count, 1)) * frame[2]
    )
    puffs = np.column_stack([
        starts, rng.uniform(0.12, 0.3, count), spot + stroke.at(starts) @ frame[:2], drift,
        strength * rng.uniform(0.012, 0.03, count),
        min(0.75, 0.2 + 0.6 * strength) * rng.uniform(0.5, 1.0, count),
    ])  # fmt: skip
    return Puffs(puffs, 0.35 * np.asarray(colour, np.float64) + 0.65 * _WHITE)
