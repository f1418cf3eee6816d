"""Mugs, bowls, bottles, pots, tins, glasses and basins of water; each stands on z = 0 around the origin."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.world import Look, Shape, turned

Parts = list[Shape]


def _cup(
    look: Look, material: str, radius: float, high: float, wall: float, target: bool, name: str
) -> Shape:
    return Shape(
        "cup",
        (0, 0, high / 2),
        (radius, radius, high / 2),
        look,
        material,
        round_m=wall,
        movable=True,
        target=target,
        name=name,
    )


def mug(draft: Draft, target: bool) -> Parts:
    """A mug with its handle; sometimes there is coffee in it."""
    radius, high = draft.between(0.036, 0.048), draft.between(0.08, 0.115)
    look = draft.wardrobe.look("ceramic")
    side = draft.between(-math.pi, math.pi)
    handle = turned(side, math.pi / 2)
    at = (math.cos(side) * radius * 1.25, math.sin(side) * radius * 1.25, high / 2)
    parts = [_cup(look, "ceramic", radius, high, 0.004, target, "mug")]
    parts[0] = Shape(
        "cup", parts[0].centre, parts[0].half, look, "ceramic", round_m=0.004, target=target, name="mug"
    )
    parts.append(
        Shape(
            "box",
            at,
            (high * 0.3, 0.006, radius * 0.42),
            look,
            "ceramic",
            handle,
            target=target,
            name="handle",
        )
    )
    if draft.chance(0.4):
        coffee = draft.wardrobe.look("leather", tint=(0.5, 0.3, 0.2), gloss=0.3, mirror=0.1)
        parts.append(
            Shape("cylinder", (0, 0, high * 0.42), (radius - 0.005, radius - 0.005, high * 0.4), coffee)
        )
    return parts


def bowl(draft: Draft, target: bool, material: str = "ceramic") -> Parts:
    """A bowl: a broad cup on a foot."""
    styles = {
        "ceramic": "ceramic",
        "metal": "brushed",
        "plastic": "moulded",
        "wood": "grain",
        "glass": "frosted",
    }
    look = draft.wardrobe.look(styles[material])
    radius, high = draft.between(0.07, 0.13), draft.between(0.045, 0.08)
    return [_cup(look, material, radius, high, 0.006, target, "bowl")]


def plate(draft: Draft, target: bool) -> Parts:
    """A flat plate with its rim."""
    radius = draft.between(0.09, 0.14)
    return [_cup(draft.wardrobe.look("ceramic"), "ceramic", radius, 0.022, 0.014, target, "plate")]


def vase(draft: Draft, target: bool) -> Parts:
    """A round-bellied vase or teapot with a neck."""
    look = draft.wardrobe.look("glaze", "stoneware", "banded-glaze")
    radius, high = draft.between(0.05, 0.08), draft.between(0.05, 0.09)
    neck = draft.between(0.025, 0.04)
    return [
        Shape("ellipsoid", (0, 0, high), (radius, radius, high), look, "ceramic", target=target, name="vase"),
        Shape(
            "cup",
            (0, 0, 2 * high),
            (neck, neck, 0.025),
            look,
            "ceramic",
            round_m=0.004,
            target=target,
            name="neck",
        ),
    ]


def bottle(draft: Draft, target: bool, material: str = "plastic") -> Parts:
    """A bottle with neck, cap and label, upright."""
    glass = material == "glass"
    look = draft.wardrobe.look("bottle-glass") if glass else draft.wardrobe.look("moulded", gloss=0.5)
    if not glass and draft.chance(0.4):
        look = draft.wardrobe.look("thin-bag", relief=0.1, clear=0.4, gloss=0.6)
    radius, high = draft.between(0.03, 0.045), draft.between(0.13, 0.2)
    label = draft.wardrobe.look("cover", scale=0.5)
    cap = draft.wardrobe.look("moulded")
    return [
        Shape(
            "cylinder",
            (0, 0, high / 2),
            (radius, radius, high / 2),
            look,
            material,
            target=target,
            name="bottle",
        ),
        Shape("cylinder", (0, 0, high * 0.5), (radius * 1.01, radius * 1.01, high * 0.2), label, material),
        Shape("ellipsoid", (0, 0, high), (radius, radius, radius * 0.8), look, material, target=target),
        Shape(
            "cylinder", (0, 0, high + radius), (radius * 0.36, radius * 0.36, radius * 0.7), look, material
        ),
        Shape("cylinder", (0, 0, high + radius * 1.6), (radius * 0.42, radius * 0.42, 0.009), cap, "plastic"),
    ]


def tumbler(draft: Draft, target: bool) -> Parts:
    """A drinking glass or jar."""
    look = draft.wardrobe.look("pane", "frosted", "bottle-glass", scale=0.3)
    radius, high = draft.between(0.034, 0.055), draft.between(0.09, 0.15)
    return [_cup(look, "glass", radius, high, 0.003, target, "glass")]


def glass_block(draft: Draft, target: bool) -> Parts:
    """A picture under glass lying flat, or a thick glass dish."""
    wide, deep = draft.between(0.09, 0.15), draft.between(0.07, 0.11)
    frame = draft.wardrobe.look("grain", "powder-coat", "moulded")
    below = draft.wardrobe.look("foliage", "cover", "print", scale=0.4)
    pane = draft.wardrobe.look("pane", clear=0.6, mirror=0.15)
    return [
        Shape("box", (0, 0, 0.008), (wide + 0.014, deep + 0.014, 0.008), frame, "wood", name="frame"),
        Shape("box", (0, 0, 0.0165), (wide, deep, 0.0008), below, None),
        Shape(
            "box", (0, 0, 0.0185), (wide, deep, 0.0012), pane, "glass", target=target, name="picture glass"
        ),
    ]


def can(draft: Draft, target: bool) -> Parts:
    """A tin, a thermos or a can, plain or printed."""
    radius, high = draft.between(0.032, 0.06), draft.between(0.07, 0.17)
    look = draft.wardrobe.look("brushed", "polished", "powder-coat", "corrugated", scale=0.5)
    return [
        Shape(
            "cylinder",
            (0, 0, high / 2),
            (radius, radius, high / 2),
            look,
            "metal",
            movable=True,
            target=target,
            name="tin",
        )
    ]


def pot(draft: Draft, target: bool) -> Parts:
    """A saucepan with its handle, or with a lid on."""
    look = draft.wardrobe.look("brushed", "polished")
    radius, high = draft.between(0.08, 0.12), draft.between(0.06, 0.13)
    handle = draft.wardrobe.look("moulded", tint=0.5)
    side = draft.between(-math.pi, math.pi)
    at = (math.cos(side) * (radius + 0.08), math.sin(side) * (radius + 0.08), high * 0.85)
    parts = [
        Shape(
            "cup",
            (0, 0, high / 2),
            (radius, radius, high / 2),
            look,
            "metal",
            round_m=0.004,
            target=target,
            name="pot",
        ),
        Shape("box", at, (0.085, 0.011, 0.008), handle, "plastic", turned(side), name="handle"),
    ]
    if draft.chance(0.5):
        parts.append(
            Shape(
                "ellipsoid", (0, 0, high), (radius, radius, 0.022), look, "metal", target=target, name="lid"
            )
        )
        parts.append(Shape("ellipsoid", (0, 0, high + 0.03), (0.016, 0.016, 0.013), handle, "plastic"))
    return parts


def pan(draft: Draft, target: bool) -> Parts:
    """A shallow pan or baking tray."""
    look = draft.wardrobe.look("brushed", "powder-coat", tint=draft.between(0.4, 1.0))
    radius = draft.between(0.1, 0.15)
    return [_cup(look, "metal", radius, draft.between(0.03, 0.05), 0.005, target, "pan")]


def water_bowl(draft: Draft, target: bool) -> Parts:
    """A basin, bowl or bucket full of water to near its rim."""
    style, material = (("brushed", "metal"), ("glaze", "ceramic"), ("moulded", "plastic"))[
        draft.rng.integers(3)
    ]
    radius, high = draft.between(0.12, 0.2), draft.between(0.06, 0.12)
    look = draft.wardrobe.look(style)
    water = draft.wardrobe.look("sink-water", "ripples")
    level = high * draft.between(0.7, 0.88)
    inner = radius - 0.009
    return [
        Shape(
            "cup", (0, 0, high / 2), (radius, radius, high / 2), look, material, round_m=0.008, name="basin"
        ),
        Shape(
            "cylinder",
            (0, 0, level - 0.004),
            (inner, inner, 0.004),
            water,
            "water",
            target=target,
            name="water",
        ),
    ]


def water_tray(draft: Draft, target: bool) -> Parts:
    """A rectangular tub of water."""
    wide, deep, high = draft.between(0.14, 0.22), draft.between(0.11, 0.17), draft.between(0.05, 0.1)
    look = draft.wardrobe.look("moulded", "brushed", "glaze")
    water = draft.wardrobe.look("sink-water", "ripples")
    thick = 0.008
    sides = [
        Shape("box", (side * wide, 0, high / 2), (thick, deep, high / 2), look, "plastic") for side in (-1, 1)
    ] + [
        Shape("box", (0, side * deep, high / 2), (wide + thick, thick, high / 2), look, "plastic")
        for side in (-1, 1)
    ]
    level = high * draft.between(0.65, 0.88)
    return [
        *sides,
        Shape("box", (0, 0, 0.004), (wide, deep, 0.004), look, "plastic"),
        Shape("box", (0, 0, level - 0.003), (wide, deep, 0.003), water, "water", target=target, name="water"),
    ]
