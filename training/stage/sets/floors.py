"""Floors of rooms with cartons, bins, bags and rugs; z = 0 is the floor."""

from __future__ import annotations

import math

from training.stage.sets import soft
from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.props import set_out
from training.stage.sets.room import FLOORS, back_wall, floor, on_wall
from training.stage.sets.setting import setting
from training.stage.world import turned

_CLUTTER = ("paper", "plastic", "cloth", "plastic-bag", "metal", "paper")


def _furniture(draft: Draft, wall_m: float) -> None:
    """Legs of a table or a cupboard's foot at the picture's edge."""
    look = draft.wardrobe.look("powder-coat", "grain", "polished", "moulded")
    if draft.chance(0.5):
        for k in range(3):
            at = (draft.between(-1.0, 1.0), wall_m - draft.between(0.1, 0.5), 0.4)
            thick = draft.between(0.01, 0.03)
            draft.add(
                "cylinder", at, (thick, thick, 0.4), look, "metal", turn=turned(0, 0.06 * (k - 1)), name="leg"
            )
    else:
        at = (draft.between(0.4, 0.9) * (-1 if draft.chance(0.5) else 1), wall_m - 0.25, 0.6)
        draft.add("box", at, (0.3, 0.22, 0.6), look, "wood", name="cupboard")


@setting("floor", "carpet tile wood rock paper plastic", weight=1.4)
def floor_(draft: Draft) -> None:
    """A floor, looked down on."""
    draft.look_from((0, 0, 0), (0.5, 0.95), (32, 70), (-45, 45), 0.12)
    floor(draft, 0.0, hidden=False)
    rug = draft.claim("carpet")
    if rug is not None or draft.chance(0.2):
        look = draft.wardrobe.look(*FLOORS["carpet"])
        at = (draft.between(-0.5, 0.5), draft.between(-0.2, 0.2), 0.004)
        draft.add(
            "box",
            at,
            (draft.between(0.3, 0.6), draft.between(0.25, 0.4), 0.005),
            look,
            "carpet",
            turn=draft.any_turn(0.3),
            target=rug is not None,
            name="rug",
        )
    wall_m = draft.between(0.3, 1.1)
    back_wall(draft, wall_m, 0.0, hidden=False)
    _furniture(draft, wall_m)
    light_room(draft)
    set_out(draft, 0.005, _CLUTTER, (1, 4), (-3, -3, 3, wall_m), y=(0.25, 0.85))


@setting("cartons", "paper carpet tile plastic wood", weight=1.1)
def cartons(draft: Draft) -> None:
    """Large cardboard boxes, stacked or leaning."""
    draft.look_from((0, 0, 0.22), (0.6, 1.0), (10, 45), (-45, 45), 0.12)
    target = draft.claim("paper") is not None
    looks = [draft.wardrobe.look("cardboard", "cardboard", "carton-print") for _ in range(3)]
    tape = draft.wardrobe.look("moulded", tint=(0.75, 0.6, 0.4), gloss=0.4)
    x = -draft.between(0.3, 0.55)
    for k in range(int(draft.rng.integers(2, 5))):
        wide, deep = draft.between(0.12, 0.26), draft.between(0.12, 0.2)
        height, turn = 0.0, draft.between(-0.3, 0.3)
        y = draft.between(-0.1, 0.15)
        for _ in range(int(draft.rng.integers(1, 3))):
            high = draft.between(0.08, 0.2)
            shrink = draft.between(0.75, 1.0)
            half = (wide * shrink, deep * shrink, high)
            look = looks[k % 3]
            draft.add(
                "box",
                (x + wide, y, height + high),
                half,
                look,
                "paper",
                turn=turned(turn),
                target=target,
                name="carton",
            )
            if draft.chance(0.7):
                strip = (half[0] * 1.002, 0.025, high * 1.002)
                draft.add(
                    "box",
                    (x + wide, y, height + high),
                    strip,
                    tape,
                    "plastic",
                    turn=turned(turn),
                    name="tape",
                )
            height += 2 * high
            turn += draft.between(-0.2, 0.2)
        x += 2 * wide + draft.between(0.01, 0.1)
    floor(draft, 0.0, hidden=False)
    wall_m = draft.between(0.45, 1.2)
    back_wall(draft, wall_m, 0.0, hidden=False)
    on_wall(draft, wall_m, 0.6, 1.0)
    light_room(draft)
    set_out(draft, 0.0, _CLUTTER, (0, 2), (-3, -3, 3, -0.22), y=(0.5, 0.95))


