"""Which things can show a material, and setting them out where they are seen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from training.stage.sets import garden, office, soft, tableware, workshop
from training.stage.sets.draft import Draft, footprint_m
from training.stage.world import Shape, Vector

Thing = Callable[[Draft, bool], list[Shape]]

THINGS: dict[str, tuple[Thing, ...]] = {
    "plastic": (
        tableware.bottle,
        partial(tableware.bowl, material="plastic"),
        office.keyboard,
        office.telephone,
        office.laptop,
        office.printer,
        office.storage_box,
        office.bucket,
    ),
    "drywall": (garden.board_scrap,),
    "rock": (garden.stone, garden.stone, garden.bricks),
    "metal": (
        tableware.can,
        tableware.pot,
        tableware.pan,
        partial(tableware.bowl, material="metal"),
        workshop.toolbox,
        workshop.lamp,
    ),
    "leaf": (garden.leaf_heap, garden.pot_plant, partial(garden.tray, material="leaf")),
    "grass": (partial(garden.tray, material="grass"),),
    "paper": (office.book, office.stack, office.sheets, office.carton, office.crumpled_paper),
    "water": (tableware.water_bowl, tableware.water_tray),
    "gravel": (partial(garden.tray, material="gravel"), partial(garden.heap, material="gravel")),
    "glass": (
        partial(tableware.bottle, material="glass"),
        tableware.tumbler,
        tableware.glass_block,
        partial(tableware.bowl, material="glass"),
    ),
    "tile": (garden.floor_tiles,),
    "ceramic": (tableware.mug, tableware.bowl, tableware.plate, tableware.vase),
    "plastic-bag": (soft.full_bag, soft.full_bag, soft.flat_bag),
    "dirt": (partial(garden.tray, material="dirt"), partial(garden.heap, material="dirt")),
    "cloth": (soft.cushion, soft.jacket, soft.towel, soft.backpack),
    "wood": (workshop.blocks, workshop.wooden_box, partial(tableware.bowl, material="wood")),
    "carpet": (soft.mat, soft.carpet_roll),
}
"""Things that stand on a table or lie on the ground, per material."""

INDOOR_CLUTTER: tuple[str, ...] = ("plastic", "paper", "ceramic", "metal", "cloth", "glass", "wood", "paper")
OUTDOOR_CLUTTER: tuple[str, ...] = ("rock", "wood", "leaf", "rock")

Box = tuple[float, float, float, float]


def thing_of(draft: Draft, material: str, target: bool) -> list[Shape]:
    """Something of a material, around the origin."""
    choices = THINGS[material]
    return choices[draft.rng.integers(len(choices))](draft, target)


def set_out(
    draft: Draft,
    height_m: float,
    clutter: tuple[str, ...],
    clutter_count: tuple[int, int] = (1, 4),
    within: Box | None = None,
    x: tuple[float, float] = (0.18, 0.82),
    y: tuple[float, float] = (0.3, 0.82),
) -> None:
    """Things for every material still pending, then some clutter, onto a level plane in sight.

    Parameters
    ----------
    draft
        Its camera is in place.
    height_m
        Of the plane.
    clutter
        Materials that clutter may be of.
    clutter_count
        Least and most.
    within
        What the plane has room for, x0, y0, x1, y1 in metres.
    x, y
        Part of the picture that the wanted things are in; clutter may be nearer to its edges.
    """
    while draft.pending:
        _show(draft, draft.pending.pop(0), height_m, x, y, within)
    for _ in range(int(draft.rng.integers(clutter_count[0], clutter_count[1] + 1))):
        parts = thing_of(draft, draft.one_of(*clutter), False)
        radius = footprint_m(parts)
        spot = draft.free_spot(radius, height_m, (0.02, 0.98), (0.15, 0.7), within)
        if spot is not None:
            draft.put(parts, spot, draft.any_turn())


def _show(
    draft: Draft,
    material: str,
    height_m: float,
    x: tuple[float, float],
    y: tuple[float, float],
    within: Box | None,
) -> None:
    parts = thing_of(draft, material, True)
    radius = footprint_m(parts)
    spot = draft.free_spot(radius, height_m, x, y, within) or draft.free_spot(
        radius * 0.6, height_m, (0.05, 0.95), (0.1, 0.95), within
    )
    if spot is None:
        return
    draft.put(parts, spot, draft.any_turn(0.6))
    # One mug is small beside a stick: where the first leaves too little of the picture, others join it.
    while radius < 0.2 * draft.size_at(spot) and draft.chance(0.45):
        more = thing_of(draft, material, True)
        near: Vector | None = draft.free_spot(footprint_m(more), height_m, x, y, within)
        if near is None or not draft.put(more, near, draft.any_turn()):
            return
