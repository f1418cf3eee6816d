"""What happens in a rendered clip: the contacts of the stick, and the motions that only look like one.

Times are in seconds from the first picture, places in metres in the stage's world (z up).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.project.materials import Action, Reaction

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the stick with a surface: the truth of the scene.

    Attributes
    ----------
    time_s, duration_s
        When the tip meets the surface, and how long a scratch lasts (0 for a hit).
    action, material, reaction
        The words of the data set's `_times.txt`.
    strength
        0 (a faint touch) .. 1 (the hardest blow).
    spot, normal
        Where the tip meets the surface (m), and the surface's unit normal there.
    stroke_points
        Reversal points of a scratch along the surface (m), the first is `spot`; empty for a hit.
    stroke_times_s
        When the tip is at each of `stroke_points`, from `time_s` to `end_s`.
    shape
        Index of the struck shape in the set's shapes.
    in_picture
        False when the spot lies outside the picture: heard, not seen.
    """

    time_s: float
    duration_s: float
    action: Action
    material: str
    reaction: Reaction
    strength: float
    spot: Vector
    normal: Vector
    stroke_points: tuple[Vector, ...] = ()
    stroke_times_s: tuple[float, ...] = ()
    shape: int = -1
    in_picture: bool = True

    @property
    def end_s(self) -> float:
        """When the tip may leave the surface."""
        return self.time_s + self.duration_s

    @property
    def last_point(self) -> Vector:
        """Where the tip is at `end_s`."""
        return self.stroke_points[-1] if self.stroke_points else self.spot

    @property
    def turns_s(self) -> tuple[float, ...]:
        """When a scratch reverses: the stroke times without the first and the last."""
        return self.stroke_times_s[1:-1]


GestureKind = Literal["near-miss", "freeze", "hover", "wave", "regrip", "pass", "point"]
"""What a hand does without a sound: a blow stopped short, a swing that stops dead in the air, holding still
above a surface, waving, settling the stick in the hand, moving through, pointing at something."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A motion that makes no sound.

    Attributes
    ----------
    time_s
        The moment that would be the contact: a near miss or a freeze stops here.
    duration_s
        How long the gesture goes on from there.
    spot, normal
        The place the gesture is about, on a surface (m), and the unit normal there.
    height_m
        How far above the surface the tip stays.
    size_m
        How far the tip moves to and fro.
    end
        Where the tip goes (m); `spot` raised by `height_m` unless the gesture passes through.
    """

    kind: GestureKind
    time_s: float
    duration_s: float
    spot: Vector
    normal: Vector
    height_m: float
    size_m: float = 0.0
    end: Vector | None = None
    strength: float = 0.4


@dataclass(frozen=True, slots=True)
class Absence:
    """A while in which the hand is out of the picture."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that a clip's hand does, each part in order of time.

    Attributes
    ----------
    contacts
        What makes a sound.
    gestures
        What doesn't; none overlaps a contact.
    absences
        When the hand has left the picture.
    """

    contacts: tuple[Contact, ...]
    gestures: tuple[Gesture, ...] = ()
    absences: tuple[Absence, ...] = ()

    @property
    def near_misses_s(self) -> tuple[float, ...]:
        """Times of the blows and swings that stop in the air."""
        return tuple(gesture.time_s for gesture in self.gestures if gesture.kind in ("near-miss", "freeze"))
