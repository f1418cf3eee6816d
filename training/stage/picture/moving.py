"""Draws what moves - stick, hand, sleeve, passers-by - over the base picture, blurred by its motion.

Moving things are round cones (hulls of two spheres). Each is drawn in the picture plane: its outline is
that of two circles, its depth and its normal follow from how far across the outline a pixel lies. That is
exact at the axis and near enough at the rim, and a hundred times cheaper than tracing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import get_args

import numba
import numpy as np
from numpy.typing import NDArray

from training.stage.motion.wardrobe import Paint, Pattern
from training.stage.picture.shadows import ShadowMap
from training.stage.picture.still import Still, light_row
from training.stage.picture.tracer import LIGHT_AMBIENT, LIGHT_STRENGTH
from training.stage.world import Light

NEAR_M = 0.06
"""Nothing nearer to the camera than this is drawn."""
SHARPEST_STEP_PX = 2.0
MOST_SAMPLES = 12
"""Moments a picture's exposure is made of: as many as the fastest end needs, up to this."""
LEAST_SAMPLES, MOST_PICTURES = 4, 2.5
"""What moves is drawn over at most so many pictures' worth of pixels, but never with fewer moments."""
SUNK_M = 0.006
"""So far below a surface things still show: a tip presses into what it touches."""

_X0, _Y0, _Z0, _R0, _X1, _Y1, _Z1, _R1, _PAINT = range(9)
_PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
_STRIPES, _BANDS, _GRAIN = (_PATTERNS.index(name) for name in ("stripes", "bands", "grain"))
PAINT_FIELDS = 8


def paint_rows(paints: Sequence[Paint]) -> NDArray[np.float64]:
    """Paints as rows: colour (3), second colour (3), pattern number, gloss."""
    rows = [(*paint.colour, *paint.second, _PATTERNS.index(paint.pattern), paint.gloss) for paint in paints]
    return np.array(rows, np.float64).reshape(len(rows), PAINT_FIELDS)


@numba.njit(cache=True)
def _projected(cones, eye, axes, focal, width, height, seen):
    """Cones (n, 9) in the world to outlines in the picture; a radius below 0 marks one out of sight."""
    for i in range(cones.shape[0]):
        for end in range(2):
            x = cones[i, 3 * end] - eye[0]
            y = cones[i, 3 * end + 1] - eye[1]
            z = cones[i, 3 * end + 2] - eye[2]
            for k in range(3):
                seen[i, 4 * end + k] = axes[k, 0] * x + axes[k, 1] * y + axes[k, 2] * z
            seen[i, 4 * end + 3] = cones[i, 6 + end]
        seen[i, _PAINT] = cones[i, 8]
        if seen[i, _Z0] < NEAR_M and seen[i, _Z1] < NEAR_M:
            seen[i, _R0] = -1.0
            continue
        for end in range(2):
            z, other = seen[i, 4 * end + 2], seen[i, 6 - 4 * end]
            if z < NEAR_M:
                share = (NEAR_M - z) / (other - z)
                for k in range(4):
                    seen[i, 4 * end + k] += share * (seen[i, 4 - 4 * end + k] - seen[i, 4 * end + k])
        for end in range(2):
            scale = focal / seen[i, 4 * end + 2]
            seen[i, 4 * end] = width / 2 + seen[i, 4 * end] * scale
            seen[i, 4 * end + 1] = height / 2 + seen[i, 4 * end + 1] * scale
            seen[i, 4 * end + 3] *= scale


@numba.njit(cache=True)
def _rolled(first, last, share, readout, height, seen):
    """Rolling shutter: shift outlines by how much later than the picture's middle their rows are read.

    `first` and `last` are the outlines when the shutter opens and closes.
    """
    for i in range(seen.shape[0]):
        if first[i, _R0] < 0.0 or last[i, _R0] < 0.0:
            continue
        for end in range(2):
            late = readout * (seen[i, 4 * end + 1] / height - 0.5) / share
            seen[i, 4 * end] += late * (last[i, 4 * end] - first[i, 4 * end])
            seen[i, 4 * end + 1] += late * (last[i, 4 * end + 1] - first[i, 4 * end + 1])


@numba.njit(cache=True)
def _farthest(first, last):
    """Largest way (px) an end of a visible outline goes from the first to the last moment."""
    farthest = 0.0
    for i in range(first.shape[0]):
        if first[i, _R0] < 0.0 or last[i, _R0] < 0.0:
            continue
        for end in range(2):
            x = last[i, 4 * end] - first[i, 4 * end]
            y = last[i, 4 * end + 1] - first[i, 4 * end + 1]
            farthest = max(farthest, math.sqrt(x * x + y * y))
    return farthest


