"""Traces the rays of a still picture into its maps of colour, light and geometry.

Each pixel takes four samples with their own places in the pixel, points on the light and directions to
the room. Visibility of light and room are smoothed among neighbours on the same surface, which so few
samples would leave grainy; colour is not, so that textures stay crisp.
"""

from __future__ import annotations

import math

import numba

from training.stage.picture.paint import surface_colour
from training.stage.picture.rays import (
    CLEAR,
    GLOSS,
    MIRROR,
    NOTHING,
    RELIEF,
    SHININESS,
    blocker,
    nearest,
    world_frame,
)

SAMPLES = 4
ROOM_REACH_M = 0.35
"""Things nearer than this keep the room's light away from each other."""
LIGHT_DIRECTION, LIGHT_STRENGTH, LIGHT_AMBIENT, LIGHT_COLOUR, LIGHT_SOFTNESS, LIGHT_FIELDS = 0, 3, 4, 5, 8, 9
"""Where what lies in the row of numbers that the kernels take a light as."""
_LIFT_M = 4e-4


@numba.njit(cache=True)
def _room_direction(nx, ny, nz, one, other):
    """A direction around the normal, cosine weighted, from two numbers 0..1."""
    angle, z = 2.0 * math.pi * one, 2.0 * other - 1.0
    flat = math.sqrt(max(0.0, 1.0 - z * z))
    x, y, z = nx + flat * math.cos(angle), ny + flat * math.sin(angle), nz + z
    length = math.sqrt(x * x + y * y + z * z) + 1e-9
    return x / length, y / length, z / length


@numba.njit(cache=True)
def _plain(shapes, textures, sky, light, hit, ox, oy, oz, dx, dy, dz, sample_m):
    """Colour of what is seen in a mirror or through glass: no shadows, no further bounce."""
    t, nx, ny, nz, number = hit
    if number < 0:
        return sky[0], sky[1], sky[2]
    shape = shapes[number]
    red, green, blue, _, _, _, _ = surface_colour(
        shape, number, textures, ox + t * dx, oy + t * dy, oz + t * dz, nx, ny, nz, sample_m
    )
    wx, wy, wz = world_frame(shape, nx, ny, nz)
    facing = max(0.0, wx * light[0] + wy * light[1] + wz * light[2])
    shade = light[LIGHT_AMBIENT] * (0.7 + 0.3 * wz) + 0.7 * light[LIGHT_STRENGTH] * facing
    return red * shade, green * shade, blue * shade


