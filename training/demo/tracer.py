"""A small ray tracer: pinhole camera, one soft light, one mirror bounce, motion blur by the sample.

Every one of a pixel's samples has its own place in the pixel, its own moment within the shutter and its
own point on the light, so edges, fast sticks and shadows are soft at no extra cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from training.demo.shapes import NO_HIT, box_entry, cone_entry, cylinder_entry
from training.demo.surfaces import MIRROR, SHININESS, SPECULAR, colour

_LIGHT = (-0.75, -0.55, 1.35)
_LIGHT_RADIUS = 0.10


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera.

    `eye` and `target` are in metres, `field_of_view_deg` spans the picture's height.
    """

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    field_of_view_deg: float
    width: int
    height: int

    def axes(self) -> NDArray[np.float64]:
        """Rows right, up and forward; right and up scaled to half the picture's height."""
        forward = np.subtract(self.target, self.eye)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        scale = math.tan(math.radians(self.field_of_view_deg) / 2)
        return np.stack([right * scale, np.cross(right, forward) * scale, forward])

    def project(self, point: NDArray[np.float64]) -> tuple[float, float]:
        """Where a point (3,) lies in the picture: x and y in 0..1 from left and top."""
        right, up, forward = self.axes()
        offset = np.asarray(point) - self.eye
        depth = float(offset @ forward)
        scale = float(right @ right)
        x = float(offset @ right) / scale / depth * self.height / self.width
        y = float(offset @ up) / scale / depth
        return 0.5 + x / 2, 0.5 - y / 2


@numba.njit(cache=True)
def _nearest(boxes, cylinders, cones, ox, oy, oz, dx, dy, dz):
    best, nx, ny, nz, surface = NO_HIT, 0.0, 0.0, 1.0, -1
    for i in range(boxes.shape[0]):
        t, x, y, z = box_entry(boxes[i], ox, oy, oz, dx, dy, dz)
        if t < best:
            best, nx, ny, nz, surface = t, x, y, z, int(boxes[i, 7])
    for i in range(cylinders.shape[0]):
        t, x, y, z = cylinder_entry(cylinders[i], ox, oy, oz, dx, dy, dz)
        if t < best:
            best, nx, ny, nz, surface = t, x, y, z, int(cylinders[i, 6])
    for i in range(cones.shape[0]):
        t, x, y, z = cone_entry(cones[i], ox, oy, oz, dx, dy, dz, best)
        if t < best:
            best, nx, ny, nz, surface = t, x, y, z, int(cones[i, 8])
    return best, nx, ny, nz, surface


@numba.njit(cache=True)
def _shade(boxes, cylinders, cones, hit, ox, oy, oz, dx, dy, dz, lx, ly, lz):
    t, nx, ny, nz, surface = hit
    if surface < 0:
        return 0.35, 0.38, 0.42
    x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
    red, green, blue = colour(surface, x, y, z, nz)
    tx, ty, tz = lx - x, ly - y, lz - z
    far = math.sqrt(tx * tx + ty * ty + tz * tz)
    tx, ty, tz = tx / far, ty / far, tz / far
    facing = nx * tx + ny * ty + nz * tz
    direct, shine = 0.0, 0.0
    if facing > 0.0:
        sx, sy, sz = x + nx * 2e-4, y + ny * 2e-4, z + nz * 2e-4
        blocked = _nearest(boxes, cylinders, cones, sx, sy, sz, tx, ty, tz)[0] < far
        if not blocked:
            direct = 3.3 * facing / (far * far)
            hx, hy, hz = tx - dx, ty - dy, tz - dz
            length = math.sqrt(hx * hx + hy * hy + hz * hz)
            half = max(0.0, (nx * hx + ny * hy + nz * hz) / length)
            shine = SPECULAR[surface] * half ** SHININESS[surface]
    # Light from above and a little back from the table stand in for the room.
    ambient = 0.16 + 0.11 * nz + 0.04 * max(0.0, -ny)
    return (
        red * (1.04 * direct + 0.95 * ambient) + shine,
        green * (direct + ambient) + shine,
        blue * (0.92 * direct + 1.08 * ambient) + shine,
    )