@numba.njit(cache=True)
def _bounds(outline, width, height):
    """Pixel box (x0, y0, x1, y1) of an outline, cut to the picture; empty when x0 >= x1."""
    x0 = min(outline[_X0] - outline[_R0], outline[_X1] - outline[_R1]) - 1.0
    x1 = max(outline[_X0] + outline[_R0], outline[_X1] + outline[_R1]) + 2.0
    y0 = min(outline[_Y0] - outline[_R0], outline[_Y1] - outline[_R1]) - 1.0
    y1 = max(outline[_Y0] + outline[_R0], outline[_Y1] + outline[_R1]) + 2.0
    return (
        int(min(max(x0, 0.0), width)),
        int(min(max(y0, 0.0), height)),
        int(min(max(x1, 0.0), width)),
        int(min(max(y1, 0.0), height)),
    )


@numba.njit(cache=True)
def _grain(a, b):
    n = (math.floor(a) * 374761393 + math.floor(b) * 668265263) & 0x7FFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0x7FFFFFFF
    return (n & 0xFFFF) / 65535.0


@numba.njit(cache=True)
def _draw_moment(seen, paints, light, depth, colour, alpha, near):
    """Draw all outlines of one moment into colour (H, W, 3), alpha and near (H, W)."""
    height, width = depth.shape
    for i in range(seen.shape[0]):
        if seen[i, _R0] < 0.0:
            continue
        x0, y0, x1, y1 = _bounds(seen[i], width, height)
        if x0 >= x1 or y0 >= y1:
            continue
        ax, ay, ra = seen[i, _X0], seen[i, _Y0], seen[i, _R0]
        bx, by, rb = seen[i, _X1] - ax, seen[i, _Y1] - ay, seen[i, _R1]
        length2 = bx * bx + by * by
        length = math.sqrt(length2)
        inverse = 1.0 / max(length2, 1e-9)
        nearer_a, nearer_b = 1.0 / seen[i, _Z0], 1.0 / seen[i, _Z1]
        # The outline's unit axis and, a quarter turn from it, its side.
        ux, uy = (bx / length, by / length) if length > 1e-6 else (1.0, 0.0)
        paint = paints[int(seen[i, _PAINT])]
        pattern = int(paint[6])
        widest = max(ra, rb) + 1.0
        for y in range(y0, y1):
            py = y + 0.5 - ay
            for x in range(x0, x1):
                px = x + 0.5 - ax
                along = (px * bx + py * by) * inverse
                clamped = min(1.0, max(0.0, along))
                ex, ey = px - clamped * bx, py - clamped * by
                square = ex * ex + ey * ey
                if square > widest * widest:
                    continue
                radius = ra + clamped * (rb - ra)
                distance = math.sqrt(square)
                cover = radius + 0.5 - distance
                if cover <= 0.0:
                    continue
                # Thin things far away cover less than a pixel.
                cover = min(cover, 1.0, 2.0 * radius)
                inverse_z = nearer_a + clamped * (nearer_b - nearer_a)
                z = 1.0 / inverse_z
                across = min(1.0, distance / max(radius, 0.5))
                bulge = math.sqrt(1.0 - across * across)
                z -= bulge * radius * z / light[9]
                if z > depth[y, x] + SUNK_M:
                    continue
                is_behind = z > near[y, x]
                weight = cover * (1.0 - alpha[y, x]) if is_behind else cover
                if weight <= 0.004:
                    continue
                side = (ex * -uy + ey * ux) / max(radius, 0.5)
                end = (ex * ux + ey * uy) / max(radius, 0.5)
                # The normal in the camera's frame: right, down, forward.
                nx, ny, nz = -uy * side + ux * end, ux * side + uy * end, -bulge
                facing = max(0.0, nx * light[0] + ny * light[1] + nz * light[2])
                shade = light[LIGHT_AMBIENT] * (0.8 - 0.2 * ny) + light[LIGHT_STRENGTH] * facing
                mix = 0.0
                if pattern == _STRIPES:
                    mix = 1.0 if math.sin(7.0 * side + 3.0 * i) > 0.3 else 0.0
                elif pattern == _BANDS:
                    mix = 1.0 if math.sin(4.5 * along * length / max(widest, 1.0) + 2.0 * i) > 0.2 else 0.0
                elif pattern == _GRAIN:
                    mix = _grain(along * length / max(radius, 1.0) * 1.6 + 17.0 * i, side * 5.0)
                shine = paint[7] * max(0.0, facing) ** 24
                tone = math.sqrt(max(shade, 0.0))
                kept = 1.0 if is_behind else 1.0 - weight
                for k in range(3):
                    value = 255.0 * (tone * (paint[k] + mix * (paint[3 + k] - paint[k])) + 0.5 * shine)
                    colour[y, x, k] = kept * colour[y, x, k] + weight * min(value, 250.0)
                alpha[y, x] = kept * alpha[y, x] + weight
                if not is_behind:
                    near[y, x] = z


@numba.njit(cache=True)
def _blend(colour, alpha, moments, x0, y0, x1, y1, picture):
    """Lay the mean of so many moments' (premultiplied) sums over the picture, within a box."""
    for y in range(y0, y1):
        for x in range(x0, x1):
            if alpha[y, x] <= 0.0:
                continue
            kept = 1.0 - alpha[y, x] / moments
            for k in range(3):
                value = kept * picture[y, x, k] + colour[y, x, k] / moments
                picture[y, x, k] = int(min(255.0, value + 0.5))


