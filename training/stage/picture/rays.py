"""How a ray meets the shapes of a set.

A set is packed into one float64 array, a row per shape (`packed`), so that compiled loops need no objects.
Each ray is taken into the shape's own frame, where every kind has a closed form; only a rounded box is
walked into by its distance, and only where its outer box is met.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from training.stage.world import SHAPE_KINDS, Shape

NOTHING = 1e9
"""Distance of a ray that meets nothing."""

KIND, CENTRE, HALF, TURN, ROUND = 0, 1, 4, 7, 16
GLOSS, SHININESS, MIRROR, CLEAR, RELIEF, TINT, SCALE, TEXTURE = 17, 18, 19, 20, 21, 22, 25, 26
REACH = 27
"""Square of the radius that all of the shape lies within, seen from its centre."""
FIELDS = 28

_BOX, _CYLINDER, _CUP, _ELLIPSOID = (SHAPE_KINDS.index(kind) for kind in SHAPE_KINDS[:4])
_BEHIND = 1e-6
_TOUCH_M = 2e-4


def packed(shapes: tuple[Shape, ...], textures: dict[str, int]) -> NDArray[np.float64]:
    """The shapes as an (n, FIELDS) array; `textures` numbers the texture names."""
    rows = np.zeros((len(shapes), FIELDS))
    for row, shape in zip(rows, shapes, strict=True):
        look = shape.look
        row[KIND] = SHAPE_KINDS.index(shape.kind)
        row[CENTRE : CENTRE + 3] = shape.centre
        row[HALF : HALF + 3] = shape.half
        row[TURN : TURN + 9] = np.ravel(shape.turn)
        row[ROUND] = shape.round_m
        row[GLOSS], row[SHININESS], row[MIRROR] = look.gloss, look.shininess, look.mirror
        row[CLEAR], row[RELIEF] = look.clear, look.relief
        row[TINT : TINT + 3] = look.tint
        row[SCALE], row[TEXTURE] = look.scale_m, textures[look.texture]
        wide = shape.half[:2] if shape.kind != "cylinder" and shape.kind != "cup" else shape.half[:1]
        row[REACH] = sum(half * half for half in (*wide, shape.half[2]))
    return rows


@numba.njit(cache=True, inline="always")
def own_frame(shape, x, y, z):
    """A world direction in the shape's own frame."""
    return (
        shape[TURN] * x + shape[TURN + 3] * y + shape[TURN + 6] * z,
        shape[TURN + 1] * x + shape[TURN + 4] * y + shape[TURN + 7] * z,
        shape[TURN + 2] * x + shape[TURN + 5] * y + shape[TURN + 8] * z,
    )


@numba.njit(cache=True, inline="always")
def world_frame(shape, x, y, z):
    """A direction of the shape's own frame in the world."""
    return (
        shape[TURN] * x + shape[TURN + 1] * y + shape[TURN + 2] * z,
        shape[TURN + 3] * x + shape[TURN + 4] * y + shape[TURN + 5] * z,
        shape[TURN + 6] * x + shape[TURN + 7] * y + shape[TURN + 8] * z,
    )


@numba.njit(cache=True)
def _slabs(hx, hy, hz, px, py, pz, dx, dy, dz):
    """Entry and exit distance of an axis-aligned box around the origin, and the axis entered through."""
    near, far, axis = -NOTHING, NOTHING, 0
    for i in range(3):
        p, d, h = (px, dx, hx) if i == 0 else ((py, dy, hy) if i == 1 else (pz, dz, hz))
        if abs(d) < 1e-12:
            if abs(p) > h:
                return NOTHING, -NOTHING, 0
            continue
        one, other = (-h - p) / d, (h - p) / d
        if one > other:
            one, other = other, one
        if one > near:
            near, axis = one, i
        far = min(far, other)
    return near, far, axis


@numba.njit(cache=True)
def _box(shape, px, py, pz, dx, dy, dz):
    near, far, axis = _slabs(shape[HALF], shape[HALF + 1], shape[HALF + 2], px, py, pz, dx, dy, dz)
    if near > far or near < _BEHIND:
        return NOTHING, 0.0, 0.0, 1.0
    if axis == 0:
        return near, (-1.0 if dx > 0 else 1.0), 0.0, 0.0
    if axis == 1:
        return near, 0.0, (-1.0 if dy > 0 else 1.0), 0.0
    return near, 0.0, 0.0, (-1.0 if dz > 0 else 1.0)


@numba.njit(cache=True)
def _ellipsoid(shape, px, py, pz, dx, dy, dz):
    hx, hy, hz = shape[HALF], shape[HALF + 1], shape[HALF + 2]
    qx, qy, qz, ex, ey, ez = px / hx, py / hy, pz / hz, dx / hx, dy / hy, dz / hz
    a, b = ex * ex + ey * ey + ez * ez, qx * ex + qy * ey + qz * ez
    root = b * b - a * (qx * qx + qy * qy + qz * qz - 1.0)
    if root < 0.0:
        return NOTHING, 0.0, 0.0, 1.0
    t = (-b - math.sqrt(root)) / a
    if t < _BEHIND:
        return NOTHING, 0.0, 0.0, 1.0
    nx, ny, nz = (qx + t * ex) / hx, (qy + t * ey) / hy, (qz + t * ez) / hz
    length = math.sqrt(nx * nx + ny * ny + nz * nz)
    return t, nx / length, ny / length, nz / length


