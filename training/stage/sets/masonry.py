"""Rocks, curbs, steps, low walls and paved paths; z = 0 is the ground."""

from __future__ import annotations

from training.stage.sets.draft import Draft
from training.stage.sets.ground import GROUNDS, patch, plain_ground, undergrowth
from training.stage.sets.lighting import light_sky
from training.stage.sets.props import set_out
from training.stage.sets.setting import setting
from training.stage.world import turned


@setting("rocks", "rock dirt leaf grass gravel", outdoors=True, weight=1.3)
def rocks(draft: Draft) -> None:
    """A boulder or a few on loose ground."""
    target = draft.claim("rock") is not None
    draft.look_from((0, 0, 0.12), (0.6, 1.1), (18, 58), (-60, 60), 0.1)
    looks = [draft.wardrobe.look("boulder") for _ in range(2)]
    for k in range(int(draft.rng.integers(1, 5))):
        size = draft.between(0.16, 0.34) if k == 0 else draft.between(0.06, 0.18)
        x, y = (
            (draft.between(-0.12, 0.12), draft.between(0, 0.15))
            if k == 0
            else (draft.between(-0.6, 0.6), draft.between(-0.2, 0.6))
        )
        half = (size, size * draft.between(0.6, 0.9), size * draft.between(0.45, 0.8))
        turn = turned(draft.between(-3, 3), draft.between(-0.25, 0.25), draft.between(-0.25, 0.25))
        kind = "rounded" if draft.chance(0.6) else "ellipsoid"
        draft.add(
            kind,
            (x, y, half[2] * 0.6),
            half,
            looks[k % 2],
            "rock",
            turn=turn,
            round_m=half[2] * draft.between(0.4, 0.8),
            target=target,
            name="boulder",
        )
    material, look, is_ground = draft.surface(
        {name: GROUNDS[name] for name in ("dirt", "leaf", "grass", "gravel")}
    )
    light_sky(draft)
    plain_ground(draft, look, material, is_ground, 2)
    while (other := draft.claim("leaf", "dirt", "grass", "gravel")) is not None and draft.room_left() > 10:
        patch(draft, other, True)
    undergrowth(draft, 3, material)
    set_out(draft, 0.0, ("rock", "leaf"), (0, 1), (-3, -3, 3, -0.15), y=(0.5, 0.95))


@setting("curb", "rock grass metal gravel dirt leaf", outdoors=True, weight=1.1)
def curb(draft: Draft) -> None:
    """Street, curb and verge; sometimes a manhole cover."""
    target = draft.claim("rock") is not None
    metal = draft.claim("metal")
    draft.look_from((0, 0, 0), (0.6, 1.05), (28, 65), (-50, 50), 0.12)
    street = draft.wardrobe.look("asphalt", "asphalt", "concrete")
    stone = draft.wardrobe.look("granite", "concrete", scale=0.8, mirror=0.0, gloss=0.0)
    high, edge = draft.between(0.04, 0.09), draft.between(0.0, 0.25)
    turn = draft.between(-0.3, 0.3)
    light_sky(draft)
    draft.add("box", (0, 0, -0.1), (8, 8, 0.1), street, "rock", target=target, name="street")
    for k in range(3):
        x = (k - 1) * 0.92
        at = (x, edge + x * turn, 0.0)
        draft.add(
            "rounded",
            at,
            (0.455, 0.075, high),
            stone,
            "rock",
            turn=turned(turn),
            round_m=0.018,
            target=target,
            name="curb stone",
        )
    choices = {name: GROUNDS[name] for name in ("grass", "gravel", "dirt", "leaf", "rock")}
    material, look, is_verge = draft.surface(choices)
    at = (-turn * 2.0, edge + 2.05, high - 0.1)
    draft.add("box", at, (8, 2.0, 0.1), look, material, turn=turned(turn), target=is_verge, name="verge")
    if metal is not None or draft.chance(0.25):
        lid = draft.wardrobe.look("manhole", "tread-plate", "rust", scale=1.2)
        spot = draft.spot(draft.between(0.35, 0.65), draft.between(0.6, 0.8)) or (0.0, -0.3, 0.0)
        radius = draft.between(0.18, 0.3)
        rim = draft.wardrobe.look("rust", tint=0.6)
        y = min(spot[1], edge - 0.12 - radius)
        draft.add(
            "cylinder",
            (spot[0], y, 0.002),
            (radius, radius, 0.006),
            lid,
            "metal",
            target=True,
            name="manhole",
        )
        frame = (radius + 0.03, radius + 0.03, 0.005)
        draft.add("cylinder", (spot[0], y, 0.0), frame, rim, "metal", target=True, name="manhole frame")
    while (other := draft.claim("leaf", "dirt", "gravel")) is not None and draft.room_left() > 10:
        patch(draft, other, True)
    undergrowth(draft, 2, "rock")
    set_out(draft, 0.0, ("rock", "leaf"), (0, 2), (-3, -3, 3, edge - 0.1), y=(0.45, 0.9))


