"""A small ground with a movable tin on it, for tests of reactions."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from engine.project.materials import Action, Reaction
from training.stage.camera import Camera
from training.stage.contacts import Contact
from training.stage.picture import still as still_module
from training.stage.picture.still import Still, trace_still
from training.stage.world import Light, Look, Set, Shape

GROUND, TIN, WALL = 0, 1, 2
SPOT = (-0.08, 0.0, 0.0)


def ground_set(material: str) -> Set:
    """A ground of one material, a tin that stands on it, and a fixed wall behind."""
    return Set(
        "ground",
        (
            Shape("box", (0, 0, -0.05), (2, 2, 0.05), Look("noise"), material, target=True),
            Shape("cylinder", (0.08, 0.02, 0.06), (0.03, 0.03, 0.06), Look("noise"), "metal", movable=True),
            Shape("box", (0, 0.3, 0.1), (0.5, 0.02, 0.1), Look("noise"), "drywall"),
        ),
        Camera((0, -0.5, 0.45), (0, 0.03, 0), 45, width=150, height=112),
        Light((-0.6, -0.2, 0.8), 0.8, 0.3, softness=0.02),
    )


def _noise(name: str, folder: object) -> np.ndarray:
    fine = np.random.default_rng(5).integers(40, 200, (256, 256, 3)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(fine, (0, 0), 2) * 4 - 360, 20, 235).astype(np.uint8)


@cache
def ground(material: str) -> tuple[Set, Still]:
    """The set and its still, traced once."""
    set_ = ground_set(material)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(still_module, "load_texture", _noise)
        return set_, trace_still(set_, np.random.default_rng(1))


def blow(
    material: str,
    reaction: Reaction,
    *,
    strength: float = 0.8,
    action: Action = "hit",
    spot: tuple[float, float, float] = SPOT,
    normal: tuple[float, float, float] = (0.0, 0.0, 1.0),
    shape: int = GROUND,
) -> Contact:
    """A hit at 1 s, or a scratch to and fro from 1 s to 1.6 s."""
    if action == "hit":
        return Contact(1.0, 0.0, "hit", material, reaction, strength, spot, normal, shape=shape)
    ends = np.array(spot) + np.array([[0, 0, 0], [0.1, 0.05, 0], [0, 0, 0]])
    points = tuple((float(x), float(y), float(z)) for x, y, z in ends)
    return Contact(
        1.0, 0.6, "scratch", material, reaction, strength, spot, normal, points, (1.0, 1.3, 1.6), shape
    )


def change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(H, W) sum over the colours of how much the pixels differ."""
    return np.abs(after.astype(int) - before).sum(axis=-1)
