"""One planned stroke: the places and directions of its frame, before and after it is laid out in time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.motions import Motion
from training.stage.motion.pose import (
    ALONG,
    ARM,
    BLEND_FROM,
    BLEND_TO,
    CHANNELS,
    DRAW,
    END,
    FIRST_STROKE,
    GIVE_WAY,
    HOP,
    LIFT,
    NORMAL,
    ROLL,
    SPOT,
    STROKE_FIELDS,
    STROKES,
    TIME,
    TURN,
    WRIST,
    WRIST_SHARE,
)

Vector = NDArray[np.float64]
Knot = tuple[float, float, float]
"""Time, value, slope."""


@dataclass(slots=True, eq=False)
class Stroke:
    """How one motion is carried out; see `training.stage.motion.pose` for what the numbers do.

    Attributes
    ----------
    along, lift
        (3,) unit: from the end to the butt at the contact, and where the end goes when the stick is
        turned back, at right angles to it.
    draw
        (3,) m: how far and which way the hand is drawn back.
    turn
        Radians by which the stick is turned back.
    starts_s, leaves_s
        When the blow begins, and when the end leaves the surface.
    channels
        Knots of each channel of `pose`.
    halts_s
        When it stops dead without a contact, in order of time.
    snatches
        The hand is snatched out of the picture afterwards.
    blend_from_s, blend_to_s, hop_m
        When the hand goes over to the next stroke, and how much higher on the way.
    """

    motion: Motion
    grip_m: float
    along: Vector
    lift: Vector
    wrist_share: float
    roll: float
    starts_s: float
    leaves_s: float
    draw: Vector = field(default_factory=lambda: np.zeros(3))
    turn: float = 0.0
    channels: tuple[list[Knot], ...] = field(default_factory=lambda: tuple([] for _ in range(CHANNELS)))
    blend_from_s: float = math.inf
    blend_to_s: float = math.inf
    hop_m: float = 0.0
    halts_s: list[float] = field(default_factory=list)
    snatches: bool = False

    @property
    def draw_m(self) -> float:
        """How far the hand is drawn back."""
        return float(np.linalg.norm(self.draw))

    @property
    def slant(self) -> float:
        """Radians between the stick and the surface at the contact."""
        return math.asin(min(max(float(self.along @ self.motion.normal), -1.0), 1.0))

    def height_m(self, share: float) -> float:
        """How high above the surface's plane the end is when drawn back by a share."""
        return float(self.offset(share) @ self.motion.normal)

    def offset(self, share: float) -> Vector:
        """How far the end is from the spot (3,) when drawn back by a share."""
        turn = share * self.turn
        turned = self.along * (1 - math.cos(turn)) + self.lift * math.sin(turn)
        return share * self.draw + self.grip_m * turned

    def drawn_back_points(self) -> Vector:
        """Points on the axis of tool and hand when drawn back, (8, 3), the end first."""
        along = self.along * math.cos(self.turn) - self.lift * math.sin(self.turn)
        grip = self.motion.spot + self.draw + self.grip_m * self.along
        return grip + np.linspace(-1.0, 0.35, 8)[:, None] * self.grip_m * along

    def draw_back_less(self, share: float) -> None:
        """Draw back by a share of what was planned; the blow becomes weaker by as much."""
        self.draw = share * self.draw
        self.turn *= share

    def withdraw_less(self, share: float) -> None:
        """Lift by a share of what was planned after the end has left the surface."""
        self.channels = tuple(
            [
                (t, share * value, share * slope) if t > self.motion.end_s else (t, value, slope)
                for t, value, slope in channel
            ]
            if number in (ARM, WRIST)
            else channel
            for number, channel in enumerate(self.channels)
        )

    def row(self, first_point: int) -> Vector:
        """The numbers for `pose`, (STROKE_FIELDS,); its reversals begin at `first_point`."""
        motion = self.motion
        row = np.zeros(STROKE_FIELDS)
        row[TIME], row[END] = motion.time_s, motion.end_s
        row[SPOT : SPOT + 3], row[NORMAL : NORMAL + 3] = motion.spot, motion.normal
        row[ALONG : ALONG + 3], row[LIFT : LIFT + 3] = self.along, self.lift
        row[DRAW : DRAW + 3] = self.draw
        row[GIVE_WAY : GIVE_WAY + 3] = -self.draw / max(self.draw_m, 1e-9)
        row[TURN], row[WRIST_SHARE], row[ROLL] = self.turn, self.wrist_share, self.roll
        row[FIRST_STROKE], row[STROKES] = first_point, len(motion.shifts)
        row[BLEND_FROM], row[BLEND_TO], row[HOP] = self.blend_from_s, self.blend_to_s, self.hop_m
        return row
