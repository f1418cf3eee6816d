"""Things that stand upright and are struck in depth: cabinets, lockers, cupboards, shelves of books."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.props import Box, set_out
from training.stage.sets.room import WALLS, floor
from training.stage.sets.setting import setting
from training.stage.world import Look, Vector, turned

_CLUTTER = ("plastic", "paper", "metal", "cloth", "ceramic")


def ledge(draft: Draft, clutter: tuple[int, int], front_m: float = -0.03) -> None:
    """A table in the picture's lower part, before what stands upright, for all that is still pending."""
    spot = draft.wall_spot(0.5, draft.between(0.72, 0.85), front_m)
    if spot is None or (not draft.pending and draft.chance(0.5)):
        return
    level, deep = spot[2] - 0.03, draft.between(0.16, 0.24)
    look = draft.wardrobe.look("grain", "moulded", "powder-coat", "granite", "twill")
    wide = draft.between(0.5, 0.9)
    x = spot[0] + draft.between(-0.2, 0.2)
    draft.add("box", (x, front_m - deep, level - 0.015), (wide, deep, 0.015), look, "wood", name="ledge")
    draft.add("box", (x, front_m - deep + 0.03, level - 0.4), (wide * 0.9, deep * 0.7, 0.37), look, "wood")
    room: Box = (x - wide, front_m - 2 * deep, x + wide, front_m - 0.02)
    set_out(draft, level, _CLUTTER, clutter, room, (0.08, 0.92), (0.4, 0.98))


def _handle(draft: Draft, at: Vector, look: Look, upright: bool) -> None:
    kind = draft.rng.integers(3)
    long = draft.between(0.04, 0.08)
    half = (0.008, 0.012, long) if upright else (long, 0.012, 0.008)
    if kind == 0:
        draft.add("rounded", at, half, look, "metal", round_m=0.007, name="handle")
    elif kind == 1:
        draft.add("ellipsoid", at, (0.016, 0.02, 0.016), look, "metal", name="knob")
    else:
        draft.add(
            "cylinder", at, (0.007, 0.007, long), look, "metal", turn=turned(0, 0 if upright else math.pi / 2)
        )


def _beside(draft: Draft, left_m: float, right_m: float) -> None:
    """The wall or another piece of furniture where the front ends."""
    material, look, target = draft.surface(WALLS)
    draft.add("box", (0, 0.35, 0), (5, 0.05, 3), look, material, target=target, name="wall")
    if draft.chance(0.5):
        other = draft.wardrobe.look("powder-coat", "moulded", "grain", "cardboard", "wall-paint")
        side = right_m + 0.25 if draft.chance(0.5) else left_m - 0.25
        draft.add("box", (side, 0.1, 0), (0.22, draft.between(0.1, 0.3), 3), other, None, name="neighbour")


@setting("cabinet", "metal wood plastic drywall", weight=2.6)
def cabinet(draft: Draft) -> None:
    """Drawers of a file cabinet or doors of a cupboard, seen from before them."""
    choices = {
        "metal": ("powder-coat", "powder-coat", "brushed"),
        "wood": ("grain", "painted-wood", "chipboard"),
        "plastic": ("moulded",),
    }
    material, look, target = draft.surface(choices)
    columns, rows = int(draft.rng.integers(1, 4)), int(draft.rng.integers(2, 5))
    wide, high = draft.between(0.2, 0.3), draft.between(0.1, 0.24)
    gap = draft.between(0.002, 0.006)
    shade = draft.wardrobe.look("panel-gap")
    metal = draft.wardrobe.look("polished", "brushed", "powder-coat")
    paper = draft.wardrobe.look("print", scale=0.5)
    x0, z0 = -columns * wide, -rows * high
    has_labels, upright = draft.chance(0.5), high > 0.18
    for column in range(columns):
        for row in range(rows):
            x, z = x0 + (2 * column + 1) * wide, z0 + (2 * row + 1) * high
            draft.add(
                "box",
                (x, 0.012, z),
                (wide - gap, 0.012, high - gap),
                look,
                material,
                target=target,
                name="front",
            )
            if draft.room_left() < 14:
                continue
            _handle(draft, (x + (wide * 0.8 if upright else 0), -0.014, z + high * 0.4), metal, upright)
            if has_labels:
                draft.add(
                    "box", (x, -0.001, z + high * 0.75), (0.035, 0.002, 0.014), paper, "paper", name="label"
                )
    draft.add("box", (0, 0.2, 0), (-x0 - 0.001, 0.176, -z0), shade, None, name="inside")
    draft.add("box", (0, 0.2, -z0 + 0.012), (-x0, 0.2, 0.012), look, material, target=target, name="top")
    for side in (-1, 1):
        draft.add(
            "box",
            (side * (-x0 + 0.006), 0.2, 0),
            (0.006, 0.2, -z0),
            look,
            material,
            target=target,
            name="side",
        )
    focus = (draft.between(-0.7, 0.7) * -x0, 0, draft.between(-0.5, 0.6) * -z0)
    draft.look_from(focus, (0.45, 0.85), (-6, 28), (-48, 48), 0.1)
    _beside(draft, x0, -x0)
    light_room(draft, front=True)
    ledge(draft, (0, 2))


