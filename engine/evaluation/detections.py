"""Average precision of ranked detections, and the precision-recall curve behind it.

Conventions
-----------
Detections of all clips are ranked by confidence. In that order each one takes the nearest true onset of
its clip that is still free and at most `tolerance_s` away; a detection without one is false. An onset is
found once: a second detection of it is false. Owens et al. count a sound as detected within 0.1 s. True
onsets that no detection reaches count as missed at every threshold, so a curve may end below recall 1.

Average precision is the sum over the detections of precision times gained recall, detections of the same
confidence together; `interpolated` takes the best precision at this or a higher recall instead, as the
PASCAL VOC challenges did from 2010 on.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
Everingham et al.: The PASCAL Visual Object Classes Challenge: A Retrospective. IJCV 2015.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation import onsets

OWENS_TOLERANCE_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """True and found onsets of one clip.

    Attributes
    ----------
    true_s
        (n,) in seconds, sorted.
    found_s, confidence
        (m,) each, in any order.
    """

    true_s: NDArray[np.float64]
    found_s: NDArray[np.float64]
    confidence: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedDetections:
    """One clip's detections, each right or wrong.

    Attributes
    ----------
    is_true, confidence
        (m,) each.
    total_true
        How many onsets there were to be found.
    """

    is_true: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    total_true: int


@dataclass(frozen=True, slots=True, eq=False)
class PrecisionRecall:
    """A precision-recall curve.

    Attributes
    ----------
    confidence
        (k,) the distinct confidences, falling: the threshold of each point.
    precision, recall
        (k,) of all detections at or above it.
    average_precision, interpolated
        The area under it, in steps and under its falling hull.
    """

    confidence: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    average_precision: float
    interpolated: float

    @property
    def best_f1(self) -> float:
        """The highest F1 at any threshold; chosen in hindsight, so only an upper bound."""
        total = self.precision + self.recall
        f1 = np.divide(2 * self.precision * self.recall, total, out=np.zeros_like(total), where=total > 0)
        return float(f1.max(initial=0.0))


def validate(true_s: ArrayLike, found_s: ArrayLike, confidence: ArrayLike) -> Detections:
    """One clip's onsets as arrays.

    Raises
    ------
    ValueError
        When the times are no onsets, or the confidences are not one finite number for each found onset.
    """
    found = np.asarray(found_s, np.float64)
    ranks = np.asarray(confidence, np.float64)
    onsets.validate(found)
    if ranks.shape != found.shape or not np.isfinite(ranks).all():
        raise ValueError(f"{found.size} found onsets need as many finite confidences, not {ranks.shape}")
    return Detections(onsets.validate(true_s), found, ranks)


def evaluate(clips: Iterable[Detections], tolerance_s: float = OWENS_TOLERANCE_S) -> PrecisionRecall:
    """The curve of all clips' detections ranked together.

    Without any true onset the average precision is NaN; without any detection it is 0.
    """
    return pooled(judge(clip, tolerance_s) for clip in clips)


def judge(clip: Detections, tolerance_s: float = OWENS_TOLERANCE_S) -> JudgedDetections:
    """Which of a clip's detections are right; pooling judged clips is cheap, judging them is not."""
    is_free = np.ones(clip.true_s.size, bool)
    is_true = np.zeros(clip.found_s.size, bool)
    for index in np.argsort(-clip.confidence, kind="stable"):
        distance = np.where(is_free, np.abs(clip.true_s - clip.found_s[index]), np.inf)
        nearest = int(distance.argmin()) if distance.size else 0
        # Rounded like mir_eval's matching: in floating point 0.4 - 0.3 is more than 0.1.
        if distance.size and np.round(distance[nearest], 10) <= tolerance_s:
            is_free[nearest], is_true[index] = False, True
    return JudgedDetections(is_true, clip.confidence, clip.true_s.size)


def pooled(judged: Iterable[JudgedDetections]) -> PrecisionRecall:
    """The curve of several clips' judged detections ranked together."""
    judged = list(judged)
    return precision_recall(
        np.concatenate([np.zeros(0, bool), *(clip.is_true for clip in judged)]),
        np.concatenate([np.zeros(0), *(clip.confidence for clip in judged)]),
        sum(clip.total_true for clip in judged),
    )


def precision_recall(is_true: ArrayLike, confidence: ArrayLike, total_true: int) -> PrecisionRecall:
    """The curve of judged detections.

    Parameters
    ----------
    is_true, confidence
        (m,) whether each detection is right, and its rank.
    total_true
        How many there are to be found, whether reached by a detection or not.
    """
    right, ranks = np.asarray(is_true, bool), np.asarray(confidence, np.float64)
    order = np.argsort(-ranks, kind="stable")
    right, ranks = right[order], ranks[order]
    # Detections of the same confidence pass a threshold together, so only the last of them is a point.
    ends = np.flatnonzero(np.append(np.diff(ranks) != 0, True)) if ranks.size else np.zeros(0, np.intp)
    matched = np.cumsum(right)[ends]
    precision = matched / (ends + 1.0)
    if not total_true:
        nothing = np.full(ends.size, np.nan)
        return PrecisionRecall(ranks[ends], precision, nothing, float("nan"), float("nan"))
    recall = matched / total_true
    gained = np.diff(recall, prepend=0.0)
    hull = np.maximum.accumulate(precision[::-1])[::-1]
    return PrecisionRecall(
        ranks[ends], precision, recall, float((gained * precision).sum()), float((gained * hull).sum())
    )
