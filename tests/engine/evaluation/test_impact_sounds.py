"""Loudness and centroid of predicted sounds: exact cases, scipy's correlation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from engine.evaluation.impact_sounds import evaluate, loudness, spectral_centroid


def test_loudness_is_the_largest_norm() -> None:
    cochleagram = np.zeros((5, 3))
    cochleagram[1] = [3, 0, 4]
    cochleagram[3] = [2, 2, 2]
    assert loudness(cochleagram) == pytest.approx(5.0)


def test_centroid_is_taken_around_the_middle() -> None:
    cochleagram = np.zeros((45, 4))
    cochleagram[0] = [0, 0, 0, 9]  # far from the impact
    cochleagram[21:24] = [1, 0, 3, 0]  # three frames at 90 Hz: 0.033 s
    assert spectral_centroid(cochleagram) == pytest.approx(1.5)
    cochleagram[24] = [0, 0, 0, 50]
    assert spectral_centroid(cochleagram) == pytest.approx(1.5)
    assert spectral_centroid(cochleagram, impact_frame=0) == pytest.approx(3.0)
    assert np.isnan(spectral_centroid(np.zeros((3, 4))))


def test_errors_and_correlations() -> None:
    random = np.random.default_rng(0)
    true = random.random((20, 9, 6))
    predicted = random.random((20, 9, 6))
    scores = evaluate(zip(true, predicted, strict=True))
    sides = np.stack([true, predicted], axis=1)
    loud = np.sqrt((sides**2).sum(axis=3)).max(axis=2)
    middle = sides[:, :, 3:6].sum(axis=2) @ np.arange(6) / sides[:, :, 3:6].sum(axis=(2, 3))
    assert scores.loudness_error == pytest.approx(((loud[:, 0] - loud[:, 1]) ** 2).mean())
    assert scores.centroid_error == pytest.approx(((middle[:, 0] - middle[:, 1]) ** 2).mean())
    assert scores.loudness_correlation == pytest.approx(stats.pearsonr(*loud.T)[0])
    assert scores.centroid_correlation == pytest.approx(stats.pearsonr(*middle.T)[0])
    assert scores.sounds == 20
    same = evaluate(zip(true, true, strict=True))
    assert (same.loudness_error, same.loudness_correlation) == pytest.approx((0.0, 1.0))


def test_a_silent_prediction_has_a_loudness_but_no_centroid() -> None:
    true = [np.full((3, 2), value) for value in (1.0, 2.0, 3.0)]
    scores = evaluate([(one, np.zeros((3, 2))) for one in true])
    assert scores.loudness_error == pytest.approx(2 * (1 + 4 + 9) / 3)
    assert np.isnan(scores.centroid_error) and np.isnan(scores.loudness_correlation)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="frames and bands"):
        loudness([1.0, 2.0])
    with pytest.raises(ValueError, match="not negative"):
        loudness([[-1.0]])
    with pytest.raises(ValueError, match="2 bands can't be compared with 3"):
        evaluate([(np.ones((3, 2)), np.ones((3, 3)))])
    with pytest.raises(ValueError, match="no sound"):
        evaluate([])
