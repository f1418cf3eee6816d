"""Words against words: toy numbers and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.classification import evaluate

CLASSES = ("wood", "rock", "glass", "water")


def test_toy_numbers() -> None:
    scores = evaluate(["wood", "wood", "wood", "rock"], ["wood", "wood", "glass", "wood"], CLASSES)
    assert scores.confusion.tolist() == [[2, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert scores.accuracy == 0.5
    # Wood 2/3, rock 0; glass and water do not occur and count for nothing.
    assert scores.class_averaged_accuracy == pytest.approx(1 / 3)
    assert np.isnan(scores.recall[2:]).all()
    assert scores.precision.tolist() == pytest.approx([2 / 3, 0, 0, 0])
    assert (scores.examples, scores.support.tolist(), scores.chance) == (4, [3, 1, 0, 0], 0.25)


@pytest.mark.parametrize("seed", range(3))
def test_as_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    true = list(random.choice(CLASSES[:3], 60))  # water never occurs, but may be predicted
    predicted = list(random.choice(CLASSES, 60))
    scores = evaluate(true, predicted, CLASSES)
    assert scores.confusion.tolist() == metrics.confusion_matrix(true, predicted, labels=CLASSES).tolist()
    assert scores.accuracy == pytest.approx(metrics.accuracy_score(true, predicted))
    assert scores.class_averaged_accuracy == pytest.approx(
        metrics.recall_score(true, predicted, labels=sorted(set(true)), average="macro")
    )
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        true, predicted, labels=CLASSES[:3], zero_division=0
    )
    assert scores.precision[:3] == pytest.approx(precision)
    assert scores.recall[:3] == pytest.approx(recall)
    assert scores.f1[:3] == pytest.approx(f1)
    assert (scores.macro_precision, scores.macro_f1) == pytest.approx((precision.mean(), f1.mean()))


@pytest.mark.parametrize(
    ("true", "predicted", "message"),
    [(["wood"], [], "fit together"), ([], [], "no example"), (["wood"], ["steel"], "“steel” is none of")],
)
def test_nonsense_is_refused(true, predicted, message) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(true, predicted, CLASSES)
