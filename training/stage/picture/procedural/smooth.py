"""Plastic, plastic bags, glass and water; sky and bright windows behind."""

from __future__ import annotations

import math

import cv2
import numpy as np

from training.stage.picture.procedural.lettering import text_lines, word, write
from training.stage.picture.procedural.noise import (
    SIZE_PX,
    Picture,
    clouds,
    grid,
    mixed,
    ramp,
    shaded,
    slope_light,
    step,
    warped,
)
from training.stage.picture.procedural.palette import (
    BAG,
    DRY_LEAF,
    GREEN_LEAF,
    INK,
    OFFICE_GRAY,
    PAGE,
    PLASTIC,
    POND,
    palette,
    pick,
    picks,
    tone_row,
)
from training.stage.picture.procedural.stamps import LEAF, scatter_strokes, stamp
from training.stage.picture.procedural.style import style


@style(
    "moulded", "plastic", 0.5, gloss=0.3, shininess=30, mirror=0.03, pictures=("acg_Plastic", "acg_Rubber")
)
def moulded(rng: np.random.Generator) -> Picture:
    """Plain or finely grained plastic."""
    grain = clouds(rng, 0.1, 2, 12)
    picture = shaded(pick(rng, PLASTIC), (grain, rng.uniform(0, 0.05)), (clouds(rng, 2, 20), 0.02))
    scuffs = picture[rng.integers(SIZE_PX, size=rng.integers(0, 10)), 0] * np.float32(1.25)
    scatter_strokes(picture, rng, scuffs, (5, 30), 1.0, 0.2, shadow=0)
    return picture


@style("device", "plastic", 0.22, gloss=0.2, shininess=24, mirror=0.02)
def device(rng: np.random.Generator) -> Picture:
    """The face of a telephone, printer or remote control: display, keys, labels."""
    body = pick(rng, PLASTIC[[0, 1, 2, 3, 4, 10, 11]])
    picture = shaded(body, (clouds(rng, 0.1, 2, 12), 0.02))
    display = pick(rng, palette("8aa88a 2f3a34 a8b8a0 1f2a38 b8c0b0"))
    cv2.rectangle(picture, (40, 20), (190, 80), tuple(float(v) * 0.6 for v in body), -1)
    cv2.rectangle(picture, (46, 26), (184, 74), tuple(float(v) for v in display), -1)
    text_lines(picture, rng, (54, 34, 176, 66), 8, display * np.float32(0.4))
    key = pick(rng, PLASTIC[[1, 2, 4, 11]])
    for y in range(98, 240, int(rng.integers(24, 34))):
        for x in range(20, 230, int(rng.integers(26, 42))):
            cv2.rectangle(picture, (x, y + 2), (x + 18, y + 14), (0.02, 0.02, 0.02), -1)
            cv2.rectangle(picture, (x, y), (x + 17, y + 11), tuple(float(v) for v in key), -1)
    return picture


