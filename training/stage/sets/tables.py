"""Tables and desks with things on them; z = 0 is the table top."""

from __future__ import annotations

from training.stage.sets import office
from training.stage.sets.draft import Draft
from training.stage.sets.lighting import light_room
from training.stage.sets.props import INDOOR_CLUTTER, Box, set_out
from training.stage.sets.room import back_wall, floor, on_wall
from training.stage.sets.setting import setting
from training.stage.world import Look, turned

TOPS: dict[str, tuple[str, ...]] = {
    "wood": ("grain", "grain", "planks", "chipboard", "painted-wood", "weathered-wood"),
    "metal": ("brushed", "powder-coat", "polished"),
    "plastic": ("moulded",),
    "rock": ("granite", "granite", "marble"),
    "glass": ("pane", "frosted", "dark-pane"),
    "tile": ("square-tiles", "mosaic"),
}
_TABLE_M = 0.74


def _legs(draft: Draft, wide: float, deep: float, x: float, y: float, look: Look) -> None:
    thick = draft.between(0.015, 0.035)
    for side in (-1, 1):
        for end in (-1, 1):
            at = (x + side * (wide - 0.06), y + end * (deep - 0.06), -_TABLE_M / 2 - 0.02)
            half = (thick, thick, _TABLE_M / 2 - 0.02)
            draft.add("cylinder", at, half, look, "metal", name="leg")


def _top(draft: Draft) -> Box:
    """The table and its legs; what of it can carry things."""
    material, look, target = draft.surface(TOPS)
    leg = draft.wardrobe.look("powder-coat", "brushed", "grain")
    thick = draft.between(0.012, 0.028)
    if draft.chance(0.22):
        radius = draft.between(0.4, 0.65)
        x, y = draft.between(-0.3, 0.3), draft.between(-0.05, 0.3)
        draft.add(
            "cylinder", (x, y, -thick), (radius, radius, thick), look, material, target=target, name="table"
        )
        draft.add(
            "cylinder", (x, y, -_TABLE_M / 2), (0.04, 0.04, _TABLE_M / 2 - 0.02), leg, "metal", name="stem"
        )
        inner = radius * 0.7
        return x - inner, y - inner, x + inner, y + inner
    wide, deep = draft.between(0.4, 0.9), draft.between(0.3, 0.5)
    x, y = draft.between(-0.35, 0.35), draft.between(-0.1, 0.25)
    draft.add("box", (x, y, -thick), (wide, deep, thick), look, material, target=target, name="table")
    if draft.chance(0.3):
        # Laminate and stone tops have an edge of another make.
        rim = draft.wardrobe.look("moulded", "grain", "brushed", "granite")
        edge = (x, y - deep - 0.004, -thick - 0.001)
        draft.add("box", edge, (wide, 0.004, thick), rim, material, name="table edge")
    _legs(draft, wide, deep, x, y, leg)
    return x - wide, y - deep, x + wide, y + deep


def _around(draft: Draft, table: Box) -> None:
    floor(draft, -_TABLE_M)
    wall_m = table[3] + (0.02 if draft.chance(0.4) else draft.between(0.2, 1.4))
    back_wall(draft, wall_m, -_TABLE_M)
    if draft.chance(0.7):
        on_wall(draft, wall_m, 0.1, 0.6)
    if draft.chance(0.35):
        seat = draft.wardrobe.look("weave", "moulded", "leather", "grain")
        at = (draft.between(-0.8, 0.8), table[3] + draft.between(0.15, 0.35), draft.between(-0.1, 0.15))
        turn = turned(draft.between(-0.4, 0.4), 0, -0.15)
        draft.add(
            "rounded", at, (0.21, 0.025, 0.2), seat, "cloth", turn=turn, round_m=0.024, name="chair back"
        )


@setting("table", "wood metal plastic rock glass tile paper ceramic cloth", weight=1.6)
def table(draft: Draft) -> None:
    """A table top, seen from above its edge."""
    room = _top(draft)
    draft.look_from((0, 0, 0), (0.42, 0.8), (22, 66), (-50, 50), 0.2)
    _around(draft, room)
    light_room(draft)
    set_out(draft, 0.0, INDOOR_CLUTTER, (0, 4), room)


@setting("desk", "plastic paper wood metal cloth glass ceramic", weight=1.4)
def desk(draft: Draft) -> None:
    """A crowded desk: screen, keyboard, telephone, papers."""
    room = _top(draft)
    draft.look_from((0, 0, 0.03), (0.45, 0.85), (25, 60), (-40, 40), 0.15)
    _around(draft, room)
    light_room(draft)
    if draft.chance(0.6):
        at = (draft.between(-0.3, 0.3), min(room[3] - 0.12, 0.34), 0.0)
        draft.put(office.monitor(draft), at, draft.any_turn(0.4))
    set_out(draft, 0.0, ("plastic", "paper", "paper", "plastic", "ceramic", "metal"), (2, 4), room)
    if draft.chance(0.3):
        spot = draft.free_spot(0.1, 0.0, within=room)
        if spot is not None:
            draft.put(office.cable(draft), spot, draft.any_turn())


@setting("glass-table", "glass metal wood", weight=0.5)
def glass_table(draft: Draft) -> None:
    """A glass top on a frame: the floor and the frame shine through."""
    target = draft.claim("glass") is not None
    look = draft.wardrobe.look("pane", "pane", "frosted")
    wide, deep = draft.between(0.35, 0.6), draft.between(0.3, 0.45)
    y = draft.between(0.0, 0.2)
    frame = draft.wardrobe.look("polished", "brushed", "grain")
    framed = draft.claim("metal", "wood") or "metal"
    draft.add("box", (0, y, -0.006), (wide, deep, 0.006), look, "glass", target=target, name="glass top")
    for side in (-1, 1):
        draft.add(
            "box", (0, y + side * (deep - 0.02), -0.03), (wide, 0.016, 0.016), frame, framed, target=True
        )
        draft.add("box", (side * (wide - 0.02), y, -0.03), (0.016, deep, 0.016), frame, framed, target=True)
    draft.look_from((0, 0, 0), (0.45, 0.8), (28, 62), (-45, 45), 0.15)
    floor(draft, -draft.between(0.38, 0.5), hidden=False)
    back_wall(draft, y + deep + draft.between(0.3, 1.2), -0.5)
    light_room(draft)
    set_out(draft, 0.0, INDOOR_CLUTTER, (0, 3), (-wide, y - deep, wide, y + deep))
