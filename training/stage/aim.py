"""Which way the stick points when it touches: towards the arm, and not through anything in sight."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.stage.camera import Camera
from training.stage.habits import Habits

_HEADINGS = tuple(math.radians(angle) for angle in (0, 18, -18, 38, -38, 62, -62))
_SLANTS = tuple(math.radians(angle) for angle in (0, 12, 26, 42))
_HIDDEN_M = 0.012
"""What lies farther behind the still surface than this would be seen to sink into it."""
_STEEPEST = math.radians(72)


class DepthView(Protocol):
    """The part of `training.stage.still.Still` that tells what lies in front of what."""

    @property
    def camera(self) -> Camera: ...

    @property
    def depth(self) -> NDArray[np.float32]: ...


def hidden_share(points: NDArray[np.float64], radius_m: float, view: DepthView) -> float:
    """Share of points (n, 3) that lie behind the still picture's surface, or too near to it for a ball
    of that radius; what is outside the picture counts as free."""
    seen = view.camera.project(points)
    height, width = view.depth.shape
    column, row = np.floor(seen[:, 0]).astype(int), np.floor(seen[:, 1]).astype(int)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height) & (seen[:, 2] > 0)
    if not inside.any():
        return 0.0
    behind = seen[inside, 2] + radius_m - view.depth[row[inside], column[inside]]
    return float((behind > _HIDDEN_M).sum()) / len(points)


def is_out_of_picture(points: NDArray[np.float64], radius_m: float, camera: Camera) -> bool:
    """Whether none of the points (n, 3), as balls of that radius, is seen in the output picture."""
    seen = camera.project(points)
    edge = radius_m * camera.focal_px / np.maximum(seen[:, 2], 0.05)
    out = (seen[:, 0] < -edge) | (seen[:, 0] > camera.width + edge)
    out |= (seen[:, 1] < -edge) | (seen[:, 1] > camera.height + edge) | (seen[:, 2] < 0.03)
    return bool(out.all())


def aim(
    spot: NDArray[np.float64],
    normal: NDArray[np.float64],
    before: NDArray[np.float64] | None,
    habits: Habits,
    grip_m: float,
    view: DepthView | None,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The direction (3,) from the touching end to the butt.

    Parameters
    ----------
    before
        The direction at the contact before; people keep it when they can.
    view
        None when nothing is known of the still scene.
    """
    towards = habits.shoulder - spot
    towards = towards / np.linalg.norm(towards) + 0.5 * habits.arm_way
    flat = towards - (towards @ normal) * normal
    if np.linalg.norm(flat) < 0.15:
        # The arm comes straight out of the surface's normal; any direction along the surface will do.
        flat = np.cross(normal, [0.3, 0.5, 0.8])
    flat /= np.linalg.norm(flat)
    across = np.cross(normal, flat)
    to_shoulder = (habits.shoulder - spot) / np.linalg.norm(habits.shoulder - spot)
    slant = habits.slant * math.exp(float(rng.normal(0, 0.18)))
    heading = habits.heading + float(rng.normal(0, math.radians(5)))
    along_stick = np.linspace(0.05, 1.1, 8)[:, None] * grip_m
    best, least = flat, math.inf
    for more in _SLANTS:
        rise = min(max(slant + more, math.radians(4)), _STEEPEST)
        for turn in _HEADINGS:
            angle = heading + turn
            level = math.cos(angle) * flat + math.sin(angle) * across
            way = math.cos(rise) * level + math.sin(rise) * normal
            cost = abs(turn) + 1.2 * more + 1.5 * max(0.0, 0.2 - float(way @ to_shoulder))
            if before is not None:
                cost += 0.8 * math.acos(min(max(float(way @ before), -1.0), 1.0))
            if view is not None:
                cost += 4.0 * hidden_share(spot + 0.006 * normal + along_stick * way, 0.0, view)
                hand = spot + np.array([[0.9], [1.0], [1.15]]) * grip_m * way
                cost += 3.0 * hidden_share(hand, 0.03, view)
            if cost < least:
                best, least = way, cost
    return best
