"""The shapes a scene is built of, and how a ray meets them.

Lengths are in metres, z points up, the table top is z = 0. Still shapes are boxes turned about z and
upright cylinders, met analytically. Moving ones (stick, hand, sleeve) are round cones, met by sphere
tracing their signed distance. Each shape is one row of a float64 array, so that the numba kernel in
`tracer` needs no objects:

- box: centre x y z, half-size x y z, turn in radians, surface number
- cylinder: centre of the foot x y z, radius, height, inner radius (0 = solid), surface number
- round cone: end a x y z, end b x y z, radius at a, radius at b, surface number
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

NO_HIT = 1e9
BOX_FIELDS, CYLINDER_FIELDS, CONE_FIELDS = 8, 7, 9


def rows(shapes: list[tuple[float, ...]], fields: int) -> NDArray[np.float64]:
    """Shapes as an (n, fields) float64 array, also when there is none."""
    return np.array(shapes, dtype=np.float64).reshape(len(shapes), fields)


@numba.njit(cache=True)
def box_entry(box, ox, oy, oz, dx, dy, dz):
    """Distance along the ray to a box and the normal there: (t, nx, ny, nz); t = NO_HIT for a miss."""
    cosine, sine = math.cos(box[6]), math.sin(box[6])
    px, py, pz = ox - box[0], oy - box[1], oz - box[2]
    px, py = cosine * px + sine * py, -sine * px + cosine * py
    vx, vy = cosine * dx + sine * dy, -sine * dx + cosine * dy
    position, direction = (px, py, pz), (vx, vy, dz)
    near, far, axis = -NO_HIT, NO_HIT, 0
    for i in range(3):
        if abs(direction[i]) < 1e-12:
            if abs(position[i]) > box[3 + i]:
                return NO_HIT, 0.0, 0.0, 0.0
            continue
        one = (-box[3 + i] - position[i]) / direction[i]
        other = (box[3 + i] - position[i]) / direction[i]
        if one > other:
            one, other = other, one
        if one > near:
            near, axis = one, i
        far = min(far, other)
    if near > far or near < 1e-6:
        return NO_HIT, 0.0, 0.0, 0.0
    sign = -1.0 if direction[axis] > 0 else 1.0
    if axis == 0:
        return near, sign * cosine, sign * sine, 0.0
    if axis == 1:
        return near, -sign * sine, sign * cosine, 0.0
    return near, 0.0, 0.0, sign


@numba.njit(cache=True)
def cylinder_entry(cylinder, ox, oy, oz, dx, dy, dz):
    """Distance to an upright cylinder, or to a cup when its inner radius is not 0; see `box_entry`."""
    px, py, pz = ox - cylinder[0], oy - cylinder[1], oz - cylinder[2]
    best, nx, ny, nz = NO_HIT, 0.0, 0.0, 0.0
    a = dx * dx + dy * dy
    for inner in range(2):
        radius = cylinder[5] if inner else cylinder[3]
        if radius <= 0.0 or a < 1e-12:
            continue
        b = px * dx + py * dy
        root = b * b - a * (px * px + py * py - radius * radius)
        if root < 0.0:
            continue
        # The outside is met on the way in, the inside of a cup on the way out.
        t = (-b + math.sqrt(root)) / a if inner else (-b - math.sqrt(root)) / a
        z = pz + t * dz
        floor = 0.1 * cylinder[4] if inner else 0.0
        if 1e-6 < t < best and floor <= z <= cylinder[4]:
            turn = -1.0 if inner else 1.0
            best = t
            nx, ny, nz = turn * (px + t * dx) / radius, turn * (py + t * dy) / radius, 0.0
    if dz < -1e-9:
        for inner in range(2):
            height = 0.1 * cylinder[4] if inner else cylinder[4]
            t = (height - pz) / dz
            x, y = px + t * dx, py + t * dy
            square = x * x + y * y
            inside = cylinder[5] * cylinder[5]
            on_face = square < inside if inner else inside <= square <= cylinder[3] * cylinder[3]
            if 1e-6 < t < best and on_face:
                best, nx, ny, nz = t, 0.0, 0.0, 1.0
    return best, nx, ny, nz


@numba.njit(cache=True)
def cone_distance(cone, px, py, pz):
    """Signed distance of a point to a round cone: the hull of two spheres."""
    bx, by, bz = cone[3] - cone[0], cone[4] - cone[1], cone[5] - cone[2]
    qx, qy, qz = px - cone[0], py - cone[1], pz - cone[2]
    length_squared = bx * bx + by * by + bz * bz
    along = (qx * bx + qy * by + qz * bz) / length_squared
    # Where the hull's tangent touches the axis is shifted by the taper.
    length = math.sqrt(length_squared)
    slope = (cone[6] - cone[7]) / length
    rx, ry, rz = qx - along * bx, qy - along * by, qz - along * bz
    side = math.sqrt(rx * rx + ry * ry + rz * rz)
    shifted = along + side / length * slope / math.sqrt(max(1e-9, 1.0 - slope * slope))
    shifted = min(1.0, max(0.0, shifted))
    ex, ey, ez = qx - shifted * bx, qy - shifted * by, qz - shifted * bz
    radius = cone[6] + shifted * (cone[7] - cone[6])
    return math.sqrt(ex * ex + ey * ey + ez * ez) - radius


@numba.njit(cache=True)
def cone_entry(cone, ox, oy, oz, dx, dy, dz, reach):
    """Distance along the ray (no farther than `reach`) to a round cone; see `box_entry`."""
    mx, my, mz = (cone[0] + cone[3]) / 2, (cone[1] + cone[4]) / 2, (cone[2] + cone[5]) / 2
    half = math.sqrt((cone[0] - mx) ** 2 + (cone[1] - my) ** 2 + (cone[2] - mz) ** 2)
    bound = half + max(cone[6], cone[7])
    px, py, pz = mx - ox, my - oy, mz - oz
    middle = px * dx + py * dy + pz * dz
    if px * px + py * py + pz * pz - middle * middle > bound * bound or middle < -bound:
        return NO_HIT, 0.0, 0.0, 0.0
    t = max(1e-4, middle - bound)
    end = min(reach, middle + bound)
    for _ in range(64):
        distance = cone_distance(cone, ox + t * dx, oy + t * dy, oz + t * dz)
        if distance < 2e-5:
            break
        t += distance
        if t > end:
            return NO_HIT, 0.0, 0.0, 0.0
    else:
        return NO_HIT, 0.0, 0.0, 0.0
    x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
    step = 1e-4
    here = cone_distance(cone, x, y, z)
    nx = cone_distance(cone, x + step, y, z) - here
    ny = cone_distance(cone, x, y + step, z) - here
    nz = cone_distance(cone, x, y, z + step) - here
    length = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
    return t, nx / length, ny / length, nz / length
