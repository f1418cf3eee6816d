"""How well a detector does on what a person or a sound has told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.onsets import OnsetCounts, count_onsets
from engine.learning.example import Example

TOLERANCE_S = 0.05
_UNSEEN_REACH_S = 0.1
"""What is found this near to a contact that is only heard is neither right nor wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundInExample:
    """What a detector says about an example.

    Attributes
    ----------
    times_s, confidence
        (found,) contacts and candidates in order of time.
    frame_times_s, level_db
        (pictures,) its level curve.
    """

    times_s: NDArray[np.float64]
    confidence: NDArray[np.float64]
    frame_times_s: NDArray[np.float64]
    level_db: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """How a detector does on all examples together.

    Attributes
    ----------
    counts
        Contacts at ±50 ms, one to one.
    level_error_db
        Mean distance of the level curves after the median difference of each example is taken out; None
        where no example has levels.
    """

    counts: OnsetCounts
    level_error_db: float | None = None

    def is_better_than(self, other: Score) -> bool:
        """Fewer mistakes in contacts; with as many, a nearer level curve."""
        if self.counts.f1 != other.counts.f1:
            return self.counts.f1 > other.counts.f1
        if self.level_error_db is None or other.level_error_db is None:
            return False
        return self.level_error_db < other.level_error_db

    def numbers(self) -> dict[str, float]:
        """Everything by name, for the wire."""
        counts = self.counts
        return {**self.metrics(), "contacts": counts.true, "found": counts.found, "matched": counts.matched}

    def metrics(self) -> dict[str, float]:
        """By name, for `model.json`."""
        counts = self.counts
        metrics = {"f1_50ms": counts.f1, "precision": counts.precision, "recall": counts.recall}
        if self.level_error_db is not None:
            metrics["level_error_db"] = self.level_error_db
        return metrics


def score(pairs: Iterable[tuple[Example, FoundInExample]], threshold: float) -> Score:
    """Judge what was found from a threshold on."""
    counts = OnsetCounts()
    errors_db: list[NDArray[np.float64]] = []
    for example, found in pairs:
        asked = judged(example, found)
        counts += count_onsets(example.seen_s, asked.times_s[asked.confidence >= threshold], TOLERANCE_S)
        if example.levels is not None and len(found.frame_times_s):
            difference_db = example.levels.level_db - np.interp(
                example.levels.times_s, found.frame_times_s, found.level_db
            )
            errors_db.append(np.abs(difference_db - np.median(difference_db)))
    return Score(counts, float(np.concatenate(errors_db).mean()) if errors_db else None)


def judged(example: Example, found: FoundInExample) -> FoundInExample:
    """What is right or wrong of what was found: within the example, and not merely heard."""
    is_asked = _distance_s(found.times_s, example.unseen_s) > _UNSEEN_REACH_S
    is_asked |= _distance_s(found.times_s, example.seen_s) <= _UNSEEN_REACH_S
    is_asked &= example.stretch.holds(found.times_s)
    return replace(found, times_s=found.times_s[is_asked], confidence=found.confidence[is_asked])


def _distance_s(times_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> NDArray[np.float64]:
    if not others_s.size:
        return np.full(times_s.shape, np.inf)
    return np.abs(times_s[:, None] - others_s[None, :]).min(axis=1)
