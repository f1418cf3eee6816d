"""Floor, wall and what stands in the background of rooms."""

from __future__ import annotations

from training.stage.sets.draft import Draft

FLOORS: dict[str, tuple[str, ...]] = {
    "carpet": ("loop-carpet", "pile-carpet", "pattern-carpet"),
    "tile": ("square-tiles", "terrazzo", "running-tiles"),
    "wood": ("planks", "parquet", "grain"),
    "rock": ("concrete", "marble"),
}
WALLS: dict[str, tuple[str, ...]] = {
    "drywall": ("wall-paint", "wall-paint", "rough-plaster", "painted-blocks", "wallpaper"),
    "wood": ("painted-wood", "grain", "planks"),
    "tile": ("running-tiles", "square-tiles", "mosaic"),
    "rock": ("brick", "concrete"),
}


def floor(draft: Draft, level_m: float, hidden: bool = True) -> None:
    """A floor at a level; it can be one of the wanted materials unless it is hidden."""
    material, look, target = draft.surface(FLOORS, hidden)
    draft.add("box", (0, 1, level_m - 0.05), (5, 5, 0.05), look, material, target=target, name="floor")


def back_wall(
    draft: Draft, wall_m: float, bottom_m: float, hidden: bool = True, skirting: bool = True
) -> None:
    """The wall behind, from the floor up, at y = `wall_m`."""
    choices = {"drywall": WALLS["drywall"]} if hidden else WALLS
    material, look, target = draft.surface(choices, hidden)
    draft.add(
        "box", (0, wall_m + 0.05, bottom_m + 1.5), (5, 0.05, 1.5), look, material, target=target, name="wall"
    )
    if skirting:
        board = draft.wardrobe.look("painted-wood", "grain", "moulded")
        high = draft.between(0.04, 0.07)
        draft.add(
            "box", (0, wall_m - 0.008, bottom_m + high), (5, 0.008, high), board, "wood", name="skirting"
        )


def on_wall(draft: Draft, wall_m: float, low_m: float, high_m: float) -> None:
    """Something on the wall: a window, notices, a shelf of books, a cupboard, a door, or nothing."""
    what = draft.one_of("window", "notices", "books", "cupboard", "door", "nothing", "stripe")
    x, z = draft.between(-0.7, 0.7), draft.between(low_m, high_m)
    wide, high = draft.between(0.25, 0.6), draft.between(0.2, 0.45)
    face = wall_m - 0.02
    if what == "window":
        frame = draft.wardrobe.look("painted-wood", "powder-coat")
        draft.add("box", (x, face, z), (wide + 0.05, 0.02, high + 0.05), frame, "wood", name="window frame")
        draft.add("box", (x, face - 0.02, z), (wide, 0.004, high), draft.wardrobe.look("daylight"), "glass")
    elif what == "notices":
        draft.add("box", (x, face + 0.01, z), (wide, 0.006, high), draft.wardrobe.look("poster"), "paper")
    elif what == "books":
        look = draft.wardrobe.look("paperback-shelf")
        board = draft.wardrobe.look("grain", "powder-coat")
        draft.add("box", (x, face - 0.06, z), (wide, 0.08, 0.13), look, "paper", name="books")
        draft.add("box", (x, face - 0.07, z - 0.14), (wide + 0.02, 0.1, 0.01), board, "wood", name="shelf")
        draft.add("box", (x, face - 0.07, z + 0.16), (wide + 0.02, 0.1, 0.01), board, "wood", name="shelf")
    elif what == "cupboard":
        look = draft.wardrobe.look("powder-coat", "grain", "painted-wood")
        draft.add("box", (x, face - 0.15, z), (wide * 0.6, 0.18, high * 1.5), look, "metal", name="cupboard")
    elif what == "door":
        look = draft.wardrobe.look("painted-wood", "grain")
        draft.add("box", (x, face, z), (0.42, 0.02, 2.0), look, "wood", name="door")
    elif what == "stripe":
        look = draft.wardrobe.look("grain", "powder-coat", "moulded")
        draft.add("box", (0, face, z), (5, 0.015, draft.between(0.02, 0.05)), look, "wood", name="rail")
