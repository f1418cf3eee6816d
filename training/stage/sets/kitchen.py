"""Counters, sinks and wash basins; z = 0 is the counter's top."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.props import set_out
from training.stage.sets.room import back_wall, floor
from training.stage.sets.setting import setting
from training.stage.world import Look, turned

COUNTERS: dict[str, tuple[str, ...]] = {
    "rock": ("granite", "marble", "concrete"),
    "wood": ("grain", "planks"),
    "tile": ("square-tiles", "mosaic"),
    "metal": ("brushed",),
    "plastic": ("moulded",),
    "ceramic": ("glaze",),
}
_CLUTTER = ("ceramic", "metal", "plastic", "glass", "paper", "cloth")


def _tap(draft: Draft, x: float, y: float, base_m: float, target: bool) -> None:
    look = draft.wardrobe.look("polished", mirror=0.4)
    high, reach = draft.between(0.1, 0.2), draft.between(0.09, 0.14)
    upright = (x, y, base_m + high / 2)
    spout = (x, y - reach / 2, base_m + high)
    mouth = (x, y - reach, base_m + high - 0.02)
    draft.add("cylinder", upright, (0.014, 0.014, high / 2), look, "metal", target=target, name="tap")
    draft.add(
        "cylinder",
        spout,
        (0.012, 0.012, reach / 2),
        look,
        "metal",
        turn=turned(0, 0, math.pi / 2),
        target=target,
        name="spout",
    )
    draft.add("cylinder", mouth, (0.013, 0.013, 0.022), look, "metal", target=target, name="mouth")
    lever = (x + 0.05, y, base_m + 0.03)
    draft.add("rounded", lever, (0.04, 0.01, 0.01), look, "metal", round_m=0.009, target=target, name="lever")


@setting("sink", "water metal ceramic tile rock plastic wood glass", weight=1.2)
def sink(draft: Draft) -> None:
    """A basin let into a counter, with a tap and a tiled wall behind."""
    wide, deep, depth = draft.between(0.16, 0.26), draft.between(0.13, 0.19), draft.between(0.1, 0.17)
    has_water = draft.claim("water") is not None
    is_basin_target = draft.claim("metal", "ceramic")
    basin_material = is_basin_target or draft.one_of("metal", "ceramic")
    basin = draft.wardrobe.look("brushed" if basin_material == "metal" else "glaze")
    material, look, target = draft.surface(COUNTERS)
    rim, thick = 0.012, 0.02
    x0, x1, y0, y1 = -wide, wide, -deep, deep
    left, right, front, back = -0.9, 0.9, -deep - draft.between(0.05, 0.1), deep + draft.between(0.1, 0.16)
    for a, b, c, d in (
        (left, x0, front, back),
        (x1, right, front, back),
        (x0, x1, front, y0),
        (x0, x1, y1, back),
    ):
        centre, half = ((a + b) / 2, (c + d) / 2, -thick), ((b - a) / 2, (d - c) / 2, thick)
        draft.add("box", centre, half, look, material, target=target, name="counter")
    shown = is_basin_target is not None
    for side in (-1, 1):
        wall = (side * (wide + rim / 2), 0, -depth / 2 + 0.003)
        draft.add(
            "box", wall, (rim / 2, deep + rim, depth / 2), basin, basin_material, target=shown, name="basin"
        )
        wall = (0, side * (deep + rim / 2), -depth / 2 + 0.003)
        draft.add("box", wall, (wide, rim / 2, depth / 2), basin, basin_material, target=shown, name="basin")
    draft.add(
        "box", (0, 0, -depth), (wide, deep, 0.01), basin, basin_material, target=shown, name="basin floor"
    )
    if has_water or draft.chance(0.15):
        level = -depth * draft.between(0.12, 0.5)
        water = draft.wardrobe.look("sink-water", "ripples")
        draft.add(
            "box", (0, 0, level - 0.004), (wide, deep, 0.004), water, "water", target=has_water, name="water"
        )
    else:
        drain = draft.wardrobe.look("perforated", tint=0.5, scale=0.5)
        draft.add("cylinder", (0, 0, -depth + 0.011), (0.035, 0.035, 0.002), drain, "metal", name="drain")
    _tap(draft, draft.between(-0.05, 0.05), deep + 0.05, 0.0, shown and basin_material == "metal")
    draft.look_from((0, 0, -0.03), (0.5, 0.8), (32, 62), (-40, 40), 0.1)
    back_wall(draft, back, -0.9, hidden=False, skirting=False)
    front_look = draft.wardrobe.look("painted-wood", "grain", "powder-coat", "moulded")
    draft.add("box", (0, front + 0.035, -0.5), (0.9, 0.015, 0.46), front_look, "wood", name="cupboard")
    light_room(draft)
    floor(draft, -0.92)
    side = -1 if draft.chance(0.5) else 1
    room = (left, front, x0 - rim, back) if side < 0 else (x1 + rim, front, right, back)
    set_out(draft, 0.0, _CLUTTER, (1, 3), room, (0.05, 0.95), (0.15, 0.9))


@setting("wash-basin", "ceramic metal tile water drywall plastic", weight=0.9)
def wash_basin(draft: Draft) -> None:
    """A basin on the wall, or the round bowl of a drinking fountain."""
    has_water = draft.claim("water") is not None
    claimed = draft.claim("ceramic", "metal")
    material = claimed or draft.one_of("ceramic", "metal")
    look = draft.wardrobe.look("glaze" if material == "ceramic" else "brushed")
    radius, high = draft.between(0.17, 0.24), draft.between(0.1, 0.16)
    if material == "ceramic":
        # White more often than not.
        white = draft.wardrobe.look("glaze", tint=(1.05, 1.05, 1.0))
        look = white if draft.chance(0.5) else look
    draft.add(
        "cup",
        (0, 0, -high / 2),
        (radius, radius, high / 2),
        look,
        material,
        round_m=0.016,
        target=claimed is not None,
        name="basin",
    )
    ledge = (0, radius * 0.8, -0.03)
    draft.add(
        "rounded",
        ledge,
        (radius, radius * 0.35, 0.03),
        look,
        material,
        round_m=0.015,
        target=claimed is not None,
        name="ledge",
    )
    foot = (0, radius * 0.4, -0.55)
    draft.add("rounded", foot, (0.09, 0.08, 0.45), look, material, round_m=0.04, name="foot")
    if has_water:
        water, level, inner = draft.wardrobe.look("sink-water", "ripples"), -high * 0.3, radius - 0.017
        draft.add(
            "cylinder",
            (0, 0, level - 0.004),
            (inner, inner, 0.004),
            water,
            "water",
            target=True,
            name="water",
        )
    else:
        drain = draft.wardrobe.look("perforated", tint=0.45, scale=0.4)
        draft.add("cylinder", (0, 0, -high + 0.018), (0.026, 0.026, 0.002), drain, "metal", name="drain")
    _tap(draft, 0.0, radius * 0.85, 0.0, claimed == "metal")
    draft.look_from((0, 0, -0.03), (0.45, 0.75), (28, 65), (-45, 45), 0.12)
    wall_m = radius * 1.15
    back_wall(draft, wall_m, -0.85, hidden=False)
    floor(draft, -0.85, hidden=False)
    shelf_m = 0.0
    shelf = draft.wardrobe.look("grain", "brushed", "moulded", "granite")
    side = -1 if draft.chance(0.5) else 1
    near = radius + draft.between(0.04, 0.1)
    room = (near, -0.25, near + 0.5, wall_m) if side > 0 else (-near - 0.5, -0.25, -near, wall_m)
    draft.add(
        "box",
        ((room[0] + room[2]) / 2, (room[1] + room[3]) / 2, shelf_m - 0.012),
        (0.25, (room[3] - room[1]) / 2, 0.012),
        shelf,
        "wood",
        name="side table",
    )
    light_room(draft)
    set_out(draft, shelf_m, ("ceramic", "plastic", "cloth", "glass"), (1, 2), room, (0.02, 0.98), (0.1, 0.95))


@setting("stove", "metal ceramic tile glass wood", weight=0.7)
def stove(draft: Draft) -> None:
    """A cooker's top with burners and pots, a counter beside it."""
    claimed = draft.claim("metal", "glass")
    top: Look = draft.wardrobe.look("dark-pane" if claimed == "glass" else "brushed", tint=0.8, clear=0.0)
    draft.add(
        "box",
        (0, 0.05, -0.02),
        (0.3, 0.28, 0.02),
        top,
        claimed or "metal",
        target=claimed is not None,
        name="cooker",
    )
    iron = draft.wardrobe.look("powder-coat", tint=0.25)
    for x, y in ((-0.14, -0.06), (0.14, -0.06), (-0.14, 0.18), (0.14, 0.18)):
        for radius, low in ((0.09, 0.0), (0.065, 0.006)):
            half = (radius, radius, 0.005)
            draft.add(
                "cylinder", (x, y, low + 0.003), half, iron, "metal", target=claimed == "metal", name="burner"
            )
    material, look, target = draft.surface(COUNTERS)
    for side in (-1, 1):
        draft.add(
            "box",
            (side * 0.66, 0.05, -0.018),
            (0.35, 0.28, 0.02),
            look,
            material,
            target=target,
            name="counter",
        )
    front = draft.wardrobe.look("powder-coat", "painted-wood")
    draft.add("box", (0, 0.06, -0.5), (1.0, 0.27, 0.45), front, "metal", name="front")
    draft.look_from((draft.between(-0.2, 0.2), 0, 0.02), (0.5, 0.85), (28, 58), (-45, 45), 0.1)
    back_wall(draft, 0.34, -0.9, hidden=False, skirting=False)
    floor(draft, -0.92)
    light_room(draft)
    set_out(draft, 0.012, ("metal", "metal", "ceramic"), (1, 3), (-0.95, -0.2, 0.95, 0.32))
