"""The shape of a hand and of what it holds, as round cones in the tool's own frame.

A round cone is the hull of two spheres. The tool's frame has three axes: `along` from the striking end to
the butt, `up` away from the struck surface, and `side` = along x up. The tool's cones have their origin at
the centre of the striking end, the hand's in the middle of the fist, where the tool passes through it.

Rows are (n, 9) float64: first point (3), second point (3), radius at either, paint number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.wardrobe import Outfit, Paint, Tool

CONE_FIELDS = 9
SKIN, SLEEVE, HANDLE, END, WATCH = range(5)
"""Paint numbers."""

PALM_M = 0.085
"""From the middle of the fist to the wrist."""
WRIST_RADIUS_M, FOREARM_RADIUS_M, ELBOW_RADIUS_M, SHOULDER_RADIUS_M = 0.026, 0.036, 0.040, 0.052
FOREARM_M, UPPER_ARM_M = 0.25, 0.30

Row = tuple[float, float, float, float, float, float, float, float, int]


def paints_of(outfit: Outfit) -> tuple[Paint, ...]:
    """The paints in the order of their numbers."""
    return outfit.skin, outfit.sleeve, outfit.stick, outfit.end, outfit.watch or outfit.skin


def tool_rows(tool: Tool) -> NDArray[np.float64]:
    """The tool's cones (n, 9) around its striking end."""
    length, bead = tool.length_m, tool.bead_m
    rows: list[Row]
    if tool.kind == "hand":
        rows = []
    elif tool.kind == "stick":
        rows = [
            (0, 0, 0, 0.010, 0, 0, bead, 0.8 * bead, HANDLE),
            (0.012, 0, 0, 0.09, 0, 0, 0.0040, 0.0066, HANDLE),
            (0.09, 0, 0, length, 0, 0, 0.0066, 0.0074, HANDLE),
        ]
    elif tool.kind == "mallet":
        rows = [
            (0, -0.3 * bead, 0, 0, 0.3 * bead, 0, bead, bead, END),
            (0, 0, 0, length, 0, 0, 0.0045, 0.0065, HANDLE),
        ]
    elif tool.kind == "hammer":
        rows = [
            (0, 0, 0, 0, 0.045, 0, bead, 0.9 * bead, END),
            (0, 0.045, 0, 0.004, 0.095, 0, 0.009, 0.004, END),
            (0, 0.035, 0, tool.grip_m, 0, 0, 0.009, 0.012, HANDLE),
            (tool.grip_m, 0, 0, length, 0, 0, 0.012, 0.014, HANDLE),
        ]
    elif tool.kind == "spoon":
        rows = [
            (0, 0, 0, 0.028, 0, 0, bead, 0.011, END),
            (0.03, 0, 0, length, 0, 0, 0.0032, 0.0050, HANDLE),
        ]
    else:
        rows = [
            (0, 0, 0, 0.05, 0, 0, bead, 0.009, END),
            (0.05, 0, 0, 0.075, 0, 0, 0.0085, 0.0085, WATCH),
            (0.075, 0, 0, length, 0, 0, 0.0065, 0.0085, HANDLE),
        ]
    return _packed(rows)


def hand_rows(tool: Tool, outfit: Outfit) -> NDArray[np.float64]:
    """The fist's cones (n, 9) around its middle: fingers, thumb and knuckles, without palm and wrist."""
    rows = _reaching_fingers(tool) if tool.kind == "hand" else _curled_fingers()
    packed = _packed(rows)
    packed[:, [2, 5]] *= 1.0 if outfit.right else -1.0
    # A bare hand's fingertips lie where the tool's end does, whatever the hand's size.
    if tool.kind == "hand":
        packed[:, 6:8] *= outfit.size
    else:
        packed[:, :8] *= outfit.size
    return packed


def _curled_fingers() -> list[Row]:
    """Four fingers around the handle, the thumb along it, the knuckles on top."""
    rows: list[Row] = []
    for number, place in enumerate((-0.034, -0.012, 0.010, 0.031)):
        bend, thick = 0.0016 * (number - 1.5) ** 2, 0.0098 - 0.0005 * number
        knuckle = (place + 0.010, 0.021 - bend, -0.010)
        middle = (place, 0.002, -0.028 + bend)
        tip = (place + 0.002, -0.0165, -0.006)
        rows.append((*knuckle, *middle, thick + 0.0012, thick, SKIN))
        rows.append((*middle, *tip, thick, thick - 0.0012, SKIN))
    rows += [
        (-0.022, 0.019, -0.006, 0.042, 0.015, -0.004, 0.0145, 0.0150, SKIN),
        (0.050, 0.002, 0.019, 0.012, -0.003, 0.021, 0.0155, 0.0120, SKIN),
        (0.012, -0.003, 0.021, -0.030, -0.001, 0.011, 0.0115, 0.0088, SKIN),
    ]
    return rows


def _reaching_fingers(tool: Tool) -> list[Row]:
    """A hand that strikes with its fingertips; the middle finger's tip is the striking end."""
    rows: list[Row] = []
    for number, (reach, apart) in enumerate(
        ((0.93, -0.030), (1.0, -0.009), (0.95, 0.012), (0.80, 0.032)),
    ):
        # The tips stay above the middle finger's, so that nothing sinks into what is struck.
        tip = (-tool.grip_m * reach, 0.003 * abs(number - 1), apart)
        middle = (-0.062 * reach, 0.020, apart * 0.95)
        rows.append((*tip, *middle, 0.0078, 0.0090, SKIN))
        rows.append((*middle, -0.006, 0.018, apart * 0.9, 0.0090, 0.0110, SKIN))
    rows += [
        (-0.010, 0.016, -0.024, -0.008, 0.016, 0.024, 0.0135, 0.0135, SKIN),
        (0.045, 0.006, -0.022, 0.004, 0.004, -0.050, 0.0150, 0.0115, SKIN),
        (0.004, 0.004, -0.050, -0.030, 0.010, -0.055, 0.0110, 0.0085, SKIN),
    ]
    return rows


def _packed(rows: list[Row]) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(-1, CONE_FIELDS)
