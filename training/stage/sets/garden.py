"""Stones, plants, heaps and trays of loose stuff; each lies on z = 0 around the origin."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.world import Look, Shape, turned

Parts = list[Shape]


def stone(draft: Draft, target: bool) -> Parts:
    """A fieldstone."""
    look = draft.wardrobe.look("boulder", "boulder", "granite", "marble", scale=0.6, mirror=0.0)
    wide = draft.between(0.06, 0.12)
    deep, high = wide * draft.between(0.6, 0.9), wide * draft.between(0.4, 0.7)
    turn = turned(draft.between(-3, 3), draft.between(-0.2, 0.2), draft.between(-0.2, 0.2))
    kind = "ellipsoid" if draft.chance(0.5) else "rounded"
    return [
        Shape(
            kind,
            (0, 0, high * 0.85),
            (wide, deep, high),
            look,
            "rock",
            turn,
            high * 0.75,
            movable=wide < 0.09,
            target=target,
            name="stone",
        )
    ]


def bricks(draft: Draft, target: bool) -> Parts:
    """Two or three bricks or slabs."""
    look = draft.wardrobe.look("concrete", "granite", "boulder", scale=0.5)
    tint = (1.0, draft.between(0.55, 1.0), draft.between(0.45, 1.0))
    red = draft.wardrobe.look("concrete", tint=tint, scale=0.6)
    parts: Parts = []
    height = 0.0
    for _ in range(int(draft.rng.integers(1, 4))):
        parts.append(
            Shape(
                "rounded",
                (draft.between(-0.02, 0.02), draft.between(-0.02, 0.02), height + 0.032),
                (0.11, 0.055, 0.032),
                red if draft.chance(0.6) else look,
                "rock",
                turned(draft.between(-0.4, 0.4)),
                0.004,
                target=target,
                name="brick",
            )
        )
        height += 0.064
    return parts


def floor_tiles(draft: Draft, target: bool) -> Parts:
    """A few loose tiles, or a tiled trivet."""
    look = draft.wardrobe.look("square-tiles", "mosaic", "terrazzo", scale=0.6)
    parts: Parts = []
    for k in range(int(draft.rng.integers(1, 4))):
        parts.append(
            Shape(
                "box",
                (draft.between(-0.02, 0.02), draft.between(-0.02, 0.02), 0.008 + 0.016 * k),
                (0.12, 0.12, 0.008),
                look,
                "tile",
                turned(draft.between(-0.3, 0.3)),
                target=target,
                name="tile",
            )
        )
    return parts


def board_scrap(draft: Draft, target: bool) -> Parts:
    """Offcuts of plasterboard with their white core."""
    face = draft.wardrobe.look("wall-paint", "rough-plaster", scale=0.6)
    core = draft.wardrobe.look("concrete", tint=1.6)
    parts: Parts = []
    for k in range(2):
        turn, at = turned(draft.between(-0.6, 0.6)), (draft.between(-0.03, 0.03), draft.between(-0.03, 0.03))
        wide, deep = draft.between(0.1, 0.17), draft.between(0.08, 0.14)
        low = 0.014 * k
        parts.append(
            Shape("box", (*at, low + 0.006), (wide, deep, 0.006), core, "drywall", turn, name="core")
        )
        parts.append(
            Shape(
                "box",
                (*at, low + 0.013),
                (wide, deep, 0.001),
                face,
                "drywall",
                turn,
                target=target,
                name="plasterboard",
            )
        )
    return parts


def loose_leaves(
    draft: Draft, count: int, radius_m: float, looks: list[Look], target: bool, size_m: float = 0.04
) -> Parts:
    """Single leaves lying or standing on edge within a circle."""
    parts: Parts = []
    for _ in range(count):
        bearing, reach = draft.between(-math.pi, math.pi), radius_m * math.sqrt(draft.between(0, 1))
        long = size_m * draft.between(0.6, 1.3)
        parts.append(
            Shape(
                "ellipsoid",
                (math.cos(bearing) * reach, math.sin(bearing) * reach, draft.between(0.004, 0.016)),
                (long, long * draft.between(0.35, 0.7), long * 0.05 + 0.001),
                looks[draft.rng.integers(len(looks))],
                "leaf",
                turned(draft.between(-3, 3), draft.between(-0.35, 0.35), draft.between(-0.4, 0.4)),
                movable=draft.chance(0.3),
                target=target,
                name="leaf",
            )
        )
    return parts


def leaf_heap(draft: Draft, target: bool) -> Parts:
    """Leaves swept together."""
    heap = draft.wardrobe.look("litter", "mixed-litter", "ivy", scale=0.7)
    looks = [draft.wardrobe.look("leaf-skin") for _ in range(2)]
    wide = draft.between(0.13, 0.2)
    mound = Shape(
        "ellipsoid",
        (0, 0, 0),
        (wide, wide * draft.between(0.7, 1), draft.between(0.03, 0.07)),
        heap,
        "leaf",
        target=target,
        name="heap of leaves",
    )
    return [mound, *loose_leaves(draft, 6, wide * 1.1, looks, target)]


def pot_plant(draft: Draft, target: bool) -> Parts:
    """A plant in its pot, or a bunch of leaves in a cup."""
    clay = draft.wardrobe.look("stoneware", "glaze", "moulded")
    green = draft.wardrobe.look("leaf-skin", "ivy", tint=(0.8, 1.0, 0.7))
    earth = draft.wardrobe.look("soil", scale=0.5)
    radius, high = draft.between(0.05, 0.075), draft.between(0.07, 0.11)
    parts: Parts = [
        Shape(
            "cup",
            (0, 0, high / 2),
            (radius, radius, high / 2),
            clay,
            "ceramic",
            round_m=0.006,
            name="flower pot",
        ),
        Shape("cylinder", (0, 0, high * 0.43), (radius - 0.006, radius - 0.006, high * 0.42), earth, "dirt"),
    ]
    for k in range(8):
        bearing = k * 2.4 + draft.between(-0.4, 0.4)
        lift = draft.between(0.1, 0.8)
        long = draft.between(0.05, 0.09)
        reach = long * 0.9
        parts.append(
            Shape(
                "ellipsoid",
                (math.cos(bearing) * reach, math.sin(bearing) * reach, high + 0.02 + lift * long),
                (long, long * draft.between(0.35, 0.6), 0.003),
                green,
                "leaf",
                turned(bearing, -lift, draft.between(-0.3, 0.3)),
                target=target,
                name="leaf",
            )
        )
    return parts


def tray(draft: Draft, target: bool, material: str) -> Parts:
    """A shallow box or pot full of soil, gravel or turf."""
    styles = {
        "dirt": ("soil", "sand", "mulch"),
        "gravel": ("gravel",),
        "grass": ("grass",),
        "leaf": ("leaf",),
    }
    look = draft.wardrobe.look(*styles[material], scale=0.6)
    rim = draft.wardrobe.look("weathered-wood", "moulded", "stoneware", "rust")
    wide, deep, high = draft.between(0.13, 0.2), draft.between(0.1, 0.15), draft.between(0.03, 0.06)
    parts: Parts = [
        Shape(
            "box",
            (0, 0, high * 0.45),
            (wide, deep, high * 0.45),
            look,
            material,
            target=target,
            name=material,
        ),
        Shape(
            "ellipsoid",
            (0, 0, high * 0.85),
            (wide * 0.95, deep * 0.95, 0.018),
            look,
            material,
            target=target,
            name=material,
        ),
        Shape("box", (-wide, 0, high / 2), (0.007, deep + 0.007, high / 2), rim, "wood"),
        Shape("box", (wide, 0, high / 2), (0.007, deep + 0.007, high / 2), rim, "wood"),
        Shape("box", (0, -deep, high / 2), (wide, 0.007, high / 2), rim, "wood"),
        Shape("box", (0, deep, high / 2), (wide, 0.007, high / 2), rim, "wood"),
    ]
    if material == "grass":
        fresh = draft.wardrobe.look("lawn", tint=1.7)
        parts += blades(draft, 10, wide * 0.8, fresh, target, high, 0.03)
    return parts


def heap(draft: Draft, target: bool, material: str) -> Parts:
    """A heap of soil or gravel."""
    styles = {"dirt": ("soil", "sand", "mulch"), "gravel": ("loose-gravel", "gravel-in-sand", "grit")}
    look = draft.wardrobe.look(*styles[material], scale=0.7)
    wide = draft.between(0.13, 0.22)
    parts: Parts = [
        Shape(
            "ellipsoid",
            (0, 0, 0),
            (wide, wide * draft.between(0.7, 1), draft.between(0.03, 0.07)),
            look,
            material,
            target=target,
            name=material,
        ),
        Shape(
            "ellipsoid",
            (wide * 0.5, wide * 0.2, 0),
            (wide * 0.8, wide * 0.6, 0.025),
            look,
            material,
            target=target,
            name=material,
        ),
    ]
    pebble = draft.wardrobe.look("boulder", "concrete", scale=0.3)
    for _ in range(5):
        size = draft.between(0.008, 0.02)
        at = (draft.between(-1.1, 1.1) * wide, draft.between(-1.1, 1.1) * wide, size * 0.4)
        own = "rock" if material == "dirt" else "gravel"
        parts.append(
            Shape("ellipsoid", at, (size * 1.2, size, size * 0.8), pebble, own, turned(draft.between(-3, 3)))
        )
    return parts


def blades(
    draft: Draft,
    count: int,
    radius_m: float,
    look: Look,
    target: bool,
    base_m: float = 0.0,
    high_m: float = 0.06,
) -> Parts:
    """Single blades of grass that stand up."""
    parts: Parts = []
    for _ in range(count):
        high = high_m * draft.between(0.5, 1.3)
        at = (draft.between(-1, 1) * radius_m, draft.between(-1, 1) * radius_m, base_m + high * 0.7)
        turn = turned(draft.between(-3, 3), draft.between(-0.7, 0.7))
        parts.append(
            Shape("ellipsoid", at, (0.0035, 0.0012, high), look, "grass", turn, target=target, name="blade")
        )
    return parts


def log(draft: Draft, target: bool) -> Parts:
    """A fallen log, branch or post."""
    look = draft.wardrobe.look("bark", "bark", "weathered-wood", scale=0.7)
    radius = draft.between(0.05, 0.11)
    return [
        Shape(
            "cylinder",
            (0, 0, radius * 0.85),
            (radius, radius, draft.between(0.25, 0.7)),
            look,
            "wood",
            turned(draft.between(-0.8, 0.8), math.pi / 2),
            target=target,
            name="log",
        )
    ]


def twigs(draft: Draft, count: int, radius_m: float) -> Parts:
    """Sticks lying about."""
    look = draft.wardrobe.look("bark", "weathered-wood", scale=0.3)
    parts: Parts = []
    for _ in range(count):
        thick = draft.between(0.002, 0.006)
        at = (draft.between(-1, 1) * radius_m, draft.between(-1, 1) * radius_m, thick + 0.004)
        turn = turned(draft.between(-3, 3), math.pi / 2 + draft.between(-0.1, 0.1))
        parts.append(
            Shape("cylinder", at, (thick, thick, draft.between(0.05, 0.15)), look, "wood", turn, name="twig")
        )
    return parts
