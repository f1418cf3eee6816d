"""The published lenient onset scores, for comparison with the papers that print them. Not our measure.

Conventions
-----------
Video-to-sound papers judge a generated sound by onsets that an audio detector finds in it. What is called
*accuracy* there is a recall: the share of the true onsets that have a detection nearby; false detections do
not lower it. Their *average precision* is per clip, with a true onset that was missed entered as if it had
been detected with confidence 0, so the curve always reaches recall 1. Scores are averaged over clips.
Matching goes through the true onsets in time and gives each one the most confident free detection in reach,
not the nearest.

`CONDITIONAL_FOLEY` is the protocol of Du et al. (0.1 s), also used by later work on *The Greatest Hits*;
`WIDE` is a variant of it in which the onset picker's threshold of 0.3 serves as a tolerance of 0.3 s too:
where people hit once a second, a metronome reaches 0.6 of the onsets.

References
----------
Du, Chen, Salamon, Russell, Owens: Conditional Generation of Audio from Video via Foley Analogies. CVPR 2023.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.evaluation.detections import Detections, precision_recall


@dataclass(frozen=True, slots=True)
class LenientProtocol:
    """One paper's choice.

    Attributes
    ----------
    name
        What a table calls it.
    tolerance_s
        A detection less than this away counts.
    suppression_s
        Of detections closer than this the most confident one stays.
    """

    name: str
    tolerance_s: float
    suppression_s: float = 0.05


CONDITIONAL_FOLEY = LenientProtocol("lenient, 0.1 s (CondFoleyGen)", 0.1)
WIDE = LenientProtocol("lenient, 0.3 s", 0.3)


@dataclass(frozen=True, slots=True)
class LenientScores:
    """Means over clips, each 0..1.

    Attributes
    ----------
    count_match
        Share of clips with exactly as many detections as true onsets.
    accuracy
        Share of true onsets with a detection nearby: a recall.
    average_precision
        Of the clips that have any true onset or detection.
    """

    count_match: float
    accuracy: float
    average_precision: float


def validate(clips: Iterable[Detections]) -> list[Detections]:
    """The clips as a list.

    Raises
    ------
    ValueError
        When there is none, or a confidence is negative: 0 has to be the least.
    """
    clips = list(clips)
    if not clips:
        raise ValueError("there is no clip to score")
    for clip in clips:
        if (clip.confidence < 0).any():
            raise ValueError(f"confidences start at 0, {clip.confidence.min():g} is less")
    return clips


def evaluate(clips: Iterable[Detections], protocol: LenientProtocol = CONDITIONAL_FOLEY) -> LenientScores:
    """Score clips as the papers do."""
    matches, accuracies, precisions = [], [], []
    for clip in validate(clips):
        kept = _suppressed(clip, protocol.suppression_s)
        # The papers count before suppression.
        matches.append(clip.found_s.size == clip.true_s.size)
        accuracy, precision = _score(clip.true_s, kept, protocol.tolerance_s)
        accuracies.append(accuracy)
        if clip.true_s.size or kept:
            precisions.append(precision)
    return LenientScores(
        float(np.mean(matches)), float(np.mean(accuracies)), float(np.mean(precisions)) if precisions else 0.0
    )


def _suppressed(clip: Detections, suppression_s: float) -> list[tuple[float, float]]:
    """(time, confidence) of the detections that stay, in order of time."""
    kept: list[tuple[float, float]] = []
    for index in np.argsort(-clip.confidence, kind="stable"):
        time_s = float(clip.found_s[index])
        if all(abs(time_s - other) >= suppression_s for other, _ in kept):
            kept.append((time_s, float(clip.confidence[index])))
    return sorted(kept)


def _score(true_s: np.ndarray, found: list[tuple[float, float]], tolerance_s: float) -> tuple[float, float]:
    left = list(found)
    is_true: list[bool] = []
    confidence: list[float] = []
    hits = 0
    for onset_s in true_s:
        near = [detection for detection in left if abs(detection[0] - onset_s) < tolerance_s]
        is_true.append(True)
        if not near:
            confidence.append(0.0)
            continue
        best = max(near, key=lambda detection: detection[1])
        left.remove(best)
        confidence.append(best[1])
        hits += 1
    is_true += [False] * len(left)
    confidence += [rank for _, rank in left]
    if not true_s.size:
        return 0.0, 0.0
    return hits / true_s.size, precision_recall(is_true, confidence, sum(is_true)).average_precision
