"""A door's leaf that turns on its hinges, with a handle and, as a rule, a hand on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.pose import knot_value
from training.stage.motion.stroke import Knot
from training.stage.motion.wardrobe import Paint

LEAF, METAL, SKIN, SLEEVE = range(4)
"""Paint numbers."""
HALF_THICK_M = 0.014
_BOARD_M = 0.008
"""The leaf is made of boards this far apart, which blend into one face."""


@dataclass(frozen=True, slots=True)
class Hinged:
    """Where a leaf hangs; closed it lies in the plane y = 0.

    Attributes
    ----------
    hinge_m
        x of the hinges.
    width_m
        From the hinges to the free edge, positive when that lies to the right.
    low_m, high_m
        z of its lower and upper edge.
    handle_m
        z of the handle.
    inwards
        It turns away from the camera.
    """

    hinge_m: float
    width_m: float
    low_m: float
    high_m: float
    handle_m: float
    inwards: bool

    @property
    def edge_m(self) -> float:
        """x of the free edge when it is closed."""
        return self.hinge_m + self.width_m

    def point(self, share: float, angle: float, z_m: float, out_m: float = 0.0) -> NDArray[np.float64]:
        """A point (3,) of the leaf: at a share of its width, and so far out of its face."""
        way = math.copysign(1.0, self.width_m)
        turn = -angle if not self.inwards else angle
        along = np.array([way * math.cos(angle), math.sin(turn), 0.0])
        # The face looks at the camera while the leaf is closed.
        face = np.array([way * math.sin(turn), -math.cos(angle), 0.0])
        base = np.array([self.hinge_m, 0.0, z_m])
        return base + share * abs(self.width_m) * along + out_m * face


class DoorLeaf:
    """The leaf in motion.

    Parameters
    ----------
    knots
        The angle over time: time, radians, slope.
    paints
        Of the leaf, the handle, a hand and its sleeve.
    shoulder
        (3,) m, where the arm comes from; None when nobody is seen.
    """

    def __init__(
        self,
        hinged: Hinged,
        knots: list[Knot],
        paints: tuple[Paint, Paint, Paint, Paint],
        shoulder: NDArray[np.float64] | None,
    ) -> None:
        self._hinged, self._knots = hinged, np.array(knots, np.float64)
        self.paints, self._shoulder = paints, shoulder
        self._boards = math.ceil(abs(hinged.width_m) / _BOARD_M)

    def angle(self, time_s: float) -> float:
        """By how much the leaf is open, radians."""
        return float(knot_value(time_s, self._knots, 0, len(self._knots)))

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        hinged, angle = self._hinged, self.angle(time_s)
        low, high = hinged.low_m + HALF_THICK_M, hinged.high_m - HALF_THICK_M
        rows = [
            _row(hinged.point(share, angle, low), hinged.point(share, angle, high), HALF_THICK_M, LEAF)
            for share in np.linspace(0.5 / self._boards, 1.0 - 0.5 / self._boards, self._boards)
        ]
        grip = hinged.point(0.9, angle, hinged.handle_m, 0.055)
        rows += [
            _row(hinged.point(0.9, angle, hinged.handle_m, 0.01), grip, 0.008, METAL),
            _row(grip, hinged.point(0.9, angle, hinged.handle_m + 0.07, 0.055), 0.008, METAL),
        ]
        if self._shoulder is not None:
            rows += _arm(
                grip + np.array([0.0, 0.0, 0.035]),
                hinged.point(0.8, angle, hinged.handle_m, 0.08),
                self._shoulder,
            )
        return np.array(rows)


def _arm(
    grip: NDArray[np.float64], inner: NDArray[np.float64], shoulder: NDArray[np.float64]
) -> list[tuple[float, ...]]:
    """A fist around the grip, and the arm behind it."""
    way = shoulder - grip
    way = way / np.linalg.norm(way)
    across = inner - grip
    across = across - (across @ way) * way
    across /= max(float(np.linalg.norm(across)), 1e-9)
    rise = np.cross(way, across)
    wrist = grip + 0.09 * way
    rows = []
    for number in range(4):
        knuckle = grip + 0.021 * (number - 1.5) * rise + 0.022 * way
        rows.append(_row(knuckle, knuckle - 0.035 * way + 0.012 * across, 0.0115, SKIN))
    rows += [
        _row(grip + 0.02 * way, wrist, 0.031, SKIN),
        _row(wrist, wrist + 0.07 * way, 0.027, SKIN),
        _row(wrist + 0.05 * way, wrist + 0.6 * way, 0.038, SLEEVE),
    ]
    return rows


def _row(
    first: NDArray[np.float64], second: NDArray[np.float64], radius_m: float, paint: int
) -> tuple[float, ...]:
    return (*first.tolist(), *second.tolist(), radius_m, radius_m, float(paint))
