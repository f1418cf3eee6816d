"""Puddles and tubs, fences, railings, benches and playgrounds; z = 0 is the ground."""

from __future__ import annotations

import math
from dataclasses import replace

from training.stage.sets import garden
from training.stage.sets.draft import Draft
from training.stage.sets.ground import GROUNDS, patch, plain_ground, undergrowth
from training.stage.sets.lighting import light_sky
from training.stage.sets.props import set_out
from training.stage.sets.setting import setting
from training.stage.world import turned


@setting("puddle", "water rock dirt leaf grass gravel", outdoors=True, weight=1.1)
def puddle(draft: Draft) -> None:
    """Standing water on a street or a path."""
    target = draft.claim("water") is not None
    draft.look_from((0, 0, 0), (0.5, 0.95), (25, 62), (-50, 50), 0.1)
    light_sky(draft)
    material, look, is_ground = draft.surface(GROUNDS)
    plain_ground(draft, look, material, is_ground, 0)
    wet = replace(look, tint=(look.tint[0] * 0.45, look.tint[1] * 0.45, look.tint[2] * 0.45), gloss=0.25)
    water = draft.wardrobe.look("puddle", mirror=draft.between(0.2, 0.45))
    for k in range(5):
        angle, reach = draft.between(-math.pi, math.pi), 0.0 if k == 0 else draft.between(0.12, 0.3)
        at = (math.cos(angle) * reach * 1.3, math.sin(angle) * reach, 0.0)
        wide = draft.between(0.22, 0.38) if k == 0 else draft.between(0.08, 0.25)
        deep, turn = wide * draft.between(0.35, 0.75), draft.any_turn(0.6)
        # Damp ground surrounds the water.
        damp = (wide * draft.between(1.05, 1.25), deep * draft.between(1.1, 1.4), 0.0015)
        draft.add("ellipsoid", at, damp, wet, material, turn=turn, name="damp")
        draft.add(
            "ellipsoid", at, (wide, deep, 0.003), water, "water", turn=turn, target=target, name="puddle"
        )
    # What the water mirrors: trees up to some height, sky above.
    trees = draft.wardrobe.look("foliage", tint=draft.between(0.5, 1.0))
    draft.add(
        "box", (draft.between(-4, 4), 5, 0), (4, 0.1, draft.between(2.0, 6.0)), trees, None, name="trees"
    )
    while (other := draft.claim("leaf", "dirt", "gravel", "grass")) is not None and draft.room_left() > 12:
        patch(draft, other, True)
    undergrowth(draft, 2, material)
    set_out(draft, 0.0, ("rock", "rock", "leaf"), (1, 3), None, (0.05, 0.95), (0.2, 0.95))


@setting("trough", "water rock wood metal grass gravel plastic", outdoors=True, weight=0.8)
def trough(draft: Draft) -> None:
    """A fountain's basin, a trough or a tub full of water."""
    target = draft.claim("water") is not None
    choices = {
        "rock": ("concrete", "granite", "boulder"),
        "wood": ("weathered-wood", "planks"),
        "metal": ("brushed", "corrugated", "rust"),
        "plastic": ("moulded",),
    }
    material, look, is_rim = draft.surface(choices)
    draft.look_from((0, 0, 0.25), (0.55, 0.95), (22, 58), (-50, 50), 0.1)
    wide, deep, high = draft.between(0.3, 0.6), draft.between(0.2, 0.35), draft.between(0.12, 0.2)
    water = draft.wardrobe.look("ripples", "puddle", "sink-water")
    level = 2 * high - draft.between(0.02, 0.1)
    if draft.chance(0.35):
        radius = deep * 1.4
        draft.add(
            "cup",
            (0, 0, high),
            (radius, radius, high),
            look,
            material,
            round_m=0.03,
            target=is_rim,
            name="tub",
        )
        inner = radius - 0.031
        draft.add(
            "cylinder",
            (0, 0, level - 0.01),
            (inner, inner, 0.01),
            water,
            "water",
            target=target,
            name="water",
        )
    else:
        thick = draft.between(0.015, 0.06)
        for side in (-1, 1):
            at = (side * (wide + thick), 0, high)
            draft.add(
                "box", at, (thick, deep + 2 * thick, high), look, material, target=is_rim, name="trough"
            )
            at = (0, side * (deep + thick), high)
            draft.add("box", at, (wide, thick, high), look, material, target=is_rim, name="trough")
        draft.add(
            "box", (0, 0, level - 0.01), (wide, deep, 0.01), water, "water", target=target, name="water"
        )
    ground, ground_look, is_ground = draft.surface(
        {name: GROUNDS[name] for name in ("grass", "gravel", "dirt", "rock", "leaf")}
    )
    light_sky(draft)
    plain_ground(draft, ground_look, ground, is_ground, 0)
    draft.add("box", (0, 4, 1.5), (8, 0.05, 3), draft.wardrobe.look("foliage"), None, name="bushes")
    undergrowth(draft, 2, ground)
    set_out(
        draft, 0.0, ("rock", "plastic", "leaf"), (0, 2), (-3, -3, 3, -deep - 0.1), (0.05, 0.95), (0.5, 0.98)
    )