@style("keyboard", "plastic", 0.28, gloss=0.15, relief=0.3)
def keyboard(rng: np.random.Generator) -> Picture:
    """Rows of keys, each row shifted a little."""
    body = pick(rng, PLASTIC[[0, 1, 2, 3, 4]])
    key = np.clip(body * np.float32(rng.uniform(0.75, 1.35)), 0.04, 0.95)
    letter = 0.85 if key.mean() < 0.5 else 0.15
    picture = np.empty((SIZE_PX, SIZE_PX, 3), np.float32)
    pitch = 16
    picture_of_key = np.empty((pitch, pitch, 3), np.float32)
    picture_of_key[:] = body * np.float32(0.45)
    picture_of_key[2:14, 2:14] = key
    picture_of_key[12:14, 2:14] = key * np.float32(0.6)
    picture_of_key[4:7, 5:8] = letter
    row_of_keys = np.tile(picture_of_key, (1, SIZE_PX // pitch, 1))
    for row in range(SIZE_PX // pitch):
        picture[row * pitch : (row + 1) * pitch] = np.roll(row_of_keys, row * 5, axis=1)
    return picture


@style("ribbed", "plastic", 0.3, gloss=0.2, relief=0.3)
def ribbed(rng: np.random.Generator) -> Picture:
    """Crates, vents and bin lids: ribs along x or y."""
    x, y = grid()
    axis = x if rng.random() < 0.5 else y
    rib = step(
        np.sin(axis * np.float32(2 * math.pi * int(rng.integers(8, 28)) / SIZE_PX)), rng.uniform(-0.4, 0.6)
    )
    colour = pick(rng, PLASTIC)
    return shaded(
        colour, (rib - 0.5, rng.uniform(0.15, 0.6)), (slope_light(rib, 0.2), 1.0), (clouds(rng, 2, 8), 0.03)
    )


@style("screen", "plastic", 0.4, gloss=0.4, shininess=60, mirror=0.12)
def screen(rng: np.random.Generator) -> Picture:
    """A display that is on: windows with text."""
    picture = shaded(pick(rng, palette("2f4a6b 1f2a38 4a5a6a e0e4e8")), (clouds(rng, 2, 30), 0.1))
    for _ in range(3):
        x, y = int(rng.integers(0, 120)), int(rng.integers(0, 140))
        wide, high = (int(v) for v in rng.integers(80, 130, 2))
        picture[y : y + high, x : x + wide] = pick(rng, PAGE, 0.2)
        picture[y : y + 10, x : x + wide] = pick(rng, INK)
        text_lines(picture, rng, (x + 4, y + 14, x + wide - 4, min(y + high - 2, 256)), 6, INK[0], 0.6)
    return picture


def _crinkled(rng: np.random.Generator) -> Picture:
    """Soft facets with sharp folds between, of thin film: light and dark, about -1..1."""
    # A cloud folded onto itself has a crease wherever it crosses zero.
    large = np.abs(clouds(rng, 3.5, 16, 160, rng.choice([0.5, 0.5, 1.0, 2.0])))
    small = np.abs(clouds(rng, 3.0, 10, 90))
    light = slope_light(large, 12.0) + slope_light(small, 4.0)
    return np.clip(light * np.float32(0.45 / light.std()), -1.0, 1.4)


@style("carrier-bag", "plastic-bag", 0.4, gloss=0.4, shininess=24, relief=0.6)
def carrier_bag(rng: np.random.Generator) -> Picture:
    """A shop's bag with print, crinkled."""
    colour = pick(rng, BAG, 0.6)
    picture = shaded(colour, (clouds(rng, 1.8, 6), 0.02))
    ink = pick(rng, PLASTIC[[5, 6, 7, 8, 9, 12]])
    for _ in range(int(rng.integers(1, 4))):
        place = (int(rng.integers(5, 100)), int(rng.integers(40, 240)))
        write(picture, rng, word(rng, 2).upper(), place, rng.uniform(20, 50), ink)
    if rng.random() < 0.4:
        cv2.circle(picture, (128, 128), 60, tuple(float(v) for v in ink), 10, cv2.LINE_AA)
    folds = _crinkled(rng)
    push = folds * np.float32(6)
    return shaded(warped(picture, push, push), (folds, 0.2))


@style("bin-bag", "plastic-bag", 0.45, gloss=0.7, shininess=30, mirror=0.05, relief=0.7)
def bin_bag(rng: np.random.Generator) -> Picture:
    """Shiny dark or white film with sharp folds."""
    colour = pick(rng, palette("1a1b1d 232528 2f3134 e6e6e2 4a5a48 2a3a5a"))
    folds = _crinkled(rng)
    shine = step(folds, 0.55, 0.6)[..., None] * np.float32(0.35)
    return shaded(colour, (folds, 0.55)) * (1 - shine) + shine * np.float32(0.9)


@style("thin-bag", "plastic-bag", 0.4, gloss=0.5, shininess=30, clear=0.12, relief=0.6)
def thin_bag(rng: np.random.Generator) -> Picture:
    """Film that lets things shine through."""
    folds = _crinkled(rng)
    return shaded(pick(rng, palette("d8dcdc e4e6e4 c8d0d4 dcd8d0"), 0.5), (folds, 0.22))


@style("pane", "glass", 0.9, gloss=0.7, shininess=120, mirror=0.22, clear=0.55)
def pane(rng: np.random.Generator) -> Picture:
    """A clean window or table top; smudges and the faint tint of glass."""
    tint = pick(rng, palette("4a5856 465254 58625e 5f6666"))
    smudge = np.maximum(clouds(rng, 1.4, 3), 0)
    return shaded(tint, (smudge, 0.12), (clouds(rng, 2, 40), 0.04))


@style("dark-pane", "glass", 0.9, gloss=0.7, shininess=120, mirror=0.3, clear=0.1)
def dark_pane(rng: np.random.Generator) -> Picture:
    """Glass with darkness behind it: doors at night, screens, tinted panes."""
    picture = ramp(
        clouds(rng, 2.0, 10), tone_row(pick(rng, palette("2f3434 3a4446 26282c 40484a")), 0.4, 0.8, 1.3, 2.0)
    )
    streak = np.maximum(clouds(rng, 1.2, 3, 120, 0.3), 0)
    return shaded(picture, (streak, 0.12))


@style("frosted", "glass", 0.6, gloss=0.4, shininess=60, mirror=0.06, clear=0.2, relief=0.08)
def frosted(rng: np.random.Generator) -> Picture:
    """Milky or patterned glass."""
    pebbles = clouds(rng, 0.9, 3, rng.choice([20, 40]))
    return shaded(
        pick(rng, palette("b8c4c2 a8b8b8 c8d0cc b0bcc4")), (slope_light(pebbles, 0.05), 1.0), (pebbles, 0.03)
    )


@style("bottle-glass", "glass", 0.2, gloss=0.9, shininess=110, mirror=0.14, clear=0.45)
def bottle_glass(rng: np.random.Generator) -> Picture:
    """Bottles and jars: strong tint, lights running along y."""
    tint = pick(rng, palette("3a5a3a 5a3a20 8fa09a a8b4b0 2f4a3a 6a4a28 7a9a90"))
    bands = clouds(rng, 1.8, 20, 200, 0.1)
    return shaded(tint, (bands, 0.2), (np.maximum(clouds(rng, 1.2, 3), 0), 0.06))


@style(
    "ripples",
    "water",
    0.5,
    gloss=0.8,
    shininess=90,
    mirror=0.3,
    clear=0.35,
    relief=0.5,
    pictures=("gimp_pool",),
)
def ripples(rng: np.random.Generator) -> Picture:
    """Clear water with small waves and the net of light on its ground."""
    push = clouds(rng, 1.8, 20) * np.float32(10)
    net = np.abs(warped(clouds(rng, 1.0, 10, 50), push, push.T))
    colour = pick(rng, palette("7f9aa0 8aa8b0 6a8a92 9ab4b4 5f7f88 a0aca8"))
    return shaded(colour, (step(-net, -0.12, 0.3), 0.35), (clouds(rng, 1.5, 8), 0.08))


@style(
    "puddle",
    "water",
    0.8,
    gloss=0.8,
    shininess=120,
    mirror=0.45,
    clear=0.2,
    relief=0.12,
    pictures=("gimp_x_wave",),
)
def puddle(rng: np.random.Generator) -> Picture:
    """Dark standing water that mirrors the sky; leaves and dust afloat."""
    waves = clouds(rng, 1.4, 10, 90, 2.0)
    picture = ramp(waves, tone_row(pick(rng, POND), 0.6, 0.85, 1.1, 1.6))
    stamp(
        picture,
        rng,
        LEAF,
        picks(rng, np.concatenate([DRY_LEAF, GREEN_LEAF]), int(rng.integers(0, 14))),
        (4, 12),
        (0.3, 0.6),
    )
    return picture


@style("sink-water", "water", 0.35, gloss=0.9, shininess=90, mirror=0.25, clear=0.5, relief=0.4)
def sink_water(rng: np.random.Generator) -> Picture:
    """Water in a bowl or sink: rings and a few bubbles."""
    x, y = grid()
    swirl = clouds(rng, 1.8, 20) * np.float32(1.5)
    rings = np.sin(np.hypot(x - 128, y - 128) * np.float32(rng.uniform(0.12, 0.35)) + swirl)
    fade = 1 - np.clip(np.hypot(x - 128, y - 128) / 128, 0, 1)
    picture = shaded(
        pick(rng, palette("9ab0b4 a8b8b8 8aa0a4 b4c0be")), (rings * fade, 0.14), (clouds(rng, 1.5, 8), 0.07)
    )
    foam = picks(rng, palette("f0f4f4 e0e8e8"), int(rng.integers(0, 60)))
    stamp(picture, rng, LEAF, foam, (1, 3), (0.8, 1.0), shadow=0.2)
    return picture


@style("sky", None, 40.0)
def sky(rng: np.random.Generator) -> Picture:
    """Clouds or haze."""
    blue = pick(rng, palette("8ab0d8 a8c4e0 c8d4e0 b8c0c8"))
    return mixed(
        shaded(blue, (clouds(rng, 2, 60), 0.03)),
        palette("f0f2f4")[0],
        step(clouds(rng, 1.7, 4), rng.uniform(-1, 2), 2.0),
    )


@style("daylight", None, 1.5)
def daylight(rng: np.random.Generator) -> Picture:
    """A bright window: overexposed, with blurred shapes of outdoors."""
    return ramp(clouds(rng, 2.0, 30), palette("7f957f b4c4c4 e4ecf0 ffffff"))


@style("panel-gap", None, 0.5)
def panel_gap(rng: np.random.Generator) -> Picture:
    """Dark interiors, cables and shadows under tables."""
    picture = ramp(clouds(rng, 1.7, 8), tone_row(pick(rng, OFFICE_GRAY), 0.05, 0.12, 0.2, 0.34))
    scatter_strokes(picture, rng, picks(rng, OFFICE_GRAY, 12) * np.float32(0.4), (40, 160), 3.0, 1.5)
    return picture
