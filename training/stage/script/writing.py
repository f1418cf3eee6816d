"""Writes a clip's script: when, where and how hard things are struck and scratched, and what happens besides.

Rhythm, materials and actions follow the annotated videos (`training.stage.script.rhythm`); places come from
the still picture (`training.stage.script.spots`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from training.stage.contacts import Absence, Contact, Gesture, Script, Vector
from training.stage.script.negatives import Temper, draw_absence, draw_gesture, draw_near_miss, draw_temper
from training.stage.script.outcomes import reaction_of
from training.stage.script.rhythm import Beat, RhythmConfig, draw_beats
from training.stage.script.scratches import (
    SHORTEST_S,
    ScratchHabit,
    Strokes,
    draw_scratch_habit,
    draw_strokes,
)
from training.stage.script.spots import Spot, SpotPicker, SpotView
from training.stage.world import Set

WEAKEST = 0.15
_LIFT_S = 0.12
"""A scratch ends this long before the next event."""
_PAUSE_S = 1.3
_SHORTEST_IDLE_S, _LONGEST_IDLE_S = 1.5, 4.0
_MOVES_AWAY_SHARE = 0.1
"""So often the next spot has nothing to do with the last one."""
_HAND_SPEED_M_S = 1.0


@dataclass(frozen=True, slots=True)
class ScriptConfig:
    """What share of clips is special.

    Attributes
    ----------
    silent_share
        Nothing is struck: every planned contact is a gesture.
    off_picture_share
        Some or all contacts take place outside the picture.
    idle_share
        For some seconds nothing is struck, and the hand does other things.
    scratches
        What strikes is such that people scratch with it too.
    """

    rhythm: RhythmConfig = field(default_factory=RhythmConfig)
    silent_share: float = 0.02
    off_picture_share: float = 0.06
    idle_share: float = 0.2
    scratches: bool = True


def write_script(
    set_: Set,
    view: SpotView,
    duration_s: float,
    rng: np.random.Generator,
    config: ScriptConfig | None = None,
) -> Script:
    """Write the script of one clip.

    Parameters
    ----------
    view
        The set's still picture, `training.stage.picture.still.Still`.

    Raises
    ------
    UserFacingError
        When nothing in the picture can be struck.
    """
    return _Writer(set_, view, duration_s, rng, config or ScriptConfig()).write()


class _Writer:
    def __init__(
        self, set_: Set, view: SpotView, duration_s: float, rng: np.random.Generator, config: ScriptConfig
    ) -> None:
        self._beat_rng, spot_rng, self._rng, self._gesture_rng, habit_rng = rng.spawn(5)
        self._set, self._duration_s, self._config = set_, duration_s, config
        near_m = float(np.clip(0.05 * math.exp(habit_rng.normal(0, 0.5)), 0.01, 0.2))
        self._picker = SpotPicker(view, set_, near_m, spot_rng)
        self._scratching: ScratchHabit = draw_scratch_habit(habit_rng)
        self._temper: Temper = draw_temper(habit_rng)
        self._usual_strength = math.exp(float(habit_rng.normal(math.log(0.48), 0.3)))
        kind = habit_rng.random()
        self._misses = self._temper.misses
        self._off_picture = 0.0
        if kind < config.silent_share:
            self._misses = 1.0
        elif kind < config.silent_share + config.off_picture_share:
            self._off_picture = float(habit_rng.uniform(0.2, 1.0))
        self._spots: dict[str, Spot] = {}
        self._last: Spot | None = None

    def write(self) -> Script:
        # A cup on a table is struck far more often than its size says.
        sizes = {name: math.sqrt(area) for name, area in self._picker.materials.items()}
        beats = draw_beats(self._duration_s, sizes, self._beat_rng, self._config.rhythm)
        if not self._config.scratches:
            beats = [replace(beat, action="hit") for beat in beats]
        beats = self._with_idle_time(beats)
        contacts: list[Contact] = []
        gestures: list[Gesture] = []
        busy_until_s = -1.0
        for number, beat in enumerate(beats):
            next_s = beats[number + 1].time_s if number + 1 < len(beats) else self._duration_s + 1.0
            spot = self._next_spot(beat, beat.time_s - busy_until_s)
            if self._rng.random() < self._misses:
                gesture = draw_near_miss(beat.time_s, next_s - beat.time_s, spot, self._gesture_rng)
                gestures.append(gesture)
                busy_until_s = gesture.time_s + gesture.duration_s
            else:
                contact = self._contact(beat, spot, next_s - beat.time_s)
                contacts.append(contact)
                busy_until_s = contact.end_s
                self._last = Spot(np.array(contact.last_point), spot.normal, spot.shape)
        events = sorted([*contacts, *gestures], key=lambda event: event.time_s)
        absences = self._fill(events, gestures)
        gestures.sort(key=lambda gesture: gesture.time_s)
        return Script(tuple(contacts), tuple(gestures), tuple(absences))

    def _with_idle_time(self, beats: list[Beat]) -> list[Beat]:
        rng = self._gesture_rng
        if rng.random() >= self._config.idle_share:
            return beats
        start_s = float(rng.uniform(0, self._duration_s))
        end_s = start_s + float(rng.uniform(_SHORTEST_IDLE_S, _LONGEST_IDLE_S))
        return [beat for beat in beats if not start_s < beat.time_s < end_s]

    def _next_spot(self, beat: Beat, gap_s: float) -> Spot:
        within_m = max(_HAND_SPEED_M_S * (gap_s - 0.1), 0.02) if self._last is not None else math.inf
        known = self._spots.get(beat.material)
        near = known if known is not None and self._rng.random() >= _MOVES_AWAY_SHARE else self._last
        if near is not None and self._last is not None and gap_s < 0.5:
            near = self._last
        spot = self._picker.pick(beat.material, near, within_m)
        self._spots[beat.material] = self._last = spot
        return spot

    def _contact(self, beat: Beat, spot: Spot, room_s: float) -> Contact:
        rng = self._rng
        strength = self._usual_strength * math.exp(float(rng.normal(0, 0.22)))
        strength = min(max(strength, WEAKEST), 1.0)
        seen = True
        if self._off_picture and rng.random() < self._off_picture:
            outside = self._picker.off_picture(spot)
            if outside is not None:
                spot, seen = outside, False
        strokes = Strokes((), (0.0,))
        if beat.action == "scratch":
            longest_s = min(room_s - _LIFT_S, self._duration_s - beat.time_s)
            strokes = draw_strokes(
                spot, max(longest_s, SHORTEST_S), self._scratching, self._picker if seen else None, rng
            )
        movable = self._set.shapes[spot.shape].movable
        return Contact(
            time_s=beat.time_s,
            duration_s=strokes.times_s[-1],
            action=beat.action,
            material=beat.material,
            reaction=reaction_of(beat.material, beat.action, movable, strength, rng),
            strength=strength,
            spot=_plain(spot.point),
            normal=_plain(spot.normal),
            stroke_points=tuple(_plain(point) for point in strokes.points),
            stroke_times_s=tuple(beat.time_s + t for t in strokes.times_s) if strokes.points else (),
            shape=spot.shape,
            in_picture=seen and self._picker.is_in_picture(spot.point),
        )

    def _fill(self, events: list[Contact | Gesture], gestures: list[Gesture]) -> list[Absence]:
        """Put gestures into the pauses and absences between events; gestures are appended."""
        rng, absences = self._gesture_rng, []
        ends = [-0.5, *(event.time_s + event.duration_s for event in events)]
        starts = [*(event.time_s for event in events), self._duration_s + 0.5]
        for number, (start_s, end_s) in enumerate(zip(ends, starts, strict=True)):
            is_open = number in (0, len(events))
            if rng.random() < self._temper.leaves or (is_open and rng.random() < 0.2):
                long_enough = end_s - start_s > _PAUSE_S
                absence = draw_absence(
                    start_s, end_s, rng, comes_striking=not long_enough or rng.random() < 0.6
                )
                if absence is not None:
                    absences.append(absence)
                    continue
            while end_s - start_s > _PAUSE_S and rng.random() < self._temper.gestures:
                materials = sorted(self._picker.materials)
                material = materials[int(rng.integers(len(materials)))]
                gesture = draw_gesture(start_s, end_s, self._picker.pick(material, self._last), rng)
                if gesture is None:
                    break
                gestures.append(gesture)
                start_s = gesture.time_s + gesture.duration_s
        return absences


def _plain(vector: np.ndarray) -> Vector:
    return float(vector[0]), float(vector[1]), float(vector[2])
