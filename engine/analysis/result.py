"""What an analysis says about a video.

Conventions
-----------
Times are in seconds from the presentation time of the first picture. Levels are RMS in dBFS (a
full-scale sine is -3.01), never below `LEVEL_FLOOR_DB`. Every number is finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.features.loudness import LEVEL_FLOOR_DB
from engine.project.materials import Action

__all__ = [
    "LEVEL_FLOOR_DB",
    "NOTE_KINDS",
    "AnalysedVideo",
    "Analysis",
    "DetectedHit",
    "ModelVersion",
    "Note",
    "NoteKind",
]

NoteKind = Literal["still", "dark", "cuts", "slow", "has-sound", "unfamiliar", "unseen"]
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)


@dataclass(frozen=True, slots=True)
class AnalysedVideo:
    """The picture that was analysed, as displayed."""

    path: Path
    duration_s: float
    frame_rate: Fraction
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """Which detector made an analysis; the version changes whenever its answers do."""

    name: str
    version: str

    @property
    def label(self) -> str:
        """Name and version in one word, for the document."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class DetectedHit:
    """A moment of contact that a detector found.

    Attributes
    ----------
    time_s
        When the contact begins.
    duration_s
        How long a scratch lasts; 0 for a hit.
    confidence
        Probability 0..1 that there is a contact at this time.
    level_db
        Predicted level of the loudest 1/30 s of its sound.
    action
        Hit or scratch.
    contact
        Where it happens, (x, y) as 0..1 from the left and from the top; None when unknown.
    materials
        (name, probability), likeliest first; the probabilities sum to 1.
    """

    time_s: float
    duration_s: float
    confidence: float
    level_db: float
    action: Action
    contact: tuple[float, float] | None
    materials: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know about a video before relying on its analysis.

    Attributes
    ----------
    kind
        "still": nothing moves. "dark": it is black. "cuts": there is hardly time to see anything between
        two cuts. "slow": too few pictures per second. "has-sound": its own sound could time the hits.
        "unfamiliar": the detector has seen little like it. "unseen": what is struck could not be looked at or
        listened to, and the materials are guesses.
    text
        A sentence or two.
    """

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything a detector says about a video.

    Attributes
    ----------
    frame_times_s
        (n,) float64: when each picture is shown.
    level_db
        (n,) float64: predicted level while that picture is shown.
    threshold
        Confidence from which a moment counts as a hit.
    hits, candidates
        By time; the candidates are those below the threshold that a person may want to see.
    notes
        What to know about the video, each kind once.
    """

    video: AnalysedVideo
    frame_times_s: NDArray[np.float64]
    level_db: NDArray[np.float64]
    threshold: float
    hits: tuple[DetectedHit, ...]
    candidates: tuple[DetectedHit, ...]
    model: ModelVersion
    notes: tuple[Note, ...] = ()
