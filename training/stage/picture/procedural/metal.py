"""Metal: brushed, painted, pressed, perforated, rusted."""

from __future__ import annotations

import math

import numpy as np

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
)
from training.stage.picture.procedural.palette import OFFICE_GRAY, PAINT, STEEL, palette, pick, tone_row
from training.stage.picture.procedural.stamps import scatter_strokes
from training.stage.picture.procedural.style import style


def _scratched(picture: Picture, rng: np.random.Generator, most: int) -> Picture:
    count = int(rng.integers(0, most))
    scatter_strokes(
        picture,
        rng,
        picture[rng.integers(256, size=count), 0] * np.float32(1.2),
        (4, 40),
        0.8,
        0.15,
        shadow=0,
    )
    return picture


@style(
    "brushed", "metal", 0.4, gloss=0.45, shininess=40, mirror=0.3, pictures=("acg_Metal", "ph_metal", "ph_al")
)
def brushed(rng: np.random.Generator) -> Picture:
    """Bare steel with brush lines along x."""
    lines = clouds(rng, 0.2, 1.5, 60, rng.choice([4.0, 12.0, 40.0]))
    picture = shaded(pick(rng, STEEL, 0.5), (lines, rng.uniform(0.02, 0.06)), (clouds(rng, 2, 30), 0.03))
    return _scratched(picture, rng, 20)


@style("polished", "metal", 0.5, gloss=0.8, shininess=80, mirror=0.5, pictures=("gimp_x_silver", "acg_Metal"))
def polished(rng: np.random.Generator) -> Picture:
    """Chrome and stainless steel: what it mirrors is what is seen."""
    picture = shaded(pick(rng, STEEL, 0.4), (clouds(rng, 2.0, 8), 0.05))
    return _scratched(picture, rng, 12)


@style("powder-coat", "metal", 0.8, gloss=0.2, shininess=22, mirror=0.03, pictures=("acg_PaintedMetal",))
def powder_coat(rng: np.random.Generator) -> Picture:
    """Painted sheet: cabinets, lockers, door frames."""
    colour = pick(rng, OFFICE_GRAY if rng.random() < 0.65 else PAINT)
    peel = clouds(rng, 0.0, 2.0, 12)
    picture = shaded(colour, (peel, rng.uniform(0.004, 0.03)), (clouds(rng, 2, 40), rng.uniform(0.01, 0.05)))
    return _scratched(picture, rng, 14)


@style("perforated", "metal", 0.16, gloss=0.15, relief=0.2, pictures=("acg_MetalWalkway", "acg_Chainmail"))
def perforated(rng: np.random.Generator) -> Picture:
    """Sheet with rows of holes, straight or staggered."""
    colour = pick(rng, OFFICE_GRAY)
    count = int(rng.choice([8, 12, 16, 20]))
    x, y = grid()
    u, v = x * (count / SIZE_PX), y * (count / SIZE_PX)
    if rng.random() < 0.5:
        u = u + 0.5 * (v.astype(np.int32) % 2)
    hole = step(-np.hypot(u % 1 - 0.5, v % 1 - 0.5), -rng.uniform(0.2, 0.34), 0.12)
    picture = mixed(shaded(colour, (clouds(rng, 2, 30), 0.03)), colour * np.float32(0.2), hole)
    return picture * (1 + slope_light(softened(hole, 1.2), -0.5))[..., None]


@style(
    "tread-plate",
    "metal",
    0.3,
    gloss=0.35,
    mirror=0.12,
    relief=0.4,
    pictures=("acg_DiamondPlate", "ph_diamond"),
)
def tread_plate(rng: np.random.Generator) -> Picture:
    """Raised lozenges that lie to and fro."""
    count = int(rng.choice([6, 8, 10]))
    x, y = grid()
    u, v = x * (count / SIZE_PX), y * (count / SIZE_PX)
    sign = np.where((u.astype(np.int32) + v.astype(np.int32)) % 2 == 0, 1.0, -1.0).astype(np.float32)
    a, b = u % 1 - 0.5, (v % 1 - 0.5) * sign
    along, across = (a + b) * 0.7, (a - b) * 0.7
    lump = np.clip(1 - (along / 0.38) ** 2 - (across / 0.11) ** 2, 0, 1).astype(np.float32)
    worn = clouds(rng, 1.2, 2)
    picture = shaded(pick(rng, STEEL), (worn, 0.06), (lump, 0.15))
    return picture * (1 + slope_light(softened(lump, 1.0), 0.8))[..., None]


@style("manhole", "metal", 0.35, gloss=0.15, relief=0.6, pictures=("gimp_x_worn_metal", "ph_rust"))
def manhole(rng: np.random.Generator) -> Picture:
    """Cast iron with a grid of studs, dirt between them."""
    count = int(rng.choice([16, 22, 28]))
    x, y = grid()
    u, v = x * (count / SIZE_PX) % 1 - 0.5, y * (count / SIZE_PX) % 1 - 0.5
    stud = step(-np.maximum(np.abs(u), np.abs(v)), -0.3, 0.25)
    colour = pick(rng, palette("6a6660 7a6f62 5a5550 857a6a 4f4a48"))
    height = stud + clouds(rng, 1.0, 2) * np.float32(0.15)
    picture = ramp(height * 1.4 - 0.9, tone_row(colour, 0.45, 0.7, 1.0, 1.2))
    picture = shaded(picture, (clouds(rng, 1.6, 6), 0.12))
    return picture * (1 + slope_light(height, 0.3))[..., None]


@style("rust", "metal", 0.6, relief=0.4, pictures=("acg_Rust", "ph_rust", "gimp_x_rust"))
def rust(rng: np.random.Generator) -> Picture:
    """Old paint or bare steel that rust breaks through."""
    spread = clouds(rng, 1.3, 2, 200)
    rusty = ramp(clouds(rng, 0.9, 2), palette("3a2218 6a3a20 8a4f2a a8683a"))
    sound = shaded(pick(rng, np.concatenate([STEEL, PAINT])), (clouds(rng, 1.5, 4), 0.05))
    edge = step(spread, rng.uniform(-0.8, 1.4), 0.35)
    streaks = step(clouds(rng, 1.0, 3, 120, 0.15), 1.2, 1.2)[..., None] * np.float32(0.25)
    return mixed(sound * (1 - streaks) + rusty * streaks, rusty, edge)


@style("corrugated", "metal", 0.5, gloss=0.25, mirror=0.05, relief=0.2, pictures=("acg_CorrugatedSteel",))
def corrugated(rng: np.random.Generator) -> Picture:
    """Sheet in waves along x, as shutters and heaters have."""
    waves = int(rng.integers(5, 16))
    x, _ = grid()
    phase = np.sin(x * np.float32(2 * math.pi * waves / SIZE_PX))
    profile = np.tanh(phase * rng.uniform(1, 4)).astype(np.float32)
    light = slope_light(softened(profile, 1.0), rng.uniform(0.8, 1.6), 3.0)
    colour = pick(rng, np.concatenate([STEEL, OFFICE_GRAY, PAINT[-3:]]))
    return shaded(colour, (light, 1.0), (clouds(rng, 1.8, 6), 0.05), (clouds(rng, 0.3, 2, 60, 0.1), 0.02))
