"""The person in front of the camera: at any time, the round cones of stick, hand and arm.

The end of the tool touches each contact's spot exactly at its time and never before; in between it moves
as a hand moves it. A `Performer` is planned once per clip; asking it for a moment takes microseconds.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training.stage.contacts import Script, Vector
from training.stage.motion.habits import draw_habits
from training.stage.motion.hand import hand_rows, paints_of, tool_rows
from training.stage.motion.limbs import cones_at
from training.stage.motion.motions import motions_of
from training.stage.motion.pose import (
    ARM_FIELDS,
    BEAD_M,
    ELBOW_DROP,
    GRIP_M,
    GRIP_ROLL,
    HAND_AT,
    HANDED,
    HAS_WATCH,
    SHOULDER,
    SIZE,
    SLEEVE_FROM,
    SLEEVE_LOOSE,
    SWAY_M,
    SWAY_PHASE,
    TREMBLE_M,
    fastest_way,
    pose_at,
)
from training.stage.motion.sight import DepthView, Sight
from training.stage.motion.stroke import Stroke
from training.stage.motion.strokes import StrokePlan, StrokePlanner, arrays_of
from training.stage.motion.wardrobe import Outfit, Paint, Tool, draw_outfit, draw_tool
from training.stage.world import Set

_HOP_M = 0.05
_MOST_HOPS = 3
_FASTEST_WAY_M_S = 6.0
"""Hand and stick are not moved faster than this except in a blow."""
_MOST_CALMS = 5
_LOOK_S = 0.05
_APART_S = 0.08
_SLOWEST_HALT_M_S = 0.4
_SLOWED_TO = 0.45
"""A stop is dead when the end is at least so fast before it, and at most this much as fast after it."""


class Performer:
    """A hand that plays a script.

    Parameters
    ----------
    script
        What it does.
    set_
        Where: its camera, and the side the arm comes from.
    view
        The still scene (`training.stage.picture.still.Still`), so that the stick points and goes where
        nothing stands in its way; None when that is of no interest.
    rng
        Who the person is, and everything the script leaves open.
    tool, outfit
        Drawn when None.

    Attributes
    ----------
    paints
        What the paint numbers of the cones stand for.
    halts_s
        When the tool stops dead in the air, or is snatched out of the picture, in order of time.
    """

    def __init__(
        self,
        script: Script,
        set_: Set,
        view: DepthView | None,
        rng: np.random.Generator,
        tool: Tool | None = None,
        outfit: Outfit | None = None,
    ) -> None:
        tool_rng, outfit_rng, habit_rng, motion_rng, plan_rng = rng.spawn(5)
        self.tool = tool or draw_tool(tool_rng)
        motions = motions_of(script, motion_rng)
        spots = np.array([motion.spot for motion in motions])
        normal = np.mean([motion.normal for motion in motions], axis=0)
        normal /= max(float(np.linalg.norm(normal)), 1e-6)
        self._habits = draw_habits(
            set_.camera, set_.arm_from, spots.mean(axis=0), normal, self.tool, habit_rng
        )
        # Filming with one hand and striking with the other, people strike with the hand of that side.
        comes_from_right = float(self._habits.arm_way @ set_.camera.axes()[0]) > 0
        is_right = bool(outfit_rng.random() < (0.85 if comes_from_right else 0.3))
        self.outfit = outfit or draw_outfit(self.tool, is_right, outfit_rng)
        self.paints: tuple[Paint, ...] = paints_of(self.outfit)

        picture = Sight(set_.camera)
        scene = picture if view is None else Sight(view.camera, view.depth)
        planner = StrokePlanner(self._habits, self.tool.grip_m, picture, scene, plan_rng)
        self.strokes = planner.plan(motions)
        self._arm = self._arm_row(self.strokes, plan_rng)
        self._tool_rows, self._hand_rows = tool_rows(self.tool), hand_rows(self.tool, self.outfit)
        self._pose, self._spare = np.empty(10), np.empty(10)
        self._plan: StrokePlan = arrays_of(self.strokes)
        self._calm_down()
        self._hop_over(scene)
        halts_s = sorted([*self._dead_stops(picture), *self._ways_out(picture)])
        self.halts_s = tuple(
            time_s
            for before_s, time_s in zip([-1.0, *halts_s], halts_s, strict=False)
            if time_s - before_s > _LOOK_S and _is_apart(time_s, script)
        )

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        plan = self._plan
        return cones_at(
            time_s,
            plan.strokes,
            plan.spans,
            plan.knots,
            plan.points,
            self._arm,
            self._tool_rows,
            self._hand_rows,
        )

    def tip(self, time_s: float) -> Vector:
        """The point of the tool's end that touches (m)."""
        pose = self._pose_at(time_s)
        return float(pose[0]), float(pose[1]), float(pose[2])

    def _pose_at(self, time_s: float) -> NDArray[np.float64]:
        plan = self._plan
        pose_at(time_s, plan.strokes, plan.spans, plan.knots, plan.points, self._arm, self._pose, self._spare)
        return self._pose

    def _arm_row(self, strokes: list[Stroke], rng: np.random.Generator) -> NDArray[np.float64]:
        habits, outfit, tool = self._habits, self.outfit, self.tool
        row = np.zeros(ARM_FIELDS)
        row[GRIP_M], row[BEAD_M], row[SIZE] = tool.grip_m, tool.bead_m, outfit.size
        row[SHOULDER : SHOULDER + 3] = habits.shoulder
        hands = [stroke.motion.spot + tool.grip_m * stroke.along for stroke in strokes]
        row[HAND_AT : HAND_AT + 3] = np.mean(hands, axis=0)
        row[SLEEVE_FROM] = -1.0 if outfit.sleeve_from_m is None else outfit.sleeve_from_m
        row[SLEEVE_LOOSE], row[HAS_WATCH] = outfit.sleeve_loose_m, float(outfit.watch is not None)
        row[GRIP_ROLL], row[ELBOW_DROP] = habits.grip_roll, habits.elbow_drop
        row[HANDED] = 1.0 if outfit.right else -1.0
        row[SWAY_M], row[TREMBLE_M] = habits.sway_m, habits.tremble_m
        row[SWAY_PHASE : SWAY_PHASE + 3] = rng.uniform(0, 2 * np.pi, 3)
        return row

    def _calm_down(self) -> None:
        """Where there is too little time for a withdrawal and the next drawing back, both become smaller."""
        for _ in range(_MOST_CALMS):
            plan, is_calm = self._plan, True
            for stroke, following in pairwise(self.strokes):
                start_s, end_s = stroke.motion.end_s + 1e-3, following.starts_s
                speed = fastest_way(
                    start_s, end_s, 0.004, plan.strokes, plan.spans, plan.knots, plan.points, self._arm
                )
                if speed > _FASTEST_WAY_M_S:
                    is_calm, share = False, max(0.9 * _FASTEST_WAY_M_S / speed, 0.5)
                    following.draw_back_less(share)
                    stroke.withdraw_less(share)
            if is_calm:
                return
            self._plan = arrays_of(self.strokes)

    def _hop_over(self, scene: Sight) -> None:
        """Lift the ways between strokes over what stands in them."""
        along = np.linspace(0.0, 0.9, 6)[:, None] * self.tool.grip_m
        for stroke in self.strokes[:-1]:
            for _ in range(_MOST_HOPS):
                times = np.linspace(stroke.blend_from_s, stroke.blend_to_s, 5)[1:-1]
                poses = [self._pose_at(float(time_s)).copy() for time_s in times]
                points = np.concatenate([pose[:3] + along * pose[3:6] for pose in poses])
                if scene.hidden(points, 0.0).mean() < 0.1:
                    break
                stroke.hop_m += _HOP_M
                self._plan = arrays_of(self.strokes)

    def _dead_stops(self, picture: Sight) -> list[float]:
        """Planned halts that are seen as such: fast before, slow after, in the picture."""
        found = []
        for time_s in (halt_s for stroke in self.strokes for halt_s in stroke.halts_s):
            at = np.array(self.tip(time_s))
            before_m = np.linalg.norm(at - self.tip(time_s - _LOOK_S))
            after_m = np.linalg.norm(at - self.tip(time_s + _LOOK_S))
            is_fast = before_m > _SLOWEST_HALT_M_S * _LOOK_S
            if is_fast and after_m < _SLOWED_TO * before_m and not picture.is_empty_of(at[None], 0.0):
                found.append(time_s)
        return found

    def _ways_out(self, picture: Sight) -> list[float]:
        """When the tool's end is snatched out of the picture."""
        found = []
        for stroke in self.strokes:
            if not stroke.snatches:
                continue
            times = np.arange(stroke.blend_from_s, stroke.blend_to_s, 0.005)
            ends = np.array([self.tip(float(time_s)) for time_s in times]).reshape(-1, 3)
            seen = [not picture.is_empty_of(end[None], 0.0) for end in ends]
            if seen and seen[0] and not all(seen):
                found.append(float(times[seen.index(False)]))
        return found


def _is_apart(time_s: float, script: Script) -> bool:
    """Whether nobody could take a moment for one of the contacts."""
    return all(
        not contact.time_s - _APART_S <= time_s <= contact.end_s + _APART_S for contact in script.contacts
    )
