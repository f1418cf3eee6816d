"""Predicted level curves against true ones: squared and absolute error in dB, and correlation.

Conventions
-----------
A curve is a level in dB per picture. Frames of all clips are pooled; the correlation within a clip, which
no gain or choice of clips can flatter, is given beside the pooled one as the mean over clips. A recording's
gain is not in its picture, so errors are also given after one constant per clip is taken out: the mean
difference for the squared error, the median for the absolute one. A contact may fall on either side of a
picture's edge, so the correlation is also given at the best lag of -1, 0 or +1 frame: one lag for all clips,
and each clip's own.

References
----------
Huang, Kumar: How Loud are Silent Films? (frame-by-frame levels, mean squared error).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation.correlation import pearson

LAGS = (-1, 0, 1)

_Curves = list[tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class LevelScores:
    """Agreement of predicted with true level curves.

    Attributes
    ----------
    mse_db2, mae_db
        Over all frames.
    correlation
        Over all frames; NaN when one side never changes.
    correlation_within
        Mean over the clips of each one's own; NaN when no clip has one.
    lag, correlation_at_lag
        Frames by which the prediction is best delayed, and the pooled correlation then.
    correlation_at_lags, correlation_within_at_lags
        The pooled correlation, and the mean of the clips' own, when every clip has its own best lag.
    mse_without_constant_db2, mae_without_constant_db, correlation_without_constant
        After one constant per clip is taken out.
    frames, clips
        How many were compared.
    """

    mse_db2: float
    mae_db: float
    correlation: float
    correlation_within: float
    lag: int
    correlation_at_lag: float
    correlation_at_lags: float
    correlation_within_at_lags: float
    mse_without_constant_db2: float
    mae_without_constant_db: float
    correlation_without_constant: float
    frames: int
    clips: int


@dataclass(frozen=True, slots=True)
class ClipLevelScores:
    """Agreement of one clip's predicted with its true level curve.

    Attributes
    ----------
    mae_db, mae_without_constant_db
        As it is, and after the median difference is taken out.
    constant_db
        That median difference, true minus predicted.
    correlation
        NaN when one side never changes.
    lag, correlation_at_lag
        Frames by which the prediction is best delayed in this clip, and the correlation then.
    """

    mae_db: float
    mae_without_constant_db: float
    constant_db: float
    correlation: float
    lag: int
    correlation_at_lag: float


def validate(clips: Iterable[tuple[ArrayLike, ArrayLike]]) -> _Curves:
    """The (true, predicted) curves as arrays.

    Raises
    ------
    ValueError
        When there is none, or a pair is not two rows of as many finite levels.
    """
    curves = [(np.asarray(true, np.float64), np.asarray(predicted, np.float64)) for true, predicted in clips]
    if not curves:
        raise ValueError("there is no curve to compare")
    for number, (true, predicted) in enumerate(curves):
        if true.ndim != 1 or true.shape != predicted.shape or not true.size:
            raise ValueError(f"clip {number}: curves of shape {true.shape} and {predicted.shape} don't match")
        if not (np.isfinite(true).all() and np.isfinite(predicted).all()):
            raise ValueError(f"clip {number}: levels must be finite; silence has a floor")
    return curves


def evaluate(clips: Iterable[tuple[ArrayLike, ArrayLike]]) -> LevelScores:
    """Compare (true, predicted) level curves in dB, one pair per clip."""
    curves = validate(clips)
    true, predicted = (np.concatenate(side) for side in zip(*curves, strict=True))
    lag, correlation_at_lag = _best_lag(curves)
    own = [evaluate_clip(*pair) for pair in curves]
    delayed = [delayed_by(one, other, clip.lag) for (one, other), clip in zip(curves, own, strict=True)]
    # Squares are least without the mean difference, magnitudes without the median one.
    without_mean = [(one - one.mean(), other - other.mean()) for one, other in curves]
    centred_true, centred_predicted = (np.concatenate(side) for side in zip(*without_mean, strict=True))
    without_median = np.concatenate([(a - b) - np.median(a - b) for a, b in curves])
    return LevelScores(
        mse_db2=float(np.mean((true - predicted) ** 2)),
        mae_db=float(np.abs(true - predicted).mean()),
        correlation=pearson(true, predicted),
        correlation_within=_known_mean(clip.correlation for clip in own),
        lag=lag,
        correlation_at_lag=correlation_at_lag,
        correlation_at_lags=pearson(*(np.concatenate(side) for side in zip(*delayed, strict=True))),
        correlation_within_at_lags=_known_mean(clip.correlation_at_lag for clip in own),
        mse_without_constant_db2=float(np.mean((centred_true - centred_predicted) ** 2)),
        mae_without_constant_db=float(np.abs(without_median).mean()),
        correlation_without_constant=pearson(centred_true, centred_predicted),
        frames=true.size,
        clips=len(curves),
    )


def evaluate_clip(true: ArrayLike, predicted: ArrayLike) -> ClipLevelScores:
    """Compare one clip's level curves in dB, (n,) each."""
    ((one, other),) = validate([(true, predicted)])
    constant_db = float(np.median(one - other))
    lag, correlation_at_lag = _best_lag([(one, other)])
    return ClipLevelScores(
        float(np.abs(one - other).mean()),
        float(np.abs(one - other - constant_db).mean()),
        constant_db,
        pearson(one, other),
        lag,
        correlation_at_lag,
    )


def delayed_by(
    true: NDArray[np.float64], predicted: NDArray[np.float64], lag: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The frames both curves have once the prediction comes `lag` frames later."""
    if lag > 0:
        return true[lag:], predicted[:-lag]
    if lag < 0:
        return true[:lag], predicted[-lag:]
    return true, predicted


def _known_mean(values: Iterable[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _best_lag(curves: _Curves) -> tuple[int, float]:
    scores = []
    for lag in LAGS:
        shifted = [delayed_by(true, predicted, lag) for true, predicted in curves]
        scores.append(pearson(*(np.concatenate(side) for side in zip(*shifted, strict=True))))
    known = [index for index, score in enumerate(scores) if not np.isnan(score)]
    if not known:
        return 0, float("nan")
    best = max(known, key=lambda index: scores[index])
    return LAGS[best], scores[best]
