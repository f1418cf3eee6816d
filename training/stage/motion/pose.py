"""Where the tool's end is at a moment and which way it points: the compiled inner part of the kinematics.

A clip's motion is a row of strokes, each planned in a frame of its own: the struck spot, the surface's
normal, and the direction of the stick at the contact. In it the motion is one-dimensional four times over,
given by knots that cubic Hermite pieces join:

- `ARM`: how far the whole hand is drawn back, 0 (contact) .. 1,
- `WRIST`: how far the stick is turned back about the hand, 0 .. 1,
- `SINK`: how deep the end sinks into what gives way, in metres,
- `GIVE`: how far the hand goes on after the stick has stopped, in metres.

Drawing back and turning back both lift the end off the surface's plane whatever their size, so that
nothing can touch before its time. From one stroke to the next the poses are blended.

References
----------
de Boor: A Practical Guide to Splines. Springer 1978 (piecewise cubic Hermite interpolation).
"""

from __future__ import annotations

import math

import numpy as np

from engine.compiled import compiled

ARM, WRIST, SINK, GIVE = range(4)
CHANNELS = 4

TIME, END, SPOT, NORMAL, ALONG, LIFT, DRAW, GIVE_WAY = 0, 1, 2, 5, 8, 11, 14, 17
TURN, WRIST_SHARE, FIRST_STROKE, STROKES = 20, 21, 22, 23
BLEND_FROM, BLEND_TO, HOP, ROLL = 24, 25, 26, 27
STROKE_FIELDS = 28
"""A planned stroke's row: times, vectors (world), the wrist's turn (radians), the wrist's share of a
scratch, its reversals in the table of points, and how the way to the next stroke goes."""

ARM_FIELDS = 22
(
    GRIP_M, BEAD_M, SHOULDER, HAND_AT, SIZE, SLEEVE_FROM, SLEEVE_LOOSE, HAS_WATCH, GRIP_ROLL, SWAY_M,
    SWAY_PHASE, TREMBLE_M, ELBOW_DROP, HANDED,
) = (0, 1, 2, 5, 8, 9, 10, 11, 12, 13, 14, 19, 20, 21)  # fmt: skip
"""The clip's row: the tool, the shoulder's place and the hand's usual one, the sleeve, the unrest, and 1 for
a right hand, -1 for a left one."""

TABLE = 'Array(float64, 2, "C", readonly=True)'
ROW = 'Array(float64, 1, "C", readonly=True)'
NUMBERS = 'Array(int64, 2, "C", readonly=True)'


@compiled(f"float64(float64, {TABLE}, int64, int64)")
def knot_value(time_s, knots, first, end):
    """The value at a time of the knots [first, end): rows of time, value, slope; constant outside."""
    if end <= first:
        return 0.0
    if time_s < knots[first, 0]:
        return knots[first, 1]
    last = first
    while last + 1 < end and knots[last + 1, 0] <= time_s:
        last += 1
    if last + 1 == end:
        return knots[last, 1]
    span = knots[last + 1, 0] - knots[last, 0]
    x = (time_s - knots[last, 0]) / span
    rest = 1.0 - x
    return rest * rest * ((1.0 + 2.0 * x) * knots[last, 1] + x * span * knots[last, 2]) + x * x * (
        (3.0 - 2.0 * x) * knots[last + 1, 1] - rest * span * knots[last + 1, 2]
    )


@compiled(f"void(float64, {ROW}, {TABLE}, float64[::1])")
def scratch_shift(time_s, stroke, points, out):
    """How far the end of the tool has moved from its spot along the surface, (3,) m."""
    out[:] = 0.0
    first, count = int(stroke[FIRST_STROKE]), int(stroke[STROKES])
    if count < 2 or time_s <= points[first, 0]:
        return
    last = first + count - 1
    if time_s >= points[last, 0]:
        for k in range(3):
            out[k] = points[last, 1 + k]
        return
    at = first
    while points[at + 1, 0] <= time_s:
        at += 1
    x = (time_s - points[at, 0]) / (points[at + 1, 0] - points[at, 0])
    # The hand slows down at each turn, as hands do.
    share = 0.5 - 0.5 * math.cos(math.pi * x)
    for k in range(3):
        out[k] = points[at, 1 + k] + (points[at + 1, 1 + k] - points[at, 1 + k]) * share


