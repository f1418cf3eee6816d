"""Light of rooms and of the open air, as a camera that exposes by itself shows it."""

from __future__ import annotations

import math

import numpy as np

from training.stage.sets.draft import Draft
from training.stage.world import Light, Vector

_INDOOR_COLOURS: tuple[Vector, ...] = (
    (1.0, 0.95, 0.82),
    (1.0, 0.98, 0.92),
    (0.97, 1.0, 0.86),
    (1.0, 1.0, 1.0),
    (0.93, 0.98, 1.05),
    (1.0, 0.88, 0.66),
)
_CASTS: tuple[Vector, ...] = (
    (1.0, 1.0, 1.0),
    (1.0, 0.97, 0.86),
    (0.98, 1.0, 0.84),
    (0.94, 0.98, 1.04),
    (1.0, 0.93, 0.8),
    (0.97, 1.0, 0.95),
)


def colour_cast(rng: np.random.Generator, outdoors: bool) -> Vector:
    """What a camera's white balance leaves of the light's colour."""
    tint = _CASTS[rng.integers(len(_CASTS))] if not outdoors or rng.random() < 0.3 else _CASTS[0]
    exposure = float(np.exp(rng.normal(-0.05, 0.16)))
    return tint[0] * exposure, tint[1] * exposure, tint[2] * exposure


def _towards(elevation_deg: float, azimuth_deg: float) -> Vector:
    """A direction; azimuth 0 is the camera's side, positive to the right."""
    elevation, azimuth = math.radians(elevation_deg), math.radians(azimuth_deg)
    flat = math.cos(elevation)
    return flat * math.sin(azimuth), -flat * math.cos(azimuth), math.sin(elevation)


def light_room(draft: Draft, front: bool = False) -> None:
    """Ceiling lamps, a window at one side, or one lamp.

    Parameters
    ----------
    front
        What matters stands upright and faces the camera, so the light comes from the camera's side.
    """
    rng = draft.rng
    widest = 70 if front else 140
    colour = _INDOOR_COLOURS[rng.integers(len(_INDOOR_COLOURS))]
    kind = rng.random()
    if kind < 0.5:
        elevation, softness = (
            draft.between(40 if front else 50, 60 if front else 85),
            draft.between(0.12, 0.4),
        )
        strength, ambient = draft.between(0.45, 0.8), draft.between(0.3, 0.5)
    elif kind < 0.85:
        elevation, softness = draft.between(18, 50), draft.between(0.06, 0.3)
        strength, ambient = draft.between(0.5, 1.0), draft.between(0.18, 0.4)
    else:
        elevation, softness = draft.between(30, 65), draft.between(0.02, 0.06)
        strength, ambient = draft.between(0.6, 1.0), draft.between(0.12, 0.28)
    direction = _towards(elevation, draft.between(-widest, widest))
    if front:
        strength *= 1.15
    draft.light = Light(direction, strength, ambient, colour, softness)
    gray = draft.between(0.12, 0.45)
    draft.sky = (gray * draft.between(0.92, 1.05), gray, gray * draft.between(0.85, 1.05))


def light_sky(draft: Draft, front: bool = False) -> None:
    """Sun, an overcast sky, or shade with spots of sun between leaves."""
    widest = 75 if front else 150
    kind = draft.rng.random()
    azimuth = draft.between(-widest, widest)
    if kind < 0.35:
        elevation = draft.between(25, 70)
        direction = _towards(elevation, azimuth)
        draft.light = Light(
            direction,
            draft.between(0.75, 1.1),
            draft.between(0.22, 0.36),
            (1.0, 0.95, 0.86),
            draft.between(0.008, 0.03),
        )
    elif kind < 0.7:
        direction = _towards(draft.between(45, 85), azimuth)
        draft.light = Light(
            direction,
            draft.between(0.2, 0.45),
            draft.between(0.5, 0.75),
            (0.96, 0.99, 1.04),
            draft.between(0.3, 0.6),
        )
    else:
        direction = _towards(draft.between(40, 75), azimuth)
        draft.light = Light(
            direction,
            draft.between(0.8, 1.1),
            draft.between(0.24, 0.38),
            (1.0, 0.96, 0.84),
            draft.between(0.008, 0.02),
        )
        _canopy(draft, np.asarray(direction))
    bright = draft.between(0.45, 0.85)
    draft.sky = (bright * 0.92, bright * 0.97, bright)


def _canopy(draft: Draft, direction: np.ndarray) -> None:
    """Foliage out of sight that throws shadows onto the scene."""
    look = draft.wardrobe.look("ivy")
    side = np.cross(direction, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    other = np.cross(direction, side)
    for _ in range(min(int(draft.rng.integers(3, 8)), draft.room_left() - 6)):
        # Far enough up to be above the camera as well.
        at = (
            direction * draft.between(3.2, 4.2)
            + side * draft.between(-0.9, 0.9)
            + other * draft.between(-0.9, 0.9)
        )
        half = (draft.between(0.08, 0.4), draft.between(0.05, 0.25), draft.between(0.05, 0.2))
        draft.add(
            "ellipsoid",
            (float(at[0]), float(at[1]), float(at[2])),
            half,
            look,
            turn=draft.any_turn(),
            name="canopy",
        )
