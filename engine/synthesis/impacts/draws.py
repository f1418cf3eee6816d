"""Random draws: one generator for the object that is struck, one for how it is struck this time.

Neighbouring seeds strike the same object: a person who hits one table four times hears one table, never four
of them, and still no sound twice. Every `SEEDS_PER_OBJECT` seeds the object is another one.
"""

from __future__ import annotations

import numpy as np

from engine.project.materials import ACTIONS, MATERIALS, Action

SEEDS_PER_OBJECT = 16
KIT_KEY = 0x464F4C45
"""Keeps the kit's draws apart from other users of the same seeds."""


def object_generator(material: str, seed: int) -> np.random.Generator:
    """What the object is: its size, modes and damping. Hits and scratches of a seed share it."""
    key = [KIT_KEY, MATERIALS.index(material), seed // SEEDS_PER_OBJECT]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def contact_generator(material: str, action: Action, seed: int) -> np.random.Generator:
    """How it is struck or scratched this time: where, with what part of the stick, how the grains fall."""
    key = [KIT_KEY, MATERIALS.index(material), seed, 1 + ACTIONS.index(action)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def within(generator: np.random.Generator, low: float, high: float) -> float:
    """One value between two positive bounds, evenly spread over the octaves between them."""
    return low * (high / low) ** generator.random()


def octaves(generator: np.random.Generator, spread: float) -> float:
    """A factor between `2**-spread` and `2**spread`."""
    return 2.0 ** generator.uniform(-spread, spread)


def amplitude(level_db: float) -> float:
    """The amplitude of a level in dB."""
    return 10.0 ** (level_db / 20.0)
