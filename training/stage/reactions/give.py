"""How each material gives way to a stick: how deep, how wide, how it comes back and what remains.

The numbers are for the hardest blow; they were set by looking at filmed blows on bags, couches, coats, paper,
leaves and soil. Every contact varies them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.stage.reactions.cells import Looseness
from training.stage.reactions.spring import Spring


@dataclass(frozen=True, slots=True)
class Give:
    """How one surface gives way.

    Attributes
    ----------
    radius_m, depth_m
        Of the dent.
    spring
        How the dent comes back.
    rim
        Height of the heaped-up rim, as a share of the depth.
    hollow
        How much darker the bottom of the full dent is, 0..1.
    folds
        Number of creases that run out from the dent.
    fold_m
        Their height.
    ripple_m, ripple_length_m, ripple_m_per_s
        Height, length and speed of the waves that run outwards.
    crumple_m
        Height of the edges and hollows of a crumpled sheet around the dent.
    drag_m
        How far the surface goes along with a scratching stick, and sways under a blow.
    sheen
        How much what it mirrors changes with its slope, relative brightness per unit of slope.
    nap
        How much brighter or darker the surface is where it was brushed, relative.
    loose
        Its loose parts; None for a surface in one piece.
    """

    radius_m: float
    depth_m: float
    spring: Spring
    rim: float = 0.0
    hollow: float = 0.15
    folds: int = 0
    fold_m: float = 0.0
    ripple_m: float = 0.0
    ripple_length_m: float = 0.05
    ripple_m_per_s: float = 1.2
    crumple_m: float = 0.0
    drag_m: float = 0.0
    sheen: float = 0.0
    nap: float = 0.0
    loose: Looseness | None = None


GIVES: dict[str, Give] = {
    "cloth": Give(
        0.085, 0.026, Spring(0.020, 0.070, 0.080, 3.5, 0.06),
        hollow=0.22, folds=3, fold_m=0.005, ripple_m=0.0025, ripple_length_m=0.055, drag_m=0.012, sheen=0.15,
    ),
    "plastic-bag": Give(
        0.090, 0.026, Spring(0.022, 0.110, 0.130, 4.0, 0.25),
        hollow=0.15, folds=4, fold_m=0.005, ripple_m=0.002, ripple_length_m=0.07, crumple_m=0.007,
        drag_m=0.012, sheen=0.9,
    ),
    "paper": Give(
        0.060, 0.008, Spring(0.015, 0.030, 0.060, 9.0, 0.06),
        hollow=0.10, folds=2, fold_m=0.003, ripple_m=0.0040, ripple_length_m=0.14, ripple_m_per_s=2.5,
        crumple_m=0.0006, drag_m=0.006, sheen=0.2,
    ),
    "leaf": Give(
        0.080, 0.010, Spring(0.025, 0.060, 0.120, 3.0, 0.5),
        hollow=0.25,
        loose=Looseness(0.030, 0.022, 0.26, 0.35, Spring(0.045, 0.05, 0.09, 3.0, 0.75)),
    ),
    "grass": Give(
        0.080, 0.010, Spring(0.025, 0.060, 0.160, 4.0, 0.35),
        hollow=0.38,
        loose=Looseness(0.009, 0.022, 0.16, 0.8, Spring(0.030, 0.05, 0.170, 4.5, 0.25)),
    ),
    "dirt": Give(
        0.030, 0.009, Spring(0.015, 0.0, 0.030, 0.0, 0.9),
        rim=0.4, hollow=0.35,
        loose=Looseness(0.009, 0.010, 0.22, 0.3, Spring(0.030, 0.0, 0.040, 0.0, 0.95)),
    ),
    "gravel": Give(
        0.040, 0.006, Spring(0.015, 0.0, 0.030, 0.0, 0.9),
        rim=0.4, hollow=0.25,
        loose=Looseness(0.018, 0.018, 0.24, 0.3, Spring(0.040, 0.0, 0.050, 0.0, 0.95)),
    ),
    "carpet": Give(
        0.034, 0.007, Spring(0.015, 0.040, 0.150, 0.0, 0.35), hollow=0.25, drag_m=0.004, nap=0.16,
    ),
    "water": Give(0.050, 0.010, Spring(0.030, 0.020, 0.150, 3.0, 0.0), ripple_m=0.003, ripple_length_m=0.03),
    "drywall": Give(0.090, 0.0020, Spring(0.010, 0.010, 0.040, 18.0, 0.0), hollow=0.05),
}  # fmt: skip

_PANEL = Give(0.11, 0.003, Spring(0.008, 0.010, 0.060, 16.0, 0.0), hollow=0.04)
"""A sheet of something stiff that springs back: plastic, thin metal, a thin board."""


def give_of(material: str, rng: np.random.Generator) -> Give:
    """How one thing of a material gives way; no two things are alike."""
    give = GIVES.get(material, _PANEL)
    spring = give.spring
    return replace(
        give,
        radius_m=give.radius_m * rng.uniform(0.65, 1.35),
        depth_m=give.depth_m * rng.uniform(0.4, 1.25),
        spring=replace(
            spring,
            hold_s=spring.hold_s * rng.uniform(0.6, 1.5),
            relax_s=spring.relax_s * rng.uniform(0.7, 1.4),
            swing_hz=spring.swing_hz * rng.uniform(0.8, 1.25),
            stays=min(1.0, spring.stays * rng.uniform(0.3, 1.1)),
        ),
        folds=int(rng.integers(give.folds // 2, give.folds + 2)) if give.folds else 0,
        fold_m=give.fold_m * rng.uniform(0.6, 1.3),
        ripple_m=give.ripple_m * rng.uniform(0.2, 1.2),
        crumple_m=give.crumple_m * rng.uniform(0.5, 1.3),
        nap=give.nap * float(rng.choice((-1.0, 1.0))) * rng.uniform(0.4, 1.2),
    )
