"""What surfaces look like: procedural colour per point, computed inside the tracer.

Each surface is a number; `SURFACES` names them. Colours are linear RGB, 0..1.
"""

from __future__ import annotations

import math

import numba

SURFACES: dict[str, int] = {
    "table": 0,
    "wall": 1,
    "metal": 2,
    "ceramic": 3,
    "paper": 4,
    "carpet": 5,
    "plastic": 6,
    "book": 7,
    "stick": 8,
    "skin": 9,
    "sleeve": 10,
}

SHININESS = (22.0, 4.0, 60.0, 90.0, 6.0, 2.0, 45.0, 14.0, 24.0, 8.0, 2.0)
SPECULAR = (0.10, 0.0, 0.7, 0.45, 0.02, 0.0, 0.30, 0.06, 0.15, 0.05, 0.0)
MIRROR = (0.04, 0.0, 0.5, 0.10, 0.0, 0.0, 0.07, 0.0, 0.0, 0.0, 0.0)


@numba.njit(cache=True)
def _lattice(x, y, z):
    n = (x * 374761393 + y * 668265263 + z * 2147483647) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((n ^ (n >> 16)) & 0xFFFF) / 65535.0


@numba.njit(cache=True)
def noise(x, y, z):
    """Smooth value noise, 0..1, one feature per unit."""
    ix, iy, iz = math.floor(x), math.floor(y), math.floor(z)
    fx, fy, fz = x - ix, y - iy, z - iz
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    ix, iy, iz = int(ix), int(iy), int(iz)
    value = 0.0
    for i in range(8):
        a, b, c = i & 1, (i >> 1) & 1, (i >> 2) & 1
        weight = (fx if a else 1 - fx) * (fy if b else 1 - fy) * (fz if c else 1 - fz)
        value += weight * _lattice(ix + a, iy + b, iz + c)
    return value


@numba.njit(cache=True)
def colour(surface, x, y, z, nz):
    """Linear RGB of a surface at a point (metres; the object's own frame for moving ones)."""
    if surface == 0:  # planks with grain along x
        plank = math.floor(y / 0.14)
        grain = noise(x * 5 + plank * 31, y * 90, plank * 7.0)
        fine = noise(x * 22, y * 420 + plank * 17, 0.0)
        tone = 0.75 + 0.35 * grain + 0.12 * (fine - 0.5) + 0.12 * (_lattice(int(plank), 3, 9) - 0.5)
        gap = abs(y / 0.14 - plank - 0.5)
        if gap > 0.492:
            tone *= 0.35
        return 0.34 * tone, 0.185 * tone, 0.085 * tone
    if surface == 1:
        tone = 0.92 + 0.08 * noise(x * 60, y * 60, z * 60)
        return 0.33 * tone, 0.37 * tone, 0.40 * tone
    if surface == 2:
        tone = 0.86 + 0.14 * noise(x * 300, y * 300, z * 40)
        return 0.13 * tone, 0.135 * tone, 0.145 * tone
    if surface == 3:
        band = 0.035 < z < 0.047
        return (0.10, 0.22, 0.42) if band else (0.74, 0.72, 0.67)
    if surface == 4:
        page = noise(x * 40, y * 40, z * 2200)
        if nz < 0.5:
            tone = 0.55 + 0.35 * page
            return 0.80 * tone, 0.77 * tone, 0.68 * tone
        return 0.78, 0.76, 0.70
    if surface == 5:
        tuft = noise(x * 420, y * 420, z * 420)
        stripe = 0.75 if math.floor((x + y * 0.15) / 0.035) % 2 else 1.0
        tone = (0.55 + 0.6 * tuft) * stripe
        return 0.30 * tone, 0.055 * tone, 0.07 * tone
    if surface == 6:
        return 0.02, 0.20, 0.36
    if surface == 7:
        tone = 0.9 + 0.1 * noise(x * 200, y * 200, z * 200)
        return 0.05 * tone, 0.16 * tone, 0.10 * tone
    if surface == 8:
        tone = 0.8 + 0.3 * noise(x * 30, y * 400, z * 400)
        return 0.62 * tone, 0.42 * tone, 0.20 * tone
    if surface == 9:
        tone = 0.93 + 0.1 * noise(x * 160, y * 160, z * 160)
        return 0.56 * tone, 0.30 * tone, 0.21 * tone
    tone = 0.8 + 0.4 * noise(x * 500, y * 500, z * 500)
    return 0.055 * tone, 0.065 * tone, 0.10 * tone
