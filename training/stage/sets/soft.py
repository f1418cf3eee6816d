"""Cushions, jackets, bags and mats; each lies on z = 0 around the origin."""

from __future__ import annotations

import math

from training.stage.sets.draft import Draft
from training.stage.world import Shape, turned

Parts = list[Shape]


def cushion(draft: Draft, target: bool) -> Parts:
    """A cushion, lying flat."""
    wide, thick = draft.between(0.11, 0.18), draft.between(0.035, 0.06)
    look = draft.wardrobe.look("weave", "printed-cloth", "plaid", "corduroy", "knit")
    return [
        Shape(
            "rounded",
            (0, 0, thick),
            (wide, wide * draft.between(0.7, 1.0), thick),
            look,
            "cloth",
            turned(0, draft.between(-0.05, 0.05), draft.between(-0.05, 0.05)),
            thick * 0.9,
            target=target,
            name="cushion",
        )
    ]


def jacket(draft: Draft, target: bool) -> Parts:
    """A heap of clothing: soft lumps and sleeves over each other."""
    look = draft.wardrobe.look("plain-cloth", "plain-cloth", "twill", "knit")
    parts: Parts = [
        Shape(
            "rounded",
            (0, 0, 0.03),
            (draft.between(0.12, 0.17), draft.between(0.09, 0.13), 0.032),
            look,
            "cloth",
            round_m=0.03,
            target=target,
            name="jacket",
        )
    ]
    for k in range(int(draft.rng.integers(2, 6))):
        bearing = draft.between(-math.pi, math.pi)
        reach = draft.between(0.03, 0.11)
        parts.append(
            Shape(
                "ellipsoid",
                (math.cos(bearing) * reach, math.sin(bearing) * reach, draft.between(0.035, 0.065)),
                (draft.between(0.08, 0.15), draft.between(0.03, 0.06), draft.between(0.02, 0.04)),
                look,
                "cloth",
                turned(
                    draft.between(-math.pi, math.pi), draft.between(-0.25, 0.25), draft.between(-0.3, 0.3)
                ),
                target=target,
                name=f"fold {k}",
            )
        )
    return parts


def towel(draft: Draft, target: bool) -> Parts:
    """Folded cloths on each other."""
    parts: Parts = []
    wide, deep = draft.between(0.1, 0.15), draft.between(0.08, 0.12)
    height = 0.0
    for _ in range(int(draft.rng.integers(1, 4))):
        thick = draft.between(0.012, 0.025)
        look = draft.wardrobe.look("weave", "plaid", "knit", "twill", "printed-cloth")
        parts.append(
            Shape(
                "rounded",
                (draft.between(-0.01, 0.01), draft.between(-0.01, 0.01), height + thick),
                (wide, deep, thick),
                look,
                "cloth",
                turned(draft.between(-0.1, 0.1)),
                thick * 0.95,
                target=target,
                name="folded cloth",
            )
        )
        height += 2 * thick
    return parts


def backpack(draft: Draft, target: bool) -> Parts:
    """A bag of cloth lying on its back, with pocket and straps."""
    look = draft.wardrobe.look("twill", "plain-cloth", "weave")
    strap = draft.wardrobe.look("plain-cloth", tint=0.35)
    wide, deep, thick = draft.between(0.1, 0.14), draft.between(0.14, 0.2), draft.between(0.05, 0.08)
    return [
        Shape(
            "rounded",
            (0, 0, thick),
            (wide, deep, thick),
            look,
            "cloth",
            round_m=thick * 0.8,
            target=target,
            name="backpack",
        ),
        Shape(
            "rounded",
            (0, -deep * 0.3, 2 * thick),
            (wide * 0.75, deep * 0.4, 0.02),
            look,
            "cloth",
            round_m=0.018,
            target=target,
            name="pocket",
        ),
        Shape(
            "rounded", (wide * 0.5, 0, 2 * thick), (0.014, deep * 0.95, 0.006), strap, "cloth", round_m=0.005
        ),
        Shape(
            "rounded", (-wide * 0.5, 0, 2 * thick), (0.014, deep * 0.95, 0.006), strap, "cloth", round_m=0.005
        ),
    ]