@numba.njit(cache=True, parallel=True)
def _trace(boxes, cylinders, cones_by_sample, jitter, eye, axes, picture):
    height, width, _ = picture.shape
    samples = jitter.shape[0]
    for row in numba.prange(height):
        for column in range(width):
            red, green, blue = 0.0, 0.0, 0.0
            for s in range(samples):
                cones = cones_by_sample[s]
                u = (column + jitter[s, 0] - width / 2) / (height / 2)
                v = (height / 2 - row - jitter[s, 1]) / (height / 2)
                dx = axes[2, 0] + u * axes[0, 0] + v * axes[1, 0]
                dy = axes[2, 1] + u * axes[0, 1] + v * axes[1, 1]
                dz = axes[2, 2] + u * axes[0, 2] + v * axes[1, 2]
                length = math.sqrt(dx * dx + dy * dy + dz * dz)
                dx, dy, dz = dx / length, dy / length, dz / length
                # A golden-angle turn per pixel decorrelates the light samples of neighbours.
                angle = 2.399963 * (s + 7.0 * ((row * 131 + column * 71) % 16))
                radius = _LIGHT_RADIUS * math.sqrt((s + 0.5) / samples)
                lx = _LIGHT[0] + radius * math.cos(angle)
                ly = _LIGHT[1] + radius * math.sin(angle)
                lz = _LIGHT[2]
                hit = _nearest(boxes, cylinders, cones, eye[0], eye[1], eye[2], dx, dy, dz)
                r, g, b = _shade(boxes, cylinders, cones, hit, eye[0], eye[1], eye[2], dx, dy, dz, lx, ly, lz)
                if hit[4] >= 0 and MIRROR[hit[4]] > 0.0:
                    t, nx, ny, nz = hit[0], hit[1], hit[2], hit[3]
                    turn = 2.0 * (dx * nx + dy * ny + dz * nz)
                    mx, my, mz = dx - turn * nx, dy - turn * ny, dz - turn * nz
                    x = eye[0] + t * dx + nx * 2e-4
                    y = eye[1] + t * dy + ny * 2e-4
                    z = eye[2] + t * dz + nz * 2e-4
                    seen = _nearest(boxes, cylinders, cones, x, y, z, mx, my, mz)
                    r2, g2, b2 = _shade(boxes, cylinders, cones, seen, x, y, z, mx, my, mz, lx, ly, lz)
                    share = MIRROR[hit[4]]
                    r, g, b = r + share * r2, g + share * g2, b + share * b2
                red, green, blue = red + r, green + g, blue + b
            picture[row, column, 0] = red / samples
            picture[row, column, 1] = green / samples
            picture[row, column, 2] = blue / samples


def trace(
    camera: Camera,
    boxes: NDArray[np.float64],
    cylinders: NDArray[np.float64],
    cones_by_sample: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Render one picture.

    Parameters
    ----------
    camera
        Where the picture is taken from, and its size.
    boxes, cylinders
        Still shapes, rows as in `training.demo.shapes`.
    cones_by_sample : (samples, n, 9) float64
        The moving shapes at each sample's own moment within the shutter.

    Returns
    -------
    (height, width, 3) uint8
        sRGB.
    """
    samples = len(cones_by_sample)
    steps = np.arange(samples)
    # Roberts' R2 sequence fills the pixel evenly for any count.
    jitter = np.stack([(0.5 + 0.7548776662 * steps) % 1.0, (0.5 + 0.5698402910 * steps) % 1.0], axis=1)
    linear = np.empty((camera.height, camera.width, 3))
    _trace(boxes, cylinders, cones_by_sample, jitter, np.array(camera.eye), camera.axes(), linear)
    # A soft shoulder keeps highlights from clipping hard.
    toned = linear * (1.0 + linear / 2.2) / (1.0 + linear)
    encoded = np.where(
        toned <= 0.0031308, 12.92 * toned, 1.055 * np.maximum(toned, 1e-9) ** (1 / 2.4) - 0.055
    )
    return (np.clip(encoded, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
