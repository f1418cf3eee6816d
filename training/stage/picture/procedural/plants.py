"""Leaves on the ground and on bushes, and grass."""

from __future__ import annotations

import math

import numpy as np

from training.stage.picture.procedural.noise import SIZE_PX, Picture, clouds, ramp, shaded
from training.stage.picture.procedural.palette import (
    DRY_LEAF,
    GRASS,
    GREEN_LEAF,
    SOIL,
    palette,
    pick,
    picks,
    tone_row,
)
from training.stage.picture.procedural.stamps import CHIP, LEAF, LOBED, scatter_strokes, stamp, stroke
from training.stage.picture.procedural.style import style


def _ground(rng: np.random.Generator) -> Picture:
    return ramp(clouds(rng, 0.7, 2), tone_row(pick(rng, SOIL[[0, 2, 5, 7]]), 0.3, 0.6, 0.9, 1.2))


@style("litter", "leaf", 0.6, relief=0.6, pictures=("gimp_x_leaves3", "gimp_x_leaves4"))
def litter(rng: np.random.Generator) -> Picture:
    """Fallen leaves over each other, with twigs."""
    picture = _ground(rng)
    own = np.concatenate([picks(rng, DRY_LEAF, 3)] * 2 + [DRY_LEAF])
    size = rng.uniform(9, 20)
    kind = LEAF if rng.random() < 0.6 else LOBED
    stamp(picture, rng, kind, picks(rng, own, 260), (size * 0.6, size * 1.5), (0.35, 0.7))
    scatter_strokes(picture, rng, picks(rng, SOIL, 30), (8, 50), 1.6)
    stamp(picture, rng, LEAF, picks(rng, own, 70, 1.4), (size * 0.7, size * 1.6), (0.25, 0.7), bend=0.5)
    return picture


@style("mixed-litter", "leaf", 0.7, relief=0.6, pictures=("gimp_leaves", "gimp_x_leaves6"))
def mixed_litter(rng: np.random.Generator) -> Picture:
    """Leaf fragments, twigs and small green plants on soil."""
    picture = _ground(rng)
    stamp(picture, rng, CHIP, picks(rng, np.concatenate([DRY_LEAF, SOIL]), 420), (3, 10), (0.3, 0.7))
    scatter_strokes(picture, rng, picks(rng, DRY_LEAF, 60), (6, 40), 1.4)
    stamp(picture, rng, LEAF, picks(rng, np.concatenate([DRY_LEAF, GREEN_LEAF]), 90), (5, 18), (0.3, 0.6))
    pale = picks(rng, palette("c8c0aa b0aa9a d8d0b8"), int(rng.integers(4, 20)))
    stamp(picture, rng, LEAF, pale, (6, 18), (0.35, 0.7))
    return picture


@style("ivy", "leaf", 0.5, gloss=0.08, relief=0.6, pictures=("gimp_x_clovers",))
def ivy(rng: np.random.Generator) -> Picture:
    """A hedge or ground cover of green leaves."""
    green = pick(rng, GREEN_LEAF)
    picture = shaded(green * np.float32(0.3), (clouds(rng, 0.8, 3), 0.25))
    kind = LEAF if rng.random() < 0.75 else LOBED
    size = rng.uniform(7, 16)
    for depth in (0.6, 0.85, 1.1):
        colours = picks(rng, np.concatenate([green[None], green[None], GREEN_LEAF]), 130) * np.float32(depth)
        stamp(picture, rng, kind, colours, (size * 0.6, size * 1.2), (0.4, 0.8), shadow=0.7)
    return picture


@style("needles", "leaf", 0.4, relief=0.5)
def needles(rng: np.random.Generator) -> Picture:
    """Pine needles on the ground."""
    picture = _ground(rng)
    brown = picks(rng, palette("8a6242 a87a50 6f4a34 c09868 7a5a44"), 1100)
    scatter_strokes(picture, rng, brown, (14, 40), 1.2, 0.3, shadow=0.25)
    return picture


def _blades(
    picture: Picture, rng: np.random.Generator, colours: Picture, length_px: float, width: float
) -> None:
    count = len(colours)
    lean = rng.uniform(-math.pi, math.pi)
    angles = rng.normal(lean, rng.uniform(0.6, 1.6), count).astype(np.float32)
    stroke(
        picture,
        (rng.random((count, 2)) * SIZE_PX).astype(np.float32),
        angles,
        (length_px * rng.uniform(0.5, 1.3, count)).astype(np.float32),
        rng.normal(0, 0.7, count).astype(np.float32),
        (width, width * 0.4),
        colours,
        0.2,
    )


@style("lawn", "grass", 0.45, relief=0.6)
def lawn(rng: np.random.Generator) -> Picture:
    """Blades of a lawn, more or less green."""
    green = pick(rng, GRASS)
    picture = shaded(green * np.float32(0.42), (clouds(rng, 0.8, 2), 0.2))
    palette_ = np.concatenate([green[None]] * 5 + [GRASS])
    length = rng.uniform(12, 26)
    for depth in (0.6, 0.85, 1.12):
        _blades(
            picture, rng, picks(rng, palette_, 620, 1.3) * np.float32(depth), length, rng.uniform(1.4, 2.4)
        )
    return shaded(picture, (clouds(rng, 1.9, 20), 0.1))


@style("dry-lawn", "grass", 0.5, relief=0.6)
def dry_lawn(rng: np.random.Generator) -> Picture:
    """Yellow blades, bare earth between, some fallen leaves."""
    picture = _ground(rng)
    straw = palette("b8a878 a89868 c8bc90 8f8a58 7a8048 9a8a5f")
    _blades(picture, rng, picks(rng, straw, 900) * np.float32(0.8), 22, 1.6)
    _blades(picture, rng, picks(rng, np.concatenate([straw, GRASS]), 700), 20, 1.8)
    stamp(picture, rng, LEAF, picks(rng, DRY_LEAF, int(rng.integers(0, 26))), (7, 18), (0.3, 0.6))
    return picture


@style("weeds", "grass", 0.5, relief=0.6, pictures=("acg_Moss",))
def weeds(rng: np.random.Generator) -> Picture:
    """Clover and moss among the blades."""
    picture = lawn(rng)
    leaves = picks(rng, GREEN_LEAF, int(rng.integers(60, 240)))
    stamp(picture, rng, LEAF, leaves, (3, 9), (0.6, 1.0), shadow=0.5)
    return picture


@style("foliage", None, 2.0, pictures=())
def foliage(rng: np.random.Generator) -> Picture:
    """Bushes far away: light and dark without single leaves."""
    green = pick(rng, GREEN_LEAF)
    picture = ramp(clouds(rng, 0.8, 3, 120), tone_row(green, 0.12, 0.45, 0.9, 1.5))
    stamp(picture, rng, LEAF, picks(rng, green[None], 300, 2.0), (3, 8), (0.4, 0.8), shadow=0.6)
    return picture


@style("leaf-skin", "leaf", 0.12, gloss=0.1, relief=0.3)
def leaf_skin(rng: np.random.Generator) -> Picture:
    """One leaf from near: veins and spots, green or dry."""
    colour = pick(rng, np.concatenate([GREEN_LEAF, DRY_LEAF]))
    picture = shaded(colour, (clouds(rng, 1.4, 3), 0.12))
    veins = picks(rng, colour[None] * np.float32(1.25), 60)
    scatter_strokes(picture, rng, veins, (20, 60), 1.4, 0.3, 0.6, shadow=0.1)
    return picture
