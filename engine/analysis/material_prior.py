"""How often each material is struck and scratched, for a detector that does not look at the material.

Source: the annotations of *The Greatest Hits* (Owens et al., Visually Indicated Sounds, CVPR 2016;
CC BY 4.0), 39,707 contacts in 971 videos, of which 23,826 are labelled with both action and material.
"""

from __future__ import annotations

from functools import cache

from engine.project.materials import MATERIALS, Action

CONTACTS: dict[Action, dict[str, int]] = {
    "hit": {
        "wood": 2893,
        "metal": 2396,
        "dirt": 1883,
        "rock": 1628,
        "cloth": 1540,
        "leaf": 1314,
        "plastic": 1232,
        "paper": 1091,
        "grass": 566,
        "drywall": 289,
        "ceramic": 275,
        "plastic-bag": 234,
        "water": 230,
        "carpet": 222,
        "tile": 182,
        "glass": 178,
        "gravel": 176,
    },
    "scratch": {
        "dirt": 1083,
        "wood": 1028,
        "metal": 1025,
        "leaf": 919,
        "rock": 750,
        "plastic": 576,
        "water": 407,
        "grass": 327,
        "paper": 299,
        "gravel": 254,
        "cloth": 214,
        "drywall": 153,
        "plastic-bag": 134,
        "tile": 121,
        "glass": 78,
        "ceramic": 72,
        "carpet": 57,
    },
}
"""Labelled contacts by action and material."""


@cache
def material_prior(action: Action) -> tuple[tuple[str, float], ...]:
    """(name, probability) of all 17 materials given the action, likeliest first; they sum to 1."""
    counts = CONTACTS[action]
    total = sum(counts.values())
    return tuple(sorted(((name, counts[name] / total) for name in MATERIALS), key=lambda row: -row[1]))
