"""Small things in the air drawn on the picture: bits cut from the surface, drops, dust."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled

SIDE = 12
"""A bit's own picture has so many pixels a side."""

_HIDDEN_M = 0.03
"""What lies this much nearer than a bit hides it."""
_DEPTH = 'Array(float32, 2, "C", readonly=True)'


@compiled(
    f"void(uint8[:, :, ::1], {_DEPTH}, float64, float64, float64, float64, float64, float64, float64,"
    " float64, float64, Array(float32, 3, 'C', readonly=True), Array(float32, 2, 'C', readonly=True))"
)
def draw_bit(picture, depth, x, y, depth_m, ax, ay, bx, by, alpha, gain, colour, cover):
    """Draw a bit's own picture at (x, y).

    `colour` (SIDE, SIDE, 3) and `cover` (SIDE, SIDE) are its picture and outline; (ax, ay) and (bx, by) are
    its half axes in pixels, so that a bit that turns in the air is drawn narrow.
    """
    rows, columns = depth.shape
    area = ax * by - ay * bx
    least = 0.35 * np.sqrt(ax * ax + ay * ay + bx * bx + by * by)
    if abs(area) < least:
        # Edge on, it still covers something: a sliver of a third of a pixel.
        area = least if area >= 0.0 else -least
    reach_x, reach_y = abs(ax) + abs(bx) + 0.7, abs(ay) + abs(by) + 0.7
    side = cover.shape[0]
    # What is smaller than a pixel covers only a part of it.
    for py in range(max(int(np.floor(y - reach_y)), 0), min(int(np.ceil(y + reach_y)) + 1, rows)):
        for px in range(max(int(np.floor(x - reach_x)), 0), min(int(np.ceil(x + reach_x)) + 1, columns)):
            dx, dy = px + 0.5 - x, py + 0.5 - y
            u = (by * dx - bx * dy) / area
            v = (-ay * dx + ax * dy) / area
            if u <= -1.0 or u >= 1.0 or v <= -1.0 or v >= 1.0:
                continue
            if depth[py, px] < depth_m - _HIDDEN_M:
                continue
            at_u, at_v = (u + 1.0) * 0.5 * side - 0.5, (v + 1.0) * 0.5 * side - 0.5
            i, j = min(max(int(at_u), 0), side - 2), min(max(int(at_v), 0), side - 2)
            fu, fv = min(max(at_u - i, 0.0), 1.0), min(max(at_v - j, 0.0), 1.0)
            w00, w01, w10, w11 = (1 - fu) * (1 - fv), fu * (1 - fv), (1 - fu) * fv, fu * fv
            share = alpha * (
                w00 * cover[j, i] + w01 * cover[j, i + 1] + w10 * cover[j + 1, i] + w11 * cover[j + 1, i + 1]
            )
            if share <= 0.004:
                continue
            for c in range(3):
                value = gain * (
                    w00 * colour[j, i, c]
                    + w01 * colour[j, i + 1, c]
                    + w10 * colour[j + 1, i, c]
                    + w11 * colour[j + 1, i + 1, c]
                )
                mixed = (1.0 - share) * picture[py, px, c] + share * min(max(value, 0.0), 255.0)
                picture[py, px, c] = np.uint8(mixed + 0.5)


@compiled(
    f"void(uint8[:, :, ::1], {_DEPTH}, float64, float64, float64, float64, float64, float64, float64,"
    " float64, float64, float64)"
)
def draw_streak(picture, depth, x0, y0, x1, y1, depth_m, radius, alpha, red, green, blue):
    """Draw a round thing that moved from (x0, y0) to (x1, y1) while the shutter was open."""
    rows, columns = depth.shape
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    reach = radius + 0.6
    # The light that one pixel gets is shared by all that the thing passed over.
    strength = alpha * min(1.0, 2.0 * radius) * min(1.0, 2.2 * max(radius, 0.5) / (np.sqrt(length2) + 1e-9))
    for py in range(
        max(int(np.floor(min(y0, y1) - reach)), 0), min(int(np.ceil(max(y0, y1) + reach)) + 1, rows)
    ):
        for px in range(
            max(int(np.floor(min(x0, x1) - reach)), 0), min(int(np.ceil(max(x0, x1) + reach)) + 1, columns)
        ):
            ox, oy = px + 0.5 - x0, py + 0.5 - y0
            along = min(max((ox * dx + oy * dy) / max(length2, 1e-9), 0.0), 1.0)
            ex, ey = ox - along * dx, oy - along * dy
            share = strength * min(max(radius + 0.5 - np.sqrt(ex * ex + ey * ey), 0.0), 1.0)
            if share <= 0.004 or depth[py, px] < depth_m - _HIDDEN_M:
                continue
            picture[py, px, 0] = np.uint8((1.0 - share) * picture[py, px, 0] + share * red + 0.5)
            picture[py, px, 1] = np.uint8((1.0 - share) * picture[py, px, 1] + share * green + 0.5)
            picture[py, px, 2] = np.uint8((1.0 - share) * picture[py, px, 2] + share * blue + 0.5)


@compiled(
    f"void(uint8[:, :, ::1], {_DEPTH}, float64, float64, float64, float64, float64, float64, float64,"
    " float64, float64)"
)
def draw_puff(picture, depth, x, y, depth_m, half_x, half_y, alpha, red, green, blue):
    """Draw a soft cloud of half sizes `half_x`, `half_y` pixels, `alpha` opaque in its middle."""
    rows, columns = depth.shape
    for py in range(max(int(y - half_y), 0), min(int(y + half_y) + 1, rows)):
        v = (py + 0.5 - y) / half_y
        for px in range(max(int(x - half_x), 0), min(int(x + half_x) + 1, columns)):
            u = (px + 0.5 - x) / half_x
            inside = 1.0 - u * u - v * v
            if inside <= 0.0 or depth[py, px] < depth_m - 4 * _HIDDEN_M:
                continue
            share = alpha * inside * inside
            picture[py, px, 0] = np.uint8((1.0 - share) * picture[py, px, 0] + share * red + 0.5)
            picture[py, px, 1] = np.uint8((1.0 - share) * picture[py, px, 1] + share * green + 0.5)
            picture[py, px, 2] = np.uint8((1.0 - share) * picture[py, px, 2] + share * blue + 0.5)


def outline(kind: str, rng: np.random.Generator) -> NDArray[np.float32]:
    """Cover (SIDE, SIDE) of a bit, 0..1: `lump` is a pebble or crumb, `leaf` is pointed at two ends."""
    ticks = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    x, y = np.meshgrid(ticks, ticks)
    turn = np.arctan2(y, x)
    waves = sum(
        rng.normal(0.0, 0.10 / order) * np.cos(order * turn + rng.uniform(0, 2 * np.pi))
        for order in (1, 2, 3, 5)
    )
    if kind == "leaf":
        half = 0.62 * np.clip(1.0 - np.abs(x) ** 1.6, 0.0, 1.0) * (1.0 + waves)
        return np.clip((half - np.abs(y)) * SIDE / 3, 0.0, 1.0).astype(np.float32)
    return np.clip((0.82 * (1.0 + waves) - np.hypot(x, y)) * SIDE / 3, 0.0, 1.0).astype(np.float32)
