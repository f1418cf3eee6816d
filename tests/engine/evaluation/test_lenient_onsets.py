"""The lenient protocol against numbers worked out by hand from its published description."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.detections import validate
from engine.evaluation.lenient_onsets import CONDITIONAL_FOLEY, WIDE, evaluate
from engine.evaluation.onsets import metronome


def test_false_detections_cost_no_accuracy() -> None:
    scores = evaluate([validate([1.0], [1.05, 3.0, 5.0], [0.9, 0.2, 0.1])])
    assert scores.accuracy == 1.0
    assert scores.average_precision == 1.0
    assert scores.count_match == 0.0


def test_a_missed_onset_counts_as_found_with_no_confidence() -> None:
    # Ranked: 0.9 wrong, 0.4 right, and the missed one at the end with 0: 1/2 * 1/2 + 1/2 * 2/3.
    scores = evaluate([validate([1.0, 4.0], [1.0, 2.0], [0.4, 0.9])])
    assert scores.accuracy == 0.5
    assert scores.average_precision == pytest.approx(0.5 * 1 / 2 + 0.5 * 2 / 3)
    assert scores.count_match == 1.0


def test_misses_alone_cost_no_average_precision() -> None:
    scores = evaluate([validate([1.0, 2.0, 3.0], [1.0], [0.5])])
    assert scores.accuracy == pytest.approx(1 / 3)
    assert scores.average_precision == 1.0


def test_the_most_confident_in_reach_is_taken_not_the_nearest() -> None:
    # 1.0 takes 1.09, so 1.15 is left with 1.01, which is too far.
    scores = evaluate([validate([1.0, 1.15], [1.01, 1.09], [0.2, 0.9])])
    assert scores.accuracy == 0.5


def test_close_detections_are_thinned_out() -> None:
    # 1.16 goes because of 1.13, so only one detection is left for two onsets.
    assert evaluate([validate([1.1, 1.2], [1.13, 1.16], [0.9, 0.5])]).accuracy == 0.5


def test_the_wide_tolerance_flatters_a_metronome() -> None:
    true = np.arange(1, 10) + np.random.default_rng(0).uniform(-0.5, 0.5, 9)
    beats = metronome(true, 10.0, 0.2)
    clip = validate(true, beats, np.ones(beats.size))
    assert evaluate([clip], WIDE).accuracy > 0.5 > evaluate([clip], CONDITIONAL_FOLEY).accuracy


def test_scores_are_means_over_clips() -> None:
    good, bad = validate([1.0], [1.0], [0.5]), validate([1.0, 2.0, 3.0], [9.0], [0.5])
    scores = evaluate([good, bad])
    assert (scores.count_match, scores.accuracy) == (0.5, 0.5)
    nothing = evaluate([validate([], [], [])])
    assert (nothing.count_match, nothing.accuracy, nothing.average_precision) == (1.0, 0.0, 0.0)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="no clip"):
        evaluate([])
    with pytest.raises(ValueError, match="start at 0"):
        evaluate([validate([1.0], [1.0], [-0.5])])