@compiled(f"void(float64, {ROW}, {NUMBERS}, int64, {TABLE}, {TABLE}, float64, float64[::1])")
def stroke_pose(time_s, stroke, spans, number, knots, points, grip_m, out):
    """One stroke's pose, out (10,): the end's lowest point, the direction to the butt, the normal, and
    the height above the surface's plane."""
    arm = knot_value(time_s, knots, spans[number, ARM], spans[number, ARM + 1])
    turn = stroke[TURN] * knot_value(time_s, knots, spans[number, WRIST], spans[number, WRIST + 1])
    sink = knot_value(time_s, knots, spans[number, SINK], spans[number, SINK + 1])
    give = knot_value(time_s, knots, spans[number, GIVE], spans[number, GIVE + 1])
    scratch_shift(time_s, stroke, points, out)
    c, s = math.cos(turn), math.sin(turn)
    length = height = 0.0
    for k in range(3):
        shift, along, lift = out[k], stroke[ALONG + k], stroke[LIFT + k]
        normal = stroke[NORMAL + k]
        off = arm * stroke[DRAW + k] + grip_m * (along * (1.0 - c) + lift * s) - sink * normal
        height += off * normal
        out[k] = stroke[SPOT + k] + shift + off
        direction = (along * c - lift * s) * grip_m
        direction -= stroke[WRIST_SHARE] * shift + give * stroke[GIVE_WAY + k]
        out[3 + k] = direction
        length += direction * direction
        out[6 + k] = normal
    length = math.sqrt(length)
    for k in range(3):
        out[3 + k] /= length
    out[9] = height


@compiled(
    f"void(float64, {TABLE}, {NUMBERS}, {TABLE}, {TABLE}, {ROW}, float64[::1], float64[::1])",
)
def pose_at(time_s, strokes, spans, knots, points, arm, out, spare):
    """The pose (10,) at a time, as `stroke_pose` has it, with the unrest of a living hand."""
    count = strokes.shape[0]
    number = 0
    while number + 1 < count and strokes[number, BLEND_TO] <= time_s:
        number += 1
    stroke_pose(time_s, strokes[number], spans, number, knots, points, arm[GRIP_M], out)
    roll = strokes[number, ROLL]
    if number + 1 < count and time_s > strokes[number, BLEND_FROM]:
        stroke_pose(time_s, strokes[number + 1], spans, number + 1, knots, points, arm[GRIP_M], spare)
        x = (time_s - strokes[number, BLEND_FROM]) / (strokes[number, BLEND_TO] - strokes[number, BLEND_FROM])
        x = x * x * x * (10.0 + x * (6.0 * x - 15.0))
        hop = 4.0 * x * (1.0 - x) * strokes[number, HOP]
        for k in range(10):
            out[k] += (spare[k] - out[k]) * x
        roll += (strokes[number + 1, ROLL] - roll) * x
        for start in (3, 6):
            length = math.sqrt(out[start] ** 2 + out[start + 1] ** 2 + out[start + 2] ** 2)
            for k in range(start, start + 3):
                out[k] /= max(length, 1e-9)
        for k in range(3):
            out[k] += hop * out[6 + k]
        out[9] += hop
    # Unrest fades out towards the surface faster than the height does: it never makes a contact.
    free = min(max(out[9], 0.0) / 0.12, 1.0)
    free *= free * (3.0 - 2.0 * free)
    for k in range(3):
        phase = arm[SWAY_PHASE + k]
        slow = math.sin(1.9 * time_s + phase) + 0.6 * math.sin(4.7 * time_s + 2.3 * phase)
        fast = math.sin(41.0 * time_s + 5.1 * phase) + math.sin(57.0 * time_s + 3.7 * phase)
        out[k] += free * (arm[SWAY_M] * slow + arm[TREMBLE_M] * fast)
        out[3 + k] += 0.012 * slow + 1.5 * arm[TREMBLE_M] * fast
    length = math.sqrt(out[3] ** 2 + out[4] ** 2 + out[5] ** 2)
    for k in range(3, 6):
        out[k] /= length
    spare[0] = roll


@compiled(
    f"float64(float64, float64, float64, {TABLE}, {NUMBERS}, {TABLE}, {TABLE}, {ROW})",
)
def fastest_way(start_s, end_s, step_s, strokes, spans, knots, points, arm):
    """The highest speed (m/s) that the end or the hand has between two times, sampled every `step_s`."""
    pose, spare, before = np.empty(10), np.empty(10), np.empty(6)
    fastest = 0.0
    count = int((end_s - start_s) / step_s)
    for number in range(count + 1):
        pose_at(start_s + number * step_s, strokes, spans, knots, points, arm, pose, spare)
        way = hand_way = 0.0
        for k in range(3):
            hand = pose[k] + arm[GRIP_M] * pose[3 + k]
            way += (pose[k] - before[k]) ** 2
            hand_way += (hand - before[3 + k]) ** 2
            before[k] = pose[k]
            before[3 + k] = hand
        if number > 0:
            fastest = max(fastest, math.sqrt(max(way, hand_way)) / step_s)
    return fastest
