"""Threshold, time shift and confidences from contacts that are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.learning.confidence import log_odds, picked, raw, suited
from engine.learning.example import Example, KnownContact, Stretch
from engine.learning.judging import FoundInExample, score
from engine.models.picking import PickingConfig, probability

OLD = PickingConfig(threshold=0.5)


def examples(count: int, *, late_s: float = 0.0, odds_too_high: float = 0.0, seed: int = 0):
    """Clips of 20 s; candidates are right as often as their log odds say, less `odds_too_high`."""
    rng = np.random.default_rng(seed)
    pairs = []
    for number in range(count):
        times_s = np.arange(0.5, 19.5, 0.5)
        odds = rng.normal(0.0, 2.0, len(times_s))
        is_right = rng.random(len(times_s)) < probability(odds)
        contacts = tuple(KnownContact(float(time_s)) for time_s in times_s[is_right])
        found = FoundInExample(times_s + late_s, probability(odds + odds_too_high), np.zeros(1), np.zeros(1))
        pairs.append((Example(Stretch(Path(f"{number}"), 0, 20), contacts), found))
    return pairs


def test_log_odds_are_the_inverse():
    odds = np.array([-3.0, 0.0, 2.0])
    assert log_odds(probability(odds)) == pytest.approx(odds)


def test_a_late_detector_is_moved_by_what_is_known_of_it():
    assert suited(examples(20, late_s=0.03), OLD).shift_s == pytest.approx(-0.03, abs=0.002)
    assert suited(examples(20, late_s=0.09), OLD).shift_s == -0.05, "no further than its reach"
    few = examples(1, late_s=0.03)
    few = [(replace(example, contacts=example.contacts[:5]), found) for example, found in few]
    assert suited(few, OLD).shift_s == 0.0


def test_confidences_become_true():
    pairs = examples(30, odds_too_high=1.5)
    new = suited(pairs, OLD)
    assert new.slope == pytest.approx(1.0, abs=0.15)
    assert new.bias == pytest.approx(-1.5, abs=0.25)
    moved = [picked(pair, new)[1].confidence for pair in pairs]
    right = sum(len(example.seen_s) for example, _ in pairs)
    assert sum(confidence.sum() for confidence in moved) == pytest.approx(right, rel=0.1)


def test_little_changes_little():
    one = examples(1, odds_too_high=1.5)
    few = [
        (one[0][0], replace(one[0][1], times_s=one[0][1].times_s[:4], confidence=one[0][1].confidence[:4]))
    ]
    assert abs(suited(few, OLD).bias) < 0.6
    assert suited([], OLD) == OLD


def test_the_threshold_moves_only_for_something():
    pairs = examples(20)
    assert suited(pairs, OLD).threshold == pytest.approx(0.5, abs=0.2)
    high = replace(OLD, threshold=0.9)
    new = suited(pairs, high)
    assert new.threshold < 0.7

    def f1(picking: PickingConfig) -> float:
        return score([picked(pair, picking) for pair in pairs], picking.threshold).counts.f1

    assert f1(new) > f1(high) + 0.05


def test_raw_picking_hides_nothing_and_moves_nothing():
    plain = raw(PickingConfig(threshold=0.6, shift_s=0.02, slope=0.5, bias=-1.0, closest_s=0.2))
    assert (plain.slope, plain.bias, plain.shift_s, plain.closest_s) == (1.0, 0.0, 0.0, 0.2)
    assert plain.threshold <= 0.01
