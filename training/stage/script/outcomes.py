"""What a surface does when it is struck.

The published annotations at hand name materials and actions, but no reactions. So these shares are chosen,
not measured: what lies loose scatters, what is thin or soft deforms, water splashes, small things move as a
whole, and the rest stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.project.materials import Action, Reaction

_STIFF: Mapping[Reaction, float] = {"static": 1.0}
_HITS: Mapping[str, Mapping[Reaction, float]] = {
    "leaf": {"scatter": 0.45, "deform": 0.30, "rigid-motion": 0.05, "static": 0.20},
    "grass": {"deform": 0.75, "scatter": 0.05, "static": 0.20},
    "paper": {"deform": 0.45, "rigid-motion": 0.15, "static": 0.40},
    "water": {"splash": 0.90, "deform": 0.10},
    "gravel": {"scatter": 0.65, "static": 0.35},
    "plastic-bag": {"deform": 0.85, "rigid-motion": 0.15},
    "dirt": {"scatter": 0.40, "deform": 0.20, "static": 0.40},
    "cloth": {"deform": 0.70, "static": 0.30},
    "carpet": {"deform": 0.20, "static": 0.80},
    "rock": {"static": 0.97, "scatter": 0.03},
}
_SCRATCHES: Mapping[str, Mapping[Reaction, float]] = {
    "leaf": {"scatter": 0.75, "deform": 0.20, "static": 0.05},
    "grass": {"deform": 0.85, "scatter": 0.10, "static": 0.05},
    "paper": {"deform": 0.40, "rigid-motion": 0.20, "static": 0.40},
    "water": {"splash": 0.75, "deform": 0.25},
    "gravel": {"scatter": 0.90, "static": 0.10},
    "plastic-bag": {"deform": 0.85, "rigid-motion": 0.15},
    "dirt": {"scatter": 0.65, "deform": 0.25, "static": 0.10},
    "cloth": {"deform": 0.65, "static": 0.35},
    "carpet": {"deform": 0.25, "static": 0.75},
}
_MOVES_SHARE = {"hit": 0.7, "scratch": 0.45}
"""So often a movable thing moves as a whole, when its own stuff does not give way."""
_FEEBLE = 0.25
"""Half of the touches weaker than this leave everything as it was."""


def reaction_of(
    material: str, action: Action, movable: bool, strength: float, rng: np.random.Generator
) -> Reaction:
    """Draw a reaction for a contact of this strength (0..1) with a thing that may be movable or not."""
    if movable and rng.random() < _MOVES_SHARE[action]:
        return "rigid-motion"
    shares = (_HITS if action == "hit" else _SCRATCHES).get(material, _STIFF)
    # A thing that can't move doesn't, whatever it is made of.
    possible: dict[Reaction, float] = {
        reaction: share for reaction, share in shares.items() if movable or reaction != "rigid-motion"
    }
    weights = np.array(list(possible.values()))
    reaction = list(possible)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    if strength < _FEEBLE and reaction != "splash" and rng.random() < 0.5:
        return "static"
    return reaction