@setting("railing", "metal grass gravel dirt rock", outdoors=True, weight=1.1)
def railing(draft: Draft) -> None:
    """Bars, pipes or posts of metal before a garden."""
    target = draft.claim("metal") is not None
    look = draft.wardrobe.look("powder-coat", "brushed", "rust", "polished")
    draft.look_from((0, 0, 0.35), (0.55, 1.0), (5, 42), (-55, 55), 0.12)
    thick, pitch = draft.between(0.008, 0.025), draft.between(0.09, 0.22)
    count = min(12, int(1.6 / pitch))
    for k in range(count):
        at = ((k - (count - 1) / 2) * pitch, 0, 0.4)
        draft.add("cylinder", at, (thick, thick, 0.4), look, "metal", target=target, name="bar")
    for z in (0.1, 0.75):
        at, half = (0, 0, z), (thick * 1.6, thick * 1.6, 1.5)
        draft.add(
            "cylinder", at, half, look, "metal", turn=turned(0, math.pi / 2), target=target, name="rail"
        )
    if draft.chance(0.4):
        box = draft.wardrobe.look("powder-coat", "rust")
        draft.add(
            "box", (draft.between(-0.3, 0.3), -0.06, 0.45), (0.12, 0.05, 0.16), box, "metal", target=target
        )
    choices = {name: GROUNDS[name] for name in ("grass", "gravel", "dirt", "rock", "leaf")}
    material, ground_look, is_ground = draft.surface(choices)
    light_sky(draft, front=True)
    plain_ground(draft, ground_look, material, is_ground, 1)
    draft.add(
        "box", (0, 3, 1.5), (8, 0.05, 3), draft.wardrobe.look("foliage", "brick"), None, name="background"
    )
    while (other := draft.claim("leaf", "dirt", "gravel", "grass")) is not None and draft.room_left() > 10:
        patch(draft, other, True)
    undergrowth(draft, 2, material)
    set_out(draft, 0.0, ("rock", "leaf", "plastic"), (0, 1), (-3, -3, 3, -0.1), (0.1, 0.9), (0.5, 0.98))


@setting("wooden-fence", "wood grass dirt leaf", outdoors=True, weight=0.8)
def wooden_fence(draft: Draft) -> None:
    """Upright boards on rails."""
    target = draft.claim("wood") is not None
    look = draft.wardrobe.look("weathered-wood", "painted-wood", "planks")
    draft.look_from((0, 0, 0.35), (0.5, 0.95), (3, 38), (-55, 55), 0.12)
    wide = draft.between(0.045, 0.08)
    gap = draft.between(0.0, 0.03)
    count = min(13, int(1.7 / (2 * wide + gap)))
    for k in range(count):
        x = (k - (count - 1) / 2) * (2 * wide + gap)
        at = (x, draft.between(0, 0.006), 0.5)
        # Boards stand, so the grain's own direction is turned upright.
        turn = turned(0, math.pi / 2 + draft.between(-0.015, 0.015))
        draft.add("box", at, (0.5, 0.011, wide), look, "wood", turn=turn, target=target, name="board")
    for z in (0.2, 0.75):
        draft.add("box", (0, 0.035, z), (2, 0.02, 0.04), look, "wood", target=target, name="rail")
    choices = {name: GROUNDS[name] for name in ("grass", "dirt", "leaf", "gravel")}
    material, ground_look, is_ground = draft.surface(choices)
    light_sky(draft, front=True)
    plain_ground(draft, ground_look, material, is_ground, 1)
    draft.add("box", (0, 2, 1.5), (8, 0.05, 3), draft.wardrobe.look("foliage"), None, name="bushes")
    undergrowth(draft, 3, material)
    set_out(draft, 0.0, ("rock", "leaf", "plastic"), (0, 1), (-3, -3, 3, -0.1), (0.1, 0.9), (0.5, 0.98))


