"""Threshold, time shift and confidences that suit contacts which are known; the old ones as far as little is.

A detector's confidence is a straight line through the log odds that its curve peaks with. The line is fitted
to candidates of which it is known whether they are contacts (logistic regression, as Platt did), and held to
the line there was as if that had been seen in some further candidates.

References
----------
Platt: Probabilistic Outputs for Support Vector Machines. Advances in Large Margin Classifiers, 1999.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.detections import Detections, judge
from engine.evaluation.onsets import OnsetCounts, match_onsets
from engine.learning.example import Example
from engine.learning.judging import TOLERANCE_S, FoundInExample, judged, score
from engine.models.picking import PickingConfig, probability

Found = Sequence[tuple[Example, FoundInExample]]
"""Examples with the candidates of curves picked by `raw`."""

_THRESHOLDS = np.arange(0.1, 0.91, 0.02)
_NEWTON_STEPS = 50


@dataclass(frozen=True, slots=True)
class ConfidenceConfig:
    """How far what is known may move what there was.

    Attributes
    ----------
    least_pairs
        Without so many matched contacts the time shift stays.
    most_shift_s
        Times are moved by no more than this.
    likely
        Candidates from this confidence on tell how late the detector is.
    as_if
        The old line counts as much as so many candidates.
    nearly_best
        Of thresholds whose F1 is this near to the best, the one nearest the old threshold is taken.
    """

    least_pairs: int = 8
    most_shift_s: float = 0.05
    likely: float = 0.2
    as_if: float = 20.0
    nearly_best: float = 0.015


def raw(picking: PickingConfig) -> PickingConfig:
    """The same picking with log odds as they are, times unmoved, and all candidates that might matter."""
    return replace(picking, slope=1.0, bias=0.0, shift_s=0.0, threshold=0.01, least_confidence=0.01)


def suited(found: Found, old: PickingConfig, config: ConfidenceConfig | None = None) -> PickingConfig:
    """The picking that suits these examples.

    Parameters
    ----------
    found
        What the detector finds in examples it has not learned from, picked by `raw`.
    old
        The picking of the detector it was made from.
    """
    config = config or ConfidenceConfig()
    moved = replace(old, shift_s=_shift_s(found, old, config))
    slope, bias = _line([picked(one, moved, cut=False) for one in found], old, config)
    moved = replace(moved, slope=slope, bias=bias)
    return replace(moved, **_threshold([picked(one, moved) for one in found], old, config))


def picked(
    one: tuple[Example, FoundInExample], picking: PickingConfig, *, cut: bool = True
) -> tuple[Example, FoundInExample]:
    """Candidates of `raw` with the times and confidences of a picking; all of them unless `cut`."""
    example, found = one
    confidence = probability(picking.slope * log_odds(found.confidence) + picking.bias)
    is_kept = confidence >= (picking.least_confidence if cut else 0.0)
    moved_s = np.maximum(found.times_s + picking.shift_s, 0.0)
    return example, replace(found, times_s=moved_s[is_kept], confidence=confidence[is_kept])


def log_odds(confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `probability`."""
    inside = np.clip(confidence, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))


def _shift_s(found: Found, old: PickingConfig, config: ConfidenceConfig) -> float:
    late_s: list[float] = []
    for example, contacts in found:
        confidence = probability(old.slope * log_odds(contacts.confidence) + old.bias)
        times_s = contacts.times_s[confidence >= config.likely]
        if times_s.size and example.seen_s.size:
            pairs = match_onsets(example.seen_s, times_s, 2 * TOLERANCE_S)
            late_s += [float(example.seen_s[true] - times_s[index]) for true, index in pairs]
    if len(late_s) < config.least_pairs:
        return old.shift_s
    # A few pairs say little: half the weight is theirs when there are as many as the least.
    share = len(late_s) / (len(late_s) + config.least_pairs)
    shift_s = old.shift_s + share * (float(np.median(late_s)) - old.shift_s)
    return float(np.clip(shift_s, -config.most_shift_s, config.most_shift_s))


def _line(found: Found, old: PickingConfig, config: ConfidenceConfig) -> tuple[float, float]:
    """Slope and bias from log odds to those of being right, by Newton's method."""
    odds: list[NDArray[np.float64]] = [np.zeros(0)]
    right: list[NDArray[np.float64]] = [np.zeros(0)]
    for example, contacts in found:
        asked = judged(example, contacts)
        verdict = judge(Detections(example.seen_s, asked.times_s, asked.confidence), TOLERANCE_S)
        odds.append((log_odds(asked.confidence) - old.bias) / old.slope)
        right.append(verdict.is_true.astype(np.float64))
    x, y = np.concatenate(odds), np.concatenate(right)
    if not x.size:
        return old.slope, old.bias
    # The old line, seen once more in these very candidates, with the weight of `as_if` of them.
    before = probability(old.slope * x + old.bias)
    weight = config.as_if / x.size
    wanted = (y + weight * before) / (1 + weight)
    line = np.array([old.slope, old.bias])
    design = np.stack((x, np.ones_like(x)), 1)
    for _ in range(_NEWTON_STEPS):
        said = probability(design @ line)
        gradient = design.T @ (said - wanted)
        curvature = design.T @ (design * (said * (1 - said))[:, None]) + 1e-3 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        line = line - step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-9))
        if float(np.abs(step).max()) < 1e-6:
            break
    slope, bias = float(line[0]), float(line[1])
    return (slope, bias) if slope > 0.1 else (old.slope, old.bias)


def _threshold(found: Found, old: PickingConfig, config: ConfidenceConfig) -> dict[str, float]:
    if not sum(example.seen_s.size for example, _ in found):
        return {}
    scores = np.array([_counts(found, float(threshold)).f1 for threshold in _THRESHOLDS])
    nearly = _THRESHOLDS[scores >= scores.max() - config.nearly_best]
    threshold = float(nearly[np.abs(nearly - old.threshold).argmin()])
    if _counts(found, old.threshold).f1 >= scores.max() - config.nearly_best:
        threshold = old.threshold
    return {"threshold": threshold, "least_confidence": min(old.least_confidence, threshold)}


def _counts(found: Found, threshold: float) -> OnsetCounts:
    return score(found, threshold).counts
