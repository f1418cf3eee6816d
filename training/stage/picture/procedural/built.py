"""What rooms are finished with: tiles, glazed ware, painted walls, wallpaper, ceilings."""

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
)
from training.stage.picture.procedural.palette import FABRIC, GLAZE, STONE, TILE, WALL, palette, pick, picks
from training.stage.picture.procedural.stamps import LEAF, scatter_strokes, stamp
from training.stage.picture.procedural.stamps import STONE as STONE_SHAPE
from training.stage.picture.procedural.style import style

GROUT = palette("9a968c b8b4aa 6f6c66 d0ccc2 55524e c8bca8")


def _laid(
    rng: np.random.Generator, columns: int, rows: int, offset: float, joint_px: float, spread: float
) -> Picture:
    """Rectangular tiles with grout, `offset` of a tile from row to row."""
    x, y = grid()
    v = y * np.float32(rows / SIZE_PX)
    row = v.astype(np.int32)
    u = x * np.float32(columns / SIZE_PX) + np.float32(offset) * (row % 2)
    number = u.astype(np.int32) % columns + columns * row
    colours = picks(rng, pick(rng, TILE)[None], columns * rows, spread)
    if rng.random() < 0.2:
        other = pick(rng, TILE)
        second = (np.arange(columns * rows) + np.arange(columns * rows) // columns) % 2 == 0
        colours[second] = other
    edge = np.minimum(np.minimum(u % 1, 1 - u % 1) / columns, np.minimum(v % 1, 1 - v % 1) / rows) * SIZE_PX
    joint = step(-edge.astype(np.float32), -joint_px, 1.2)
    glaze = shaded(colours[number], (clouds(rng, 1.4, 3), rng.uniform(0.01, 0.06)))
    glaze *= (1 + slope_light(softened(joint, 1.2), -0.18))[..., None]
    return mixed(glaze, pick(rng, GROUT), joint)


@style(
    "square-tiles", "tile", 0.6, gloss=0.3, shininess=45, mirror=0.08, pictures=("acg_Tiles", "gimp_x_floor")
)
def square_tiles(rng: np.random.Generator) -> Picture:
    """Wall or floor tiles in a straight grid."""
    count = int(rng.choice([2, 3, 4, 5, 6]))
    return _laid(rng, count, count, 0.0, rng.uniform(0.9, 2.4), rng.uniform(0.05, 0.6))


@style("running-tiles", "tile", 0.5, gloss=0.35, shininess=50, mirror=0.09, pictures=("acg_Tiles",))
def running_tiles(rng: np.random.Generator) -> Picture:
    """Oblong tiles, each row shifted by half."""
    rows = int(rng.choice([4, 6, 8]))
    return _laid(rng, rows // 2, rows, 0.5, rng.uniform(0.9, 2.0), rng.uniform(0.05, 0.5))


@style("mosaic", "tile", 0.35, gloss=0.25, mirror=0.05, relief=0.15, pictures=("acg_Tiles",))
def mosaic(rng: np.random.Generator) -> Picture:
    """Small tiles, many colours or one."""
    count = int(rng.choice([10, 12, 16]))
    x, y = grid()
    u, v = x * np.float32(count / SIZE_PX), y * np.float32(count / SIZE_PX)
    number = u.astype(np.int32) + count * v.astype(np.int32)
    colours = picks(rng, picks(rng, TILE, int(rng.integers(1, 4))), count * count, 0.8)
    edge = np.minimum(np.minimum(u % 1, 1 - u % 1), np.minimum(v % 1, 1 - v % 1))
    return mixed(
        shaded(colours[number], (clouds(rng, 0.8, 2), 0.03)), pick(rng, GROUT), step(-edge, -0.09, 0.08)
    )


@style("terrazzo", "tile", 0.5, gloss=0.2, mirror=0.06, pictures=("acg_Terrazzo",))
def terrazzo(rng: np.random.Generator) -> Picture:
    """Polished chips in cement."""
    picture = shaded(pick(rng, TILE), (clouds(rng, 0.8, 2), 0.03))
    chips = picks(rng, np.concatenate([STONE, TILE]), int(rng.integers(250, 700)), 1.5)
    stamp(picture, rng, STONE_SHAPE, chips, (1.2, 6.5), (0.5, 1.0), shadow=0, bend=0.2)
    return picture


@style("glaze", "ceramic", 0.4, gloss=0.7, shininess=80, mirror=0.1, pictures=("acg_Porcelain", "acg_Glazed"))
def glaze(rng: np.random.Generator) -> Picture:
    """Plain glazed ware and sanitary ware."""
    picture = shaded(pick(rng, GLAZE, 0.5), (clouds(rng, 1.8, 6), rng.uniform(0.005, 0.05)))
    specks = picks(rng, palette("6a5a4a 3a3430"), int(rng.integers(0, 50)))
    stamp(picture, rng, STONE_SHAPE, specks, (0.5, 1.4), (0.7, 1.0), shadow=0)
    return picture


@style("banded-glaze", "ceramic", 0.16, gloss=0.6, shininess=70, mirror=0.08, pictures=("acg_Glazed",))
def banded_glaze(rng: np.random.Generator) -> Picture:
    """Mugs and bowls with painted bands or sprigs."""
    picture = shaded(pick(rng, GLAZE, 0.5), (clouds(rng, 1.8, 6), 0.02))
    for _ in range(int(rng.integers(1, 4))):
        y = int(rng.integers(0, 230))
        picture[y : y + int(rng.integers(4, 26))] = pick(rng, GLAZE[3:])
    stamp(picture, rng, LEAF, picks(rng, GLAZE[3:], int(rng.integers(0, 20))), (5, 14), (0.3, 0.6), shadow=0)
    return softened(picture, 0.6)


@style("stoneware", "ceramic", 0.3, gloss=0.25, relief=0.1, pictures=("acg_GlazedTerracotta",))
def stoneware(rng: np.random.Generator) -> Picture:
    """Unglazed or matt ware: flower pots, rough mugs."""
    colour = pick(rng, palette("b06a48 a85f40 8a7a68 c8b8a0 6f665c 9a8a78 d0c4b0"))
    picture = shaded(colour, (clouds(rng, 0.4, 2, 40, 8), 0.04), (clouds(rng, 1.6, 4), 0.06))
    specks = picks(rng, STONE, 200) * np.float32(0.7)
    stamp(picture, rng, STONE_SHAPE, specks, (0.5, 1.3), (0.7, 1.0), shadow=0)
    return picture


@style("wall-paint", "drywall", 0.9, relief=0.12, pictures=("acg_Plaster", "acg_Paint"))
def wall_paint(rng: np.random.Generator) -> Picture:
    """Rolled paint on plasterboard, some marks and scuffs."""
    picture = shaded(pick(rng, WALL, 0.6), (clouds(rng, 0.3, 2, 10), 0.012), (clouds(rng, 2, 40), 0.02))
    scuffs = picture[rng.integers(SIZE_PX, size=rng.integers(0, 10)), 0] * np.float32(0.8)
    scatter_strokes(picture, rng, scuffs, (4, 40), 1.0, 0.3, shadow=0)
    return picture


@style("rough-plaster", "drywall", 0.6, relief=0.5, pictures=("acg_Plaster",))
def rough_plaster(rng: np.random.Generator) -> Picture:
    """Orange peel or trowelled texture."""
    blobs = np.tanh(clouds(rng, 1.0, 3, rng.choice([14, 30, 60])) * 1.5)
    return shaded(pick(rng, WALL, 0.6), (slope_light(blobs, 0.2), 1.0), (clouds(rng, 2, 40), 0.03))


@style("painted-blocks", "drywall", 0.8, relief=0.4)
def painted_blocks(rng: np.random.Generator) -> Picture:
    """Cinder blocks under thick paint."""
    x, y = grid()
    rows, columns = 4, 2
    v = y * np.float32(rows / SIZE_PX)
    u = x * np.float32(columns / SIZE_PX) + 0.5 * (v.astype(np.int32) % 2)
    edge = np.minimum(np.minimum(u % 1, 1 - u % 1) / columns, np.minimum(v % 1, 1 - v % 1) / rows) * SIZE_PX
    joint = softened(step(-edge.astype(np.float32), -1.5, 2.5), 1.0)
    pits = np.minimum(clouds(rng, 0.6, 2, 24), 0.3)
    light = slope_light(pits * np.float32(0.5) - joint * 2, 0.12)
    return shaded(pick(rng, WALL, 0.6), (light, 1.0), (joint, -0.18), (clouds(rng, 2, 40), 0.02))


@style("wallpaper", "drywall", 0.5, relief=0.15, pictures=("acg_Wallpaper",))
def wallpaper(rng: np.random.Generator) -> Picture:
    """Stripes or sprigs on a papered wall."""
    picture = shaded(pick(rng, WALL), (clouds(rng, 0.3, 2), 0.015))
    tone = pick(rng, np.concatenate([WALL, FABRIC]))
    if rng.random() < 0.5:
        x, _ = grid()
        stripe = step(np.sin(x * np.float32(2 * math.pi * int(rng.integers(3, 14)) / SIZE_PX)), 0.3, 0.2)
        return mixed(picture, tone, stripe * np.float32(rng.uniform(0.2, 0.6)))
    stamp(picture, rng, LEAF, picks(rng, tone[None], 60, 0.5), (5, 14), (0.25, 0.6), shadow=0)
    return picture


@style("ceiling-panel", "drywall", 0.6, relief=0.3)
def ceiling_panel(rng: np.random.Generator) -> Picture:
    """Soft board full of holes, as pinned on partition walls."""
    board = cells(rng, 40, 40, 1.0)
    holes = step(-board.distance_px, -rng.uniform(0.8, 1.5), 0.8) * (board.owner % 3 == 0)
    return mixed(
        shaded(pick(rng, WALL, 0.5), (clouds(rng, 0.5, 2), 0.02)),
        pick(rng, WALL) * np.float32(0.4),
        holes.astype(np.float32),
    )