def full_bag(draft: Draft, target: bool) -> Parts:
    """A plastic bag with things in it: a lumpy body, gathered at the top, its handles fallen over."""
    look = draft.wardrobe.look("carrier-bag", "carrier-bag", "bin-bag", "thin-bag")
    wide, deep, high = draft.between(0.09, 0.15), draft.between(0.07, 0.11), draft.between(0.05, 0.1)
    body = turned(0, draft.between(-0.15, 0.15), draft.between(-0.1, 0.1))
    parts: Parts = [
        Shape(
            "rounded", (0, 0, high), (wide, deep, high), look, "plastic-bag", body, high * 0.6, target=target
        )
    ]
    for _ in range(4):
        at = (
            draft.between(-0.8, 0.8) * wide,
            draft.between(-0.8, 0.8) * deep,
            high * draft.between(0.5, 1.6),
        )
        half = (
            wide * draft.between(0.25, 0.55),
            deep * draft.between(0.3, 0.6),
            high * draft.between(0.3, 0.7),
        )
        turn = turned(draft.between(-3, 3), draft.between(-0.7, 0.7), draft.between(-0.7, 0.7))
        parts.append(Shape("ellipsoid", at, half, look, "plastic-bag", turn, target=target, name="bulge"))
    knot = (draft.between(-0.03, 0.03), draft.between(-0.03, 0.03))
    for _ in range(3):
        at = (knot[0] + draft.between(-0.03, 0.03), knot[1] + draft.between(-0.03, 0.03), 2 * high + 0.008)
        half = (draft.between(0.03, 0.055), draft.between(0.015, 0.03), draft.between(0.005, 0.014))
        turn = turned(draft.between(-3, 3), draft.between(-0.5, 0.5), draft.between(-0.6, 0.6))
        parts.append(Shape("ellipsoid", at, half, look, "plastic-bag", turn, target=target, name="handle"))
    return parts


def flat_bag(draft: Draft, target: bool) -> Parts:
    """An empty plastic bag, dropped."""
    look = draft.wardrobe.look("carrier-bag", "bin-bag", "thin-bag")
    parts: Parts = []
    for k in range(4):
        parts.append(
            Shape(
                "ellipsoid",
                (draft.between(-0.06, 0.06), draft.between(-0.06, 0.06), 0.008 + 0.006 * k),
                (draft.between(0.09, 0.16), draft.between(0.07, 0.12), draft.between(0.01, 0.03)),
                look,
                "plastic-bag",
                turned(draft.between(-3, 3), draft.between(-0.12, 0.12), draft.between(-0.12, 0.12)),
                target=target,
                name="bag",
            )
        )
    return parts


def mat(draft: Draft, target: bool) -> Parts:
    """A door mat or carpet sample."""
    look = draft.wardrobe.look("carpet")
    thick = draft.between(0.004, 0.012)
    return [
        Shape(
            "rounded",
            (0, 0, thick),
            (draft.between(0.13, 0.22), draft.between(0.09, 0.15), thick),
            look,
            "carpet",
            round_m=thick * 0.8,
            target=target,
            name="mat",
        )
    ]


def carpet_roll(draft: Draft, target: bool) -> Parts:
    """A rolled-up rug."""
    look = draft.wardrobe.look("carpet")
    radius = draft.between(0.05, 0.08)
    return [
        Shape(
            "cylinder",
            (0, 0, radius),
            (radius, radius, draft.between(0.15, 0.3)),
            look,
            "carpet",
            turned(draft.between(-0.5, 0.5), math.pi / 2),
            target=target,
            name="rolled carpet",
        )
    ]
