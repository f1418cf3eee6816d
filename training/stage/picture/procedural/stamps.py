"""Many small things drawn into a surface picture: leaves, stones, chips, blades, threads.

Both loops wrap around the picture's edges, so what they draw repeats without a seam. Later rows lie on top.
"""

from __future__ import annotations

import math

import numpy as np

from engine.compiled import compiled
from training.stage.picture.procedural.noise import SIZE_PX, Picture

LEAF, STONE, CHIP, LOBED = 0, 1, 2, 3
_LAST = SIZE_PX - 1


@compiled("void(float32[:,:,::1], float32[:,::1], float64)")
def _stamp(picture, rows, shadow):  # pragma: no cover
    for k in range(rows.shape[0]):
        x, y, angle, length, width = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4]
        kind, bend, wobble = int(rows[k, 5]), rows[k, 6], rows[k, 7]
        c, s = math.cos(angle), math.sin(angle)
        c_wobble, s_wobble = math.cos(wobble), math.sin(wobble)
        reach = int(max(length, width) * 1.15) + 3
        drop = shadow * min(width, 6.0) * 0.35
        first_layer = 0 if shadow > 0.0 else 1
        for row in range(int(y) - reach, int(y) + reach + 1):
            for column in range(int(x) - reach, int(x) + reach + 1):
                for layer in range(first_layer, 2):
                    # First the shadow, one step down and right, then the thing itself.
                    dx = column - x - (drop if layer == 0 else 0.0)
                    dy = row - y - (drop if layer == 0 else 0.0)
                    u = (dx * c + dy * s) / length
                    v = (-dx * s + dy * c) / width
                    if u < -1.1 or u > 1.1:
                        continue
                    v -= bend * u * u - 0.5 * bend
                    if kind == STONE:
                        square = u * u + v * v
                        if square > 1.7:
                            continue
                        # Bulges after the third and second circle functions, without their angle.
                        third = (u * u * u - 3 * u * v * v) * c_wobble + (
                            3 * u * u * v - v * v * v
                        ) * s_wobble
                        second = (u * u - v * v) * s_wobble + 2 * u * v * c_wobble
                        distance = math.sqrt(square) + 1e-6
                        size = 1 + 0.15 * third / (distance * square + 1e-6) + 0.1 * second / (square + 1e-6)
                        edge = (distance / size - 1) * width
                    elif kind == CHIP:
                        if v > 1.1 or v < -1.1:
                            continue
                        edge = max((abs(u) - 1 + 0.1 * v * c_wobble) * length, (abs(v) - 1) * width)
                    else:
                        rest = 1 - u * u
                        if rest <= 0 or v > 1.5 or v < -1.5:
                            continue
                        outline = rest * (1 - 0.35 * u)
                        if kind == LOBED:
                            outline = math.sqrt(rest) * (0.62 + 0.38 * math.sin(7.5 * u + wobble))
                        edge = (abs(v) - outline) * width
                    cover = min(1.0, max(0.0, 0.5 - edge))
                    if cover == 0.0:
                        continue
                    at_y, at_x = row & _LAST, column & _LAST
                    if layer == 0:
                        dim = 1 - 0.55 * shadow * cover
                        for channel in range(3):
                            picture[at_y, at_x, channel] *= dim
                        continue
                    if kind == STONE:
                        facing = -(dx + dy) / (1.4 * width)
                        light = 1 + 0.32 * facing - 0.25 * max(0.0, u * u + v * v - 0.5)
                    elif kind == CHIP:
                        light = 1 + 0.12 * math.sin(v * 5 + wobble + u)
                    else:
                        light = 1.1 if v > 0 else 0.86
                        light -= 0.16 * max(0.0, math.sin(11 * u - 9 * abs(v) + wobble)) ** 4
                        if abs(v) * width < 0.7:
                            light = 1.22
                        light *= 0.88 + 0.2 * math.sin(2.2 * u + wobble)
                    for channel in range(3):
                        under = picture[at_y, at_x, channel]
                        picture[at_y, at_x, channel] = under + (rows[k, 8 + channel] * light - under) * cover


