"""What the engine says about a detector, and how a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

DetectorKind = Literal["bundled", "built-in", "user"]

SOUND_ONSETS = "sound-onsets"
"""The detector that takes its times from the video's own sound."""

KIND_TEXTS: dict[str, str] = {
    "bundled": "Comes with the program",
    "built-in": "Comes with the program, can't learn",
    "user": "Yours",
}

_METRIC_TEXTS: dict[str, str] = {
    "f1": "Hits right (F1), ±50 ms",
    "f1_33ms": "Hits right (F1), ±33 ms",
    "f1_50ms": "Hits right (F1), ±50 ms",
    "f1_100ms": "Hits right (F1), ±100 ms",
    "precision": "Right among those found",
    "recall": "Found among those there",
    "scratch_recall": "Scratches found, ±50 ms",
    "calibration_error": "Confidence off by",
    "level_correlation": "Level curve, correlation",
    "level_error_db": "Level curve, mean error",
}
"""What a measured number is called; others are shown under their own names."""


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector that hits can be found with.

    Attributes
    ----------
    name
        How the engine and the person call it.
    about
        What it is, in a few words.
    made_from
        What it learned from.
    base, made_on
        Name of the detector it began as, and an ISO date; of the person's own.
    metrics
        Measured numbers by their names on the wire.
    threshold
        Its own threshold of confidence; None where the engine does not say.
    problem
        Why it can't be used, "" when it can.
    """

    name: str
    kind: DetectorKind
    about: str = ""
    size_bytes: int = 0
    made_from: str = ""
    base: str = ""
    made_on: str = ""
    metrics: tuple[tuple[str, float | str], ...] = ()
    threshold: float | None = None
    problem: str = ""

    @property
    def is_mine(self) -> bool:
        """Whether the person made it, so that it can be renamed and deleted."""
        return self.kind == "user"

    @property
    def can_learn(self) -> bool:
        """Whether another can be made from it."""
        return self.kind != "built-in" and not self.problem


def detector_from_wire(row: Mapping[str, Any]) -> Detector:
    """A detector as the engine's job "models" lists it."""
    threshold = row.get("threshold")
    return Detector(
        name=str(row["name"]),
        kind=row["kind"],
        about=str(row.get("title") or ""),
        size_bytes=int(row.get("size_bytes") or 0),
        made_from=str(row.get("made_from") or ""),
        base=str(row.get("base") or ""),
        made_on=str(row.get("made_on") or ""),
        metrics=tuple(_flat(row.get("metrics") or {})),
        threshold=None if threshold is None else float(threshold),
        problem=str(row.get("problem") or ""),
    )


def name_in_label(label: str) -> str:
    """The detector's name in what a document says it was analysed with ("name version")."""
    return label.rpartition(" ")[0] or label


def metric_rows(metrics: tuple[tuple[str, float | str], ...]) -> list[tuple[str, str]]:
    """Measured numbers as rows of text: what was measured, and the number."""
    return [
        (_METRIC_TEXTS.get(name, name.replace("_", " ")), _number(name, value)) for name, value in metrics
    ]


def size_text(size_bytes: int) -> str:
    """ "3.1 MB"; "" when there is no file."""
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes else ""


def free_name(wish: str, taken: frozenset[str]) -> str:
    """The wish, or the wish with the first number that makes it a new name."""
    name, number = wish, 2
    while name.casefold() in {other.casefold() for other in taken}:
        name, number = f"{wish} {number}", number + 1
    return name


def _number(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if name.endswith("_db"):
        return f"{value:.1f} dB"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _flat(metrics: Mapping[str, Any], before: str = "") -> list[tuple[str, float | str]]:
    """Numbers and words in the order given; those of a group are named after it."""
    rows: list[tuple[str, float | str]] = []
    for name, value in metrics.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{before}{name} ")
        elif isinstance(value, int | float | str) and not isinstance(value, bool):
            rows.append((f"{before}{name}", value))
    return rows