@setting("bin", "plastic plastic-bag metal carpet tile paper", weight=0.9)
def bin_(draft: Draft) -> None:
    """A waste bin with its bag, rubbish around it."""
    draft.look_from((0, 0, 0.22), (0.55, 0.9), (18, 55), (-50, 50), 0.1)
    material, look, target = draft.surface(
        {"plastic": ("moulded", "ribbed"), "metal": ("perforated", "powder-coat", "brushed")}
    )
    radius, high = draft.between(0.13, 0.2), draft.between(0.16, 0.24)
    wants_bag = draft.claim("plastic-bag") is not None
    bag = draft.wardrobe.look("bin-bag", "thin-bag", "carrier-bag")
    if draft.chance(0.5):
        draft.add(
            "cup",
            (0, 0, high),
            (radius, radius, high),
            look,
            material,
            round_m=0.006,
            target=target,
            name="bin",
        )
        fill_half = (radius * 0.93, radius * 0.93, high * 0.45)
    else:
        thick = 0.006
        for side in (-1, 1):
            draft.add(
                "box",
                (side * radius, 0, high),
                (thick, radius, high),
                look,
                material,
                target=target,
                name="bin",
            )
            draft.add(
                "box",
                (0, side * radius, high),
                (radius, thick, high),
                look,
                material,
                target=target,
                name="bin",
            )
        fill_half = (radius * 0.95, radius * 0.95, high * 0.45)
    if wants_bag or draft.chance(0.6):
        draft.add(
            "ellipsoid", (0, 0, high * 1.75), fill_half, bag, "plastic-bag", target=wants_bag, name="bag"
        )
        for k in range(6):
            angle = k * math.pi / 3
            at = (math.cos(angle) * radius, math.sin(angle) * radius, 2 * high - draft.between(0.0, 0.05))
            half = (0.022, radius * 0.6, draft.between(0.03, 0.06))
            draft.add(
                "ellipsoid",
                at,
                half,
                bag,
                "plastic-bag",
                turn=turned(angle, draft.between(-0.1, 0.1)),
                target=wants_bag,
                name="bag's edge",
            )
    floor(draft, 0.0, hidden=False)
    wall_m = radius + draft.between(0.05, 0.4)
    back_wall(draft, wall_m, 0.0, hidden=False)
    light_room(draft)
    set_out(draft, 0.0, _CLUTTER, (1, 3), (-3, -3, 3, wall_m), (0.05, 0.95), (0.3, 0.95))


@setting("bags", "plastic-bag paper plastic cloth carpet tile wood", weight=0.9)
def bags(draft: Draft) -> None:
    """Shopping on a floor: full plastic bags, cartons, bottles."""
    draft.look_from((0, 0, 0.08), (0.42, 0.75), (25, 62), (-45, 45), 0.1)
    target = draft.claim("plastic-bag") is not None
    draft.put(
        soft.full_bag(draft, target),
        (draft.between(-0.1, 0.1), draft.between(-0.08, 0.08), 0.0),
        draft.any_turn(),
    )
    if draft.chance(0.5):
        spot = draft.free_spot(0.15)
        if spot is not None:
            draft.put(soft.full_bag(draft, target), spot, draft.any_turn())
    floor(draft, 0.0, hidden=False)
    wall_m = draft.between(0.3, 1.0)
    back_wall(draft, wall_m, 0.0, hidden=False)
    light_room(draft)
    set_out(draft, 0.0, ("paper", "plastic", "glass", "plastic-bag"), (1, 3), (-3, -3, 3, wall_m))


@setting("lumber", "wood paper carpet plastic", weight=0.6)
def lumber(draft: Draft) -> None:
    """Boards laid side by side and over each other."""
    draft.look_from((0, 0, 0.08), (0.5, 0.85), (30, 65), (-60, 60), 0.12)
    target = draft.claim("wood") is not None
    looks = [draft.wardrobe.look("grain", "weathered-wood", "grain", "chipboard") for _ in range(3)]
    turn = draft.between(-0.9, 0.9)
    for layer in range(2):
        for k in range(6 - 2 * layer):
            along, across = (
                draft.between(-0.12, 0.12),
                (k - 2.5 + layer) * 0.105 + draft.between(-0.012, 0.012),
            )
            at = (
                math.cos(turn) * along - math.sin(turn) * across,
                math.sin(turn) * along + math.cos(turn) * across,
                0.02 + 0.04 * layer,
            )
            half = (draft.between(0.45, 0.75), draft.between(0.035, 0.05), 0.019)
            own = turned(turn + draft.between(-0.06, 0.06))
            draft.add("box", at, half, looks[k % 3], "wood", turn=own, target=target, name="board")
    floor(draft, 0.0, hidden=False)
    back_wall(draft, draft.between(0.7, 1.4), 0.0, hidden=False)
    light_room(draft)
    set_out(draft, 0.08, _CLUTTER, (0, 1), (-0.4, -0.2, 0.4, 0.2), y=(0.3, 0.85))
