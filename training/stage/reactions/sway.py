"""How a struck thing moves as a whole: shaking, rocking, sliding, toppling; as poses over time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SwayKind = Literal["shake", "rock", "slide", "topple"]

_UP = np.array([0.0, 0.0, 1.0])
_OVER = 4.5
"""A decaying motion is over after so many time constants."""
_TOPPLED = math.pi / 2
_BOUNCE_SHARE = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What moves.

    Attributes
    ----------
    middle
        (3,) of its base, where it stands.
    push
        (3,) horizontal unit vector: which way it is pushed.
    reach_m
        How far its base goes from the middle, along the push.
    height_m
        Of the whole thing.
    """

    middle: NDArray[np.float64]
    push: NDArray[np.float64]
    reach_m: float
    height_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A rigid motion: turned about an axis through a pivot, then shifted.

    Attributes
    ----------
    pivot, axis, shift
        (3,) m, unit, m.
    angle
        Radians.
    """

    pivot: NDArray[np.float64]
    axis: NDArray[np.float64]
    angle: float
    shift: NDArray[np.float64]

    def moved(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 3) after the motion, by Rodrigues' formula."""
        away = points - self.pivot
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y, z = self.axis
        crossed = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        turn = cos * np.eye(3) + sin * crossed + (1 - cos) * np.outer(self.axis, self.axis)
        return self.pivot + away @ turn.T + self.shift


@dataclass(frozen=True, slots=True, eq=False)
class Sway:
    """One way of moving, as poses over the time since the contact.

    Attributes
    ----------
    size
        Metres for `shake` and `slide`, radians for `rock`; unused for `topple`.
    lasts_s
        Time until it is still.
    rate_hz
        Of swinging.
    yaw
        Radians that it turns on the spot meanwhile.
    """

    kind: SwayKind
    body: Body
    size: float
    lasts_s: float
    rate_hz: float = 8.0
    yaw: float = 0.0

    @property
    def stays_moved(self) -> bool:
        """Whether it ends in another place than it began in."""
        return self.kind in ("slide", "topple")

    def uprightness(self, pose: Pose) -> float:
        """1 as long as it stands, 0 when it lies."""
        return 1.0 - min(abs(pose.angle) / _TOPPLED, 1.0) if self.kind == "topple" else 1.0

    def at(self, age_s: float) -> Pose:
        """The pose so long after the contact."""
        body = self.body
        over = min(max(age_s / self.lasts_s, 0.0), 1.0)
        swing = math.exp(-_OVER * over) * math.sin(2 * math.pi * self.rate_hz * max(age_s, 0.0)) * (1 - over)
        still = np.zeros(3)
        if self.kind == "shake":
            return Pose(body.middle, _UP, self.yaw * swing, self.size * swing * body.push)
        # It tips over the edge that the push comes to first, away from where it was struck.
        edge = body.middle + math.copysign(body.reach_m, swing) * body.push
        tipping = np.array([-body.push[1], body.push[0], 0.0])
        if self.kind == "rock":
            return Pose(edge, tipping, self.size * swing, still)
        if self.kind == "slide":
            gone = 1.0 - (1.0 - over) ** 2
            return Pose(body.middle, _UP, self.yaw * gone, self.size * gone * body.push)
        edge = body.middle + body.reach_m * body.push
        fall = 0.75
        if over < fall:
            angle = _TOPPLED * (over / fall) ** 2.2
        else:
            angle = _TOPPLED * (1.0 - _BOUNCE_SHARE * math.sin(math.pi * (over - fall) / (1 - fall)))
        return Pose(edge, tipping, angle, still)


def sway_of(
    body: Body, strength: float, *, may_stay_moved: bool, is_low: bool, rng: np.random.Generator
) -> Sway:
    """Choose how a body answers a blow.

    Parameters
    ----------
    strength
        0..1.
    may_stay_moved
        Nobody strikes it again where it stood.
    is_low
        It was struck below its middle, which pushes rather than tips it.
    """
    slim = body.height_m / max(2 * body.reach_m, 1e-6)
    chance = rng.random()
    if may_stay_moved and slim > 1.2 and strength > 0.55 and not is_low and chance < 0.4:
        return Sway("topple", body, 0.0, rng.uniform(0.55, 0.85))
    if may_stay_moved and chance < 0.7:
        far = (0.01 + 0.06 * strength) * rng.uniform(0.4, 1.2)
        return Sway("slide", body, far, 0.10 + 0.25 * strength, yaw=rng.normal(0.0, 0.25 * strength))
    if slim > 0.7 and not is_low and chance < 0.85:
        tilt = (0.03 + 0.14 * strength) * rng.uniform(0.5, 1.1)
        return Sway("rock", body, tilt, rng.uniform(0.4, 0.8), rng.uniform(3.0, 6.0))
    far = (0.001 + 0.005 * strength) * rng.uniform(0.5, 1.2)
    return Sway(
        "shake", body, far, rng.uniform(0.2, 0.45), rng.uniform(7.0, 13.0), rng.normal(0.0, 0.06 * strength)
    )
