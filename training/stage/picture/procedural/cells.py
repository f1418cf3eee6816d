"""Seamless cells around scattered points: grains of stone, cobbles, cracks, tufts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.picture.procedural.noise import SIZE_PX, Picture, softened


@dataclass(frozen=True, slots=True)
class Cells:
    """Which cell every pixel belongs to.

    Attributes
    ----------
    owner
        (256, 256) int32, 0..columns * rows - 1.
    distance_px
        (256, 256) float32 distance to the cell's own point.
    edge_px
        (256, 256) float32, about how far the border to the next cell is.
    count
        Number of cells.
    """

    owner: NDArray[np.int32]
    distance_px: Picture
    edge_px: Picture
    count: int


@compiled("void(float32[:,:,::1], int32[:,::1], float32[:,::1], float32[:,::1])")
def _nearest(points, owner, distance, edge):  # pragma: no cover
    rows, columns = points.shape[0], points.shape[1]
    size = owner.shape[0]
    tall, wide = size / rows, size / columns
    for y in range(size):
        row = int(y / tall)
        for x in range(size):
            column = int(x / wide)
            best, second, who = 1e9, 1e9, 0
            for i in range(row - 1, row + 2):
                for j in range(column - 1, column + 2):
                    a, b = i % rows, j % columns
                    dx = (j + points[a, b, 0]) * wide - x
                    dy = (i + points[a, b, 1]) * tall - y
                    square = dx * dx + dy * dy
                    if square < best:
                        second, best, who = best, square, a * columns + b
                    elif square < second:
                        second = square
            owner[y, x] = who
            distance[y, x] = math.sqrt(best)
            edge[y, x] = 0.5 * (math.sqrt(second) - math.sqrt(best))


def cells(rng: np.random.Generator, columns: int, rows: int, jitter: float = 0.9) -> Cells:
    """Cells around the points of a shaken grid.

    Parameters
    ----------
    rng
        Source of the draws.
    columns, rows
        Of the grid, 3 or more each.
    jitter
        0 for a regular grid, 1 for a point anywhere in its square.
    """
    points = (0.5 + (rng.random((rows, columns, 2)) - 0.5) * jitter).astype(np.float32)
    shape = (SIZE_PX, SIZE_PX)
    owner = np.empty(shape, np.int32)
    distance, edge = np.empty(shape, np.float32), np.empty(shape, np.float32)
    _nearest(points, owner, distance, edge)
    return Cells(owner, distance, edge, columns * rows)


def creases(rng: np.random.Generator, size: int) -> Picture:
    """Flat facets that lean this way and that, as in crushed paper or film: light and dark, about -1..1."""
    large, small = cells(rng, size, size), cells(rng, 2 * size + 3, 2 * size + 3)
    tilt = rng.normal(0, 0.45, (2, small.count)).astype(np.float32)
    ridge = np.exp(-1.5 * large.edge_px) * np.float32(0.9) + np.exp(-2 * small.edge_px) * np.float32(0.4)
    return softened(tilt[0][large.owner] + np.float32(0.5) * tilt[1][small.owner] + ridge, 1.0)
