"""Legs on two feet: shoes, trousers and hips as round cones that follow where the feet are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from training.stage.acts.feet import FootPath
from training.stage.motion.wardrobe import Paint

_UP = np.array([0.0, 0.0, 1.0])
_THIGH_M, _SHIN_M = 0.44, 0.43
_LONGEST_LEG_M = 0.855
_HIPS_APART_M = 0.09
TROUSERS, SHOES = range(2)


class Walker:
    """A person from the hips down.

    Parameters
    ----------
    feet
        Left and right.
    paints
        Trousers and shoes.
    size
        1 is a shoe 28 cm long.
    """

    def __init__(self, feet: tuple[FootPath, FootPath], paints: tuple[Paint, Paint], size: float) -> None:
        self._feet, self.paints, self._size = feet, paints, size

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        poses = [foot.at(time_s) for foot in self._feet]
        middle = np.mean([pose[:2] for pose in poses], axis=0)
        heading = float(np.mean([pose[4] for pose in poses]))
        forward = np.array([math.cos(heading), math.sin(heading), 0.0])
        side = np.array([-math.sin(heading), math.cos(heading), 0.0])
        shoes = [self._shoe(pose) for pose in poses]
        hips = [
            np.array([*middle, 0.0]) + 0.05 * forward + way * side for way in (_HIPS_APART_M, -_HIPS_APART_M)
        ]
        high_m = min(
            ankle[2] + math.sqrt(max(_LONGEST_LEG_M**2 - float(np.sum((ankle - hip)[:2] ** 2)), 0.2))
            for (_, ankle, _), hip in zip(shoes, hips, strict=True)
        )
        rows = []
        for (shoe, ankle, ahead), hip in zip(shoes, hips, strict=True):
            hip = hip + high_m * _UP
            knee = _knee(hip, ankle, ahead)
            rows += [
                *shoe,
                _row(hip, knee, 0.095, 0.066, TROUSERS),
                _row(knee, ankle + 0.04 * _UP, 0.066, 0.052, TROUSERS),
                _row(ankle + 0.05 * _UP, ankle + 0.015 * _UP, 0.054, 0.058, TROUSERS),
            ]
        trunk = np.mean(hips, axis=0) + (high_m + 0.12) * _UP
        rows.append(_row(trunk, trunk + 0.4 * _UP, 0.16, 0.19, TROUSERS))
        return np.array(rows)

    def _shoe(
        self, pose: NDArray[np.float64]
    ) -> tuple[list[tuple[float, ...]], NDArray[np.float64], NDArray[np.float64]]:
        """The shoe's cones, the ankle, and which way the toes point."""
        pitch, heading, size = float(pose[3]), float(pose[4]), self._size
        ahead = np.array([math.cos(heading), math.sin(heading), 0.0])
        along = math.cos(pitch) * ahead + math.sin(pitch) * _UP
        up = math.cos(pitch) * _UP - math.sin(pitch) * ahead
        heel = pose[:3] + 0.034 * size * _UP
        ball, toe = heel + size * (0.155 * along - 0.004 * up), heel + size * (0.215 * along - 0.010 * up)
        across = np.cross(up, along)
        ankle = heel + size * (0.015 * along + 0.065 * up)
        shoe = [
            _row(heel, ball, 0.034 * size, 0.030 * size, SHOES),
            _row(ball - 0.010 * across, toe - 0.006 * across, 0.030 * size, 0.023 * size, SHOES),
            _row(ball + 0.012 * across, toe + 0.008 * across, 0.028 * size, 0.021 * size, SHOES),
            _row(ankle, heel + size * (0.10 * along + 0.012 * up), 0.037 * size, 0.028 * size, SHOES),
            _row(heel, ankle, 0.034 * size, 0.037 * size, SHOES),
        ]
        return shoe, ankle, ahead


def _knee(
    hip: NDArray[np.float64], ankle: NDArray[np.float64], ahead: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where the knee is when the leg bends forwards (law of cosines)."""
    leg = ankle - hip
    long_m = float(np.linalg.norm(leg))
    leg = leg / max(long_m, 1e-9)
    long_m = min(long_m, _THIGH_M + _SHIN_M - 1e-3)
    along_m = (_THIGH_M**2 - _SHIN_M**2 + long_m**2) / (2 * long_m)
    bend = ahead - (ahead @ leg) * leg
    bend /= max(float(np.linalg.norm(bend)), 1e-9)
    return hip + along_m * leg + math.sqrt(max(_THIGH_M**2 - along_m**2, 0.0)) * bend


def _row(
    first: NDArray[np.float64], second: NDArray[np.float64], first_m: float, second_m: float, paint: int
) -> tuple[float, ...]:
    return (*first.tolist(), *second.tolist(), first_m, second_m, float(paint))
