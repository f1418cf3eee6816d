"""Found contacts against true ones: F1, average precision and a metronome, per tolerance, action and clip.

Conventions
-----------
Times are in seconds; matching is one to one (`engine.evaluation.onsets`); counts of clips are pooled before
ratios are taken, and intervals are bootstrapped over sources (`engine.evaluation.bootstrap`). Recall per
action is that of the true contacts of that action, whatever the detector called them; a true contact whose
action nobody told counts for the whole but for no action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import bootstrap, detections
from engine.evaluation.bootstrap import Interval
from engine.evaluation.detections import PrecisionRecall
from engine.evaluation.onsets import (
    TOLERANCES_S,
    OnsetCounts,
    count_onsets,
    match_onsets,
    metronome_f1,
)
from engine.project.materials import ACTIONS


@dataclass(frozen=True, slots=True, eq=False)
class ClipContacts:
    """One clip's true contacts and what was found.

    Attributes
    ----------
    name, source
        The clip, and the video it was cut from.
    duration_s
        Its length.
    true_s, actions
        (n,) times, sorted, and what each one is; None where nobody told.
    found_s, confidence
        (m,) times and confidences of everything found, candidates below the threshold too.
    threshold
        The confidence from which a found contact counts for F1.
    """

    name: str
    source: str
    duration_s: float
    true_s: NDArray[np.float64]
    actions: tuple[str | None, ...]
    found_s: NDArray[np.float64]
    confidence: NDArray[np.float64]
    threshold: float

    @property
    def counted_s(self) -> NDArray[np.float64]:
        """The found contacts that count for F1."""
        return self.found_s[self.confidence >= self.threshold]


@dataclass(frozen=True, slots=True, eq=False)
class ToleranceScores:
    """Scores of all clips at one tolerance.

    Attributes
    ----------
    counts
        Pooled.
    f1, average_precision
        With intervals over sources.
    curve
        Precision and recall over all thresholds.
    metronome_f1
        What evenly spaced onsets, as many as there are true ones, score.
    recall_of
        Per action.
    """

    tolerance_s: float
    counts: OnsetCounts
    f1: Interval
    average_precision: Interval
    curve: PrecisionRecall
    metronome_f1: float
    recall_of: dict[str, OnsetCounts]


@dataclass(frozen=True, slots=True, eq=False)
class ContactReport:
    """Everything a table of a detector shows.

    Attributes
    ----------
    scores
        One per tolerance.
    per_clip
        Counts at each tolerance, by the clip's name.
    """

    scores: tuple[ToleranceScores, ...]
    per_clip: dict[str, tuple[OnsetCounts, ...]]


def validate(clips: Sequence[ClipContacts]) -> None:
    """Check the clips.

    Raises
    ------
    ValueError
        When there is none, two have one name, or a clip's times, actions and confidences don't fit together.
    """
    if not clips:
        raise ValueError("there is no clip to score")
    names = [clip.name for clip in clips]
    if len(set(names)) < len(names):
        raise ValueError("two clips have the same name")
    for clip in clips:
        detections.validate(clip.true_s, clip.found_s, clip.confidence)
        if len(clip.actions) != clip.true_s.size:
            raise ValueError(f"{clip.name}: {clip.true_s.size} contacts and {len(clip.actions)} actions")
        if (np.diff(clip.true_s) < 0).any():
            raise ValueError(f"{clip.name}: the true contacts are not in order of time")
        if clip.true_s.size and clip.true_s[-1] > clip.duration_s:
            raise ValueError(
                f"{clip.name}: a contact at {clip.true_s[-1]:g} s, beyond its {clip.duration_s:g} s"
            )


def evaluate(
    clips: Sequence[ClipContacts],
    tolerances_s: Sequence[float] = TOLERANCES_S,
    *,
    draws: int = bootstrap.DRAWS,
) -> ContactReport:
    """Score a detector's clips."""
    validate(clips)
    return ContactReport(
        tuple(_scores_at(clips, tolerance_s, draws) for tolerance_s in tolerances_s),
        {
            clip.name: tuple(count_onsets(clip.true_s, clip.counted_s, t) for t in tolerances_s)
            for clip in clips
        },
    )


def _scores_at(clips: Sequence[ClipContacts], tolerance_s: float, draws: int) -> ToleranceScores:
    sources = [clip.source for clip in clips]
    counts = [count_onsets(clip.true_s, clip.counted_s, tolerance_s) for clip in clips]
    judged = [
        detections.judge(detections.validate(clip.true_s, clip.found_s, clip.confidence), tolerance_s)
        for clip in clips
    ]
    return ToleranceScores(
        tolerance_s,
        sum(counts, start=OnsetCounts()),
        bootstrap.evaluate(
            counts, lambda some: sum(some, start=OnsetCounts()).f1, groups=sources, draws=draws
        ),
        bootstrap.evaluate(
            judged,
            lambda some: detections.pooled(some).average_precision,
            groups=sources,
            draws=draws,
        ),
        detections.pooled(judged),
        metronome_f1([(clip.true_s, clip.duration_s) for clip in clips], tolerance_s),
        {action: _recall_of(action, clips, tolerance_s) for action in ACTIONS},
    )


def _recall_of(action: str, clips: Sequence[ClipContacts], tolerance_s: float) -> OnsetCounts:
    """How many of the true contacts of an action were matched; `found` is not counted by action."""
    matched = true = 0
    for clip in clips:
        true += clip.actions.count(action)
        if not clip.true_s.size or not clip.counted_s.size:
            continue
        for index, _ in match_onsets(clip.true_s, clip.counted_s, tolerance_s):
            matched += clip.actions[index] == action
    return OnsetCounts(matched, 0, true)
