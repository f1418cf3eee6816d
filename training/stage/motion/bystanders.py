"""Other people's motion, which makes no sound: legs that walk by in the back, a second hand."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.wardrobe import Paint, draw_outfit, draw_tool
from training.stage.world import Set

BYSTANDER_SHARE = 0.1
_UP = np.array([0.0, 0.0, 1.0])


class Walker:
    """Someone who walks past behind the scene; legs and trunk are seen where nothing hides them.

    Attributes
    ----------
    paints
        Trousers and coat.
    """

    def __init__(self, set_: Set, duration_s: float, rng: np.random.Generator) -> None:
        camera = set_.camera
        right, _, forward = camera.axes()
        target_m = float(np.linalg.norm(np.subtract(camera.target, camera.eye)))
        depth_m = target_m * float(rng.uniform(1.4, 3.0))
        hips = camera.point_at(camera.width / 2, camera.height * float(rng.uniform(-0.2, 0.35)), depth_m)
        level = right - (right @ _UP) * _UP
        away = forward - (forward @ _UP) * _UP
        way = level / np.linalg.norm(level)
        if np.linalg.norm(away) > 0.2:
            way = way + float(rng.normal(0, 0.3)) * away
        self._way = way / np.linalg.norm(way) * (1.0 if rng.random() < 0.5 else -1.0)
        self._speed_m_s = float(rng.uniform(0.5, 1.5))
        half_m = depth_m * camera.width / camera.focal_px / 2 + 0.5
        self._start_s = float(rng.uniform(-half_m / self._speed_m_s, duration_s))
        self._start = hips - half_m * self._way
        self._lasts_s = 2 * half_m / self._speed_m_s
        self._step_hz, self._phase = 0.65 + 0.25 * self._speed_m_s, float(rng.uniform(0, 2 * math.pi))
        outfit = draw_outfit(draw_tool(rng), True, rng)
        other = draw_outfit(draw_tool(rng), True, rng)
        self.paints: tuple[Paint, ...] = (outfit.sleeve, other.sleeve)

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        # Before and after the walk the person stands where nothing is seen of them.
        since_s = min(max(time_s - self._start_s, 0.0), self._lasts_s)
        hips = self._start + self._speed_m_s * since_s * self._way
        rows = [_row(hips + 0.05 * _UP, hips + 0.5 * _UP, 0.16, 0.19, 1)]
        for side in (0.0, math.pi):
            stride = 2 * math.pi * self._step_hz * since_s + self._phase + side
            swing, bend = 0.45 * math.sin(stride), 0.3 + 0.3 * math.cos(stride)
            knee = hips + 0.44 * (math.sin(swing) * self._way - math.cos(swing) * _UP)
            low = swing - bend
            foot = knee + 0.44 * (math.sin(low) * self._way - math.cos(low) * _UP)
            rows += [_row(hips, knee, 0.09, 0.065, 0), _row(knee, foot, 0.065, 0.05, 0)]
            rows.append(_row(foot, foot + 0.16 * self._way - 0.03 * _UP, 0.05, 0.035, 1))
        return np.array(rows)


class SecondHand:
    """A hand on the other side of the picture, that rests there, fidgets and waves.

    Attributes
    ----------
    paints
        Skin and sleeve.
    """

    def __init__(self, set_: Set, duration_s: float, rng: np.random.Generator) -> None:
        camera = set_.camera
        right, down, forward = camera.axes()
        side = -1.0 if set_.arm_from == "right" else 1.0
        target_m = float(np.linalg.norm(np.subtract(camera.target, camera.eye)))
        depth_m = target_m * float(rng.uniform(0.65, 0.92))
        x = camera.width * (0.5 + side * float(rng.uniform(0.38, 0.56)))
        self._place = camera.point_at(x, camera.height * float(rng.uniform(0.15, 0.85)), depth_m)
        arm = side * right + float(rng.normal(0.2, 0.4)) * down - float(rng.uniform(0.1, 0.6)) * forward
        self._arm = arm / np.linalg.norm(arm)
        self._across, self._along = np.cross(self._arm, forward), side * right
        self._across /= np.linalg.norm(self._across)
        self._size = float(rng.uniform(0.85, 1.1))
        # Bursts of waving or fidgeting, with rest between them.
        bursts = int(rng.integers(1, 2 + max(1, round(duration_s / 4))))
        self._bursts = [
            (float(rng.uniform(0, duration_s)), float(rng.uniform(0.3, 1.5)), float(rng.uniform(1.0, 3.5)))
            for _ in range(bursts)
        ]
        self._reach_m = float(rng.uniform(0.01, 0.09))
        self._phase = float(rng.uniform(0, 2 * math.pi))
        outfit = draw_outfit(draw_tool(rng), True, rng)
        self.paints: tuple[Paint, ...] = (outfit.skin, outfit.sleeve)

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        shift = 0.004 * math.sin(1.3 * time_s + self._phase)
        for start_s, lasts_s, rate_hz in self._bursts:
            share = (time_s - start_s) / lasts_s
            if 0 < share < 1:
                shift += (
                    self._reach_m
                    * math.sin(math.pi * share) ** 2
                    * math.sin(2 * math.pi * rate_hz * (time_s - start_s))
                )
        hand = self._place + shift * self._across + 0.3 * abs(shift) * self._along
        wrist = hand + 0.085 * self._size * self._arm
        rows = []
        for number in range(4):
            knuckle = hand + (0.021 * (number - 1.5)) * self._size * self._across
            finger = knuckle - 0.055 * self._size * self._arm + 0.5 * shift * self._across
            rows.append(_row(knuckle, finger, 0.0115, 0.009, 0))
        rows += [
            _row(hand, wrist, 0.030 * self._size, 0.026 * self._size, 0),
            _row(wrist, wrist + 0.06 * self._arm, 0.026 * self._size, 0.028 * self._size, 0),
            _row(wrist + 0.05 * self._arm, wrist + 0.5 * self._arm, 0.036, 0.055, 1),
        ]
        return np.array(rows)


def draw_bystanders(
    set_: Set, duration_s: float, rng: np.random.Generator
) -> tuple[Walker | SecondHand, ...]:
    """Who else moves in a clip: nobody in nine of ten."""
    if rng.random() >= BYSTANDER_SHARE:
        return ()
    if rng.random() < 0.5:
        return (SecondHand(set_, duration_s, rng),)
    return tuple(Walker(set_, duration_s, rng) for _ in range(1 + int(rng.random() < 0.3)))


def _row(
    first: NDArray[np.float64], second: NDArray[np.float64], first_m: float, second_m: float, paint: int
) -> tuple[float, ...]:
    return (*first.tolist(), *second.tolist(), first_m, second_m, float(paint))
