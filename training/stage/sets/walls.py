"""Walls, doors, windows and what is fixed to them; the wall's face is y = 0."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.sets.fronts import ledge
from training.stage.sets.lighting import light_room
from training.stage.sets.props import set_out
from training.stage.sets.room import floor
from training.stage.sets.setting import setting
from training.stage.world import Vector, turned

PANELS: dict[str, tuple[str, ...]] = {
    "drywall": ("wall-paint", "wall-paint", "rough-plaster", "painted-blocks", "wallpaper", "ceiling-panel"),
    "wood": ("painted-wood", "painted-wood", "grain", "planks"),
    "metal": ("powder-coat", "brushed", "corrugated", "perforated", "tread-plate"),
    "glass": ("pane", "dark-pane", "frosted"),
    "tile": ("running-tiles", "square-tiles", "mosaic"),
    "rock": ("brick", "concrete", "paving"),
    "plastic": ("moulded", "ribbed"),
    "paper": ("poster", "cardboard"),
    "cloth": ("weave", "plain-cloth", "twill"),
    "carpet": ("loop-carpet", "pattern-carpet"),
}
_FIXTURES = ("switch", "bar", "knob", "notice", "hook", "none")


def _fixture(draft: Draft, kind: str, x: float, z: float) -> None:
    metal = draft.wardrobe.look("polished", "brushed")
    if kind == "switch":
        plate = draft.wardrobe.look("moulded", tint=(1.1, 1.1, 1.05))
        draft.add(
            "rounded",
            (x, -0.004, z),
            (0.035, 0.006, 0.057),
            plate,
            "plastic",
            round_m=0.005,
            name="switch plate",
        )
        draft.add("box", (x, -0.012, z), (0.008, 0.005, 0.014), plate, "plastic", name="switch")
    elif kind == "bar":
        # The push bar of a fire door.
        draft.add(
            "cylinder",
            (x, -0.06, z),
            (0.016, 0.016, 0.34),
            metal,
            "metal",
            turn=turned(0, math.pi / 2),
            name="bar",
        )
        for side in (-1, 1):
            end = (x + side * 0.34, -0.035, z + 0.03)
            draft.add("rounded", end, (0.03, 0.04, 0.08), metal, "metal", round_m=0.015, name="bracket")
    elif kind == "knob":
        draft.add(
            "cylinder", (x, -0.003, z), (0.032, 0.032, 0.004), metal, "metal", turn=turned(0, 0, math.pi / 2)
        )
        draft.add("ellipsoid", (x, -0.05, z), (0.028, 0.024, 0.028), metal, "metal", name="door knob")
        draft.add("box", (x, -0.002, z - 0.09), (0.02, 0.003, 0.03), metal, "metal", name="lock")
    elif kind == "notice":
        sheet = draft.wardrobe.look("print", "cover", "poster", scale=0.9)
        draft.add(
            "box",
            (x, -0.001, z),
            (0.105, 0.001, 0.148),
            sheet,
            "paper",
            turn=turned(0, draft.between(-0.05, 0.05)),
        )
    elif kind == "hook":
        draft.add(
            "cylinder", (x, -0.02, z), (0.005, 0.005, 0.025), metal, "metal", turn=turned(0, 0, math.pi / 2)
        )


def _hung(draft: Draft, material: str, at: Vector) -> None:
    """A jacket or a plastic bag that hangs from a hook or handle."""
    cloth = material == "cloth"
    styles = ("plain-cloth", "twill") if cloth else ("carrier-bag", "carrier-bag", "bin-bag", "thin-bag")
    look = draft.wardrobe.look(*styles)
    wide, high = draft.between(0.1, 0.15), draft.between(0.14, 0.2)
    top = at[2] - (0.02 if cloth else 0.1)
    middle = (at[0], -0.06, top - high * 1.1)
    draft.add("ellipsoid", middle, (wide, 0.06, high), look, material, target=True, name="hung")
    low = (at[0] + draft.between(-0.02, 0.02), -0.07, top - high * 1.6)
    draft.add("ellipsoid", low, (wide * 1.05, 0.075, high * 0.55), look, material, target=True, name="bottom")
    for k in range(5):
        fold = (at[0] + draft.between(-0.75, 0.75) * wide, -0.09, top - high * draft.between(0.6, 1.9))
        half = (wide * draft.between(0.15, 0.4), 0.05, high * draft.between(0.3, 0.6))
        turn = turned(0, draft.between(-0.35, 0.35))
        draft.add("ellipsoid", fold, half, look, material, turn=turn, target=True, name=f"fold {k}")
    for side in (-1, 1):
        strap = (at[0] + side * wide * 0.3, -0.045, top)
        half = (0.018, 0.01, 0.11) if not cloth else (0.05, 0.03, 0.08)
        turn = turned(0, -side * 0.3)
        draft.add("ellipsoid", strap, half, look, material, turn=turn, target=True, name="strap")


@setting("wall", "drywall wood metal glass tile rock plastic", weight=2.2)
def wall(draft: Draft) -> None:
    """Two or three strips of wall, door or window side by side, with frames between."""
    draft.look_from((0, 0, 0), (0.42, 0.85), (-8, 25), (-52, 52), 0.1)
    hung = draft.claim("cloth", "plastic-bag") if draft.chance(0.7) else None
    count = max(2, min(3, sum(material in PANELS for material in draft.pending)))
    edges = sorted(draft.between(-0.2, 0.2) for _ in range(count - 1))
    borders = (
        [-2.5, *edges, 2.5]
        if count == 2
        else [-2.5, -draft.between(0.12, 0.25), draft.between(0.12, 0.25), 2.5]
    )
    order = draft.rng.permutation(count)
    behind = draft.wardrobe.look("daylight", "panel-gap", "foliage", "wall-paint")
    draft.add("box", (0, 0.6, 0), (4, 0.05, 3), behind, None, name="behind")
    frame = draft.wardrobe.look("painted-wood", "powder-coat", "grain", "brushed")
    for place in order:
        left, right = borders[place], borders[place + 1]
        material, look, target = draft.surface(PANELS)
        proud = draft.between(0.0, 0.02)
        thick = 0.004 if material == "glass" else 0.05
        centre, half = ((left + right) / 2, thick + proud, 0), ((right - left) / 2, thick, 3)
        draft.add("box", centre, half, look, material, target=target, name=f"{material} panel")
    for border in borders[1:-1]:
        if draft.chance(0.75):
            wide = draft.between(0.01, 0.05)
            draft.add("box", (border, 0.0, 0), (wide, 0.02, 3), frame, "wood", name="frame")
    if draft.chance(0.3):
        draft.add(
            "box", (0, -0.002, draft.between(-0.2, 0.2)), (2.5, 0.012, 0.02), frame, "wood", name="rail"
        )
    light_room(draft, front=True)
    at = draft.wall_spot(draft.between(0.35, 0.65), draft.between(0.15, 0.35))
    if hung is not None and at is not None:
        _fixture(draft, "hook", at[0], at[2])
        _hung(draft, hung, at)
    spot = draft.wall_spot(draft.between(0.15, 0.85), draft.between(0.2, 0.7))
    if spot is not None:
        _fixture(draft, draft.one_of(*_FIXTURES), spot[0], spot[2])
    ledge(draft, (0, 1))


@setting("door", "wood metal glass drywall plastic-bag", weight=1.1)
def door(draft: Draft) -> None:
    """A door leaf in its frame, with a handle, a pane or a push bar."""
    draft.look_from((0, 0, 0), (0.42, 0.8), (-5, 25), (-50, 50), 0.1)
    choices = {"wood": ("painted-wood", "grain"), "metal": ("powder-coat", "powder-coat", "brushed")}
    material, look, target = draft.surface(choices)
    bag = draft.claim("plastic-bag", "cloth") if draft.chance(0.8) else None
    wants_glass = draft.claim("glass") is not None
    draft.add("box", (0, 0.025, 0), (0.45, 0.025, 2), look, material, target=target, name="door")
    frame = draft.wardrobe.look("painted-wood", "powder-coat")
    wall_material, wall_look, is_wall = draft.surface(
        {"drywall": PANELS["drywall"], "tile": PANELS["tile"], "rock": PANELS["rock"]}
    )
    for side in (-1, 1):
        draft.add("box", (side * 0.49, 0.0, 0), (0.04, 0.03, 2), frame, "wood", name="frame")
        draft.add(
            "box",
            (side * 2.0, 0.06, 0),
            (1.47, 0.05, 3),
            wall_look,
            wall_material,
            target=is_wall,
            name="wall",
        )
    if is_wall or draft.chance(0.3):
        # Seen so that wall and door share the picture.
        side = 0.45 if draft.chance(0.5) else -0.45
        draft.look_from((side, 0, 0), (0.45, 0.8), (-5, 25), (-45, 45), 0.08)
    spot = draft.wall_spot(draft.between(0.35, 0.65), draft.between(0.35, 0.6)) or (0.0, 0.0, 0.0)
    if wants_glass or draft.chance(0.2):
        x = max(-0.25, min(0.25, spot[0]))
        wide, high = draft.between(0.1, 0.17), draft.between(0.2, 0.4)
        pane = draft.wardrobe.look("dark-pane", "frosted", "pane", clear=0.1)
        draft.add("box", (x, -0.002, spot[2]), (wide + 0.02, 0.006, high + 0.02), frame, "wood", name="bead")
        draft.add(
            "box", (x, -0.007, spot[2]), (wide, 0.003, high), pane, "glass", target=wants_glass, name="pane"
        )
    elif draft.chance(0.6):
        # Moulded panels.
        for z in (-0.35, 0.25):
            draft.add("box", (0, -0.003, z), (0.3, 0.004, 0.25), look, material, target=target, name="panel")
    light_room(draft, front=True)
    if bag is not None:
        at = draft.wall_spot(draft.between(0.35, 0.65), draft.between(0.12, 0.3)) or (0.0, 0.0, 0.2)
        _fixture(draft, "knob", at[0], at[2])
        _hung(draft, bag, at)
    else:
        _fixture(draft, draft.one_of("knob", "bar", "knob", "notice"), spot[0], spot[2])
    ledge(draft, (0, 0))


def _outlook(draft: Draft) -> None:
    """What is seen through a window: a bright street or garden, or another room."""
    by_day = draft.chance(0.6)
    light = draft.between(1.2, 1.9) if by_day else draft.between(0.3, 0.9)
    behind = draft.wardrobe.look("daylight", "foliage", "brick", "wall-paint", tint=light, scale=1.5)
    draft.add("box", (0, 2.2, 0), (6, 0.05, 4), behind, None, name="outlook")
    for _ in range(3):
        look = draft.wardrobe.look("foliage", "bark", "powder-coat", "brick", "cardboard", tint=light * 0.8)
        at = (draft.between(-0.9, 0.9), draft.between(1.0, 1.8), draft.between(-0.7, 0.2))
        half = (draft.between(0.05, 0.5), 0.1, draft.between(0.2, 0.7))
        draft.add("ellipsoid" if draft.chance(0.4) else "box", at, half, look, None, name="outdoors")


@setting("window", "glass metal wood drywall plastic", weight=0.9)
def window(draft: Draft) -> None:
    """Panes in a frame above a sill; daylight, bushes or darkness behind."""
    draft.look_from((0, 0, 0), (0.45, 0.85), (-5, 22), (-50, 50), 0.1)
    target = draft.claim("glass") is not None
    framed = draft.claim("metal", "wood", "plastic")
    styles = {"metal": ("powder-coat", "brushed"), "wood": ("painted-wood", "grain"), "plastic": ("moulded",)}
    frame_material = framed or draft.one_of("metal", "wood", "plastic")
    frame = draft.wardrobe.look(*styles[frame_material])
    pane = draft.wardrobe.look("pane", "pane", "dark-pane", "frosted")
    _outlook(draft)
    panes = int(draft.rng.integers(1, 3))
    wide, high = draft.between(0.22, 0.4), draft.between(0.3, 0.5)
    bar = draft.between(0.02, 0.05)
    for k in range(panes):
        x = (2 * k + 1 - panes) * (wide + bar)
        draft.add("box", (x, 0.02, 0.1), (wide, 0.004, high), pane, "glass", target=target, name="pane")
        for side in (-1, 1):
            upright = (x + side * (wide + bar / 2), 0.0, 0.1)
            draft.add(
                "box", upright, (bar / 2, 0.035, high), frame, frame_material, target=framed is not None
            )
            level = (x, 0.0, 0.1 + side * (high + bar / 2))
            draft.add(
                "box",
                level,
                (wide + bar, 0.035, bar / 2),
                frame,
                frame_material,
                target=framed is not None,
                name="frame",
            )
    out = panes * (wide + bar)
    material, look, is_wall = draft.surface(
        {"drywall": PANELS["drywall"], "tile": PANELS["tile"], "rock": PANELS["rock"]}
    )
    for side in (-1, 1):
        draft.add(
            "box", (side * (out + 1), 0.05, 0), (1, 0.05, 3), look, material, target=is_wall, name="wall"
        )
    draft.add(
        "box", (0, 0.05, 0.1 + high + bar + 1), (out, 0.05, 1), look, material, target=is_wall, name="wall"
    )
    sill_m = 0.1 - high - bar
    draft.add("box", (0, 0.05, sill_m - 1), (out, 0.05, 1), look, material, target=is_wall, name="wall")
    sill = draft.wardrobe.look("painted-wood", "marble", "granite")
    draft.add("box", (0, -0.07, sill_m - 0.012), (out + 0.06, 0.1, 0.012), sill, "wood", name="sill")
    light_room(draft, front=True)
    ledge(draft, (0, 1), -0.18)


@setting("corner", "drywall tile carpet wood rock plastic", weight=0.9)
def corner(draft: Draft) -> None:
    """Where wall meets floor: skirting, a column or the end of a partition."""
    look_height = draft.between(0.1, 0.35)
    draft.look_from((0, 0, look_height), (0.55, 0.95), (12, 42), (-50, 50), 0.1)
    material, look, target = draft.surface(
        {name: PANELS[name] for name in ("drywall", "tile", "wood", "rock", "cloth", "metal")}
    )
    draft.add("box", (0, 0.05, 1.5), (5, 0.05, 1.5), look, material, target=target, name="wall")
    other_material, other, is_other = draft.surface(
        {name: PANELS[name] for name in ("drywall", "wood", "rock", "metal")}
    )
    x = draft.between(-0.5, 0.5)
    wide = draft.between(0.08, 0.25)
    draft.add(
        "box",
        (x, -wide, 1.5),
        (wide, wide, 1.5),
        other,
        other_material,
        turn=turned(draft.between(-0.1, 0.1)),
        target=is_other,
        name="column",
    )
    board = draft.wardrobe.look("painted-wood", "moulded", "grain")
    draft.add("box", (0, -0.006, 0.05), (5, 0.007, 0.05), board, "wood", name="skirting")
    floor(draft, 0.0, hidden=False)
    light_room(draft, front=True)
    left_there = ("plastic", "paper", "plastic-bag", "metal")
    set_out(draft, 0.0, left_there, (1, 3), (-3, -2, 3, -0.03), (0.08, 0.92), (0.45, 0.95))
