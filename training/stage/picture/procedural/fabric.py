"""Cloth and carpet: threads, ribs, loops, prints, and leather."""

from __future__ import annotations

import math

import numpy as np

from training.stage.picture.procedural.cells import cells
from training.stage.picture.procedural.noise import (
    SIZE_PX,
    Picture,
    clouds,
    grid,
    mixed,
    shaded,
    slope_light,
    softened,
    step,
    warped,
)
from training.stage.picture.procedural.palette import CARPET, FABRIC, palette, pick, picks
from training.stage.picture.procedural.stamps import LEAF, scatter_strokes, stamp
from training.stage.picture.procedural.style import style


def _wave(axis: Picture, count: int, phase: Picture | float = 0.0) -> Picture:
    return np.sin(axis * np.float32(2 * math.pi * count / SIZE_PX) + phase)


def _folds(rng: np.random.Generator, strength: float) -> Picture:
    """Light and dark of soft folds."""
    return slope_light(clouds(rng, 2.0, 24, 200, rng.choice([0.4, 1.0, 2.5])), strength * 6)


@style("weave", "cloth", 0.25, relief=0.4, pictures=("acg_Fabric", "ph_fabric", "gimp_burlap", "acg_Tatami"))
def weave(rng: np.random.Generator) -> Picture:
    """Threads over and under each other."""
    x, y = grid()
    count = int(rng.choice([40, 56, 80]))
    shift = clouds(rng, 1.0, 3) * np.float32(0.5)
    warp, weft = _wave(x, count, shift), _wave(y, count, shift)
    over = ((x * count / SIZE_PX).astype(np.int32) + (y * count / SIZE_PX).astype(np.int32)) % 2 == 0
    first = pick(rng, FABRIC)
    second = pick(rng, FABRIC) if rng.random() < 0.35 else first * np.float32(rng.uniform(0.7, 0.95))
    picture = mixed(shaded(first, (warp, 0.14)), shaded(second, (weft, 0.14)), over.astype(np.float32))
    return shaded(picture, (clouds(rng, 0.4, 2, 40), 0.06), (_folds(rng, 0.15), 1.0))


@style("twill", "cloth", 0.3, relief=0.3, pictures=("acg_Fabric",))
def twill(rng: np.random.Generator) -> Picture:
    """Denim and gabardine: fine slanting ribs."""
    x, y = grid()
    ribs = np.sin((x + y) * np.float32(2 * math.pi * int(rng.choice([32, 48, 64])) / SIZE_PX))
    colour = pick(rng, FABRIC)
    lint = clouds(rng, 0.2, 2, 30, 0.4)
    return shaded(colour, (ribs, 0.1), (lint, 0.1), (_folds(rng, 0.3), 1.0), (clouds(rng, 1.7, 10), 0.05))