@setting("steps", "rock tile leaf grass metal wood", outdoors=True, weight=0.8)
def steps(draft: Draft) -> None:
    """Steps of stone or tile with a rail beside them."""
    choices = {
        "rock": ("concrete", "granite", "paving", "brick"),
        "tile": ("square-tiles", "terrazzo"),
        "wood": ("planks",),
    }
    material, look, target = draft.surface(choices)
    draft.look_from((0, 0.1, 0.12), (0.6, 1.0), (18, 50), (-55, 55), 0.1)
    rise, tread = draft.between(0.06, 0.085), draft.between(0.14, 0.18)
    for k in range(4):
        at = (0, -0.25 + 2 * tread * k + tread * 2, rise * (2 * k + 1) - 0.1)
        draft.add(
            "box", at, (draft.between(0.7, 1.2), tread * 2, rise), look, material, target=target, name="step"
        )
    side = -1 if draft.chance(0.5) else 1
    wall_look = draft.wardrobe.look("brick", "concrete", "paving")
    draft.add(
        "box", (side * 0.95, 0.8, 0.2), (0.15, 1.4, 0.4), wall_look, "rock", target=target, name="low wall"
    )
    metal = draft.claim("metal")
    if metal is not None or draft.chance(0.4):
        rail = draft.wardrobe.look("powder-coat", "polished", "rust")
        x = -side * draft.between(0.1, 0.3)
        for k in range(3):
            at = (x, -0.15 + 0.4 * k, 0.35 + 0.15 * k)
            draft.add(
                "cylinder", at, (0.022, 0.022, 0.45), rail, "metal", target=metal is not None, name="post"
            )
        draft.add(
            "cylinder",
            (x, 0.3, 0.75),
            (0.025, 0.025, 0.8),
            rail,
            "metal",
            turn=turned(0, 0, -1.2),
            target=metal is not None,
            name="rail",
        )
    ground, ground_look, is_ground = draft.surface(
        {name: GROUNDS[name] for name in ("grass", "dirt", "gravel", "leaf", "rock")}
    )
    light_sky(draft)
    plain_ground(draft, ground_look, ground, is_ground, 0)
    undergrowth(draft, 2, ground)
    set_out(draft, 0.0, ("rock", "leaf", "plastic"), (0, 2), (-3, -3, 3, -0.27), (0.1, 0.9), (0.55, 0.98))


@setting("low-wall", "rock tile grass leaf dirt gravel", outdoors=True, weight=0.9)
def low_wall(draft: Draft) -> None:
    """A wall of brick or stone with a coping, and the ground before it."""
    target = draft.claim("rock")
    tile = None if target else draft.claim("tile")
    styles = ("running-tiles", "square-tiles") if tile else ("brick", "paving", "concrete", "boulder")
    material, high = tile or "rock", draft.between(0.3, 0.7)
    is_target = bool(target or tile)
    look, cap = (
        draft.wardrobe.look(*styles),
        draft.wardrobe.look("concrete", "granite", scale=0.7, mirror=0.0),
    )
    draft.look_from((0, 0, high * draft.between(0.3, 0.9)), (0.5, 0.95), (2, 40), (-55, 55), 0.12)
    draft.add("box", (0, 0.15, high / 2), (5, 0.15, high / 2), look, material, target=is_target, name="wall")
    for k in range(5):
        at = ((k - 2) * 0.62, 0.15, high + 0.025)
        draft.add(
            "rounded", at, (0.305, 0.18, 0.03), cap, "rock", round_m=0.008, target=is_target, name="coping"
        )
    choices = {name: GROUNDS[name] for name in ("grass", "dirt", "gravel", "leaf", "rock")}
    ground, ground_look, is_ground = draft.surface(choices)
    light_sky(draft, front=True)
    plain_ground(draft, ground_look, ground, is_ground, 0)
    draft.add(
        "box", (0, 4, 1.5), (8, 0.05, 3), draft.wardrobe.look("foliage", "sky"), None, name="background"
    )
    undergrowth(draft, 2, ground)
    on_top = draft.chance(0.5) and high < 0.5
    room = (-2, 0.0, 2, 0.3) if on_top else (-3.0, -3.0, 3.0, -0.05)
    set_out(
        draft,
        high + 0.055 if on_top else 0.0,
        ("rock", "leaf", "plastic"),
        (0, 1),
        room,
        (0.08, 0.92),
        (0.2, 0.95),
    )
