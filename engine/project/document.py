"""The document: frozen dataclasses, from the whole `Project` down to a `Take`.

Conventions
-----------
Positions and lengths are `int` samples at `Project.sample_rate`, counted from the presentation time of
the first picture. Ranges are half-open (`end_exclusive`). Gains are in dB, pan runs from -1 (left) to
+1 (right), pitch is in semitones of varispeed. Objects refer to each other by id. Nothing here is ever
changed in place: edits (`engine.project.edits`) return a new `Project` that shares what did not change.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from engine.project.materials import Action
from engine.project.timebase import SAMPLE_RATE, TimecodeFormat

Origin = Literal["detected", "placed"]
TakeSource = Literal["library", "kit", "exemplar", "generated"]
ParameterValue = str | int | float | bool

MIN_GAIN_DB, MAX_GAIN_DB = -60.0, 24.0
MAX_PITCH_SEMITONES = 24.0


def new_id() -> str:
    """A fresh id for a hit, clip, take or track."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class MediaReference:
    """A file outside the document.

    `path` is relative to the project file with forward slashes where that is possible, absolute
    otherwise; `content_hash` finds the file again after a move and tells a changed one.
    """

    path: str
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """The picture: where it lies and what its stream says."""

    media: MediaReference
    width: int
    height: int
    frame_rate: Fraction
    length: int
    """Duration in samples."""
    is_variable_rate: bool = False
    has_audio: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes a sound again: a model or synthesiser, its weights, seed and parameters."""

    model: str
    seed: int = 0
    parameters: tuple[tuple[str, ParameterValue], ...] = ()
    checkpoint_hash: str = ""
    engine_version: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """One sound that a clip may play: a library file, or a recipe that makes it."""

    id: str
    name: str
    source: TakeSource
    material: str = ""
    score: float = 0.0
    media: MediaReference | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """One sounding layer of a hit.

    `offset` moves the sound against the hit, `start` skips into the take, `length` is how much of it
    sounds (0 = to its end; for a scratch, its length). `offset`, `length` and the fades are in project
    samples, after varispeed; `start` is in samples of the take.
    """

    id: str
    takes: tuple[Take, ...]
    active_take: str
    offset: int = 0
    start: int = 0
    length: int = 0
    gain_db: float = 0.0
    pan: float = 0.0
    pitch_semitones: float = 0.0
    fade_in: int = 0
    fade_out: int = 0

    @property
    def take(self) -> Take:
        """The take that sounds."""
        return next(take for take in self.takes if take.id == self.active_take)


@dataclass(frozen=True, slots=True)
class MaterialProbability:
    """One row of what a model thinks is struck."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Where in the picture the contact happens; 0..1 from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A moment of contact: a hit, or a scratch with a length."""

    id: str
    position: int
    action: Action = "hit"
    length: int = 0
    confidence: float = 1.0
    level_db: float = -20.0
    """Predicted RMS level in dBFS of the loudest 1/30 s of the sound it makes."""
    material: str = ""
    """The material in force: the person's choice, else the likeliest one; "" when nothing is known."""
    materials: tuple[MaterialProbability, ...] = ()
    material_chosen: bool = False
    reaction: str = ""
    contact: ContactPoint | None = None
    origin: Origin = "detected"
    edited: bool = False
    locked: bool = False
    mute: bool = False
    track: str = ""
    clips: tuple[Clip, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether a new analysis must leave it alone."""
        return self.origin == "placed" or self.edited or self.locked


@dataclass(frozen=True, slots=True)
class AutomationPoint:
    """A point of the editor's own level line: `gain_db` is added to the predicted level."""

    position: int
    gain_db: float


@dataclass(frozen=True, slots=True)
class LoudnessCurve:
    """The predicted level per frame, and the editor's automation on top of it.

    `frame_positions[i]` is where frame i begins, `level_db[i]` the RMS in dBFS until the next one.
    """

    frame_positions: tuple[int, ...] = ()
    level_db: tuple[float, ...] = ()
    automation: tuple[AutomationPoint, ...] = ()

    def automation_gain_db(self, position: int) -> float:
        """The automation line at a position: linear in dB between points, level outside them."""
        points = self.automation
        if not points:
            return 0.0
        if position <= points[0].position:
            return points[0].gain_db
        for before, after in pairwise(points):
            if position < after.position:
                share = (position - before.position) / (after.position - before.position)
                return before.gain_db + share * (after.gain_db - before.gain_db)
        return points[-1].gain_db


@dataclass(frozen=True, slots=True)
class Track:
    """A named group of hits with its own fader; stems follow tracks."""

    id: str
    name: str
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    solo: bool = False


@dataclass(frozen=True, slots=True)
class GeneratedTrack:
    """A whole generated take: sound laid on the timeline beside the hits.

    The samples live in the media pool under the hash in `take.media`; `take.recipe` makes them again.
    """

    id: str
    name: str
    take: Take
    position: int = 0
    length: int = 0
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    solo: bool = False


@dataclass(frozen=True)
class Project:
    """The whole document. Everything else is a pure function of it."""

    id: str
    sample_rate: int = SAMPLE_RATE
    channels: int = 2
    frame_rate: Fraction = Fraction(25)
    drop_frame: bool = False
    start_frame: int = 0
    """Timecode of the first picture, as a frame number."""
    length: int = 0
    video: Video | None = None
    tracks: tuple[Track, ...] = ()
    hits: tuple[Hit, ...] = ()
    """Ordered by position, then id; candidates below `threshold` are in here too."""
    threshold: float = 0.5
    loudness: LoudnessCurve = field(default_factory=LoudnessCurve)
    generated: tuple[GeneratedTrack, ...] = ()
    blend: float = 0.5
    """From the hits alone (0) over both as their faders say (0.5) to the generated tracks alone (1)."""
    keep_original_audio: bool = False
    analysis_model: str = ""

    @cached_property
    def shown_hits(self) -> tuple[Hit, ...]:
        """The hits that count: at or above the threshold, or kept by the person."""
        return tuple(hit for hit in self.hits if hit.is_kept or hit.confidence >= self.threshold)

    @cached_property
    def hits_by_id(self) -> dict[str, Hit]:
        """Hits by id; do not change the dict."""
        return {hit.id: hit for hit in self.hits}

    @cached_property
    def tracks_by_id(self) -> dict[str, Track]:
        """Tracks by id; do not change the dict."""
        return {track.id: track for track in self.tracks}

    @cached_property
    def generated_by_id(self) -> dict[str, GeneratedTrack]:
        """Generated tracks by id; do not change the dict."""
        return {track.id: track for track in self.generated}

    @property
    def timecode(self) -> TimecodeFormat:
        """How the project counts frames."""
        return TimecodeFormat(self.frame_rate, self.drop_frame)

    def hit(self, hit_id: str) -> Hit:
        """The hit with this id; `KeyError` when there is none."""
        return self.hits_by_id[hit_id]