@style("corduroy", "cloth", 0.35, relief=0.3, pictures=("acg_Fabric",))
def corduroy(rng: np.random.Generator) -> Picture:
    """Broad ribs along y, as couches have."""
    x, _ = grid()
    ribs = int(rng.choice([18, 26, 36, 48]))
    bend = clouds(rng, 1.8, 20) * np.float32(0.8)
    profile = np.abs(_wave(x, ribs // 2, bend))
    nap = clouds(rng, 0.5, 2, 40, 0.3)
    return shaded(pick(rng, FABRIC), (profile - 0.6, 0.45), (nap, 0.07), (_folds(rng, 0.25), 1.0))


@style("knit", "cloth", 0.2, relief=0.5, pictures=("acg_Fabric",))
def knit(rng: np.random.Generator) -> Picture:
    """Columns of V-shaped stitches."""
    x, y = grid()
    columns, rows = int(rng.choice([14, 18, 24])), int(rng.choice([20, 26, 32]))
    u = x * np.float32(columns / SIZE_PX)
    slant = np.abs(u % 1 - 0.5) * 2
    stitch = np.sin(y * np.float32(2 * math.pi * rows / SIZE_PX) + slant * 3.0)
    light = stitch * np.float32(0.22) - step(-np.minimum(slant, 1 - slant), -0.06, 0.1) * np.float32(0.25)
    return shaded(pick(rng, FABRIC), (light, 1.0), (clouds(rng, 0.3, 2), 0.07), (_folds(rng, 0.35), 1.0))


@style("plaid", "cloth", 0.35, relief=0.25, pictures=("acg_Fabric",))
def plaid(rng: np.random.Generator) -> Picture:
    """Checks and stripes of several yarns."""
    yarns = picks(rng, FABRIC, 4)
    widths = rng.integers(3, 20, 16)
    stripe = np.repeat(rng.integers(0, 4, 16), widths)[:64]
    line = yarns[np.resize(np.concatenate([stripe, stripe[::-1]]), SIZE_PX)]
    across = line if rng.random() < 0.6 else yarns[np.zeros(SIZE_PX, np.int32)]
    x, y = grid()
    threads = ((x.astype(np.int32) + y.astype(np.int32)) // 2 % 2).astype(np.float32)
    picture = mixed(np.broadcast_to(line[None], (SIZE_PX, SIZE_PX, 3)), across[:, None], threads * 0.4 + 0.3)
    return shaded(picture, (threads - 0.5, 0.08), (clouds(rng, 0.4, 2), 0.05), (_folds(rng, 0.25), 1.0))


@style("printed-cloth", "cloth", 0.35, relief=0.25, pictures=("gimp_x_goldcloth", "acg_Fabric"))
def printed_cloth(rng: np.random.Generator) -> Picture:
    """Flowers or dots on plain cloth."""
    picture = shaded(pick(rng, FABRIC), (clouds(rng, 0.3, 2, 30, 0.5), 0.05))
    size = rng.uniform(6, 18)
    for _ in range(2):
        colours = picks(rng, pick(rng, FABRIC, 2.0)[None], int(rng.integers(20, 70)))
        stamp(picture, rng, LEAF, colours, (size * 0.5, size), (0.4, 1.0), shadow=0)
    return shaded(picture, (clouds(rng, 0.1, 2), 0.04), (_folds(rng, 0.3), 1.0))


@style("plain-cloth", "cloth", 0.5, relief=0.35, pictures=("acg_Fabric",))
def plain_cloth(rng: np.random.Generator) -> Picture:
    """Jackets and bags: dark or plain cloth whose folds are what is seen."""
    push = clouds(rng, 2.0, 30) * np.float32(12)
    creases = warped(clouds(rng, 2.0, 22, 160, rng.choice([0.5, 1.0, 2.0])), push, push.T)
    return shaded(pick(rng, FABRIC), (slope_light(creases, 3.5), 1.0), (clouds(rng, 0.2, 2, 20), 0.07))


@style("leather", "cloth", 0.5, gloss=0.2, shininess=16, mirror=0.02, relief=0.3, pictures=("gimp_leather",))
def leather(rng: np.random.Generator) -> Picture:
    """Covers of armchairs: pores and fine wrinkles."""
    pores = cells(rng, 64, 64)
    colour = pick(rng, palette("7a2f38 3a2a24 1f1e20 6a4632 8a3a40 2a3448 b09a7a 4a4a4c"))
    wrinkle = np.abs(clouds(rng, 1.2, 3, 80))
    grain = np.minimum(pores.edge_px, 1.6) - 1
    return shaded(colour, (grain, 0.06), (step(-wrinkle, -0.06, 0.12), -0.14), (_folds(rng, 0.2), 1.0))


def _tufted(rng: np.random.Generator, colours: Picture, size: int) -> Picture:
    """Loops or tufts, one colour each, dark between them."""
    tufts = cells(rng, size, size, 0.8)
    light = 1.18 - 0.17 * tufts.distance_px * np.float32(size / 64)
    return softened(colours[tufts.owner % len(colours)] * np.clip(light, 0.5, 1.3)[..., None], 0.5)


@style("loop-carpet", "carpet", 0.3, relief=0.4, pictures=("acg_Carpet",))
def loop_carpet(rng: np.random.Generator) -> Picture:
    """Office carpet of flecked loops."""
    colour = pick(rng, CARPET)
    flecks = np.concatenate(
        [picks(rng, colour[None], 500, 1.2), picks(rng, CARPET, int(rng.integers(0, 150)))]
    )
    rng.shuffle(flecks)
    picture = _tufted(rng, flecks, int(rng.choice([56, 72, 88])))
    return shaded(picture, (clouds(rng, 1.6, 8), 0.06))


@style("pile-carpet", "carpet", 0.4, relief=0.45, pictures=("acg_Carpet",))
def pile_carpet(rng: np.random.Generator) -> Picture:
    """Deep pile with the light and dark of trodden patches."""
    colour = pick(rng, CARPET)
    picture = _tufted(rng, picks(rng, colour[None], 700, 1.4), 80)
    trodden = clouds(rng, 1.6, 12)
    scatter_strokes(picture, rng, picks(rng, colour[None] * np.float32(1.2), 500), (3, 8), 1.2, 0.8)
    return shaded(picture, (np.tanh(trodden), 0.1))


@style("pattern-carpet", "carpet", 0.6, relief=0.35, pictures=("acg_Carpet",))
def pattern_carpet(rng: np.random.Generator) -> Picture:
    """Stripes, squares or waves in two or three yarns."""
    yarns = picks(rng, np.concatenate([CARPET, FABRIC]), 3)
    x, y = grid()
    kind = rng.integers(3)
    count = int(rng.integers(3, 12))
    if kind == 0:
        band = _wave(x, count) + _wave(x, 2 * count + 1) * np.float32(0.7)
    elif kind == 1:
        band = _wave(x, count) * _wave(y, count) * 2
    else:
        band = clouds(rng, 1.5, 14)
    which = (band > 0.2).astype(np.int32) + (band > 0.9)
    tufts = _tufted(rng, picks(rng, np.ones((1, 3), np.float32) * 0.8, 700), 72)
    return yarns[which] * tufts * np.float32(1.25)
