"""The words of the field: materials, actions and reactions of *The Greatest Hits*."""

from typing import Literal

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
