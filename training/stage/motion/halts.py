"""Motions that meet nothing and still stop dead, as abruptly as a blow does on a surface.

People withdraw a stick with a jerk, halt half-way through a wind-up, check a blow in the air, or freeze.
Seen from the side, nothing but the missing contact tells such a stop from a hit.
"""

from __future__ import annotations

import math

import numpy as np

from training.stage.motion.stroke import Knot, Stroke

_SHORTEST_STOP_S, _LONGEST_STOP_S = 0.012, 0.034
"""A hand is stopped within a picture's time, not within none."""
_SLOWEST_M_S, _FASTEST_M_S = 1.0, 5.0
_SHORTEST_WAY_S, _LONGEST_WAY_S = 0.06, 0.26
_CLEARANCE_M = 0.02
"""The end of a tool that swings past a surface keeps this far from it."""


def stop_dead(start: Knot, time_s: float, value: float, rng: np.random.Generator) -> list[Knot]:
    """Knots of a way that gathers speed from `start` on and is stopped at `time_s`, `start` left out.

    It never goes beyond `value`; now and then it springs back a little.
    """
    start_s, from_value, _ = start
    takes_s = time_s - start_s
    stop_s = min(float(rng.uniform(_SHORTEST_STOP_S, _LONGEST_STOP_S)), 0.3 * takes_s)
    curve = float(rng.uniform(1.5, 2.6))
    way = value - from_value
    before_stop = way / (1.0 + 0.5 * curve * stop_s / (takes_s - stop_s))
    slope = curve * before_stop / (takes_s - stop_s)
    return [(time_s - stop_s, from_value + before_stop, slope), (time_s, value, 0.0)]


def spring_back(time_s: float, value: float, way: float, rng: np.random.Generator) -> list[Knot]:
    """The little that a hand gives after it has been stopped; `way` is how far it came."""
    back_s = float(rng.uniform(0.05, 0.12))
    return [(time_s + back_s, value - float(rng.uniform(0.0, 0.07)) * way, 0.0)]


def swing_and_freeze(stroke: Stroke, gap_s: float, rng: np.random.Generator) -> None:
    """Lay out a swing through the air that ends frozen at the motion's time.

    Most come up from the surface, as a withdrawal does, and some from aside.
    """
    motion = stroke.motion
    rises = rng.random() < 0.6
    aside = np.cross(motion.normal, stroke.along) * float(rng.choice([-1.0, 1.0]))
    way = float(rng.uniform(0.3, 1.0)) * (-motion.normal if rises else aside)
    way = way - float(rng.uniform(0.0, 0.6)) * stroke.along + rng.normal(0, 0.15, 3)
    stroke.draw = float(rng.uniform(0.05, 0.3)) * way / np.linalg.norm(way)
    stroke.turn = float(rng.uniform(0.1, 0.9)) * (-1.0 if rises else float(rng.choice([-1.0, 1.0])))
    for _ in range(12):
        lowest_m = min(stroke.height_m(share) for share in np.linspace(0.0, 1.0, 6))
        if motion.height_m + lowest_m >= _CLEARANCE_M:
            break
        stroke.draw_back_less(0.75)
    speed = float(rng.uniform(_SLOWEST_M_S, _FASTEST_M_S))
    way_m = stroke.draw_m + abs(stroke.turn) * stroke.grip_m
    takes_s = min(max(2.0 * way_m / speed, _SHORTEST_WAY_S), _LONGEST_WAY_S, max(0.5 * gap_s, 0.03))
    stroke.starts_s = motion.time_s - takes_s
    begin: Knot = (stroke.starts_s, 1.0, 0.0)
    arm = [begin, *stop_dead(begin, motion.time_s, 0.0, rng)]
    wrist = [begin, *stop_dead(begin, motion.time_s, 0.0, rng)]
    if math.isfinite(motion.end_s) and motion.end_s - motion.time_s > 0.15:
        wrist += spring_back(motion.time_s, 0.0, -1.0, rng)
    stroke.channels = (arm, wrist, [], [])
    stroke.halts_s = [motion.time_s]