@setting("lockers", "metal paper drywall plastic", weight=1.8)
def lockers(draft: Draft) -> None:
    """Tall doors with slots, numbers and locks."""
    target = draft.claim("metal") is not None
    look = draft.wardrobe.look("powder-coat")
    dark = draft.wardrobe.look("panel-gap")
    metal = draft.wardrobe.look("brushed", "polished")
    wide = draft.between(0.13, 0.18)
    count = int(draft.rng.integers(3, 6))
    for k in range(count):
        x = (2 * k + 1 - count) * wide
        draft.add(
            "box", (x, 0.012, 0), (wide - 0.004, 0.012, 0.9), look, "metal", target=target, name="locker"
        )
        for slot in range(3):
            z = 0.28 + 0.035 * slot
            draft.add("box", (x, -0.001, z), (wide * 0.5, 0.002, 0.006), dark, None, name="slot")
        draft.add(
            "cylinder",
            (x + wide * 0.6, -0.01, 0.02),
            (0.018, 0.018, 0.012),
            metal,
            "metal",
            turn=turned(0, 0, math.pi / 2),
            target=target,
            name="lock",
        )
        draft.add("box", (x, -0.002, 0.2), (0.022, 0.002, 0.012), metal, "metal", name="number")
    draft.add("box", (0, 0.2, 0), (count * wide, 0.17, 0.9), dark, None, name="inside")
    draft.look_from(
        (draft.between(-0.2, 0.2), 0, draft.between(-0.05, 0.25)), (0.42, 0.75), (-8, 22), (-50, 50), 0.1
    )
    _beside(draft, -count * wide, count * wide)
    light_room(draft, front=True)
    ledge(draft, (0, 1))


@setting("bookshelf", "paper wood metal plastic carpet", weight=1.0)
def bookshelf(draft: Draft) -> None:
    """Shelves with standing books and folders."""
    is_paper = draft.claim("paper") is not None
    choices = {
        "wood": ("grain", "painted-wood", "planks"),
        "metal": ("powder-coat", "brushed"),
        "plastic": ("moulded",),
    }
    material, look, target = draft.surface(choices)
    wide, deep, pitch = draft.between(0.4, 0.7), 0.13, draft.between(0.28, 0.36)
    rows = 3
    for k in range(rows + 1):
        z = (k - rows / 2) * pitch
        draft.add("box", (0, 0.1, z), (wide, deep, 0.011), look, material, target=target, name="shelf")
    for side in (-1, 1):
        draft.add(
            "box", (side * wide, 0.1, 0), (0.012, deep, rows * pitch / 2), look, material, target=target
        )
    draft.add(
        "box",
        (0, 0.24, 0),
        (wide, 0.01, rows * pitch / 2),
        draft.wardrobe.look("panel-gap"),
        None,
        name="back",
    )
    spines = [draft.wardrobe.look("paperback-shelf") for _ in range(2)]
    folders = [draft.wardrobe.look("cover", "leather", "moulded", "cardboard", scale=0.6) for _ in range(4)]
    middle = draft.rng.integers(1, 2)
    for k in range(rows):
        bottom = (k - rows / 2) * pitch + 0.011
        if k != middle:
            high = pitch * 0.42
            draft.add(
                "box",
                (draft.between(-0.1, 0.1), 0.1, bottom + high),
                (wide * 0.8, 0.1, high),
                spines[k % 2],
                "paper",
                target=is_paper,
                name="books",
            )
            continue
        x = -wide + 0.02
        while x < wide - 0.05 and draft.room_left() > 10:
            thick, high = draft.between(0.012, 0.04), draft.between(0.09, pitch / 2 - 0.02)
            lean = draft.between(-0.02, 0.02) if draft.chance(0.85) else draft.between(-0.25, 0.25)
            draft.add(
                "box",
                (x + thick, draft.between(0.08, 0.12), bottom + high),
                (thick, 0.08, high),
                folders[draft.rng.integers(4)],
                "paper",
                turn=turned(0, lean),
                target=is_paper,
                movable=True,
                name="book",
            )
            x += 2 * thick + (0.001 if draft.chance(0.9) else 0.06)
    draft.look_from(
        (draft.between(-0.2, 0.2), 0, draft.between(-0.1, 0.1)), (0.45, 0.8), (0, 35), (-50, 50), 0.1
    )
    draft.add(
        "box", (0, 0.3, 0), (5, 0.04, 3), draft.wardrobe.look(*WALLS["drywall"]), "drywall", name="wall"
    )
    floor(draft, -rows * pitch / 2 - 0.08, hidden=False)
    light_room(draft, front=True)
    ledge(draft, (0, 1))
