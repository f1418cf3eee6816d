"""Stone, concrete and asphalt, and what is laid of them."""

from __future__ import annotations

import numpy as np

from training.stage.picture.procedural.cells import cells
from training.stage.picture.procedural.noise import (
    SIZE_PX,
    Picture,
    clouds,
    grid,
    mixed,
    ramp,
    shaded,
    slope_light,
    softened,
    step,
    warped,
)
from training.stage.picture.procedural.palette import (
    CONCRETE,
    DRY_LEAF,
    GRANITE,
    STONE,
    palette,
    pick,
    picks,
    tone_row,
)
from training.stage.picture.procedural.stamps import STONE as STONE_SHAPE
from training.stage.picture.procedural.stamps import scatter_strokes, stamp
from training.stage.picture.procedural.style import style


@style(
    "granite",
    "rock",
    0.3,
    gloss=0.25,
    shininess=40,
    mirror=0.05,
    pictures=("acg_Granite", "ph_gran", "gimp_g"),
)
def granite(rng: np.random.Generator) -> Picture:
    """Polished counter of crystals in three or four tones."""
    size = int(rng.choice([56, 72, 90]))
    grains = cells(rng, size, size)
    base = pick(rng, GRANITE)
    tones = np.concatenate([tone_row(base, 0.35, 0.75, 1.0, 1.3, 1.65), picks(rng, GRANITE, 2)])
    share = rng.dirichlet(np.array([1.0, 2.5, 3.0, 2.0, 1.0, 0.7, 0.7]))
    kinds = rng.choice(len(tones), size=grains.count, p=share)
    drift = softened(tones[kinds][grains.owner].astype(np.float32), 0.7)
    return shaded(drift, (clouds(rng, 0.5, 2), 0.05), (clouds(rng, 1.8, 30), 0.04))


@style("concrete", "rock", 0.8, relief=0.25, pictures=("acg_Concrete", "ph_concrete"))
def concrete(rng: np.random.Generator) -> Picture:
    """Poured, stained, with pores."""
    picture = shaded(pick(rng, CONCRETE), (clouds(rng, 1.5, 3), 0.08), (clouds(rng, 0.2, 2), 0.03))
    pores = picks(rng, palette("4a4844 5a5854"), int(rng.integers(20, 160)))
    stamp(picture, rng, STONE_SHAPE, pores, (0.8, 2.6), (0.7, 1.0), shadow=0.2)
    stain = step(clouds(rng, 1.8, 10), 1.0, 1.5)
    return picture * (1 - stain * np.float32(rng.uniform(0, 0.3)))[..., None]


@style("asphalt", "rock", 0.4, relief=0.6, pictures=("acg_Asphalt",))
def asphalt(rng: np.random.Generator) -> Picture:
    """Tar with chippings, sometimes cracked."""
    tar = palette("3a3a3b 4a4948 2f3032 57544f 66635e")
    picture = shaded(pick(rng, tar), (clouds(rng, 0.3, 2), 0.16), (clouds(rng, 1.8, 20), 0.08))
    chips = picks(rng, np.concatenate([tar, STONE]), int(rng.integers(500, 1100)))
    stamp(picture, rng, STONE_SHAPE, chips, (1.2, 4.0), (0.6, 1.0), shadow=0.5)
    if rng.random() < 0.4:
        crack = cells(rng, 3, 3).edge_px + clouds(rng, 1.2, 2) * np.float32(2.5)
        picture *= (1 - 0.75 * step(-crack, -1.2, 2.0))[..., None]
    return picture


