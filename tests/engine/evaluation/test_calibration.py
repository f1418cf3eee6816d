"""Calibration: numbers worked out by hand, scipy's interval, confidences that are true by construction."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from engine.evaluation.calibration import evaluate, pooled
from engine.evaluation.detections import judge, validate


def test_toy_numbers() -> None:
    scores = evaluate([0.9, 0.95, 1.0, 0.2], [True, True, False, False])
    # Of three between 0.9 and 1 two are right, of the one between 0.2 and 0.3 none.
    assert scores.error == pytest.approx((3 * abs(0.95 - 2 / 3) + 1 * 0.2) / 4)
    assert scores.brier == pytest.approx((0.1**2 + 0.05**2 + 1.0 + 0.2**2) / 4)
    low, high = scores.bins
    assert (low.low, low.high, low.count, low.right.value) == (0.2, pytest.approx(0.3), 1, 0.0)
    assert (high.count, high.confidence, high.right.value) == (3, pytest.approx(0.95), pytest.approx(2 / 3))
    assert scores.detections == 4
    # Too sure here and not sure enough there do not make up for each other.
    assert evaluate([0.9, 0.1], [False, True]).error == pytest.approx(0.9)


def test_the_interval_of_a_share_is_wilsons() -> None:
    for right, count in ((2, 3), (0, 5), (7, 7), (40, 50)):
        (only,) = evaluate(np.full(count, 0.75), np.arange(count) < right).bins
        expected = binomtest(right, count).proportion_ci(method="wilson")
        assert [only.right.low, only.right.high] == pytest.approx([expected.low, expected.high], abs=1e-6)


def test_true_confidences_are_charged_what_chance_makes() -> None:
    random = np.random.default_rng(3)
    confidence = random.uniform(size=80)
    errors = [evaluate(confidence, random.random(80) < confidence, seed=n).error for n in range(40)]
    by_chance = evaluate(confidence, random.random(80) < confidence).by_chance
    assert by_chance == pytest.approx(np.mean(errors), rel=0.15)
    many = random.uniform(size=20_000)
    assert evaluate(many, random.random(20_000) < many).error < 0.015
    # Twice as sure as it may be.
    assert evaluate(many, random.random(20_000) < many / 2).error == pytest.approx(0.25, abs=0.02)


def test_without_detections_nothing_is_said() -> None:
    scores = evaluate([], [])
    assert np.isnan([scores.error, scores.by_chance, scores.brier]).all() and scores.bins == ()


def test_a_second_detection_of_a_contact_is_wrong() -> None:
    clips = [judge(validate([1.0], [1.0, 1.02], [0.9, 0.6]), 0.05), judge(validate([], [3.0], [0.3]), 0.05)]
    confidence, is_right = pooled(clips)
    assert confidence.tolist() == [0.9, 0.6, 0.3] and is_right.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("confidence", "is_right", "message"),
    [([80.0], [True], "percent"), ([-0.1], [True], "0..1"), ([0.5, 0.5], [True], "as many")],
)
def test_nonsense_is_refused(confidence: list[float], is_right: list[bool], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(confidence, is_right)
