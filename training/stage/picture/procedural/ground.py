"""Loose ground: gravel, sand and soil."""

from __future__ import annotations

import numpy as np

from training.stage.picture.procedural.cells import cells
from training.stage.picture.procedural.noise import Picture, clouds, mixed, ramp, shaded, slope_light, step
from training.stage.picture.procedural.palette import (
    DRY_LEAF,
    GREEN_LEAF,
    SOIL,
    STONE,
    palette,
    pick,
    picks,
    tone_row,
)
from training.stage.picture.procedural.stamps import CHIP, LEAF, scatter_strokes, stamp
from training.stage.picture.procedural.stamps import STONE as STONE_SHAPE
from training.stage.picture.procedural.style import style

PEBBLE = np.concatenate([STONE, palette("9a8a78 c8c0b0 6a5a4a d8d2c4 4a4a4c a89078")])


def _soil(rng: np.random.Generator, colour: Picture) -> Picture:
    height = clouds(rng, 0.9, 2) + clouds(rng, 0.2, 2) * np.float32(0.5)
    picture = ramp(height, tone_row(colour, 0.45, 0.8, 1.05, 1.35))
    return picture * (1 + slope_light(height, 0.12))[..., None]


@style("loose-gravel", "gravel", 0.4, relief=0.7, pictures=("acg_Gravel", "gimp_x_pebbles", "ph_pebble"))
def loose_gravel(rng: np.random.Generator) -> Picture:
    """Stones lying close, all of about one size."""
    few = pick(rng, PEBBLE)
    colours = np.concatenate([picks(rng, few[None], 500, 1.5), picks(rng, PEBBLE, 300)])
    rng.shuffle(colours)
    picture = _soil(rng, few * np.float32(0.45))
    size = rng.uniform(4, 11)
    stamp(picture, rng, STONE_SHAPE, colours, (size * 0.5, size * 1.3), (0.6, 1.0), shadow=0.7, bend=0.1)
    return picture


@style("grit", "gravel", 0.35, relief=0.6, pictures=("acg_Gravel",))
def grit(rng: np.random.Generator) -> Picture:
    """Fine chippings as on a path or a flat roof."""
    stones = cells(rng, 52, 52, 1.0)
    colours = picks(rng, np.concatenate([picks(rng, PEBBLE, 2)] * 3 + [PEBBLE]), stones.count, 1.4)
    height = np.minimum(stones.edge_px, 2.2)
    picture = colours[stones.owner] * (0.45 + 0.3 * height)[..., None]
    stamp(picture, rng, STONE_SHAPE, picks(rng, PEBBLE, 90), (2, 6), (0.6, 1.0), shadow=0.6)
    return picture * (1 + slope_light(height, 0.2))[..., None]


@style("gravel-in-sand", "gravel", 0.5, relief=0.6, pictures=("acg_Gravel",))
def gravel_in_sand(rng: np.random.Generator) -> Picture:
    """A path where the sand shows between stones of any size."""
    picture = _soil(rng, pick(rng, SOIL[[3, 4, 6, 8]]))
    stamp(picture, rng, STONE_SHAPE, picks(rng, PEBBLE, 420), (1.5, 9), (0.55, 1.0), shadow=0.6)
    scatter_strokes(picture, rng, picks(rng, DRY_LEAF, 12), (5, 18), 1.2)
    return picture


@style("soil", "dirt", 0.5, relief=0.7, pictures=("acg_Ground", "gimp_ground", "gimp_x_dirt", "gimp_terra"))
def soil(rng: np.random.Generator) -> Picture:
    """Bare earth with stones, twigs and bits of leaves."""
    picture = _soil(rng, pick(rng, SOIL))
    stamp(picture, rng, STONE_SHAPE, picks(rng, np.concatenate([SOIL, STONE]), 260), (1, 5), (0.6, 1.0))
    stamp(picture, rng, LEAF, picks(rng, DRY_LEAF, int(rng.integers(0, 40))), (4, 12), (0.3, 0.6))
    scatter_strokes(picture, rng, picks(rng, DRY_LEAF, int(rng.integers(10, 70))), (4, 26), 1.3)
    return picture


@style("sand", "dirt", 0.7, relief=0.35, pictures=("ph_sand", "acg_Ground"))
def sand(rng: np.random.Generator) -> Picture:
    """Sand or dust with footworn hollows."""
    hollows = clouds(rng, 1.9, 8, 120)
    colour = pick(rng, palette("b09a78 c4b090 9a8668 a89880 8a7a62"))
    picture = shaded(colour, (clouds(rng, 0.1, 2), 0.06), (clouds(rng, 1.2, 3), 0.05))
    stamp(picture, rng, STONE_SHAPE, picks(rng, SOIL, 60), (0.8, 2.5), (0.6, 1.0), shadow=0.4)
    return picture * (1 + slope_light(hollows, 1.0))[..., None]


@style("dry-mud", "dirt", 0.6, relief=0.5, pictures=("gimp_cracked", "gimp_x_drymud"))
def dry_mud(rng: np.random.Generator) -> Picture:
    """Earth that cracked as it dried."""
    size = int(rng.integers(5, 11))
    flakes = cells(rng, size, size)
    wander = clouds(rng, 1.0, 2)
    picture = shaded(pick(rng, SOIL[[1, 3, 4, 6, 8]]), (wander, 0.1), (clouds(rng, 0.2, 2), 0.05))
    crack = step(-(flakes.edge_px + wander * np.float32(0.9)), -1.4, 1.6)
    return mixed(picture, pick(rng, SOIL) * np.float32(0.35), crack)


@style("mulch", "dirt", 0.45, relief=0.6, pictures=("acg_WoodChips",))
def mulch(rng: np.random.Generator) -> Picture:
    """Shredded bark on a bed."""
    brown = palette("6a4632 7a5238 5a3a2c 8a5f42 4a3026 9a7452")
    picture = _soil(rng, pick(rng, brown) * np.float32(0.5))
    stamp(picture, rng, CHIP, picks(rng, brown, 520), (4, 18), (0.12, 0.35), shadow=0.6, bend=0.1)
    stamp(picture, rng, LEAF, picks(rng, np.concatenate([DRY_LEAF, GREEN_LEAF[:3]]), 10), (6, 14), (0.3, 0.6))
    return picture