@style("boulder", "rock", 0.7, relief=0.5, pictures=("acg_Rock0", "gimp_rock", "gimp_slate", "ph_slate"))
def boulder(rng: np.random.Generator) -> Picture:
    """Weathered stone with lichen and stains."""
    height = clouds(rng, 1.2, 2)
    colour = pick(rng, STONE)
    picture = ramp(height + clouds(rng, 0.3, 2) * np.float32(0.35), tone_row(colour, 0.5, 0.85, 1.05, 1.3))
    lichen = step(clouds(rng, 1.0, 3, 60), rng.uniform(1.0, 2.2), 0.5)
    spots = pick(rng, palette("b8b6a0 c8c4b0 8a8a5a d0c8a0 6a6a4a"))
    picture = mixed(picture, spots, lichen * np.float32(0.8))
    seam = np.abs(warped(clouds(rng, 1.8, 12), height * 6, height * 4))
    picture *= (1 - np.float32(rng.uniform(0, 0.5)) * step(-seam, -0.06, 0.1))[..., None]
    return picture * (1 + slope_light(height, 0.22))[..., None]


@style(
    "marble",
    "rock",
    0.8,
    gloss=0.3,
    shininess=50,
    mirror=0.1,
    pictures=("acg_Marble", "acg_Onyx", "ph_marble"),
)
def marble(rng: np.random.Generator) -> Picture:
    """Polished, with veins."""
    push = clouds(rng, 1.6, 4) * np.float32(14)
    vein = np.abs(warped(clouds(rng, 1.3, 4), push, push[::-1]))
    colour = pick(rng, palette("e0dcd4 d0ccc4 4a4644 7a6a5a b0a090 5a6a5f"))
    picture = shaded(colour, (clouds(rng, 1.5, 4), 0.06))
    line = pick(rng, palette("6a6662 8a7a6a d8d0c0 3a3634"))
    return mixed(picture, line, step(-vein, -0.1, 0.25) * np.float32(rng.uniform(0.3, 0.8)))


@style("brick", "rock", 0.8, relief=0.45, pictures=("gimp_brick", "ph_brick", "acg_Bricks"))
def brick(rng: np.random.Generator) -> Picture:
    """Bond of bricks along x."""
    courses, columns = int(rng.choice([6, 8, 10])), int(rng.integers(2, 5))
    x, y = grid()
    wander = clouds(rng, 1.0, 3) * np.float32(0.6)
    v = (y + wander) * np.float32(courses / SIZE_PX)
    course = np.floor(v).astype(np.int32)
    u = (x + wander) * np.float32(columns / SIZE_PX) + 0.5 * (course % 2)
    number = (np.floor(u).astype(np.int32) % columns) + columns * (course % courses)
    colours = picks(
        rng, pick(rng, palette("8a4f3a 9a5f48 7a4234 a87a5f b09a80 8a8478"))[None], courses * columns
    )
    picture = shaded(colours[number], (clouds(rng, 0.9, 2), 0.09))
    edge = np.minimum(u % 1, 1 - u % 1) / columns
    edge = np.minimum(edge, np.minimum(v % 1, 1 - v % 1) / courses) * SIZE_PX
    joint = step(-edge.astype(np.float32), -rng.uniform(1.0, 2.2), 1.5)
    picture = mixed(picture, pick(rng, CONCRETE), joint)
    return picture * (1 + slope_light(softened(joint, 1.0), -0.25))[..., None]


@style("paving", "rock", 0.9, relief=0.35, pictures=("acg_PavingStones", "ph_cobble"))
def paving(rng: np.random.Generator) -> Picture:
    """Cobbles or broken flags with sand between."""
    size = int(rng.integers(4, 10))
    stones = cells(rng, size, size, rng.uniform(0.3, 0.9))
    colours = picks(rng, np.concatenate([pick(rng, STONE)[None]] * 3 + [STONE]), stones.count)
    height = np.minimum(stones.edge_px, 6) + clouds(rng, 1.0, 2) * np.float32(0.9)
    picture = shaded(colours[stones.owner], (clouds(rng, 1.0, 2), 0.1))
    joint = step(-stones.edge_px, -rng.uniform(1.5, 3.5), 2.0)
    picture = mixed(picture, pick(rng, palette("6a5f4f 8a7d68 4a443a 5a6a3a")), joint)
    if rng.random() < 0.4:
        scatter_strokes(picture, rng, picks(rng, DRY_LEAF, 40), (4, 16), 1.2)
    return picture * (1 + slope_light(height, 0.07))[..., None]
