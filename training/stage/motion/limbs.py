"""The round cones of tool, hand and arm around a pose: the compiled outer part of the kinematics."""

from __future__ import annotations

import math

import numpy as np

from engine.compiled import compiled
from training.stage.motion.hand import (
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
from training.stage.motion.pose import (
    BEAD_M,
    ELBOW_DROP,
    GRIP_M,
    GRIP_ROLL,
    HAND_AT,
    HANDED,
    HAS_WATCH,
    NUMBERS,
    ROW,
    SHOULDER,
    SIZE,
    SLEEVE_FROM,
    SLEEVE_LOOSE,
    TABLE,
    pose_at,
)

ARM_CONES = 8
"""Palm, forearm, cuff or watch, sleeve, upper arm, and three of the hand's back; they come last."""
_PALM, _FOREARM, _CUFF, _SLEEVE, _UPPER_ARM, _BACK = range(6)
_BACKS = 3
_SHOULDER_FOLLOWS = 0.35
_LEAST_ALONG = 0.25
"""The cosine of the largest angle between stick and forearm: the wrist bends by less than a right angle."""


@compiled(f"void({TABLE}, int64, float64[:, ::1], {ROW}, {ROW}, {ROW}, {ROW})")
def place_rows(rows, first, out, origin, along, up, side):
    """Carry cones (n, 9) of the tool's frame into the world, to row `first` of `out` and on."""
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


@compiled("void(float64[::1])")
def make_unit(vector):
    """Give a vector (3,) length 1."""
    length = math.sqrt(max(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2, 1e-12))
    for k in range(3):
        vector[k] /= length


@compiled(f"void(float64[:, ::1], int64, {ROW}, {ROW}, {ROW}, {ROW}, {ROW})")
def put_arm(out, first, arm, grip, along, up, side):
    """Write the hand's back, the palm and the arm, `ARM_CONES` rows from `first` on."""
    size, sleeve_from, is_bare = arm[SIZE], arm[SLEEVE_FROM], arm[SLEEVE_FROM] < 0.0
    shoulder, forearm, palm = np.empty(3), np.empty(3), np.empty(3)
    for k in range(3):
        shoulder[k] = arm[SHOULDER + k] + _SHOULDER_FOLLOWS * (grip[k] - arm[HAND_AT + k])
        forearm[k] = shoulder[k] - grip[k]
    make_unit(forearm)
    forearm[2] -= arm[ELBOW_DROP]
    dot = forearm[0] * along[0] + forearm[1] * along[1] + forearm[2] * along[2]
    bend = max(_LEAST_ALONG - dot, 0.0)
    for k in range(3):
        forearm[k] += bend * along[k]
    make_unit(forearm)
    for k in range(3):
        palm[k] = 0.4 * along[k] + 0.6 * forearm[k] + 0.12 * up[k]
    make_unit(palm)

    knuckles, wrist, elbow, cuff, cuff_end = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for k in range(3):
        knuckles[k] = grip[k] + size * (0.012 * along[k] + 0.005 * up[k])
        wrist[k] = grip[k] + size * PALM_M * palm[k]
        elbow[k] = wrist[k] + FOREARM_M * forearm[k]
        cuff[k] = wrist[k] + (0.03 if is_bare else sleeve_from) * forearm[k]
        cuff_end[k] = cuff[k] + 0.014 * forearm[k]
    thin, thick = WRIST_RADIUS_M * size, FOREARM_RADIUS_M * size
    put_cone(out, first + _PALM, knuckles, wrist, 0.024 * size, thin, SKIN)
    put_cone(out, first + _FOREARM, wrist, elbow, thin, thick, SKIN)
    if is_bare:
        has_watch = arm[HAS_WATCH] > 0.0
        band = thin + (0.004 if has_watch else 0.0)
        put_cone(out, first + _CUFF, cuff, cuff_end, band, band, WATCH if has_watch else SKIN)
        put_cone(out, first + _SLEEVE, cuff, elbow, thin, thick, SKIN)
        put_cone(out, first + _UPPER_ARM, elbow, shoulder, thick, SHOULDER_RADIUS_M * size, SKIN)
    else:
        loose = arm[SLEEVE_LOOSE]
        wide = thin + (thick - thin) * sleeve_from / FOREARM_M + loose
        bent = ELBOW_RADIUS_M * size + loose
        put_cone(out, first + _CUFF, cuff, cuff_end, wide + 0.001, wide + 0.001, SLEEVE)
        put_cone(out, first + _SLEEVE, cuff, elbow, wide, bent, SLEEVE)
        put_cone(out, first + _UPPER_ARM, elbow, shoulder, bent, SHOULDER_RADIUS_M * size + loose, SLEEVE)
    for number in range(_BACKS):
        place = -0.020 + 0.029 * number
        for k in range(3):
            knuckles[k] = grip[k] + size * (place * along[k] + 0.019 * up[k] - 0.009 * arm[HANDED] * side[k])
            palm[k] = wrist[k] + size * (0.2 * place * along[k] + 0.006 * up[k])
        put_cone(out, first + _BACK + number, knuckles, palm, 0.0145 * size, 0.021 * size, SKIN)


@compiled(f"float64[:, ::1](float64, {TABLE}, {NUMBERS}, {TABLE}, {TABLE}, {ROW}, {TABLE}, {TABLE})")
def cones_at(time_s, strokes, spans, knots, points, arm, tool, hand):
    """All round cones (n, 9) at a time: the tool's, the hand's, the arm's."""
    pose, spare = np.empty(10), np.empty(10)
    pose_at(time_s, strokes, spans, knots, points, arm, pose, spare)
    end, grip, along, up, side = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    dot = pose[3] * pose[6] + pose[4] * pose[7] + pose[5] * pose[8]
    for k in range(3):
        along[k] = pose[3 + k]
        end[k] = pose[k] + arm[BEAD_M] * pose[6 + k]
        grip[k] = end[k] + arm[GRIP_M] * along[k]
        up[k] = pose[6 + k] - dot * along[k]
    make_unit(up)
    for k in range(3):
        side[k] = along[(k + 1) % 3] * up[(k + 2) % 3] - along[(k + 2) % 3] * up[(k + 1) % 3]

    count = tool.shape[0] + hand.shape[0]
    out = np.empty((count + ARM_CONES, CONE_FIELDS))
    place_rows(tool, 0, out, end, along, up, side)
    roll = arm[GRIP_ROLL] + spare[0]
    c, s = math.cos(roll), math.sin(roll)
    for k in range(3):
        up[k], side[k] = c * up[k] + s * side[k], c * side[k] - s * up[k]
    place_rows(hand, tool.shape[0], out, grip, along, up, side)
    put_arm(out, count, arm, grip, along, up, side)
    return out
