"""The ground outdoors: leaf litter, lawn, soil, gravel, paths; z = 0 is the ground."""

from __future__ import annotations

import math

from training.stage.sets import garden
from training.stage.sets.draft import Draft, placed
from training.stage.sets.lighting import light_sky
from training.stage.sets.props import set_out
from training.stage.sets.setting import setting
from training.stage.world import Look, turned

GROUNDS: dict[str, tuple[str, ...]] = {
    "leaf": ("litter", "mixed-litter", "needles"),
    "dirt": ("soil", "soil", "sand", "dry-mud", "mulch"),
    "grass": ("lawn", "dry-lawn", "weeds"),
    "gravel": ("loose-gravel", "grit", "gravel-in-sand"),
    "rock": ("asphalt", "concrete", "paving"),
}
_LOOSE = ("dirt", "grass", "leaf")


def plain_ground(draft: Draft, look: Look, material: str, target: bool, bumps: int = 3) -> None:
    """The ground, and low swellings of it."""
    draft.add("box", (0, 1, -0.1), (8, 8, 0.1), look, material, target=target, name="ground")
    for _ in range(bumps):
        at = (draft.between(-0.7, 0.7), draft.between(-0.5, 0.9), -0.01)
        half = (draft.between(0.2, 0.6), draft.between(0.15, 0.4), draft.between(0.02, 0.06))
        draft.add("ellipsoid", at, half, look, material, turn=draft.any_turn(), target=target, name="rise")


def patch(draft: Draft, material: str, target: bool) -> None:
    """Another kind of ground that reaches into the picture from a side, its border ragged."""
    look = draft.wardrobe.look(*GROUNDS[material])
    sides = ((-0.02, 0.16), (0.84, 1.02), (0.2, 0.8))
    side = sides[draft.rng.integers(3)]
    y = draft.between(0.45, 0.85) if side[1] - side[0] < 0.5 else draft.between(0.85, 1.0)
    middle = draft.spot(draft.between(*side), y)
    if middle is None:
        return
    size = draft.size_at(middle) * draft.between(0.32, 0.5)
    for k in range(9):
        bearing, reach = draft.between(-math.pi, math.pi), size * (draft.between(0.4, 0.9) if k else 0.0)
        at = (middle[0] + math.cos(bearing) * reach, middle[1] + math.sin(bearing) * reach, -0.004)
        long = size * (draft.between(0.25, 0.6) if k else 0.75)
        half = (long, long * draft.between(0.4, 0.8), draft.between(0.008, 0.025))
        turn = draft.any_turn()
        draft.add("ellipsoid", at, half, look, material, turn=turn, target=target, name=f"{material} patch")


def undergrowth(draft: Draft, most: int, base: str) -> None:
    """Leaves, blades, twigs and stones that stick out of the ground."""
    share = draft.rng.random(3)
    leaf_looks = [draft.wardrobe.look("leaf-skin") for _ in range(3)]
    if base in ("leaf", "dirt") or share[0] < 0.3:
        count = min(int(draft.rng.integers(4, 12)), draft.room_left() - 8)
        spot = draft.spot(draft.between(0.2, 0.8), draft.between(0.4, 0.8))
        if spot is not None and count > 0:
            radius = draft.size_at(spot) * 0.45
            draft.shapes += placed(garden.loose_leaves(draft, count, radius, leaf_looks, False), spot)
    if base == "grass":
        look = draft.wardrobe.look("lawn", "weeds", tint=1.6)
        for _ in range(2):
            spot = draft.spot(draft.between(0.05, 0.95), draft.between(0.5, 0.98))
            if spot is not None and draft.room_left() > 12:
                draft.shapes += placed(garden.blades(draft, 5, 0.06, look, False), spot)
    if share[1] < 0.5 and draft.room_left() > 8:
        spot = draft.spot(draft.between(0.2, 0.8), draft.between(0.3, 0.8))
        if spot is not None:
            draft.shapes += placed(garden.twigs(draft, min(3, most), 0.2), spot)


@setting("ground", "leaf dirt grass gravel rock", outdoors=True, weight=2.0)
def ground(draft: Draft) -> None:
    """Ground from near, with all that lies and grows on it."""
    draft.look_from((0, 0, 0), (0.5, 1.1), (30, 75), (-60, 60), 0.15)
    material, look, target = draft.surface(GROUNDS)
    light_sky(draft)
    plain_ground(draft, look, material, target, 0 if material == "rock" else 3)
    while (other := draft.claim(*GROUNDS)) is not None and draft.room_left() > 12:
        if other == "rock":
            draft.pending.append(other)
            break
        patch(draft, other, True)
    undergrowth(draft, 3, material)
    set_out(draft, 0.0, ("rock", "leaf"), (0, 2))


