"""Wood: grown, sawn, glued, painted, and with its bark on."""

from __future__ import annotations

import math

import numpy as np

from training.stage.picture.procedural.cells import cells
from training.stage.picture.procedural.noise import (
    SIZE_PX,
    Picture,
    clouds,
    grid,
    ramp,
    shaded,
    slope_light,
    step,
)
from training.stage.picture.procedural.palette import DRY_LEAF, PAINT, STONE, WOOD, pick, picks, tone_row
from training.stage.picture.procedural.stamps import CHIP, scatter_strokes, stamp
from training.stage.picture.procedural.style import style


def _grain(rng: np.random.Generator, rings: float) -> Picture:
    """Year rings and fibres running along x; mean about 0, within about -2..2."""
    bulge = clouds(rng, 2.0, 24, 256, round(rng.uniform(4, 8)))
    phase = bulge * np.float32(rings) + clouds(rng, 1.0, 3, 60, 12) * np.float32(0.35)
    # Late wood is a narrow dark line at the end of each year's broad light band.
    ring = 1 - 2 * (phase % 1) ** 3
    fibre = clouds(rng, 0.3, 1.5, 24, 16)
    return ring * np.float32(rng.uniform(0.4, 1.0)) + fibre * np.float32(rng.uniform(0.25, 0.5))


def _coloured(rng: np.random.Generator, grain: Picture) -> Picture:
    colour = pick(rng, WOOD, 0.6)
    contrast = rng.uniform(0.06, 0.16)
    return ramp(grain, tone_row(colour, 1 - 2.6 * contrast, 1 - contrast, 1, 1 + 0.7 * contrast))


@style(
    "grain", "wood", 0.7, gloss=0.16, shininess=26, mirror=0.03, pictures=("acg_Wood0", "ph_wood", "gimp_w")
)
def grain(rng: np.random.Generator) -> Picture:
    """A varnished board."""
    picture = _coloured(rng, _grain(rng, rng.uniform(1.2, 4.5)))
    return shaded(picture, (clouds(rng, 2.0, 40), 0.03))


