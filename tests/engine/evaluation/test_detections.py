"""Average precision of detections: toy numbers, scikit-learn where both are defined."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation import detections
from engine.evaluation.detections import evaluate, precision_recall, validate


def test_toy_curve() -> None:
    # 0.9 right, 0.8 a second detection of the same onset, 0.6 right, 0.5 nowhere near; 7.0 is missed.
    clip = validate([1.0, 3.0, 7.0], [1.02, 1.05, 3.08, 5.0], [0.9, 0.8, 0.6, 0.5])
    curve = evaluate([clip])
    assert curve.confidence == pytest.approx([0.9, 0.8, 0.6, 0.5])
    assert curve.precision == pytest.approx([1, 1 / 2, 2 / 3, 2 / 4])
    assert curve.recall == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert curve.average_precision == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert curve.interpolated == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert curve.best_f1 == pytest.approx(2 / 3)


def test_interpolation_takes_the_best_later_precision() -> None:
    curve = precision_recall([False, True, True], [0.9, 0.8, 0.7], 2)
    assert curve.average_precision == pytest.approx(0.5 * 1 / 2 + 0.5 * 2 / 3)
    assert curve.interpolated == pytest.approx(2 / 3)


def test_a_detection_takes_the_nearest_free_onset() -> None:
    clip = validate([1.0, 1.08], [1.07, 1.0], [0.5, 0.9])
    assert evaluate([clip], 0.1).average_precision == pytest.approx(1.0)
    # 0.1 s is still in reach, though in floating point 0.4 - 0.3 is more than that.
    assert evaluate([validate([0.3], [0.4], [1.0])], 0.1).recall == pytest.approx([1.0])
    assert evaluate([validate([0.3], [0.401], [1.0])], 0.1).recall == pytest.approx([0.0])


def test_clips_are_ranked_together() -> None:
    good = validate([1.0], [1.0], [0.5])
    bad = validate([], [4.0], [0.9])
    assert evaluate([good, bad]).average_precision == pytest.approx(0.5)
    judged = [detections.judge(good), detections.judge(bad)]
    assert detections.pooled(judged).average_precision == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(4))
def test_as_scikit_learn_when_nothing_is_missed(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    is_true = random.random(80) < 0.4
    confidence = np.round(random.random(80), 1)  # with many ties
    curve = precision_recall(is_true, confidence, int(is_true.sum()))
    assert curve.average_precision == pytest.approx(metrics.average_precision_score(is_true, confidence))


def test_nothing_there() -> None:
    assert evaluate([validate([1.0], [], [])]).average_precision == 0.0
    assert np.isnan(evaluate([validate([], [1.0], [0.3])]).average_precision)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="2 found onsets need"):
        validate([1.0], [1.0, 2.0], [0.5])
    with pytest.raises(ValueError, match="milliseconds"):
        validate([1.0], [40_000.0], [0.5])
