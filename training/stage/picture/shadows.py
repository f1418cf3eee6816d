"""Shadows of moving things on the still picture.

Every third pixel's surface point is written once as its place in the plane across the light and its height
towards the light. A round cone's shadow is then the same outline as ever, in that plane, on all points
below the cone; how soft its edge is grows with the way the light has to go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numba
import numpy as np
from numpy.typing import NDArray

from training.stage.picture.still import Still
from training.stage.world import Light

_STEP = 3
_THIN_M, _SHORT_M = 0.012, 0.07
"""Fingers and the like lie in the shadow of the hand they belong to."""
_DEEPEST = 0.92
"""A shadow's core keeps this share of the direct light away."""


@numba.njit(cache=True)
def _length(cone):
    x, y, z = cone[3] - cone[0], cone[4] - cone[1], cone[5] - cone[2]
    return math.sqrt(x * x + y * y + z * z)


@numba.njit(cache=True)
def _cast(cones, basis, across, up, towards, lit, softness, dark):
    """Write the cones' shadow (0..1) to dark (h, w): the darkest of them at every point."""
    dark[:] = 0.0
    height, width = across.shape
    ends = np.empty(8)
    for i in range(cones.shape[0]):
        if max(cones[i, 6], cones[i, 7]) < _THIN_M and _length(cones[i]) < _SHORT_M:
            continue
        for end in range(2):
            for k in range(3):
                ends[4 * end + k] = (
                    basis[k, 0] * cones[i, 3 * end]
                    + basis[k, 1] * cones[i, 3 * end + 1]
                    + basis[k, 2] * cones[i, 3 * end + 2]
                )
            ends[4 * end + 3] = cones[i, 6 + end]
        ax, ay, bx, by = ends[0], ends[1], ends[4] - ends[0], ends[5] - ends[1]
        inverse = 1.0 / max(bx * bx + by * by, 1e-12)
        blur = softness * 0.6 + 0.004
        reach = max(ends[3], ends[7]) + blur
        low_x, high_x = min(ax, ends[4]) - reach, max(ax, ends[4]) + reach
        low_y, high_y = min(ay, ends[5]) - reach, max(ay, ends[5]) + reach
        for y in range(height):
            for x in range(width):
                u, v = across[y, x], up[y, x]
                if u < low_x or u > high_x or v < low_y or v > high_y or lit[y, x] <= 0.0:
                    continue
                px, py = u - ax, v - ay
                along = min(1.0, max(0.0, (px * bx + py * by) * inverse))
                above = ends[2] + along * (ends[6] - ends[2]) - towards[y, x]
                if above < 0.001:
                    continue
                ex, ey = px - along * bx, py - along * by
                edge = softness * min(above, 0.6) + 0.003
                radius = ends[3] + along * (ends[7] - ends[3])
                cover = (radius - math.sqrt(ex * ex + ey * ey)) / edge * 0.5 + 0.5
                if cover <= 0.0:
                    continue
                # A thing smaller than the light's disc never hides all of it.
                cover = min(cover, 1.0) * min(1.0, radius / (edge * 0.7))
                dark[y, x] = max(dark[y, x], cover)


@numba.njit(cache=True)
def _darken(dark, lit, picture):
    """Take the shadow (every `_STEP`th pixel) out of the picture (H, W, 3); `lit` is full size."""
    rows, columns = dark.shape
    top_row, bottom_row, left, right = rows, -1, columns, -1
    for j in range(rows):
        for i in range(columns):
            if dark[j, i] > 0.0:
                top_row, bottom_row = min(top_row, j), max(bottom_row, j)
                left, right = min(left, i), max(right, i)
    height, width, _ = picture.shape
    for y in range(max(0, (top_row - 1) * _STEP), min(height, (bottom_row + 2) * _STEP)):
        j = min(y // _STEP, rows - 2)
        fy = min(1.0, max(0.0, (y - _STEP * j) / _STEP))
        for x in range(max(0, (left - 1) * _STEP), min(width, (right + 2) * _STEP)):
            i = min(x // _STEP, columns - 2)
            if dark[j, i] + dark[j, i + 1] + dark[j + 1, i] + dark[j + 1, i + 1] <= 0.0:
                continue
            fx = min(1.0, max(0.0, (x - _STEP * i) / _STEP))
            top = dark[j, i] + fx * (dark[j, i + 1] - dark[j, i])
            bottom = dark[j + 1, i] + fx * (dark[j + 1, i + 1] - dark[j + 1, i])
            kept = 1.0 - _DEEPEST * lit[y, x] * (top + fy * (bottom - top))
            # The picture is encoded for the eye: light to the power 1/2.2.
            factor = kept**0.4545
            for k in range(3):
                picture[y, x, k] = int(picture[y, x, k] * factor + 0.5)


class ShadowMap:
    """Casts shadows of round cones onto one still picture.

    Parameters
    ----------
    still, light
        The scene and its direct light.
    """

    def __init__(self, still: Still, light: Light) -> None:
        towards = np.divide(light.direction, np.linalg.norm(light.direction))
        side = np.cross(towards, (0.0, 0.0, 1.0) if abs(towards[2]) < 0.9 else (0.0, 1.0, 0.0))
        side /= np.linalg.norm(side)
        self._basis = np.stack([side, np.cross(towards, side), towards])
        position = still.position[::_STEP, ::_STEP].astype(np.float64) @ self._basis.T
        self._across, self._up, self._towards = (
            np.ascontiguousarray(position[..., k], np.float32) for k in range(3)
        )
        self._coarse_lit = np.ascontiguousarray(still.lit[::_STEP, ::_STEP])
        self._lit, self._softness = still.lit, light.softness
        self._dark = np.zeros(self._coarse_lit.shape, np.float32)

    def cast(self, picture: NDArray[np.uint8], moments: Sequence[NDArray[np.float64]]) -> None:
        """Darken the picture (H, W, 3) in place by the mean shadow of the cones (n, 9) at several moments."""
        mean = np.zeros_like(self._dark)
        for cones in moments:
            _cast(
                cones, self._basis, self._across, self._up, self._towards, self._coarse_lit, self._softness,
                self._dark,
            )  # fmt: skip
            mean += self._dark / len(moments)
        _darken(mean, self._lit, picture)