@setting("bench", "wood metal rock grass leaf gravel", outdoors=True, weight=0.9)
def bench(draft: Draft) -> None:
    """A bench or picnic table of slats; z = 0 is the ground, the seat is higher."""
    choices = {
        "wood": ("weathered-wood", "grain", "painted-wood"),
        "metal": ("perforated", "powder-coat"),
        "plastic": ("moulded",),
        "rock": ("concrete", "granite"),
    }
    material, look, target = draft.surface(choices)
    seat_m = draft.between(0.42, 0.72)
    slats = int(draft.rng.integers(3, 6)) if material in ("wood", "plastic") else 1
    deep = 0.42 / slats
    for k in range(slats):
        at = (0, (k - (slats - 1) / 2) * deep, seat_m)
        draft.add("box", at, (0.9, deep / 2 - 0.006, 0.018), look, material, target=target, name="slat")
    frame = draft.wardrobe.look("powder-coat", "rust", "concrete")
    for side in (-1, 1):
        draft.add(
            "box",
            (side * 0.6, 0, seat_m / 2 - 0.02),
            (0.03, 0.19, seat_m / 2 - 0.02),
            frame,
            "metal",
            name="foot",
        )
    draft.look_from((0, 0, seat_m), (0.5, 0.95), (22, 58), (-55, 55), 0.12)
    choices = {name: GROUNDS[name] for name in ("grass", "gravel", "dirt", "leaf", "rock")}
    ground, ground_look, is_ground = draft.surface(choices)
    light_sky(draft)
    plain_ground(draft, ground_look, ground, is_ground, 0)
    undergrowth(draft, 1, ground)
    looks = [draft.wardrobe.look("leaf-skin")]
    spot = draft.free_spot(0.05, seat_m, within=(-0.8, -0.2, 0.8, 0.2))
    if spot is not None and draft.chance(0.5):
        draft.put(garden.loose_leaves(draft, 3, 0.1, looks, False), spot)
    set_out(draft, seat_m + 0.018, ("plastic", "paper", "leaf", "rock"), (0, 2), (-0.85, -0.2, 0.85, 0.2))


@setting("playground", "plastic metal gravel dirt wood", outdoors=True, weight=1.0)
def playground(draft: Draft) -> None:
    """Slide, panels and tubes of coloured plastic on posts, over bark or gravel."""
    target = draft.claim("plastic") is not None
    metal = draft.claim("metal")
    looks = [draft.wardrobe.look("moulded", "ribbed", gloss=0.35) for _ in range(3)]
    post = draft.wardrobe.look("powder-coat", "brushed")
    draft.look_from((0, 0, 0.35), (0.6, 1.05), (8, 45), (-55, 55), 0.12)
    lean = draft.between(0.35, 0.6)
    x = draft.between(-0.2, 0.2)
    draft.add(
        "rounded",
        (x, 0.3, 0.4),
        (0.24, 0.75, 0.02),
        looks[0],
        "plastic",
        turn=turned(0, 0, lean),
        round_m=0.018,
        target=target,
        name="slide",
    )
    for side in (-1, 1):
        draft.add(
            "rounded",
            (x + side * 0.25, 0.3, 0.46),
            (0.02, 0.75, 0.07),
            looks[0],
            "plastic",
            turn=turned(0, 0, lean),
            round_m=0.018,
            target=target,
            name="slide's side",
        )
    side = -1 if draft.chance(0.5) else 1
    draft.add(
        "rounded",
        (x + side * 0.7, 0.1, 0.45),
        (0.3, 0.02, 0.25),
        looks[1],
        "plastic",
        round_m=0.018,
        target=target,
        name="panel",
    )
    draft.add(
        "cup",
        (x + side * 0.7, 0.05, 0.5),
        (0.14, 0.14, 0.06),
        looks[2],
        "plastic",
        turn=turned(0, 0, math.pi / 2),
        round_m=0.03,
        target=target,
        name="ring",
    )
    for k in (-1, 1):
        at = (x + side * 0.7 + k * 0.34, 0.1, 0.6)
        draft.add("cylinder", at, (0.04, 0.04, 0.65), post, "metal", target=metal is not None, name="post")
    if metal is not None:
        plate = draft.wardrobe.look("perforated", "tread-plate")
        draft.add(
            "box",
            (x - side * 0.6, -0.05, 0.2),
            (0.3, 0.25, 0.012),
            plate,
            "metal",
            target=True,
            name="platform",
        )
        draft.add(
            "box", (x - side * 0.6, -0.02, 0.1), (0.03, 0.2, 0.09), post, "metal", target=True, name="support"
        )
    styles = {
        "gravel": GROUNDS["gravel"],
        "dirt": ("mulch", "sand", "soil"),
        "grass": GROUNDS["grass"],
        "rock": ("asphalt",),
    }
    ground, ground_look, is_ground = draft.surface(styles)
    light_sky(draft, front=True)
    plain_ground(draft, ground_look, ground, is_ground, 1)
    draft.add(
        "box", (0, 4, 1.5), (8, 0.05, 3), draft.wardrobe.look("foliage", "sky"), None, name="background"
    )
    undergrowth(draft, 2, ground)
    set_out(draft, 0.0, ("plastic", "rock", "leaf"), (0, 1), (-3, -3, 3, -0.2), (0.1, 0.9), (0.5, 0.98))
