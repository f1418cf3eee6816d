"""Boxes, boards and lamps of wood and metal; each stands on z = 0 around the origin."""

from __future__ import annotations

from training.stage.sets.draft import Draft
from training.stage.world import Shape, turned

Parts = list[Shape]


def toolbox(draft: Draft, target: bool) -> Parts:
    """A cash box, heater or other box of sheet metal with a handle."""
    wide, deep, high = draft.between(0.08, 0.15), draft.between(0.06, 0.1), draft.between(0.03, 0.08)
    look = draft.wardrobe.look("powder-coat", "brushed", "tread-plate", "rust", scale=0.7)
    return [
        Shape("box", (0, 0, high), (wide, deep, high), look, "metal", target=target, name="metal box"),
        Shape("box", (0, 0, high * 1.5), (wide * 1.004, deep * 1.004, 0.002), look, "metal", name="seam"),
        Shape("rounded", (0, 0, 2 * high + 0.02), (wide * 0.35, 0.008, 0.007), look, "metal", round_m=0.006),
    ]


def blocks(draft: Draft, target: bool) -> Parts:
    """Boards and blocks of wood lying over each other."""
    look = draft.wardrobe.look("grain", "weathered-wood", "chipboard", "painted-wood")
    parts: Parts = []
    height = 0.0
    for _ in range(int(draft.rng.integers(1, 4))):
        thick = draft.between(0.008, 0.02)
        parts.append(
            Shape(
                "box",
                (draft.between(-0.03, 0.03), draft.between(-0.03, 0.03), height + thick),
                (draft.between(0.1, 0.2), draft.between(0.03, 0.1), thick),
                look,
                "wood",
                turned(draft.between(-0.5, 0.5)),
                target=target,
                name="board",
            )
        )
        height += 2 * thick
    return parts


def wooden_box(draft: Draft, target: bool) -> Parts:
    """A box, drum or speaker of wood."""
    wide, deep, high = draft.between(0.07, 0.14), draft.between(0.06, 0.11), draft.between(0.03, 0.11)
    look = draft.wardrobe.look("grain", "chipboard", "painted-wood", "planks", scale=0.6)
    return [
        Shape(
            "box",
            (0, 0, high),
            (wide, deep, high),
            look,
            "wood",
            target=target,
            movable=True,
            name="wooden box",
        )
    ]


def lamp(draft: Draft, target: bool) -> Parts:
    """A desk lamp: base, stem and shade of metal."""
    look = draft.wardrobe.look("powder-coat", "brushed")
    high = draft.between(0.22, 0.34)
    return [
        Shape("cylinder", (0, 0, 0.012), (0.08, 0.08, 0.012), look, "metal", target=target, name="lamp base"),
        Shape("cylinder", (0, 0, high / 2), (0.008, 0.008, high / 2), look, "metal", name="stem"),
        Shape(
            "ellipsoid",
            (0.03, -0.03, high),
            (0.08, 0.08, 0.05),
            look,
            "metal",
            turned(0, 0.4),
            target=target,
            name="shade",
        ),
    ]