@numba.njit(cache=True)
def _gather(colour, alpha, near, x0, y0, x1, y1, colours, alphas):
    """Add one moment to the sums, and clear it."""
    for y in range(y0, y1):
        for x in range(x0, x1):
            if alpha[y, x] > 0.0:
                alphas[y, x] += alpha[y, x]
                for k in range(3):
                    colours[y, x, k] += colour[y, x, k]
                    colour[y, x, k] = 0.0
                alpha[y, x] = 0.0
                near[y, x] = 1e9


class MovingLayer:
    """Draws performers over a still picture.

    Parameters
    ----------
    still
        The scene behind them.
    light
        The set's.
    paints
        Of all performers together; the last number of a cone's row counts into them.
    readout
        How long the picture takes to be read from top to bottom (rolling shutter), as a share of the
        time between two pictures.
    """

    def __init__(self, still: Still, light: Light, paints: Sequence[Paint], readout: float = 0.0) -> None:
        camera = still.camera
        self._still, self._paints, self._readout = still, paint_rows(paints), readout
        self._eye, self._axes, self._focal = (
            np.asarray(camera.eye, np.float64),
            camera.axes(),
            camera.focal_px,
        )
        row = light_row(light)
        # The light as the camera sees it, and the focal length behind it.
        row[:3] = self._axes @ row[:3]
        self._light = np.append(row, camera.focal_px)
        height, width = still.depth.shape
        self._size = width, height
        self._colour, self._colours = (np.zeros((height, width, 3), np.float32) for _ in range(2))
        self._alpha, self._alphas = (np.zeros((height, width), np.float32) for _ in range(2))
        self._near = np.full((height, width), 1e9, np.float32)
        self._shadows = ShadowMap(still, light)

    def draw(
        self,
        picture: NDArray[np.uint8],
        cones_at: Callable[[float], NDArray[np.float64]],
        start_s: float,
        exposed_s: float,
        share: float,
    ) -> None:
        """Draw one exposure into the picture (H, W, 3), in place.

        Parameters
        ----------
        cones_at
            The cones (n, 9) at a time; n never changes.
        start_s, exposed_s
            When the shutter opens, and for how long.
        share
            The exposure's share of the time between two pictures.
        """
        width, height = self._size
        ends = [cones_at(start_s), cones_at(start_s + exposed_s / 2), cones_at(start_s + exposed_s)]
        if len({len(cones) for cones in ends}) > 1:
            raise ValueError(
                f"the number of moving shapes changes within a picture: {[len(c) for c in ends]}"
            )
        if not len(ends[0]):
            return
        first, middle, last = (self._seen(cones) for cones in ends)
        way_px = _farthest(first, middle) + _farthest(middle, last)
        x0, y0, x1, y1 = _union(middle, width, height)
        # An arm that fills the picture is smooth enough with fewer moments.
        affordable = int(MOST_PICTURES * width * height / max((x1 - x0) * (y1 - y0), 1))
        most = min(MOST_SAMPLES, max(LEAST_SAMPLES, affordable))
        count = max(1, min(most, round(way_px / SHARPEST_STEP_PX)))
        self._shadows.cast(picture, ends[::2] if count > 4 else ends[1:2])
        if count > 1:
            moments = start_s + exposed_s * (np.arange(count) + 0.5) / count
            outlines = [self._seen(cones_at(float(moment))) for moment in moments]
        else:
            outlines = [middle]
        box = [width, height, 0, 0]
        for seen in outlines:
            if self._readout:
                _rolled(first, last, share, self._readout, height, seen)
            x0, y0, x1, y1 = _union(seen, width, height)
            if x0 >= x1:
                continue
            _draw_moment(
                seen, self._paints, self._light, self._still.depth, self._colour, self._alpha, self._near
            )
            _gather(self._colour, self._alpha, self._near, x0, y0, x1, y1, self._colours, self._alphas)
            box = [min(box[0], x0), min(box[1], y0), max(box[2], x1), max(box[3], y1)]
        x0, y0, x1, y1 = box
        if x0 < x1 and y0 < y1:
            _blend(self._colours, self._alphas, len(outlines), x0, y0, x1, y1, picture)
            self._colours[y0:y1, x0:x1] = 0.0
            self._alphas[y0:y1, x0:x1] = 0.0

    def _seen(self, cones: NDArray[np.float64]) -> NDArray[np.float64]:
        seen = np.empty((len(cones), 9))
        _projected(cones, self._eye, self._axes, self._focal, *self._size, seen)
        return seen


@numba.njit(cache=True)
def _union(seen, width, height):
    x0, y0, x1, y1 = width, height, 0, 0
    for i in range(seen.shape[0]):
        if seen[i, _R0] < 0.0:
            continue
        a, b, c, d = _bounds(seen[i], width, height)
        if a < c and b < d:
            x0, y0, x1, y1 = min(x0, a), min(y0, b), max(x1, c), max(y1, d)
    return x0, y0, x1, y1
