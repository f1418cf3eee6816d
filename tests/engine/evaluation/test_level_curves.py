"""Level curves: toy numbers, scikit-learn's errors, scipy's correlation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from engine.evaluation.correlation import pearson
from engine.evaluation.level_curves import ClipLevelScores, evaluate, evaluate_clip


def test_toy_numbers() -> None:
    scores = evaluate([([-20.0, -40.0], [-26.0, -38.0]), ([-60.0], [-60.0])])
    assert scores.mse_db2 == pytest.approx((36 + 4) / 3)
    assert scores.mae_db == pytest.approx(8 / 3)
    # Without the mean difference (2 and 0) 4, -4 and 0 are left; without the median one the same.
    assert scores.mse_without_constant_db2 == pytest.approx(32 / 3)
    assert scores.mae_without_constant_db == pytest.approx(8 / 3)
    assert (scores.frames, scores.clips) == (3, 2)


def test_against_other_implementations() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(0)
    true = [random.normal(-40, 10, 50) for _ in range(3)]
    predicted = [one + random.normal(5, 6, 50) for one in true]
    scores = evaluate(zip(true, predicted, strict=True))
    together = np.concatenate(true), np.concatenate(predicted)
    assert scores.mse_db2 == pytest.approx(metrics.mean_squared_error(*together))
    assert scores.mae_db == pytest.approx(metrics.mean_absolute_error(*together))
    assert scores.correlation == pytest.approx(stats.pearsonr(*together)[0])
    within = [stats.pearsonr(a, b)[0] for a, b in zip(true, predicted, strict=True)]
    assert scores.correlation_within == pytest.approx(np.mean(within))


def test_a_gain_per_clip_is_forgiven_where_it_is_taken_out() -> None:
    true = [np.array([-50.0, -20.0, -35.0]), np.array([-30.0, -10.0, -25.0])]
    scores = evaluate([(true[0], true[0] + 12.0), (true[1], true[1] - 9.0)])
    assert scores.mae_db == pytest.approx(10.5)
    assert scores.mae_without_constant_db == pytest.approx(0.0)
    assert scores.correlation < 0.9
    assert scores.correlation_without_constant == pytest.approx(1.0)


@pytest.mark.parametrize("early", [-1, 0, 1])
def test_the_best_lag_is_found(early: int) -> None:
    true = np.random.default_rng(2).normal(size=40)
    scores = evaluate([(true, np.roll(true, -early))])
    assert scores.lag == early
    assert scores.correlation_at_lag == pytest.approx(1.0)


def test_what_never_changes_has_no_correlation() -> None:
    scores = evaluate([([-80.0, -80.0, -80.0], [-30.1, -20.2, -10.3])])
    assert np.isnan([scores.correlation, scores.correlation_within, scores.correlation_at_lag]).all()
    assert np.isnan(pearson([0.1] * 9, [0.1] * 9)) and np.isnan(pearson([1.0], [2.0]))


@pytest.mark.parametrize(
    ("clips", "message"),
    [
        ([], "no curve"),
        ([([1.0], [1.0, 2.0])], "don't match"),
        ([([], [])], "don't match"),
        ([([-np.inf], [0.0])], "floor"),
    ],
)
def test_nonsense_is_refused(clips, message) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(clips)


def test_every_clip_may_have_its_own_lag() -> None:
    random = np.random.default_rng(4)
    true = [random.normal(-40, 8, 60) for _ in range(2)]
    predicted = [np.roll(true[0], 1), np.roll(true[1], -1) + 6]
    scores = evaluate(zip(true, predicted, strict=True))
    assert scores.correlation_within_at_lags == pytest.approx(1.0)
    assert scores.correlation_at_lag < 0.8 and scores.correlation_at_lags > scores.correlation_at_lag
    one, other = (evaluate_clip(*pair) for pair in zip(true, predicted, strict=True))
    assert (one.lag, other.lag) == (-1, 1)
    assert evaluate_clip(true[1], true[1] + 6) == ClipLevelScores(
        pytest.approx(6.0), pytest.approx(0.0), pytest.approx(-6.0), pytest.approx(1.0), 0, pytest.approx(1.0)
    )
