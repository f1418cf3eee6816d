"""Paper, cardboard and everything printed on them."""

from __future__ import annotations

import numpy as np

from training.stage.picture.procedural.cells import creases
from training.stage.picture.procedural.lettering import text_lines, word, write
from training.stage.picture.procedural.noise import (
    SIZE_PX,
    Picture,
    clouds,
    mixed,
    shaded,
    slope_light,
    step,
)
from training.stage.picture.procedural.palette import (
    CARDBOARD,
    FABRIC,
    INK,
    PAGE,
    PAINT,
    PLASTIC,
    palette,
    pick,
    picks,
)
from training.stage.picture.procedural.stamps import LEAF, scatter_strokes, stamp
from training.stage.picture.procedural.style import style


def _sheet(rng: np.random.Generator, colours: Picture = PAGE) -> Picture:
    return shaded(pick(rng, colours, 0.4), (clouds(rng, 0.6, 2), 0.012), (clouds(rng, 2, 30), 0.012))


@style("print", "paper", 0.24, pictures=("gimp_paper", "acg_Paper"))
def print_(rng: np.random.Generator) -> Picture:
    """A printed page: heading, paragraphs, now and then a figure."""
    picture = _sheet(rng)
    ink = pick(rng, INK[[0, 4, 7]], 0.5)
    write(picture, rng, f"{word(rng)} {word(rng, 3)}", (16, 28), rng.uniform(9, 16), pick(rng, INK))
    y, pitch = 38, int(rng.integers(4, 8))
    while y < 240:
        high = int(rng.integers(3, 9)) * pitch
        if rng.random() < 0.2:
            x1 = int(rng.integers(90, 235))
            picture[y : min(y + high, 244), 20:x1] = pick(rng, INK, 2.0)
        else:
            text_lines(picture, rng, (14, y, 242, min(y + high, 246)), pitch, ink)
        y += high + pitch
    return picture


@style("newspaper", "paper", 0.4, relief=0.15, pictures=("gimp_paper",))
def newspaper(rng: np.random.Generator) -> Picture:
    """Columns of small print under headlines, with gray pictures."""
    picture = _sheet(rng, palette("d8d2c2 ccc8bc e0dac8"))
    ink = palette("30302e")[0]
    columns = int(rng.integers(3, 6))
    wide = SIZE_PX // columns
    for column in range(columns):
        x0, y = column * wide + 4, int(rng.integers(4, 20))
        while y < 244:
            high = int(rng.integers(16, 80))
            x1, y1 = x0 + wide - 8, min(y + high, 250)
            if rng.random() < 0.25:
                picture[y:y1, x0:x1] *= clouds(rng, 1.6, 2)[y:y1, x0:x1, None] * np.float32(0.2) + np.float32(
                    0.5
                )
            else:
                write(picture, rng, word(rng, 3), (x0, min(y + 10, 250)), rng.uniform(7, 13), ink)
                text_lines(picture, rng, (x0, min(y + 14, y1), x1, y1), 4, ink, 0.6)
            y += high + 6
    return shaded(picture, (slope_light(clouds(rng, 1.9, 20), 2.5), 1.0))


@style("cardboard", "paper", 0.5, relief=0.2, pictures=("acg_Cardboard",))
def cardboard(rng: np.random.Generator) -> Picture:
    """A carton's side: flutes, tape, a printed mark or a label."""
    flutes = clouds(rng, 0.2, 2, 20, 0.05)
    picture = shaded(pick(rng, CARDBOARD, 0.7), (flutes, 0.018), (clouds(rng, 1.5, 3), 0.03))
    if rng.random() < 0.5:
        y = int(rng.integers(20, 200))
        tape = pick(rng, palette("c8b088 a8825a d8ccb0 8a6a48"), 0.5)
        picture[y : y + int(rng.integers(14, 30))] = tape * np.float32(0.6) + picture[y : y + 1] * np.float32(
            0.4
        )
    if rng.random() < 0.6:
        size = rng.uniform(14, 40)
        write(
            picture,
            rng,
            word(rng, 2).upper(),
            (int(rng.integers(5, 90)), int(rng.integers(60, 240))),
            size,
            pick(rng, INK) * np.float32(0.8),
        )
    if rng.random() < 0.5:
        x, y = (int(v) for v in rng.integers(20, 170, 2))
        picture[y : y + 52, x : x + 70] = pick(rng, PAGE, 0.3)
        text_lines(picture, rng, (x + 4, y + 4, x + 66, y + 28), 5, INK[0])
        bars = rng.random(60) < 0.5
        picture[y + 32 : y + 48, x + 5 : x + 65][:, bars] = 0.1
    scatter_strokes(
        picture, rng, picks(rng, CARDBOARD, 18) * np.float32(1.12), (6, 50), 1.2, 0.4, shadow=0.05
    )
    return picture


