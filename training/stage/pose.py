"""Where the tool, the hand and the arm are at a moment: the compiled inner part of the kinematics.

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
from training.stage.hand import (
    CONE_FIELDS,
    ELBOW_RADIUS_M,
    FOREARM_M,
    FOREARM_RADIUS_M,
    PALM_M,
    SHOULDER_RADIUS_M,
    SKIN,
    SLEEVE,
    WATCH,
    WRIST_RADIUS_M,
)

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

ARM_CONES = 9
"""Palm, three of the hand's back, wrist, forearm, cuff or watch, sleeve, upper arm."""

_TABLE = 'Array(float64, 2, "C", readonly=True)'
_ROW = 'Array(float64, 1, "C", readonly=True)'
_NUMBERS = 'Array(int64, 2, "C", readonly=True)'


@compiled(f"float64(float64, {_TABLE}, int64, int64)")
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


@compiled(f"void(float64, {_ROW}, {_TABLE}, float64[::1])")
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


@compiled(f"void(float64, {_ROW}, {_NUMBERS}, int64, {_TABLE}, {_TABLE}, float64, float64[::1])")
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
    f"void(float64, {_TABLE}, {_NUMBERS}, {_TABLE}, {_TABLE}, {_ROW}, float64[::1], float64[::1])",
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
    free = min(max(out[9], 0.0) / 0.08, 1.0)
    free *= free
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
    f"float64(float64, float64, float64, {_TABLE}, {_NUMBERS}, {_TABLE}, {_TABLE}, {_ROW})",
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


@compiled(f"void({_TABLE}, int64, float64[:, ::1], {_ROW}, {_ROW}, {_ROW}, {_ROW})")
def place_rows(rows, first, out, origin, along, up, side):
    """Carry cones (n, 9) of the tool's frame into the world, from row `first` of `out` on."""
    for number in range(rows.shape[0]):
        for point in (0, 3):
            a, u, s = rows[number, point], rows[number, point + 1], rows[number, point + 2]
            for k in range(3):
                out[first + number, point + k] = origin[k] + a * along[k] + u * up[k] + s * side[k]
        for k in range(6, CONE_FIELDS):
            out[first + number, k] = rows[number, k]


@compiled("void(float64[:, ::1], int64, float64[::1], float64[::1], float64, float64, float64)")
def put_cone(out, row, first, second, first_radius, second_radius, paint):
    """Write one round cone between two points."""
    for k in range(3):
        out[row, k] = first[k]
        out[row, 3 + k] = second[k]
    out[row, 6] = first_radius
    out[row, 7] = second_radius
    out[row, 8] = paint


