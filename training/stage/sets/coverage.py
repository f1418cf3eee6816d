"""How much of the picture each shape of a set takes up, looked at coarsely."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from training.stage.picture.rays import nearest, packed
from training.stage.world import Set

_COLUMNS, _ROWS = 43, 32


@numba.njit(cache=True)
def _seen(shapes, eye, axes, focal, width, height, columns, rows):  # pragma: no cover
    numbers = np.empty((rows, columns), np.int32)
    skipped = np.zeros(shapes.shape[0], np.bool_)
    for row in range(rows):
        for column in range(columns):
            u = ((column + 0.5) / columns * width - width / 2) / focal
            v = ((row + 0.5) / rows * height - height / 2) / focal
            x = axes[2, 0] + u * axes[0, 0] + v * axes[1, 0]
            y = axes[2, 1] + u * axes[0, 1] + v * axes[1, 1]
            z = axes[2, 2] + u * axes[0, 2] + v * axes[1, 2]
            length = np.sqrt(x * x + y * y + z * z)
            numbers[row, column] = nearest(
                shapes, skipped, eye[0], eye[1], eye[2], x / length, y / length, z / length
            )[4]
    return numbers


def coverage(set_: Set) -> NDArray[np.float64]:
    """Share of the picture that each shape of the set covers, (n,), from a grid of 43 x 32 rays."""
    camera = set_.camera
    shapes = packed(set_.shapes, {shape.look.texture: 0 for shape in set_.shapes})
    numbers = _seen(
        shapes,
        np.asarray(camera.eye),
        camera.axes(),
        camera.focal_px,
        camera.width,
        camera.height,
        _COLUMNS,
        _ROWS,
    )
    counts = np.bincount(numbers[numbers >= 0], minlength=len(set_.shapes))
    return counts / numbers.size


def targets_seen(set_: Set) -> dict[str, float]:
    """Share of the picture that the targets of each material cover."""
    shares: dict[str, float] = {}
    for shape, share in zip(set_.shapes, coverage(set_), strict=True):
        if shape.target and shape.material is not None:
            shares[shape.material] = shares.get(shape.material, 0.0) + float(share)
    return shares
