"""Plans a clip's strokes: where the stick points, how far it is drawn back, and the ways between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.aim import aim
from training.stage.motion.blows import lay_out
from training.stage.motion.habits import Habits
from training.stage.motion.halts import swing_and_freeze
from training.stage.motion.motions import Motion
from training.stage.motion.sight import Sight
from training.stage.motion.stroke import Knot, Stroke, Vector

_UNHURRIED_GAP_S = 0.55
"""Blows that follow each other faster than this are drawn back less."""
_TO_AND_FRO_S = 0.7
"""There is no leaving the picture and coming back in less than this."""
_LEAVING_SHARE = 0.4
_NEAREST_HAND_M = 0.22
_FARTHEST_DRAW_M = 0.85
_WAY_SPEED_M_S = 2.5
_SNATCHED_AWAY_M_S = 5.0
_HALT_IS_SEEN_S = 0.05
"""The way to the next stroke leaves a dead stop alone for this long."""
_LARGEST_TURN = 1.3
"""Radians beyond the surface's normal at which the wrist can't go on."""


@dataclass(frozen=True, slots=True, eq=False)
class StrokePlan:
    """A clip's motion as arrays for `training.stage.motion.pose`.

    Attributes
    ----------
    strokes
        (n, STROKE_FIELDS).
    spans
        (n, CHANNELS + 1) int64: where each channel's knots begin, and where the last one's end.
    knots
        (k, 3): time, value, slope.
    points
        (p, 4): time and shift (3) of the reversals of scratches.
    """

    strokes: NDArray[np.float64]
    spans: NDArray[np.int64]
    knots: NDArray[np.float64]
    points: NDArray[np.float64]


class StrokePlanner:
    """Plans the motions of one clip.

    Parameters
    ----------
    picture
        What the output shows.
    scene
        The still scene, with its depth.
    """

    def __init__(
        self, habits: Habits, grip_m: float, picture: Sight, scene: Sight, rng: np.random.Generator
    ) -> None:
        self._habits, self._grip_m, self._picture, self._scene = habits, grip_m, picture, scene
        self._rng = rng
        self._along_before: Vector | None = None

    def plan(self, motions: list[Motion]) -> list[Stroke]:
        """Strokes for motions in order of time."""
        strokes = []
        for number, motion in enumerate(motions):
            before_s = motions[number - 1].end_s if number else motion.time_s - 1.5
            after_s = motions[number + 1].time_s if number + 1 < len(motions) else motion.end_s + 2.0
            room_s = after_s - motion.end_s
            if number + 1 < len(motions) and motions[number + 1].from_outside:
                # Who leaves the picture before the next blow does not linger.
                room_s *= _LEAVING_SHARE
            strokes.append(self._stroke(motion, motion.time_s - before_s, room_s))
        for stroke, following in pairwise(strokes):
            self._join(stroke, following)
        return strokes

    def _stroke(self, motion: Motion, gap_s: float, gap_after_s: float) -> Stroke:
        habits, rng = self._habits, self._rng
        along = aim(motion.spot, motion.normal, self._along_before, habits, self._grip_m, self._scene, rng)
        self._along_before = along
        stroke = Stroke(
            motion=motion,
            grip_m=self._grip_m,
            along=along,
            lift=self._lift(along, motion.normal),
            wrist_share=self._wrist_share(motion),
            roll=float(rng.normal(0, 0.25 if motion.rolls else 0.03)),
            starts_s=motion.time_s,
            leaves_s=motion.end_s,
        )
        if motion.arrival == "away":
            self._put_away(stroke)
            away: list[Knot] = [(motion.time_s, 1.0, 0.0)]
            stroke.channels = (away, away, [], [])
        elif motion.arrival == "freeze":
            swing_and_freeze(stroke, gap_s, rng)
        elif motion.arrival != "place":
            self._draw_back(stroke, gap_s)
            lay_out(stroke, gap_s, gap_after_s, habits, rng)
        return stroke

    def _wrist_share(self, motion: Motion) -> float:
        share = motion.wrist_share
        if share is None:
            share = self._habits.wrist_share * float(self._rng.uniform(0.5, 1.3))
        farthest_m = float(np.abs(motion.shifts[:, 1:]).max()) if len(motion.shifts) else 0.0
        # The stick must stay well longer than what the wrist alone makes of a scratch.
        return min(share, 0.5 * self._grip_m / max(farthest_m, 1e-3))

    def _lift(self, along: Vector, normal: Vector) -> Vector:
        up = normal - (normal @ along) * along
        up /= np.linalg.norm(up)
        lean = self._habits.lean + float(self._rng.normal(0, 0.08))
        return math.cos(lean) * up + math.sin(lean) * np.cross(along, up)

    def _draw_back(self, stroke: Stroke, gap_s: float) -> None:
        habits, motion = self._habits, stroke.motion
        force = (0.45 + 0.9 * motion.strength) * math.exp(float(self._rng.normal(0, 0.15)))
        force *= min(1.0, gap_s / _UNHURRIED_GAP_S) * (0.35 if motion.arrival == "touch" else 1.0)
        stroke.turn = min(habits.turn * force, stroke.slant + _LARGEST_TURN)
        way = motion.normal + habits.upwards * np.array([0.0, 0.0, 1.0]) + habits.outwards * habits.arm_way
        way = way + self._rng.normal(0, 0.12, 3)
        stroke.draw = habits.draw_m * force * _raised(way, motion.normal, 0.25)
        if motion.from_outside and gap_s > _TO_AND_FRO_S:
            self._put_away(stroke)
        else:
            self._keep_off_camera(stroke)

    def _keep_off_camera(self, stroke: Stroke) -> None:
        """Draw back less far towards the camera when the hand would fill the picture."""
        forward = self._picture.forward
        nearest_m = max(_NEAREST_HAND_M, 0.35 * float(self._picture.project(stroke.motion.spot)[2]))
        for _ in range(4):
            if self._picture.project(stroke.drawn_back_points()[5:])[:, 2].min() >= nearest_m:
                return
            drawn = stroke.draw
            stroke.draw = drawn - 0.6 * min(float(drawn @ forward), 0.0) * forward
            if stroke.draw @ stroke.motion.normal < 0.1 * stroke.draw_m:
                stroke.draw = 0.3 * drawn
            stroke.turn *= 0.85

    def _put_away(self, stroke: Stroke) -> None:
        """Draw hand and stick back until neither is in the picture."""
        rng, normal, forward = self._rng, stroke.motion.normal, self._picture.forward
        flat = self._habits.arm_way - (self._habits.arm_way @ forward) * forward
        way = _raised(flat + [0.0, 0.0, float(rng.uniform(0.1, 0.9))] + 0.35 * normal, normal, 0.15)
        stroke.turn = min(float(rng.uniform(0.7, 1.3)), stroke.slant + _LARGEST_TURN)
        for reach_m in np.arange(0.2, _FARTHEST_DRAW_M, 0.06):
            stroke.draw = reach_m * way
            if self._picture.is_empty_of(stroke.drawn_back_points(), 0.045):
                return

    def _join(self, stroke: Stroke, following: Stroke) -> None:
        """How the hand goes from one stroke over to the next."""
        rng = self._rng
        free_s = following.starts_s - stroke.leaves_s
        way_m = float(np.linalg.norm(following.motion.spot - stroke.motion.spot))
        goes_out = following.motion.arrival == "away" or following.motion.from_outside
        snatches = goes_out and rng.random() < self._habits.dead_stops
        # The blend is at its fastest 1.9 times as fast as on the average.
        needed_s = 1.9 * (way_m + following.draw_m) / (_SNATCHED_AWAY_M_S if snatches else _WAY_SPEED_M_S)
        late_s = min(float(rng.uniform(0.0, 0.35)) * free_s, free_s - needed_s)
        withdrawn_s = max(stroke.halts_s, default=-math.inf) + _HALT_IS_SEEN_S
        if withdrawn_s > stroke.leaves_s:
            late_s = max(late_s, min(withdrawn_s - stroke.leaves_s, free_s - needed_s))
        stroke.blend_from_s = stroke.leaves_s + max(late_s, 0.0)
        room_s = following.starts_s - stroke.blend_from_s
        longest_s = room_s
        if following.halts_s and following.halts_s[0] < following.starts_s:
            longest_s = following.halts_s[0] - _HALT_IS_SEEN_S - stroke.blend_from_s
        takes_s = needed_s if snatches else max(float(rng.uniform(0.5, 0.95)) * room_s, needed_s)
        takes_s = min(takes_s, max(longest_s, needed_s), room_s)
        stroke.blend_to_s = stroke.blend_from_s + takes_s
        stroke.snatches = snatches
        if room_s < 0.04:
            stroke.blend_from_s = stroke.motion.end_s
            stroke.blend_to_s = max(following.starts_s, stroke.motion.end_s + 0.03)
        stroke.hop_m = 0.1 * way_m


def arrays_of(strokes: list[Stroke]) -> StrokePlan:
    """The strokes as arrays."""
    rows, spans, knots, points = [], [], [], []
    for stroke in strokes:
        rows.append(stroke.row(len(points)))
        points.extend(stroke.motion.shifts)
        span = [len(knots)]
        for channel in stroke.channels:
            knots.extend(channel)
            span.append(len(knots))
        spans.append(span)
    return StrokePlan(
        np.array(rows),
        np.array(spans, np.int64),
        np.array(knots, np.float64).reshape(-1, 3),
        np.array(points, np.float64).reshape(-1, 4),
    )


def _raised(way: Vector, normal: Vector, least: float) -> Vector:
    """The direction as a unit vector (3,) that points away from the surface by at least so much."""
    way = way / np.linalg.norm(way)
    way = way + max(least - float(way @ normal), 0.0) * normal
    return way / np.linalg.norm(way)
