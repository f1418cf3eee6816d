"""The probabilities against the definition: the sum over every possible chain of contacts."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from engine.models.rhythm import RhythmConfig, contact_probabilities

CONFIG = RhythmConfig()


def by_enumeration(times: np.ndarray, scores: np.ndarray, config: RhythmConfig) -> np.ndarray:
    total, with_each = 0.0, np.zeros(len(times))
    for choice in product((False, True), repeat=len(times)):
        chosen = np.flatnonzero(choice)
        intervals = np.diff(times[chosen])
        if (intervals < config.shortest_s).any():
            continue
        log_weight = config.evidence(scores[chosen]).sum()
        for before, after in pairwise(intervals):
            if max(before, after) <= config.longest_s:
                log_weight += config.pace_evidence(np.array(after / before))
        weight = np.exp(log_weight)
        total += weight
        with_each[chosen] += weight
    return with_each / total


@pytest.mark.parametrize("seed", range(6))
def test_probabilities_are_those_of_all_chains(seed: int) -> None:
    random = np.random.default_rng(seed)
    times = np.cumsum(random.choice([0.1, 0.15, 0.4, 0.5, 2.5], size=9) + random.uniform(0, 0.1, 9))
    scores = random.normal(1, 1, 9)
    expected = by_enumeration(times, scores, CONFIG)
    assert contact_probabilities(times.tolist(), scores.tolist(), CONFIG) == pytest.approx(
        expected, abs=1e-12
    )


def test_a_lone_candidate_has_its_own_evidence() -> None:
    assert contact_probabilities([3.0], [CONFIG.even_score], CONFIG) == pytest.approx([0.5])
    assert contact_probabilities([], [], CONFIG).shape == (0,)


def test_a_steady_pace_speaks_for_what_fits_in() -> None:
    times = [0.5, 1.0, 1.5, 1.72, 2.0, 2.5]
    probabilities = contact_probabilities(times, [1.5, 1.5, 1.5, 1.0, 1.0, 1.5], CONFIG)
    assert probabilities[4] > 0.7
    assert probabilities[3] < 0.3
