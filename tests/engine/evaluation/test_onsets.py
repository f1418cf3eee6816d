"""One-to-one matching: toy numbers, brute force, and mir_eval's own measure."""

from __future__ import annotations

from itertools import combinations, permutations

import mir_eval
import numpy as np
import pytest

from engine.evaluation.onsets import (
    OnsetCounts,
    count_onsets,
    evaluate,
    match_onsets,
    metronome,
    metronome_f1,
    validate,
)


def test_an_onset_is_matched_once() -> None:
    assert count_onsets([1.0], [0.96, 1.04], 0.05) == OnsetCounts(matched=1, found=2, true=1)
    assert count_onsets([0.96, 1.04], [1.0], 0.05) == OnsetCounts(matched=1, found=1, true=2)
    # The greedy choice (1.0 to 1.02) would leave 1.06 without a partner.
    assert count_onsets([1.0, 1.06], [0.96, 1.02], 0.05).matched == 2


def test_ratios() -> None:
    counts = OnsetCounts(matched=3, found=4, true=6)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.5, 0.6)
    nothing = OnsetCounts()
    assert (nothing.precision, nothing.recall, nothing.f1) == (0, 0, 0)
    assert counts + counts == OnsetCounts(6, 8, 12)


def test_pooling_adds_counts_not_ratios() -> None:
    clips = [([1.0], [1.0]), ([1.0, 2.0, 3.0], [5.0])]
    assert evaluate(clips, (0.05,))[0.05].f1 == pytest.approx(2 * 1 / (4 + 2))


@pytest.mark.parametrize("seed", range(5))
def test_as_many_pairs_as_brute_force_and_mir_eval(seed: int) -> None:
    random = np.random.default_rng(seed)
    true, found = random.uniform(0, 0.5, 5), random.uniform(0, 0.5, 4)
    counts = count_onsets(true, found, 0.05)
    best = 0
    for size in range(1, 5):
        for chosen in combinations(found, size):
            for order in permutations(true, size):
                if all(abs(a - b) <= 0.05 for a, b in zip(chosen, order, strict=True)):
                    best = size
    assert counts.matched == best
    f1, precision, recall = mir_eval.onset.f_measure(np.sort(true), np.sort(found), window=0.05)
    assert (counts.f1, counts.precision, counts.recall) == pytest.approx((f1, precision, recall))


def test_pairs_are_of_sorted_onsets() -> None:
    assert match_onsets([2.0, 1.0], [1.01, 9.0, 2.01], 0.05) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("onsets", "message"),
    [([[1.0]], "one row"), ([np.nan], "finite"), ([-0.1], "not before"), ([41_000.0], "milliseconds")],
)
def test_nonsense_is_refused(onsets: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate(onsets)


def test_metronome() -> None:
    assert metronome([0.3, 5.0, 7.0, 9.0], 10.0, 0.5) == pytest.approx([1.25, 3.75, 6.25, 8.75])
    assert metronome([], 10.0, 0.5).shape == (0,)
    # Evenly spaced truth is met at the phases within the tolerance: 0.1 of 1 s.
    even = np.arange(10) + 0.5
    assert metronome_f1([(even, 10.0)], 0.05, phases=1000) == pytest.approx(0.1, abs=0.01)
