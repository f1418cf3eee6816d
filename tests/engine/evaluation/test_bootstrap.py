"""Intervals against scipy's bootstrap and against exact cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from engine.evaluation import bootstrap
from engine.evaluation.bootstrap import Interval


def mean(values) -> float:
    return float(np.mean(values))


def test_close_to_scipy() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 60)
    ours = bootstrap.evaluate(list(values), mean, draws=4000)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=4000, rng=1)
    assert ours.value == pytest.approx(values.mean())
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.06)


def test_clips_of_one_source_are_drawn_together() -> None:
    # All of one source: every draw is the whole set.
    assert bootstrap.evaluate([1.0, 2.0, 6.0], mean, groups=["a", "a", "a"]) == Interval(3.0, 3.0, 3.0)
    # Two sources of 10 equal clips each: a draw is one source twice, or both.
    grouped = bootstrap.evaluate([0.0] * 10 + [1.0] * 10, mean, groups=["a"] * 10 + ["b"] * 10)
    alone = bootstrap.evaluate([0.0] * 10 + [1.0] * 10, mean)
    assert (grouped.low, grouped.high) == (0.0, 1.0)
    assert alone.low > 0.2 and alone.high < 0.8


def test_same_seed_same_interval() -> None:
    values = [1.0, 4.0, 2.0, 8.0]
    assert bootstrap.evaluate(values, mean, seed=3) == bootstrap.evaluate(values, mean, seed=3)


def test_undefined_draws_are_left_out() -> None:
    interval = bootstrap.evaluate([1.0, float("nan")], mean)
    assert np.isnan(interval.value)
    assert (interval.low, interval.high) == (1.0, 1.0)
    nowhere = bootstrap.evaluate([float("nan")], mean)
    assert np.isnan(nowhere.low)


@pytest.mark.parametrize(
    ("clips", "groups", "draws", "message"),
    [([], None, 10, "no clips"), ([1.0], ["a", "b"], 10, "fit together"), ([1.0], None, 0, "0 draws")],
)
def test_nonsense_is_refused(clips, groups, draws, message) -> None:
    with pytest.raises(ValueError, match=message):
        bootstrap.evaluate(clips, mean, groups=groups, draws=draws)
