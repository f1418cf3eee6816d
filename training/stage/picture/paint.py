"""The colour of a surface at a point: texture pictures laid onto shapes without seams or shimmer.

All textures of a set lie in one flat array of linear colour, each as a pyramid of ever smaller pictures;
the level is chosen so that one texel is about as large as a sample of the picture.
"""

from __future__ import annotations

import math

import cv2
import numba
import numpy as np
from numpy.typing import NDArray

from training.stage.picture.rays import CENTRE, HALF, KIND, RELIEF, SCALE, TEXTURE, TINT, own_frame
from training.stage.world import SHAPE_KINDS

TEXTURE_SIZE = 256
LEVELS = 6
_ROUND_KINDS = (SHAPE_KINDS.index("cylinder"), SHAPE_KINDS.index("cup"))
_CYLINDER, _CUP = _ROUND_KINDS
_TEXELS = sum((TEXTURE_SIZE >> level) ** 2 for level in range(LEVELS))


def linear_of(encoded: NDArray[np.uint8]) -> NDArray[np.float32]:
    """sRGB bytes to linear light 0..1."""
    steps = np.arange(256) / 255
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return table[encoded]


def pyramids(pictures: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Texture pictures (256, 256, 3) as one (n, texels, 3) float32 array of linear colour."""
    stacked = np.empty((len(pictures), _TEXELS, 3), np.float32)
    for pyramid, picture in zip(stacked, pictures, strict=True):
        level_picture, start = linear_of(picture), 0
        for level in range(LEVELS):
            size = TEXTURE_SIZE >> level
            if level:
                level_picture = cv2.resize(level_picture, (size, size), interpolation=cv2.INTER_AREA)
            pyramid[start : start + size * size] = level_picture.reshape(-1, 3)
            start += size * size
    return stacked


@numba.njit(cache=True)
def texture_place(shape, number, ox, oy, oz, nx, ny, nz):
    """Where a point (own frame) with its own-frame normal lies on the texture, in repeats.

    Returns u, v, and which two own axes u and v run along (their numbers).
    """
    kind = int(shape[KIND])
    ax, ay, az = abs(nx), abs(ny), abs(nz)
    if (kind in (_CYLINDER, _CUP)) and az < 0.5:
        radius = shape[HALF]
        u, v, first, second = math.atan2(oy, ox) * radius, oz, 0, 2
    elif az >= ax and az >= ay:
        u, v, first, second = ox, oy, 0, 1
    elif ax >= ay:
        u, v, first, second = oy, oz, 1, 2
    else:
        u, v, first, second = ox, oz, 0, 2
    # Equal things beside each other show different parts of their texture.
    shift = 0.381966 * number
    return u / shape[SCALE] + shift, v / shape[SCALE] + 1.7 * shift, first, second


@numba.njit(cache=True)
def texel(texture, level, u, v):
    """Linear colour of a texture at (u, v) repeats, between its four nearest texels."""
    size, start = TEXTURE_SIZE, 0
    for _ in range(level):
        start += size * size
        size >>= 1
    x, y = (u - math.floor(u)) * size - 0.5, (v - math.floor(v)) * size - 0.5
    left, top = math.floor(x), math.floor(y)
    fx, fy = x - left, y - top
    x0, y0 = int(left) % size, int(top) % size
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    a, b, c, d = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
    p, q, r, s = (
        start + y0 * size + x0,
        start + y0 * size + x1,
        start + y1 * size + x0,
        start + y1 * size + x1,
    )
    return (
        a * texture[p, 0] + b * texture[q, 0] + c * texture[r, 0] + d * texture[s, 0],
        a * texture[p, 1] + b * texture[q, 1] + c * texture[r, 1] + d * texture[s, 1],
        a * texture[p, 2] + b * texture[q, 2] + c * texture[r, 2] + d * texture[s, 2],
    )


@numba.njit(cache=True)
def surface_colour(shape, number, textures, x, y, z, nx, ny, nz, sample_m):
    """Linear colour at a world point, and the slope of the texture's brightness there.

    Parameters
    ----------
    x, y, z
        World point on the shape.
    nx, ny, nz
        Normal in the shape's own frame.
    sample_m
        Side of the patch that one sample of the picture covers.

    Returns
    -------
    red, green, blue, slope_u, slope_v, first, second
        The slope is per texel along the own axes `first` and `second`; 0 on a surface without relief.
    """
    ox, oy, oz = own_frame(shape, x - shape[CENTRE], y - shape[CENTRE + 1], z - shape[CENTRE + 2])
    u, v, first, second = texture_place(shape, number, ox, oy, oz, nx, ny, nz)
    level, texel_m = 0, shape[SCALE] / TEXTURE_SIZE
    while level < LEVELS - 1 and texel_m * 1.5 < sample_m:
        level += 1
        texel_m *= 2
    texture = textures[int(shape[TEXTURE])]
    red, green, blue = texel(texture, level, u, v)
    step = (1 << level) / TEXTURE_SIZE
    bright = red + green + blue
    slope_u = slope_v = 0.0
    if shape[RELIEF] > 0.0:
        ru, gu, bu = texel(texture, level, u + step, v)
        rv, gv, bv = texel(texture, level, u, v + step)
        slope_u = (ru + gu + bu - bright) / (bright + 0.05)
        slope_v = (rv + gv + bv - bright) / (bright + 0.05)
    return (
        red * shape[TINT],
        green * shape[TINT + 1],
        blue * shape[TINT + 2],
        slope_u,
        slope_v,
        first,
        second,
    )