@compiled(
    f"float64[:, ::1](float64, {_TABLE}, {_NUMBERS}, {_TABLE}, {_TABLE}, {_ROW}, {_TABLE}, {_TABLE})",
)
def cones_at(time_s, strokes, spans, knots, points, arm, tool, hand):
    """All round cones (n, 9) at a time: the tool's, the hand's, the arm's."""
    pose, spare = np.empty(10), np.empty(10)
    pose_at(time_s, strokes, spans, knots, points, arm, pose, spare)
    roll = arm[GRIP_ROLL] + spare[0]
    end, grip, along = np.empty(3), np.empty(3), np.empty(3)
    up, side = np.empty(3), np.empty(3)
    dot = pose[3] * pose[6] + pose[4] * pose[7] + pose[5] * pose[8]
    length = 0.0
    for k in range(3):
        along[k] = pose[3 + k]
        end[k] = pose[k] + arm[BEAD_M] * pose[6 + k]
        grip[k] = end[k] + arm[GRIP_M] * along[k]
        up[k] = pose[6 + k] - dot * along[k]
        length += up[k] * up[k]
    length = math.sqrt(max(length, 1e-12))
    for k in range(3):
        up[k] /= length
    for k in range(3):
        side[k] = along[(k + 1) % 3] * up[(k + 2) % 3] - along[(k + 2) % 3] * up[(k + 1) % 3]

    count = tool.shape[0] + hand.shape[0]
    out = np.empty((count + ARM_CONES, CONE_FIELDS))
    place_rows(tool, 0, out, end, along, up, side)
    rolled_up, rolled_side = np.empty(3), np.empty(3)
    c, s = math.cos(roll), math.sin(roll)
    for k in range(3):
        rolled_up[k] = c * up[k] + s * side[k]
        rolled_side[k] = c * side[k] - s * up[k]
    place_rows(hand, tool.shape[0], out, grip, along, rolled_up, rolled_side)

    # The shoulder follows the hand a little; the elbow hangs between them.
    size = arm[SIZE]
    shoulder, forearm = np.empty(3), np.empty(3)
    length = 0.0
    for k in range(3):
        shoulder[k] = arm[SHOULDER + k] + 0.35 * (grip[k] - arm[HAND_AT + k])
        forearm[k] = shoulder[k] - grip[k]
        length += forearm[k] * forearm[k]
    length = math.sqrt(length)
    bend = 0.0
    for k in range(3):
        forearm[k] /= length
    forearm[2] -= arm[ELBOW_DROP]
    # The wrist bends by less than a right angle.
    dot = forearm[0] * along[0] + forearm[1] * along[1] + forearm[2] * along[2]
    if dot < 0.25:
        bend = 0.25 - dot
    length = palm_length = 0.0
    palm = np.empty(3)
    for k in range(3):
        forearm[k] += bend * along[k]
        length += forearm[k] * forearm[k]
    length = math.sqrt(max(length, 1e-12))
    for k in range(3):
        forearm[k] /= length
        palm[k] = 0.4 * along[k] + 0.6 * forearm[k] + 0.12 * rolled_up[k]
        palm_length += palm[k] * palm[k]
    palm_length = math.sqrt(max(palm_length, 1e-12))
    wrist, knuckles, elbow, cuff, past = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    sleeve = arm[SLEEVE_FROM]
    bare = sleeve < 0.0
    for k in range(3):
        knuckles[k] = grip[k] + size * (0.012 * along[k] + 0.005 * rolled_up[k])
        wrist[k] = grip[k] + size * PALM_M * palm[k] / palm_length
        elbow[k] = wrist[k] + FOREARM_M * forearm[k]
        cuff[k] = wrist[k] + (0.03 if bare else sleeve) * forearm[k]
        past[k] = wrist[k] + 0.05 * forearm[k]
    turned = arm[HANDED]
    for number in range(3):
        # The hand's back, from the knuckles to the wrist.
        place = -0.020 + 0.029 * number
        for k in range(3):
            past[k] = grip[k] + size * (
                place * along[k] + 0.019 * rolled_up[k] - 0.009 * turned * rolled_side[k]
            )
            knuckles[k] = wrist[k] + size * ((0.2 * place) * along[k] + 0.006 * rolled_up[k])
        put_cone(out, count + 6 + number, past, knuckles, 0.0145 * size, 0.021 * size, SKIN)
    for k in range(3):
        knuckles[k] = grip[k] + size * (0.012 * along[k] + 0.005 * rolled_up[k])
        past[k] = wrist[k] + 0.05 * forearm[k]
    put_cone(out, count, knuckles, wrist, 0.024 * size, WRIST_RADIUS_M * size, SKIN)
    put_cone(out, count + 1, wrist, past, WRIST_RADIUS_M * size, WRIST_RADIUS_M * 1.04 * size, SKIN)
    put_cone(out, count + 2, wrist, elbow, WRIST_RADIUS_M * size, FOREARM_RADIUS_M * size, SKIN)
    loose = 0.0 if bare else arm[SLEEVE_LOOSE]
    cloth = SKIN if bare else SLEEVE
    if bare:
        watch = 0.003 if arm[HAS_WATCH] > 0.0 else 0.0
        for k in range(3):
            past[k] = cuff[k] + 0.014 * forearm[k]
        put_cone(
            out, count + 3, cuff, past, WRIST_RADIUS_M * size + watch, WRIST_RADIUS_M * size + watch,
            WATCH if watch > 0.0 else SKIN,
        )  # fmt: skip
        put_cone(out, count + 4, past, elbow, WRIST_RADIUS_M * size, FOREARM_RADIUS_M * size, SKIN)
    else:
        wide = (WRIST_RADIUS_M + (FOREARM_RADIUS_M - WRIST_RADIUS_M) * sleeve / FOREARM_M) * size + loose
        for k in range(3):
            past[k] = cuff[k] + 0.012 * forearm[k]
        put_cone(out, count + 3, cuff, past, wide + 0.001, wide + 0.001, cloth)
        put_cone(out, count + 4, cuff, elbow, wide, ELBOW_RADIUS_M * size + loose, cloth)
    put_cone(
        out,
        count + 5,
        elbow,
        shoulder,
        ELBOW_RADIUS_M * size + loose,
        SHOULDER_RADIUS_M * size + loose,
        cloth,
    )
    return out