@numba.njit(cache=True)
def _cylinder(shape, is_cup, px, py, pz, dx, dy, dz):
    radius, tall = shape[HALF], shape[HALF + 2]
    best, nx, ny, nz = NOTHING, 0.0, 0.0, 1.0
    a = dx * dx + dy * dy
    b = px * dx + py * dy
    inner = radius - shape[ROUND] if is_cup else 0.0
    floor = -tall + shape[ROUND] if is_cup else tall
    if a > 1e-12:
        root = b * b - a * (px * px + py * py - radius * radius)
        if root >= 0.0:
            t = (-b - math.sqrt(root)) / a
            if t > _BEHIND and abs(pz + t * dz) <= tall:
                best, nx, ny, nz = t, (px + t * dx) / radius, (py + t * dy) / radius, 0.0
        if is_cup:
            # The inside of the wall is met on the way out.
            root = b * b - a * (px * px + py * py - inner * inner)
            if root >= 0.0:
                t = (-b + math.sqrt(root)) / a
                if _BEHIND < t < best and floor <= pz + t * dz <= tall:
                    best, nx, ny, nz = t, -(px + t * dx) / inner, -(py + t * dy) / inner, 0.0
    if abs(dz) > 1e-12:
        sign = -1.0 if dz > 0 else 1.0
        # The rim (or lid) from outside, then the cup's floor; seen from below, only the foot.
        for part in range(2):
            height = sign * tall if part == 0 else floor
            if part == 1 and (not is_cup or sign < 0.0):
                continue
            t = (height - pz) / dz
            x, y = px + t * dx, py + t * dy
            square = x * x + y * y
            hollow = is_cup and part == 0 and sign > 0.0 and square < inner * inner
            reach = inner if part == 1 else radius
            if _BEHIND < t < best and square <= reach * reach and not hollow:
                best, nx, ny, nz = t, 0.0, 0.0, sign
    return best, nx, ny, nz


@numba.njit(cache=True)
def _rounded(shape, px, py, pz, dx, dy, dz):
    hx, hy, hz = shape[HALF], shape[HALF + 1], shape[HALF + 2]
    near, far, _ = _slabs(hx, hy, hz, px, py, pz, dx, dy, dz)
    if near > far or far < _BEHIND:
        return NOTHING, 0.0, 0.0, 1.0
    r = min(shape[ROUND], hx, hy, hz)
    t = max(near, _BEHIND)
    for _ in range(48):
        x, y, z = px + t * dx, py + t * dy, pz + t * dz
        qx, qy, qz = abs(x) - (hx - r), abs(y) - (hy - r), abs(z) - (hz - r)
        ox, oy, oz = max(qx, 0.0), max(qy, 0.0), max(qz, 0.0)
        distance = math.sqrt(ox * ox + oy * oy + oz * oz) + min(max(qx, max(qy, qz)), 0.0) - r
        if distance < _TOUCH_M:
            if t < 1e-5:
                return NOTHING, 0.0, 0.0, 1.0
            length = math.sqrt(ox * ox + oy * oy + oz * oz)
            if length < 1e-12:
                return NOTHING, 0.0, 0.0, 1.0
            return (
                t,
                (ox if x > 0 else -ox) / length,
                (oy if y > 0 else -oy) / length,
                (oz if z > 0 else -oz) / length,
            )
        t += distance
        if t > far:
            break
    return NOTHING, 0.0, 0.0, 1.0


@numba.njit(cache=True)
def meet(shape, ox, oy, oz, dx, dy, dz):
    """Where a ray meets one shape: distance (NOTHING for a miss) and the normal in the shape's own frame."""
    px, py, pz = own_frame(shape, ox - shape[CENTRE], oy - shape[CENTRE + 1], oz - shape[CENTRE + 2])
    vx, vy, vz = own_frame(shape, dx, dy, dz)
    kind = int(shape[KIND])
    if kind == _BOX:
        return _box(shape, px, py, pz, vx, vy, vz)
    if kind == _ELLIPSOID:
        return _ellipsoid(shape, px, py, pz, vx, vy, vz)
    if kind in (_CYLINDER, _CUP):
        return _cylinder(shape, kind == _CUP, px, py, pz, vx, vy, vz)
    return _rounded(shape, px, py, pz, vx, vy, vz)


@numba.njit(cache=True, inline="always")
def _passes_by(shape, ox, oy, oz, dx, dy, dz):
    """Whether a ray (unit direction) misses a shape's bounding sphere, as most rays do most shapes'."""
    px, py, pz = shape[CENTRE] - ox, shape[CENTRE + 1] - oy, shape[CENTRE + 2] - oz
    along = px * dx + py * dy + pz * dz
    square = px * px + py * py + pz * pz
    return square - along * along > shape[REACH] or (along < 0.0 and square > shape[REACH])


@numba.njit(cache=True)
def nearest(shapes, skipped, ox, oy, oz, dx, dy, dz):
    """The shape a ray (unit direction) meets first: distance, own-frame normal, number (-1 for none).

    `skipped` (n,) bool leaves shapes out.
    """
    best, nx, ny, nz, number = NOTHING, 0.0, 0.0, 1.0, -1
    for i in range(shapes.shape[0]):
        if skipped[i] or _passes_by(shapes[i], ox, oy, oz, dx, dy, dz):
            continue
        t, x, y, z = meet(shapes[i], ox, oy, oz, dx, dy, dz)
        if t < best:
            best, nx, ny, nz, number = t, x, y, z, i
    return best, nx, ny, nz, number


@numba.njit(cache=True)
def blocker(shapes, skipped, reach, ox, oy, oz, dx, dy, dz):
    """Number of a shape that a ray meets within `reach`, -1 for none; things seen through block nothing."""
    for i in range(shapes.shape[0]):
        if skipped[i] or shapes[i, CLEAR] > 0.3 or _passes_by(shapes[i], ox, oy, oz, dx, dy, dz):
            continue
        if meet(shapes[i], ox, oy, oz, dx, dy, dz)[0] < reach:
            return i
    return -1
