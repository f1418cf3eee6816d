"""Lays a stroke out in time: drawn back, held, brought down, at rest or bounced off, lifted.

The numbers follow what was seen in real clips: an approach of two to four pictures at 30 per second that
ends at its fastest; a rest of none to ten pictures, or a rebound; the stick rising slowly to where it
waits; raised in a quarter of a second, held, and brought down again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.stage.motion.habits import Habits
from training.stage.motion.halts import spring_back, stop_dead
from training.stage.motion.stroke import Knot, Stroke

FASTEST_END_M_S = 8.0
"""A blow is not faster than this where it lands."""
_SHORTEST_APPROACH_S, _LONGEST_APPROACH_S = 0.05, 0.2
_LONGEST_ARM_S = 0.34
_HAND_CLEARANCE_M = 0.04
_STRONG_WITHDRAWAL_SHARE = 0.25
_CHECKED_SHARE = 0.6
"""So many blows that are stopped in the air are stopped at full speed."""


@dataclass(frozen=True, slots=True)
class _Timing:
    """How the blow comes down: for how long wrist and arm do, and how late their speed comes."""

    wrist_s: float
    arm_s: float
    wrist_curve: float
    arm_curve: float


def lay_out(
    stroke: Stroke, gap_s: float, gap_after_s: float, habits: Habits, rng: np.random.Generator
) -> None:
    """Give a stroke its times and knots; a blow that has no time for its size becomes smaller.

    Parameters
    ----------
    gap_s, gap_after_s
        Time since the motion before has ended, and from this one's end to the next one's arrival.
    """
    motion = stroke.motion
    timing = _timing(stroke, gap_s, habits, rng)
    start_s, t = motion.time_s - timing.arm_s, motion.time_s
    hover_m = habits.hover_m * math.exp(float(rng.normal(0, 0.3)))
    low = min(max(hover_m / max(stroke.height_m(1.0), 1e-3), 0.05), 0.8)
    hold_s, raise_s = float(rng.uniform(0, habits.hold_s)), float(rng.uniform(0.16, 0.42))
    halts_raised = rng.random() < habits.dead_stops
    if halts_raised:
        hold_s, raise_s = max(hold_s, float(rng.uniform(0.06, 0.4))), float(rng.uniform(0.1, 0.26))
    squeeze = min(1.0, 0.75 * (gap_s - timing.arm_s) / (hold_s + raise_s))
    raised_s = start_s - squeeze * hold_s
    raise_from_s = raised_s - max(squeeze * raise_s, 1e-3)
    # A blow that is stopped in the air comes to rest smoothly or dead, on a surface at full speed.
    lands = 0.0 if motion.arrival == "stop" else 1.0
    checked = motion.arrival == "stop" and rng.random() < _CHECKED_SHARE
    waits = 1.0 if motion.from_outside else low
    # A raised hand is hardly ever still: it goes on rising until it comes down.
    held = 1.0 - (1.0 - waits) * min(float(rng.uniform(0.0, 0.25)), 1.5 * squeeze * hold_s)
    arm: list[Knot] = [(raise_from_s, waits, 0.0)]
    if halts_raised and not motion.from_outside:
        arm += stop_dead(arm[0], raised_s, held, rng)
        stroke.halts_s.append(raised_s)
    else:
        arm.append((raised_s, held, 0.0))
    wrist = arm.copy()
    arm.append((start_s, 1.0, 0.0))
    wrist.append((t - timing.wrist_s, 1.0, 0.0))
    if checked:
        arm += stop_dead(arm[-1], t, 0.0, rng)
        wrist += stop_dead(wrist[-1], t, 0.0, rng)
    else:
        arm.append((t, 0.0, -lands * timing.arm_curve / timing.arm_s))
        wrist.append((t, 0.0, -lands * timing.wrist_curve / timing.wrist_s))

    rest_s = _rest_s(stroke, gap_after_s, habits, rng)
    lift_s = min(float(rng.uniform(0.12, 0.5)), 0.5 * gap_after_s)
    stroke.starts_s, stroke.leaves_s = start_s, motion.end_s + rest_s
    high = low
    if rng.random() < _STRONG_WITHDRAWAL_SHARE:
        high = float(rng.uniform(0.5, 1.0))
    if motion.from_outside:
        high = max(high, 0.3)
    withdraws_dead = rng.random() < habits.dead_stops
    if withdraws_dead:
        # With a jerk, and farther than anyone who takes his time.
        high = max(high, float(rng.uniform(0.35, 1.0)))
        lift_s = min(float(rng.uniform(0.09, 0.28)), 0.4 * gap_after_s)
    fall = stroke.turn * stroke.grip_m * timing.wrist_curve / timing.wrist_s
    arm += [(t, 0.0, 0.0), (stroke.leaves_s, 0.0, 0.0)]
    wrist += _rebound(stroke, fall, rest_s, lift_s, rng)
    if withdraws_dead:
        lifted_s = max(arm[-1][0], wrist[-1][0]) + lift_s
        for channel in (arm, wrist):
            way = high - channel[-1][1]
            channel += [*stop_dead(channel[-1], lifted_s, high, rng), *spring_back(lifted_s, high, way, rng)]
        stroke.halts_s.append(lifted_s)
    else:
        for channel in (arm, wrist):
            channel.append((channel[-1][0] + lift_s, high, 0.0))
    hand_speed = lands * stroke.draw_m * timing.arm_curve / timing.arm_s
    stroke.channels = (arm, wrist, _sink(stroke, fall), _give(stroke, hand_speed))


def _timing(stroke: Stroke, gap_s: float, habits: Habits, rng: np.random.Generator) -> _Timing:
    motion = stroke.motion
    is_touch = motion.arrival == "touch"
    speed = (1.2 + 5.5 * motion.strength) * math.exp(float(rng.normal(0, 0.15)))
    if is_touch:
        speed = float(rng.uniform(0.4, 2.0))
    speed = min(speed, FASTEST_END_M_S)
    curve = min(max(habits.curve + float(rng.normal(0, 0.2)), 1.5), 2.95)
    arm_curve = min(curve, float(rng.uniform(1.5, 2.4)))
    early = float(rng.uniform(1.0, 2.2))
    # What the end's speed at the contact would be if the blow took one second.
    per_second = arm_curve / early * stroke.draw + curve * stroke.turn * stroke.grip_m * stroke.lift
    wanted_s = float(np.linalg.norm(per_second)) / speed
    if motion.from_outside:
        # The way is what it is: who comes from far comes fast, but no faster than people can.
        wrist_s = max(wanted_s, float(np.linalg.norm(per_second)) / FASTEST_END_M_S, _SHORTEST_APPROACH_S)
        wrist_s = min(wrist_s, max(2.2 * _LONGEST_APPROACH_S, 0.05), 0.6 * gap_s)
    else:
        longest_s = min((1.5 if is_touch else 1.0) * _LONGEST_APPROACH_S, 0.5 * gap_s)
        if wanted_s > longest_s:
            stroke.turn *= longest_s / wanted_s
            stroke.draw = stroke.draw * (longest_s / wanted_s)
        wrist_s = min(max(wanted_s, _SHORTEST_APPROACH_S), longest_s)
    arm_s = min(max(min(early * wrist_s, _LONGEST_ARM_S), wrist_s), 0.65 * gap_s)
    return _Timing(wrist_s, arm_s, curve, arm_curve)


def _rest_s(stroke: Stroke, gap_after_s: float, habits: Habits, rng: np.random.Generator) -> float:
    if stroke.motion.arrival == "touch":
        rest_s = float(rng.uniform(0, 0.12))
    elif rng.random() < habits.lingers:
        rest_s = float(rng.uniform(0.05, 0.33))
    else:
        rest_s = 0.0
    return min(rest_s, 0.3 * gap_after_s)


def _rebound(
    stroke: Stroke, fall: float, rest_s: float, lift_s: float, rng: np.random.Generator
) -> list[Knot]:
    """The wrist between the contact and its being lifted: bounced off, or at rest."""
    motion, leaves_s = stroke.motion, stroke.leaves_s
    if rest_s > 0 or motion.arrival != "blow":
        return [(motion.time_s, 0.0, 0.0), (leaves_s, 0.0, 0.0)]
    # Soft things give less of the blow back.
    back = float(rng.uniform(0.08, 0.3)) * (0.4 if motion.sink_m > 0 else 1.0)
    bounce_s = min(float(rng.uniform(0.05, 0.14)), 0.4 * lift_s + 0.02)
    top = min(0.5 * back * fall * bounce_s / max(stroke.turn * stroke.grip_m, 1e-3), 0.9)
    return [(motion.time_s, 0.0, 2 * top / bounce_s), (motion.time_s + bounce_s, top, 0.0)]


def _sink(stroke: Stroke, fall: float) -> list[Knot]:
    motion = stroke.motion
    deep_m = motion.sink_m * (0.3 + 0.7 * motion.strength) * (0.5 if motion.arrival == "touch" else 1.0)
    if deep_m <= 0:
        return []
    sinks_s = max(2 * deep_m / max(fall, 0.3), 0.015)
    leaves_s = max(stroke.leaves_s, motion.time_s + sinks_s + 0.01)
    return [
        (motion.time_s, 0.0, 2 * deep_m / sinks_s),
        (motion.time_s + sinks_s, deep_m, 0.0),
        (leaves_s, 0.7 * deep_m, 0.0),
        (leaves_s + 0.1, 0.0, 0.0),
    ]


def _give(stroke: Stroke, hand_speed: float) -> list[Knot]:
    """The hand goes on a little after the stick has stopped, and comes back."""
    motion = stroke.motion
    room_m = stroke.grip_m * math.sin(stroke.slant) - _HAND_CLEARANCE_M
    downwards = max(float(stroke.draw @ motion.normal) / max(stroke.draw_m, 1e-9), 0.2)
    most_m = min(0.025, room_m / downwards, 0.02 * hand_speed)
    if most_m < 0.002:
        return []
    takes_s = max(2 * most_m / (0.6 * hand_speed), 0.03)
    return [
        (motion.time_s, 0.0, 2 * most_m / takes_s),
        (motion.time_s + takes_s, most_m, 0.0),
        (max(stroke.leaves_s, motion.time_s + takes_s) + 0.25, 0.0, 0.0),
    ]
