"""Sets of words: toy numbers and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.multilabel import co_appearance, co_appearance_share, evaluate


def test_toy_numbers() -> None:
    true = [[1, 1, 0], [1, 0, 0]]
    scores = evaluate(true, [[0.9, 0.4, 0.6], [0.5, 0.1, 0.2]])
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.all_right == 0.5
    assert (scores.precision, scores.recall, scores.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (scores.macro_precision, scores.macro_recall) == pytest.approx((0.5, 0.5))
    assert scores.average_precision[:2].tolist() == [1.0, 1.0] and np.isnan(scores.average_precision[2])
    assert scores.mean_average_precision == 1.0


def test_as_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(0)
    true, probability = random.random((50, 5)) < 0.3, random.random((50, 5))
    scores, said = evaluate(true, probability), probability >= 0.5
    assert scores.all_right == pytest.approx(metrics.accuracy_score(true, said))
    for average, ours in (
        ("micro", (scores.precision, scores.recall, scores.f1)),
        ("macro", (scores.macro_precision, scores.macro_recall, scores.macro_f1)),
    ):
        theirs = metrics.precision_recall_fscore_support(true, said, average=average, zero_division=0)[:3]
        assert ours == pytest.approx(theirs)
    assert scores.mean_average_precision == pytest.approx(metrics.average_precision_score(true, probability))


def test_co_appearance() -> None:
    true = [[1, 1, 0], [1, 0, 0], [1, 1, 0]]
    assert co_appearance(true).tolist() == [[3, 2, 0], [2, 2, 0], [0, 0, 0]]
    assert co_appearance_share(true) == pytest.approx(np.array([[1, 2 / 3, 0], [1, 1, 0], [0, 0, 0]]))


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="logits"):
        evaluate([[1]], [[3.0]])
    with pytest.raises(ValueError, match="no example has"):
        evaluate([[0]], [[0.5]])
    with pytest.raises(ValueError, match="fit together"):
        evaluate([[1, 0]], [[0.5]])
    with pytest.raises(ValueError, match="yes and no"):
        co_appearance([[2]])