@setting("tree", "wood leaf dirt grass", outdoors=True, weight=1.0)
def tree(draft: Draft) -> None:
    """The foot of a tree, its roots, and what lies around."""
    target = draft.claim("wood") is not None
    bark = draft.wardrobe.look("bark")
    radius = draft.between(0.12, 0.3)
    draft.look_from((0, 0, draft.between(0.05, 0.3)), (0.6, 1.1), (12, 50), (-60, 60), 0.12)
    y = radius + draft.between(-0.05, 0.15)
    x = draft.between(-0.2, 0.2)
    draft.add(
        "cylinder",
        (x, y, 1.2),
        (radius, radius, 1.3),
        bark,
        "wood",
        turn=turned(0, draft.between(-0.06, 0.06)),
        target=target,
        name="trunk",
    )
    for _ in range(4):
        angle = draft.between(-math.pi, 0.3)
        at = (x + math.cos(angle) * radius * 1.2, y + math.sin(angle) * radius * 1.2, 0.01)
        half = (radius * draft.between(0.7, 1.2), radius * 0.16, draft.between(0.03, 0.06))
        draft.add("ellipsoid", at, half, bark, "wood", turn=turned(angle), target=target, name="root")
    material, look, is_ground = draft.surface(
        {name: GROUNDS[name] for name in ("leaf", "dirt", "grass", "gravel")}
    )
    light_sky(draft)
    plain_ground(draft, look, material, is_ground, 2)
    behind = draft.wardrobe.look("foliage")
    draft.add("box", (0, 5, 1.5), (8, 0.05, 3), behind, None, name="bushes")
    while (other := draft.claim(*_LOOSE)) is not None:
        patch(draft, other, True)
    undergrowth(draft, 2, material)
    set_out(draft, 0.0, ("rock", "leaf", "wood"), (0, 2), (-3, -3, 3, y))


@setting("hedge", "leaf wood dirt grass", outdoors=True, weight=0.9)
def hedge(draft: Draft) -> None:
    """A bush from before it, leaves standing out."""
    target = draft.claim("leaf") is not None
    look = draft.wardrobe.look("ivy", scale=0.65, relief=0.9)
    single = [draft.wardrobe.look("leaf-skin", tint=(0.75, 1.0, 0.6)) for _ in range(2)]
    draft.look_from((0, -0.1, 0.3), (0.5, 0.95), (8, 45), (-50, 50), 0.1)
    for k in range(12):
        # Four beside each other in three tiers, each pushed off its place a little.
        at = (
            -0.6 + 0.4 * (k % 4) + draft.between(-0.12, 0.12),
            0.06 + 0.09 * (k // 4) + draft.between(-0.04, 0.08),
            0.02 + 0.28 * (k // 4) + draft.between(-0.08, 0.08),
        )
        size = draft.between(0.22, 0.3)
        half = (size, size * draft.between(0.6, 0.9), size * draft.between(0.7, 1.0))
        turn = turned(draft.between(-3, 3), draft.between(-0.5, 0.5))
        draft.add("ellipsoid", at, half, look, "leaf", turn=turn, target=target, name="bush")
    for _ in range(13):
        at = (draft.between(-0.55, 0.55), draft.between(-0.2, -0.02), draft.between(0.02, 0.7))
        long = draft.between(0.025, 0.055)
        turn = turned(draft.between(-3, 3), draft.between(-0.9, 0.9), draft.between(-0.9, 0.9))
        half, own = (long, long * draft.between(0.4, 0.7), 0.002), single[draft.rng.integers(2)]
        draft.add("ellipsoid", at, half, own, "leaf", turn=turn, target=target, name="leaf")
    if draft.claim("wood") is not None:
        stem = draft.wardrobe.look("bark", "weathered-wood")
        for k in range(2):
            at = (draft.between(-0.3, 0.3), -0.16 - 0.05 * k, 0.35)
            thick = draft.between(0.02, 0.05)
            turn = turned(0, draft.between(-0.3, 0.3))
            draft.add("cylinder", at, (thick, thick, 0.6), stem, "wood", turn=turn, target=True, name="stem")
    material, ground_look, is_ground = draft.surface(
        {name: GROUNDS[name] for name in ("dirt", "grass", "gravel", "rock")}
    )
    light_sky(draft, front=True)
    plain_ground(draft, ground_look, material, is_ground, 0)
    draft.add(
        "box",
        (0, 1.2, 1.5),
        (8, 0.05, 3),
        draft.wardrobe.look("ivy", tint=0.4, scale=1.5),
        "leaf",
        name="hedge",
    )
    set_out(draft, 0.0, ("rock", "leaf"), (0, 1), (-3, -3, 3, -0.2), (0.1, 0.9), (0.5, 0.98))