@style("cover", "paper", 0.26, gloss=0.12, mirror=0.02, pictures=("acg_Paper",))
def cover(rng: np.random.Generator) -> Picture:
    """Book and magazine covers: a block of colour, a picture, a title."""
    ground = pick(rng, np.concatenate([PAINT, FABRIC, PAGE]), 1.5)
    picture = shaded(ground, (clouds(rng, 1.8, 10), 0.02))
    if rng.random() < 0.7:
        y0, y1 = sorted(int(v) for v in rng.integers(10, 246, 2))
        tint = pick(rng, np.concatenate([INK, FABRIC]), 2.0)
        share = step(clouds(rng, 1.6, 2), rng.uniform(-1, 1), 1.5)[y0:y1]
        picture[y0:y1, 8:248] = mixed(picture[y0:y1, 8:248], tint, share[:, 8:248])
    light = pick(rng, PAGE if ground.mean() < 0.5 else INK)
    for _ in range(int(rng.integers(1, 4))):
        place = (int(rng.integers(6, 90)), int(rng.integers(30, 240)))
        write(picture, rng, word(rng, int(rng.integers(2, 4))), place, rng.uniform(14, 44), light)
    return picture


@style("page-edges", "paper", 0.12, pictures=("acg_Paper",))
def page_edges(rng: np.random.Generator) -> Picture:
    """The closed side of a stack of pages; the sheets run along x."""
    sheets = clouds(rng, 0.2, 1.5, 30, 60)
    return shaded(
        pick(rng, palette("d8d0b8 e0dac8 c8bc9c eae6da"), 0.5), (sheets, 0.09), (clouds(rng, 1.5, 4), 0.03)
    )


@style("crumpled", "paper", 0.4, relief=0.5, pictures=("gimp_crinklepaper",))
def crumpled(rng: np.random.Generator) -> Picture:
    """Wrapping paper that has been folded and crushed."""
    facets = creases(rng, int(rng.integers(5, 11)))
    colour = pick(rng, np.concatenate([CARDBOARD, PAGE]))
    return shaded(
        colour, (facets, 0.2), (slope_light(clouds(rng, 2.0, 16), 1.5), 1.0), (clouds(rng, 1.6, 6), 0.02)
    )


@style("paperback-shelf", "paper", 0.5, gloss=0.05, relief=0.2)
def paperback_shelf(rng: np.random.Generator) -> Picture:
    """Spines of books standing side by side along x, from the shelf to the gap above."""
    picture = np.full((SIZE_PX, SIZE_PX, 3), 0.05, np.float32)
    x = 0
    # The picture's rows run upwards on a standing surface, so the books stand on row 0.
    while x < SIZE_PX:
        wide = min(int(rng.integers(6, 24)), SIZE_PX - x)
        high = int(rng.integers(175, 246))
        spine = pick(rng, np.concatenate([PAINT, FABRIC, INK, PAGE]), 1.5)
        rounding = 1 - 0.5 * np.abs(np.linspace(-1, 1, wide, dtype=np.float32)) ** 3
        picture[:high, x : x + wide] = spine * rounding[None, :, None]
        for _ in range(int(rng.integers(1, 4))):
            y = int(rng.integers(10, high - 30))
            band = int(rng.integers(3, 40))
            ink = pick(rng, PAGE if spine.mean() < 0.5 else INK)
            x0, x1 = x + wide // 4, x + wide - wide // 4
            picture[y : y + band, x0:x1] += (ink - picture[y : y + band, x0:x1]) * np.float32(
                rng.uniform(0.3, 0.9)
            )
        x += wide + int(rng.random() < 0.1) * 5
    return shaded(picture, (clouds(rng, 0.3, 2), 0.05))


@style("poster", None, 0.8)
def poster(rng: np.random.Generator) -> Picture:
    """Notices and pictures on a wall: sheets over each other on a board."""
    picture = shaded(pick(rng, np.concatenate([CARDBOARD, PAINT])), (clouds(rng, 0.5, 2), 0.05))
    for _ in range(int(rng.integers(3, 9))):
        x, y = (int(v) for v in rng.integers(0, 190, 2))
        wide, high = (int(v) for v in rng.integers(40, 110, 2))
        sheet = picture[y : y + high, x : x + wide]
        sheet[:] = pick(rng, np.concatenate([PAGE, PAGE, INK, PLASTIC]))
        if rng.random() < 0.5:
            text_lines(
                picture, rng, (x + 4, y + 4, min(x + wide - 4, 256), min(y + high - 4, 256)), 6, INK[0]
            )
        else:
            sheet[high // 4 :] = pick(rng, np.concatenate([FABRIC, INK]), 2.0)
    return picture


@style("carton-print", "paper", 0.3, gloss=0.08)
def carton_print(rng: np.random.Generator) -> Picture:
    """Bright packaging: cereal boxes, game boxes."""
    picture = cover(rng)
    stamp(picture, rng, LEAF, picks(rng, PLASTIC, 10, 2.0), (8, 40), (0.3, 1.0), shadow=0)
    text_lines(picture, rng, (20, 190, 180, 240), 6, pick(rng, PAGE))
    return picture
