"""Which way the stick points when it touches: towards the arm, and not through anything in sight."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.habits import Habits
from training.stage.motion.sight import Sight

_HEADINGS = np.radians([0, 18, -18, 38, -38, 62, -62])
_SLANTS = np.radians([0, 12, 26, 42])
_STEEPEST = math.radians(72)
_STICK = np.linspace(0.05, 0.85, 7)
_HAND = np.array([0.9, 1.0, 1.15])
_HAND_RADIUS_M = 0.03
_REACH = np.concatenate([_STICK, _HAND])
_RADII_M = np.concatenate([np.zeros(len(_STICK)), np.full(len(_HAND), _HAND_RADIUS_M)])
_COSTS = np.concatenate([np.full(len(_STICK), 0.5), np.full(len(_HAND), 1.0)])
"""What it costs when a point of the stick or of the hand sinks into something, beside radians of turn."""


def aim(
    spot: NDArray[np.float64],
    normal: NDArray[np.float64],
    before: NDArray[np.float64] | None,
    habits: Habits,
    grip_m: float,
    sight: Sight,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The direction (3,) from the touching end to the butt.

    Parameters
    ----------
    before
        The direction at the contact before; people keep it when they can.
    sight
        Of the still scene.
    """
    to_shoulder = (habits.shoulder - spot) / np.linalg.norm(habits.shoulder - spot)
    towards = to_shoulder + 0.5 * habits.arm_way
    flat = towards - (towards @ normal) * normal
    if np.linalg.norm(flat) < 0.15:
        # The arm comes straight out of the surface's normal; any direction along the surface will do.
        flat = np.cross(normal, [0.3, 0.5, 0.8])
    flat /= np.linalg.norm(flat)
    across = np.cross(normal, flat)
    slant = habits.slant * math.exp(float(rng.normal(0, 0.18)))
    heading = habits.heading + float(rng.normal(0, math.radians(5)))

    more, turn = (grid.ravel() for grid in np.meshgrid(_SLANTS, _HEADINGS, indexing="ij"))
    rise, angle = np.clip(slant + more, math.radians(4), _STEEPEST), heading + turn
    level = np.cos(angle)[:, None] * flat + np.sin(angle)[:, None] * across
    ways = np.cos(rise)[:, None] * level + np.sin(rise)[:, None] * normal
    cost = np.abs(turn) + 1.2 * more + 1.5 * np.maximum(0.0, 0.2 - ways @ to_shoulder)
    if before is not None:
        cost += 0.8 * np.arccos(np.clip(ways @ before, -1.0, 1.0))
    points = spot + 0.006 * normal + grip_m * _REACH[:, None] * ways[:, None, :]
    hidden = sight.hidden(points.reshape(-1, 3), np.tile(_RADII_M, len(ways)))
    cost += hidden.reshape(len(ways), -1) @ _COSTS
    return ways[int(np.argmin(cost))]