@compiled("void(float32[:,:,::1], float32[:,::1], float64)")
def _stroke(picture, rows, shadow):  # pragma: no cover
    for k in range(rows.shape[0]):
        x, y, angle, length, bend = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4]
        first, last = rows[k, 5], rows[k, 6]
        steps = int(length * 1.25) + 1
        for i in range(steps + 1):
            share = i / steps
            c, s = math.cos(angle + bend * share), math.sin(angle + bend * share)
            half = 0.5 * (first + (last - first) * share)
            span = int(half) + 1
            for j in range(-span, span + 1):
                cover = min(1.0, max(0.0, half + 0.5 - abs(j)))
                if cover == 0.0:
                    continue
                px, py = x - s * j, y + c * j
                at_y, at_x = math.floor(py) & _LAST, math.floor(px) & _LAST
                under_y, under_x = (at_y + 1) & _LAST, (at_x + 1) & _LAST
                light = (0.75 + 0.35 * share) * (1 - 0.12 * j / (half + 0.5))
                for channel in range(3):
                    under = picture[at_y, at_x, channel]
                    picture[at_y, at_x, channel] = under + (rows[k, 7 + channel] * light - under) * cover
                    if j == span:
                        picture[under_y, under_x, channel] *= 1 - shadow
            x += c * length / steps
            y += s * length / steps


def stamp(
    picture: Picture,
    rng: np.random.Generator,
    kind: int,
    colours: Picture,
    length_px: tuple[float, float],
    slimness: tuple[float, float],
    shadow: float = 0.6,
    bend: float = 0.3,
) -> None:
    """Draw one thing per colour into a picture, in place.

    Parameters
    ----------
    picture
        (256, 256, 3) float32.
    rng
        Source of places, angles and sizes.
    kind
        `LEAF`, `STONE`, `CHIP` or `LOBED`.
    colours
        (n, 3).
    length_px
        Least and greatest half length.
    slimness
        Least and greatest half width, as a share of the half length.
    shadow
        How dark the shadow below each thing is, 0..1.
    bend
        How much things are bent, 0 for straight.
    """
    count = len(colours)
    rows = np.empty((count, 11), np.float32)
    rows[:, :2] = rng.random((count, 2)) * SIZE_PX
    rows[:, 2] = rng.random(count) * 2 * math.pi
    # Small things are many, large ones few.
    rows[:, 3] = length_px[0] + (length_px[1] - length_px[0]) * rng.random(count) ** 2
    rows[:, 4] = rows[:, 3] * rng.uniform(*slimness, count)
    rows[:, 5] = kind
    rows[:, 6] = rng.normal(0, bend + 1e-9, count)
    rows[:, 7] = rng.random(count) * 6.3
    rows[:, 8:] = colours
    _stamp(picture, rows, shadow)


def stroke(
    picture: Picture,
    places: Picture,
    angles: Picture,
    lengths_px: Picture,
    bends: Picture,
    widths_px: tuple[float, float],
    colours: Picture,
    shadow: float = 0.0,
) -> None:
    """Draw one bent, tapering line per row into a picture, in place.

    Parameters
    ----------
    picture
        (256, 256, 3) float32.
    places
        (n, 2) starting points, px.
    angles, bends
        (n,) radians: the direction at the start, and by how much it turns to the end.
    lengths_px
        (n,).
    widths_px
        At the start and the end.
    colours
        (n, 3).
    shadow
        How much the ground beside each line is darkened, 0..1.
    """
    count = len(colours)
    rows = np.empty((count, 10), np.float32)
    rows[:, :2] = places
    rows[:, 2], rows[:, 3], rows[:, 4] = angles, lengths_px, bends
    rows[:, 5:7] = widths_px
    rows[:, 7:] = colours
    _stroke(picture, rows, shadow)


def scatter_strokes(
    picture: Picture,
    rng: np.random.Generator,
    colours: Picture,
    length_px: tuple[float, float],
    width_px: float,
    bend: float = 0.6,
    angle: float | None = None,
    shadow: float = 0.15,
) -> None:
    """Draw lines anywhere in any direction (or about one `angle`): twigs, needles, lint, scratches."""
    count = len(colours)
    spread = rng.normal(0, 0.35, count) + angle if angle is not None else rng.random(count) * 2 * math.pi
    stroke(
        picture,
        (rng.random((count, 2)) * SIZE_PX).astype(np.float32),
        spread.astype(np.float32),
        rng.uniform(*length_px, count).astype(np.float32),
        rng.normal(0, bend + 1e-9, count).astype(np.float32),
        (width_px, width_px * 0.6),
        colours,
        shadow,
    )
