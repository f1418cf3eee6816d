"""How a clip's person moves: drawn once, and followed with small deviations in every stroke."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.stage.camera import Camera
from training.stage.motion.wardrobe import Tool

LONGEST_REACH_M = 0.75
_WAYS_TRIED = 16
_UNSEEN_HAND_SHARE = 0.04
_STOPS_DEAD_SHARE = 0.6
"""So many people now and then stop in the air as abruptly as on a surface."""


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """A person's way of striking.

    Attributes
    ----------
    arm_way
        (3,) unit, from the struck place to the shoulder, in the world.
    shoulder
        (3,) m, where the arm comes from.
    slant
        Radians between stick and surface at a contact.
    heading
        Radians by which the stick is turned out of the arm's direction, about the surface's normal.
    draw_m, turn
        How far hand (m) and stick (radians) are drawn back before a hit of middling strength.
    lean
        Radians by which the stick is lifted sideways instead of straight up.
    upwards, outwards
        How much the hand is drawn back towards the world's top and the arm's side, beside the normal.
    curve
        How late the blow's speed comes: 1.5 pulls evenly, 3 whips.
    lingers
        0 bounces off at once, 1 rests on what was struck.
    hover_m
        How high the end waits between contacts.
    hold_s
        For how long the stick is held high before a blow, at most.
    dead_stops
        Share of the withdrawals, wind-ups and ways out of the picture that end abruptly.
    wrist_share
        Of a scratch, how much the wrist does; the arm does the rest.
    """

    arm_way: NDArray[np.float64]
    shoulder: NDArray[np.float64]
    slant: float
    heading: float
    draw_m: float
    turn: float
    lean: float
    upwards: float
    outwards: float
    curve: float
    lingers: float
    hover_m: float
    hold_s: float
    dead_stops: float
    wrist_share: float
    grip_roll: float
    elbow_drop: float
    sway_m: float
    tremble_m: float


def draw_habits(
    camera: Camera,
    arm_from: str,
    centre: NDArray[np.float64],
    normal: NDArray[np.float64],
    tool: Tool,
    rng: np.random.Generator,
) -> Habits:
    """Draw a person who strikes around a place.

    Parameters
    ----------
    arm_from
        "left", "right" or "bottom" of the picture.
    centre, normal
        (3,) the middle of the struck spots, and their mean normal.
    """
    way = _arm_way(camera, arm_from, centre, normal, tool.grip_m, rng)
    reach = min(LONGEST_REACH_M, 0.8 * float(np.linalg.norm(centre - np.asarray(camera.eye))))
    whole_arm = rng.random() < 0.35
    draw_m = float(rng.uniform(0.12, 0.32)) if whole_arm else float(rng.uniform(0.02, 0.12))
    turn = float(rng.uniform(0.35, 1.1)) if whole_arm else float(rng.uniform(0.55, 1.35))
    slant = float(rng.beta(1.5, 3.5)) * 0.6 + 0.07
    if tool.kind == "hand":
        slant, turn, draw_m = slant + 0.25, 0.5 * turn, draw_m + 0.06
    return Habits(
        arm_way=way,
        shoulder=centre + (tool.grip_m + reach) * way,
        slant=slant,
        heading=float(rng.normal(0, math.radians(28))),
        draw_m=draw_m,
        turn=turn,
        lean=float(rng.normal(0, math.radians(16))),
        upwards=float(rng.uniform(0.0, 0.9)),
        outwards=float(rng.uniform(-0.1, 0.6)),
        curve=float(rng.uniform(1.6, 2.9)),
        lingers=float(rng.beta(0.8, 0.8)),
        hover_m=float(rng.uniform(0.02, 0.09)),
        hold_s=float(rng.uniform(0.0, 0.3)) ** 1.5,
        dead_stops=float(rng.beta(1.2, 1.2)) if rng.random() < _STOPS_DEAD_SHARE else 0.0,
        wrist_share=float(rng.uniform(0.0, 0.6)),
        grip_roll=float(rng.normal(0.15, 0.45)),
        elbow_drop=float(rng.uniform(-0.1, 0.5)),
        sway_m=float(rng.uniform(0.001, 0.006)),
        tremble_m=float(rng.uniform(0.00005, 0.0004)),
    )


def _arm_way(
    camera: Camera,
    arm_from: str,
    centre: NDArray[np.float64],
    normal: NDArray[np.float64],
    grip_m: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The arm comes in over one side of the picture and from the camera's half of space.

    Most people film so that the hand is seen, so ways that leave it outside are mostly drawn again.
    """
    right, down, forward = camera.axes()
    sides = {"left": math.pi, "right": 0.0, "bottom": math.pi / 2}
    way = normal
    for attempt in range(_WAYS_TRIED):
        towards = sides[arm_from]
        if attempt > 1:
            towards = tuple(sides.values())[int(rng.integers(len(sides)))]
        angle = towards + float(rng.normal(0, math.radians(26)))
        nearer = math.radians(float(rng.uniform(5, 50)))
        way = (
            math.cos(nearer) * (math.cos(angle) * right + math.sin(angle) * down) - math.sin(nearer) * forward
        )
        # An arm does not come up through the table.
        way = way + max(0.2 - float(way @ normal), 0.0) * normal
        way /= np.linalg.norm(way)
        flat = way - 0.8 * (way @ normal) * normal
        x, y, depth = camera.project(centre + 1.2 * grip_m * flat / np.linalg.norm(flat))
        is_seen = depth > 0 and 0 <= x < camera.width and 0 <= y < camera.height
        if is_seen or rng.random() < _UNSEEN_HAND_SHARE:
            break
    return way
