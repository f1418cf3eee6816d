"""Whether confidences are what they say: of the hits shown with 80 %, four in five should be right.

Conventions
-----------
Confidences lie in 0..1 and are sorted into `BINS` bins of equal width; a confidence of 1 belongs to the last.
The calibration error is the mean over the detections of the distance between a bin's mean confidence and the
share of it that is right. Where few detections share a bin that distance is above 0 even when every
confidence is true; `by_chance` says how large the error then is on average, with these very confidences.

References
----------
Naeini, Cooper, Hauskrecht: Obtaining Well Calibrated Probabilities Using Bayesian Binning. AAAI 2015.
Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks. ICML 2017.
Wilson: Probable Inference, the Law of Succession, and Statistical Inference. JASA 1927 (the interval).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation.bootstrap import Interval
from engine.evaluation.detections import JudgedDetections

BINS = 10

_CHANCE_DRAWS = 500
_DEVIATIONS = 1.959964
"""Standard deviations around the middle of a normal distribution that hold 95 % of it."""


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The detections whose confidence lies in one range.

    Attributes
    ----------
    low, high
        The range.
    count
        How many there are, at least one.
    confidence
        Their mean confidence.
    right
        The share of them that is right, with a 95 % interval.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: Interval


@dataclass(frozen=True, slots=True)
class Calibration:
    """How true confidences are.

    Attributes
    ----------
    error
        Expected calibration error, 0..1; NaN without detections.
    by_chance
        The error that as many detections with true confidences have on average.
    brier
        Mean squared distance of confidence and outcome.
    detections
        How many there were.
    bins
        Those that hold any, by confidence.
    """

    error: float
    by_chance: float
    brier: float
    detections: int
    bins: tuple[ConfidenceBin, ...]


def validate(confidence: ArrayLike, is_right: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidences and outcomes as arrays.

    Raises
    ------
    ValueError
        When they are not two rows of as many, or a confidence is outside 0..1.
    """
    ranks, right = np.asarray(confidence, np.float64), np.asarray(is_right, bool)
    if ranks.ndim != 1 or ranks.shape != right.shape:
        raise ValueError(
            f"confidences and outcomes are two rows of as many, not {ranks.shape} and {right.shape}"
        )
    if not (np.isfinite(ranks).all() and (ranks >= 0).all() and (ranks <= 1).all()):
        raise ValueError("confidences lie in 0..1; are they log odds or percent?")
    return ranks, right


def evaluate(confidence: ArrayLike, is_right: ArrayLike, *, bins: int = BINS, seed: int = 0) -> Calibration:
    """Compare confidences (n,) with outcomes (n,)."""
    ranks, right = validate(confidence, is_right)
    if not ranks.size:
        return Calibration(float("nan"), float("nan"), float("nan"), 0, ())
    place = np.minimum((ranks * bins).astype(np.int64), bins - 1)
    kept = [
        _bin(number / bins, (number + 1) / bins, ranks[place == number], right[place == number])
        for number in np.unique(place)
    ]
    # Outcomes as they would fall if every confidence were true.
    drawn = np.random.default_rng(seed).random((_CHANCE_DRAWS, ranks.size)) < ranks
    return Calibration(
        calibration_error(ranks, right, bins),
        float(np.mean([calibration_error(ranks, outcome, bins) for outcome in drawn])),
        float(np.mean((ranks - right) ** 2)),
        ranks.size,
        tuple(kept),
    )


def calibration_error(
    confidence: NDArray[np.float64], is_right: NDArray[np.bool_], bins: int = BINS
) -> float:
    """The expected calibration error alone, of arrays (n,) that are known to fit; NaN when they are empty."""
    if not confidence.size:
        return float("nan")
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    excess = np.bincount(place, confidence - is_right, bins)
    return float(np.abs(excess).sum() / confidence.size)


def pooled(judged: Iterable[JudgedDetections]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidences and outcomes of several clips' judged detections, one after the other."""
    judged = list(judged)
    return (
        np.concatenate([np.zeros(0), *(clip.confidence for clip in judged)]),
        np.concatenate([np.zeros(0, bool), *(clip.is_true for clip in judged)]),
    )


def _bin(low: float, high: float, ranks: NDArray[np.float64], right: NDArray[np.bool_]) -> ConfidenceBin:
    return ConfidenceBin(low, high, ranks.size, float(ranks.mean()), _share(int(right.sum()), right.size))


def _share(right: int, count: int) -> Interval:
    """A share and Wilson's interval."""
    share, spread = right / count, _DEVIATIONS**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = np.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return Interval(share, max(0.0, float(middle - half)), min(1.0, float(middle + half)))