@numba.njit(cache=True)
def trace(
    shapes, skipped, movable, textures, eye, axes, focal, light, sky, noise, only,
    albedo, added, facing, seen_light, room, position, normal,
    depth, number_map, share, touched,
):  # fmt: skip
    """Fill the maps; `only` (H, W) bool says which pixels, `share` counts samples on `number_map`'s shape.

    All other arrays are described in `training.stage.picture.still`.
    """
    height, width = only.shape
    for row in range(height):
        for column in range(width):
            if not only[row, column]:
                continue
            for s in range(SAMPLES):
                jx, jy = 0.25 + 0.5 * (s & 1), 0.25 + 0.5 * (s >> 1)
                n1, n2 = (
                    noise[(row * 7 + s * 3) % 64, (column + s * 17) % 64],
                    noise[(column * 5 + s) % 64, (row + s * 29) % 64],
                )
                u, v = (column + jx - width / 2) / focal, (row + jy - height / 2) / focal
                dx = axes[2, 0] + u * axes[0, 0] + v * axes[1, 0]
                dy = axes[2, 1] + u * axes[0, 1] + v * axes[1, 1]
                dz = axes[2, 2] + u * axes[0, 2] + v * axes[1, 2]
                stretch = math.sqrt(dx * dx + dy * dy + dz * dz)
                dx, dy, dz = dx / stretch, dy / stretch, dz / stretch
                hit = nearest(shapes, skipped, eye[0], eye[1], eye[2], dx, dy, dz)
                t, nx, ny, nz, number = hit
                if s == 0:
                    number_map[row, column] = number
                if number == number_map[row, column]:
                    share[row, column] += 1.0
                if number < 0:
                    for k in range(3):
                        added[row, column, k] += sky[k]
                    if s == 0:
                        depth[row, column] = NOTHING
                    continue
                shape = shapes[number]
                x, y, z = eye[0] + t * dx, eye[1] + t * dy, eye[2] + t * dz
                wx, wy, wz = world_frame(shape, nx, ny, nz)
                if s == 0:
                    depth[row, column] = t / stretch
                    position[row, column, 0], position[row, column, 1], position[row, column, 2] = x, y, z
                    normal[row, column, 0], normal[row, column, 1], normal[row, column, 2] = wx, wy, wz
                slant = max(0.2, -(wx * dx + wy * dy + wz * dz))
                sample_m = 0.5 * t / focal / slant
                red, green, blue, slope_u, slope_v, first, second = surface_colour(
                    shape, number, textures, x, y, z, nx, ny, nz, sample_m
                )
                bx, by, bz = wx, wy, wz
                if shape[RELIEF] > 0.0:
                    tilt = -1.2 * shape[RELIEF]
                    tu, tv = tilt * slope_u, tilt * slope_v
                    ux = nx + (tu if first == 0 else 0.0)
                    uy = ny + (tu if first == 1 else (tv if second == 1 else 0.0))
                    uz = nz + (tv if second == 2 else 0.0)
                    length = math.sqrt(ux * ux + uy * uy + uz * uz) + 1e-9
                    bx, by, bz = world_frame(shape, ux / length, uy / length, uz / length)
                # A point on the light, a direction to the room.
                lx = light[0] + light[LIGHT_SOFTNESS] * (2.0 * n1 - 1.0)
                ly = light[1] + light[LIGHT_SOFTNESS] * (2.0 * n2 - 1.0)
                lz = light[2]
                length = math.sqrt(lx * lx + ly * ly + lz * lz)
                lx, ly, lz = lx / length, ly / length, lz / length
                sx, sy, sz = x + wx * _LIFT_M, y + wy * _LIFT_M, z + wz * _LIFT_M
                cosine = max(0.0, bx * light[0] + by * light[1] + bz * light[2])
                facing[row, column] += cosine
                is_lit = False
                if wx * lx + wy * ly + wz * lz > 0.0:
                    stopper = blocker(shapes, skipped, NOTHING, sx, sy, sz, lx, ly, lz)
                    is_lit = stopper < 0
                    if stopper >= 0 and movable[stopper]:
                        touched[row, column] = True
                if is_lit:
                    seen_light[row, column] += 1.0
                if s % 3 == 0:
                    # Two of the four samples do for what is smoothed anyway.
                    rx, ry, rz = _room_direction(wx, wy, wz, n2, n1)
                    stopper = blocker(shapes, skipped, ROOM_REACH_M, sx, sy, sz, rx, ry, rz)
                    # What stands in the way reflects some light itself.
                    room[row, column] += 2.0 * (0.72 + 0.28 * bz) * (1.0 if stopper < 0 else 0.3)
                    if stopper >= 0 and movable[stopper]:
                        touched[row, column] = True
                if movable[number]:
                    touched[row, column] = True
                if is_lit and shape[GLOSS] > 0.0:
                    hx, hy, hz = lx - dx, ly - dy, lz - dz
                    length = math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
                    half = max(0.0, (bx * hx + by * hy + bz * hz) / length)
                    shine = shape[GLOSS] * light[LIGHT_STRENGTH] * half ** shape[SHININESS]
                    for k in range(3):
                        added[row, column, k] += shine * light[LIGHT_COLOUR + k]
                kept = 1.0
                if shape[MIRROR] > 0.0:
                    turn = 2.0 * (dx * bx + dy * by + dz * bz)
                    mx, my, mz = dx - turn * bx, dy - turn * by, dz - turn * bz
                    other = nearest(shapes, skipped, sx, sy, sz, mx, my, mz)
                    r, g, b = _plain(
                        shapes, textures, sky, light, other, sx, sy, sz, mx, my, mz, 3.0 * sample_m
                    )
                    added[row, column, 0] += shape[MIRROR] * r
                    added[row, column, 1] += shape[MIRROR] * g
                    added[row, column, 2] += shape[MIRROR] * b
                    kept -= shape[MIRROR]
                if shape[CLEAR] > 0.0:
                    before = skipped[number]
                    skipped[number] = True
                    ex, ey, ez = x + dx * _LIFT_M, y + dy * _LIFT_M, z + dz * _LIFT_M
                    other = nearest(shapes, skipped, ex, ey, ez, dx, dy, dz)
                    r, g, b = _plain(shapes, textures, sky, light, other, ex, ey, ez, dx, dy, dz, sample_m)
                    skipped[number] = before
                    added[row, column, 0] += shape[CLEAR] * r
                    added[row, column, 1] += shape[CLEAR] * g
                    added[row, column, 2] += shape[CLEAR] * b
                    kept = max(0.05, kept - shape[CLEAR])
                albedo[row, column, 0] += kept * red
                albedo[row, column, 1] += kept * green
                albedo[row, column, 2] += kept * blue


@numba.njit(cache=True)
def smooth(values, number_map, normal, result):
    """5 x 5 mean over pixels of the same shape whose normals agree."""
    height, width = values.shape
    for row in range(height):
        for column in range(width):
            total, count = values[row, column], 1.0
            number = number_map[row, column]
            if number >= 0:
                x, y, z = normal[row, column, 0], normal[row, column, 1], normal[row, column, 2]
                for j in range(max(0, row - 2), min(height, row + 3)):
                    for i in range(max(0, column - 2), min(width, column + 3)):
                        if number_map[j, i] != number or (j == row and i == column):
                            continue
                        if x * normal[j, i, 0] + y * normal[j, i, 1] + z * normal[j, i, 2] > 0.93:
                            total += values[j, i]
                            count += 1.0
            result[row, column] = total / count
