"""Ranked lists: toy numbers and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.recommendations import evaluate, judged, top_k_accuracy


def test_toy_numbers() -> None:
    scores = evaluate([[True, False, True, False], [False, False, True, True]])
    assert scores.good_in_top_k == pytest.approx([1 / 2, 1 / 4, 1 / 2, 1 / 2])
    assert scores.hit_in_top_k == pytest.approx([1 / 2, 1 / 2, 1, 1])
    assert scores.precision_at(3) == pytest.approx(0.5)
    assert scores.mean_average_precision == pytest.approx(((1 + 2 / 3) / 2 + (1 / 3 + 2 / 4) / 2) / 2)
    assert scores.queries == 2


def test_good_ones_that_are_not_listed_count_as_missed() -> None:
    assert evaluate([[True, False]], [2]).mean_average_precision == pytest.approx(0.5)
    # Ten good ones can't stand in a list of two.
    assert evaluate([[True, False]], [10]).mean_average_precision == pytest.approx(0.5)
    assert np.isnan(evaluate([[False, False]]).mean_average_precision)


def test_average_precision_is_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    good = np.random.default_rng(0).random((6, 30)) < 0.3
    theirs = [metrics.average_precision_score(row, -np.arange(30)) for row in good]
    assert evaluate(good).mean_average_precision == pytest.approx(np.mean(theirs))


def test_top_k_accuracy_is_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(1)
    classes, true, scores = (
        ["a", "b", "c", "d"],
        list(random.choice(list("abcd"), 40)),
        random.random((40, 4)),
    )
    for k in (1, 2, 3):
        theirs = metrics.top_k_accuracy_score(true, scores, k=k, labels=classes)
        assert top_k_accuracy(true, scores, classes, k) == pytest.approx(theirs)


def test_a_sound_is_good_when_its_material_is_in_the_image() -> None:
    good = judged([(["wood", "rock"], ["rock", "glass", "wood"]), (["water"], ["water", "wood"])])
    assert good.tolist() == [[True, False], [True, False]]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer good"):
        evaluate([[True, True]], [1])
    with pytest.raises(ValueError, match="no recommended sound"):
        judged([(["wood"], [])])
    with pytest.raises(ValueError, match="no query"):
        judged([])
    with pytest.raises(ValueError, match="of that shape"):
        top_k_accuracy(["a"], [[1.0, 2.0]], ["a"], 1)