@style(
    "planks", "wood", 0.8, gloss=0.1, relief=0.15, pictures=("acg_Planks", "acg_WoodFloor", "ph_woodplanks")
)
def planks(rng: np.random.Generator) -> Picture:
    """Boards side by side along x, each from another tree."""
    boards = int(rng.integers(3, 9))
    grain_ = _grain(rng, rng.uniform(1.5, 4))
    picture = _coloured(rng, grain_)
    x, y = grid()
    board = np.minimum((y * (boards / SIZE_PX)).astype(np.int32), boards - 1)
    tones = rng.normal(1, rng.uniform(0.03, 0.14), (boards, 2)).astype(np.float32)
    cut = rng.integers(0, SIZE_PX, boards)
    half = ((x.astype(np.int32) + cut[board]) % SIZE_PX > SIZE_PX // 2).astype(np.int32)
    # Every other board is taken from another place of the noise, so that rings do not run across seams.
    shift = rng.integers(0, SIZE_PX, boards)
    columns = (x.astype(np.int32) + shift[board]) % SIZE_PX
    picture = picture[y.astype(np.int32), columns] * tones[board, half][..., None]
    gap = np.abs(y * (boards / SIZE_PX) % 1 - 0.5) > 0.5 - rng.uniform(0.012, 0.03) * boards / 4
    gap |= np.abs((x + cut[board]) % (SIZE_PX / 2) - SIZE_PX / 4) > SIZE_PX / 4 - 0.8
    picture[gap] *= np.float32(rng.uniform(0.3, 0.6))
    return picture


@style("parquet", "wood", 0.6, gloss=0.15, mirror=0.03, pictures=("gimp_parque", "acg_WoodFloor"))
def parquet(rng: np.random.Generator) -> Picture:
    """Short blocks laid to and fro in squares."""
    along, across = _grain(rng, 2.0), _grain(rng, 2.0).T
    squares, strips = int(rng.choice([2, 4])), int(rng.integers(3, 6))
    x, y = grid()
    u, v = x * (squares / SIZE_PX), y * (squares / SIZE_PX)
    upright = ((u.astype(np.int32) + v.astype(np.int32)) % 2).astype(bool)
    strip = np.where(upright, u, v) * strips
    number = strip.astype(np.int32) + 31 * np.where(upright, v, u).astype(np.int32)
    tones = rng.normal(1, 0.09, 4096).astype(np.float32)
    picture = _coloured(rng, np.where(upright, across, along).astype(np.float32))
    picture *= tones[number % 4096][..., None]
    seam = (strip % 1 < 0.05) | (np.where(upright, v, u) % 1 < 0.012)
    picture[seam] *= np.float32(0.55)
    return picture


@style("chipboard", "wood", 0.5, relief=0.2, pictures=("acg_Chipboard", "acg_Cork"))
def chipboard(rng: np.random.Generator) -> Picture:
    """Pressed flakes."""
    colour = pick(rng, WOOD[[0, 1, 5, 7, 9, 11]], 0.5)
    picture = shaded(colour, (clouds(rng, 0.5, 2), 0.08))
    stamp(picture, rng, CHIP, picks(rng, colour[None], 320, 0.9), (5, 26), (0.15, 0.4), shadow=0.12, bend=0)
    return picture


@style("bark", "wood", 0.45, relief=0.8, pictures=("acg_Bark", "gimp_bark", "acg_Logs"))
def bark(rng: np.random.Generator) -> Picture:
    """Long ridges and deep furrows along y."""
    plates = cells(rng, int(rng.integers(10, 22)), int(rng.integers(3, 5)))
    wander = clouds(rng, 1.2, 4, 128, 0.4)
    depth = np.minimum(plates.edge_px / 5 + wander * np.float32(0.35), 1.4)
    fine = clouds(rng, 0.6, 2, 40, 0.3)
    colour = pick(rng, np.concatenate([DRY_LEAF[[2, 4, 7, 9]], STONE[[2, 6]]]), 0.6)
    height = depth + fine * np.float32(0.25)
    picture = ramp(height * np.float32(1.3) - 0.8, tone_row(colour, 0.3, 0.62, 1.0, 1.35))
    moss = step(clouds(rng, 1.6, 6), rng.uniform(1.0, 2.4), 0.6)[..., None]
    picture = picture * (1 - 0.5 * moss) + moss * 0.5 * np.array([0.36, 0.42, 0.24], np.float32)
    return picture * (1 + slope_light(height, 0.25))[..., None]


@style("painted-wood", "wood", 0.8, gloss=0.14, shininess=18, mirror=0.02, pictures=("acg_PaintedWood",))
def painted_wood(rng: np.random.Generator) -> Picture:
    """A painted door or frame; brush marks along y, a few chips."""
    marks = clouds(rng, 0.4, 2, 40, 0.06)
    picture = shaded(pick(rng, PAINT), (marks, 0.022), (clouds(rng, 1.8, 30), 0.03))
    worn = picks(rng, WOOD, int(rng.integers(0, 8)))
    scatter_strokes(picture, rng, worn, (2, 14), 1.6, 0.3, math.pi / 2, shadow=0.05)
    return picture


@style("weathered-wood", "wood", 0.6, relief=0.45, pictures=("acg_WoodSiding", "gimp_x_woodblind"))
def weathered_wood(rng: np.random.Generator) -> Picture:
    """Gray boards left outdoors, with cracks along the grain."""
    grain_ = _grain(rng, rng.uniform(2, 5))
    gray = pick(rng, WOOD) * np.float32(0.35) + np.float32(rng.uniform(0.25, 0.42))
    picture = ramp(grain_, tone_row(gray, 0.6, 0.88, 1.0, 1.12))
    cracks = step(clouds(rng, 0.7, 1.5, 60, 14), 1.9, 0.5)
    picture *= (1 - 0.6 * cracks)[..., None]
    return shaded(picture, (clouds(rng, 1.8, 20), 0.07))
