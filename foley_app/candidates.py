"""A sound offered for a hit, as the engine describes it, and how a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.project.document import MaterialProbability, Take
from engine.project.document_json import TAKE_SHAPE
from engine.project.materials import is_sure

SOURCE_NAMES: dict[str, str] = {
    "library": "Library",
    "kit": "Kit",
    "exemplar": "Match",
    "generated": "Generated",
}


class PartName(NamedTuple):
    """How a part of a score is called."""

    label: str
    meaning: str


PART_NAMES: dict[str, PartName] = {
    "material": PartName("material", "Its material against what is struck"),
    "picture": PartName("picture", "How it goes with the picture at the contact"),
    "brightness": PartName("bright", "As bright as such a hit would be"),
    "level": PartName("level", "Recorded at a level near the hit's"),
    "shape": PartName("shape", "As quick to begin and as short as such a hit would be"),
    "action": PartName("action", "A hit for a hit, a scratch for a scratch"),
    "choices": PartName("yours", "Like the sounds you chose for this surface"),
}
"""The parts of a score by the engine's names, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One of the reasons for a score, 0 (speaks against the sound) to 1 (for it)."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class OfferedSound:
    """One row of the candidate list.

    Attributes
    ----------
    gain_db
        What brings the sound to the hit's predicted level.
    length
        How much of it sounds, in samples; 0 is to its end.
    parts
        What its score is made of.
    heard
        What it sounds like, the likeliest first; empty for a sound that was not listened to.
    waveform
        Peak magnitude 0..1 over equal parts of the sound, for the small drawing.
    """

    take: Take
    gain_db: float
    length: int = 0
    parts: tuple[ScorePart, ...] = ()
    heard: tuple[MaterialProbability, ...] = ()
    waveform: tuple[float, ...] = ()

    @property
    def origin(self) -> str:
        """Where it comes from, as the second line says it: "Kit · wood", "Library · sounds like glass"."""
        source = SOURCE_NAMES[self.take.source]
        if self.take.material:
            return f"{source} · {self.take.material}"
        return f"{source} · {self.by_ear}" if self.heard else source

    @property
    def by_ear(self) -> str:
        """What it sounds like in words, "" for a sound that was not listened to."""
        if not self.heard:
            return ""
        verb = "sounds like" if is_sure(self.heard) else "maybe"
        return f"{verb} {self.heard[0].name}"


def offered_sound(row: Mapping[str, Any]) -> OfferedSound:
    """A sound as the engine's jobs offer it."""
    return OfferedSound(
        take=TAKE_SHAPE.read(row["take"]),
        gain_db=float(row["gain_db"]),
        length=int(row["length"]),
        parts=_score_parts(row.get("parts", {})),
        heard=_heard_materials(row.get("heard", ())),
    )


def part_label(name: str) -> str:
    """A part's short label."""
    return PART_NAMES[name].label if name in PART_NAMES else name


def part_meaning(name: str) -> str:
    """What a part compares, as half a sentence."""
    return PART_NAMES[name].meaning if name in PART_NAMES else name


def _score_parts(written: Mapping[str, float]) -> tuple[ScorePart, ...]:
    """The parts of a score in the order they are shown."""
    names = [*(name for name in PART_NAMES if name in written), *(n for n in written if n not in PART_NAMES)]
    return tuple(ScorePart(name, min(max(float(written[name]), 0.0), 1.0)) for name in names)


def _heard_materials(written: Sequence[Sequence[Any]]) -> tuple[MaterialProbability, ...]:
    """What a sound sounds like, the likeliest first."""
    rows = [MaterialProbability(str(name), float(probability)) for name, probability in written]
    return tuple(sorted(rows, key=lambda row: -row.probability))
