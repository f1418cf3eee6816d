"""The words of the field: materials, actions and reactions of *The Greatest Hits*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

MATERIALS: tuple[str, ...] = (
    "plastic",
    "drywall",
    "rock",
    "metal",
    "leaf",
    "grass",
    "paper",
    "water",
    "gravel",
    "glass",
    "tile",
    "ceramic",
    "plastic-bag",
    "dirt",
    "cloth",
    "wood",
    "carpet",
)
"""The 17 materials, in the order every model and file uses."""

HARD_MATERIALS = frozenset({"plastic", "drywall", "rock", "metal", "glass", "tile", "ceramic", "wood"})
"""Materials that ring; the others rustle, thud or splash."""

Action = Literal["hit", "scratch"]
ACTIONS: tuple[Action, ...] = ("hit", "scratch")

Reaction = Literal["deform", "scatter", "splash", "rigid-motion", "static"]
REACTIONS: tuple[Reaction, ...] = ("deform", "scatter", "splash", "rigid-motion", "static")
"""What a surface does when it is struck: it gives way, comes apart, splashes, moves as a whole, or stays."""

RIGID_MATERIALS = frozenset(
    {"gravel", "rock", "tile", "wood", "ceramic", "plastic", "drywall", "glass", "metal"}
)
SOFT_MATERIALS = frozenset({"leaf", "grass", "cloth", "plastic-bag", "carpet"})
"""Owens' two sets of surfaces, hard and soft; paper, water and dirt are in neither."""

SURE_FROM = 0.5
"""A material of at least this probability is more likely right than all others together."""

_LEAST_TOLD = 0.2


class NamedProbability(Protocol):
    """One row of what is believed to be struck."""

    @property
    def name(self) -> str: ...

    @property
    def probability(self) -> float: ...


def hard_probability(materials: Iterable[NamedProbability]) -> float | None:
    """How likely a surface is hard, given that it is hard or soft; None where it probably is neither."""
    rows = tuple(materials)
    hard = sum(row.probability for row in rows if row.name in RIGID_MATERIALS)
    soft = sum(row.probability for row in rows if row.name in SOFT_MATERIALS)
    return hard / (hard + soft) if hard + soft >= _LEAST_TOLD else None


def is_sure(materials: Iterable[NamedProbability]) -> bool:
    """Whether the likeliest material is more likely right than wrong."""
    return max((row.probability for row in materials), default=0.0) >= SURE_FROM
