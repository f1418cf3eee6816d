"""Owens' onsets, and the mean shift in them against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.audio_onsets import OwensOnsetConfig, mean_shift, owens_onsets

RATE = 16_000


def bursts(times_s: list[float], amplitudes: list[float], duration_s: float = 3.0) -> np.ndarray:
    time_s = np.arange(round(RATE * duration_s)) / RATE
    random = np.random.default_rng(0)
    sound = np.zeros(len(time_s))
    for onset_s, amplitude in zip(times_s, amplitudes, strict=True):
        after_s = np.clip(time_s - onset_s, 0, None)
        sound += (time_s >= onset_s) * amplitude * random.standard_normal(len(time_s)) * np.exp(-after_s * 40)
    return sound.astype(np.float32)


def test_bursts_are_found() -> None:
    times_s = [0.5, 1.0, 1.731, 2.4]
    assert owens_onsets(bursts(times_s, [0.2] * 4), RATE) == pytest.approx(times_s, abs=0.012)


def test_of_two_within_a_quarter_second_the_stronger_stays() -> None:
    assert owens_onsets(bursts([1.0, 1.2], [0.1, 0.3]), RATE) == pytest.approx([1.2], abs=0.012)
    assert owens_onsets(bursts([1.0, 1.2], [0.3, 0.1]), RATE) == pytest.approx([1.0], abs=0.012)
    assert owens_onsets(bursts([1.0, 1.3], [0.3, 0.2]), RATE) == pytest.approx([1.0, 1.3], abs=0.012)


def test_faint_ones_are_below_the_threshold() -> None:
    sound = bursts([1.0, 2.0], [0.3, 0.006])
    assert owens_onsets(sound, RATE) == pytest.approx([1.0], abs=0.012)
    low = OwensOnsetConfig(threshold=0.005)
    assert 2.0 in np.round(owens_onsets(sound, RATE, low), 1)


def test_silence_and_nothing_have_none() -> None:
    assert owens_onsets(np.zeros(RATE), RATE).shape == (0,)
    assert owens_onsets(np.zeros(0), RATE).shape == (0,)
    with pytest.raises(ValueError, match=r"shape \(10, 2\)"):
        owens_onsets(np.zeros((10, 2)), RATE)
    with pytest.raises(ValueError, match="not finite"):
        owens_onsets(np.array([np.nan]), RATE)


def test_mean_shift_of_toy_numbers() -> None:
    # The two on the left pull each other to their weighted mean, the third is out of reach.
    modes, strengths = mean_shift(np.array([0.0, 1.0, 5.0]), np.array([1.0, 3.0, 2.0]), 1.5)
    assert modes == pytest.approx([0.75, 5.0])
    assert strengths == pytest.approx([4.0, 2.0])
    assert mean_shift(np.zeros(0), np.zeros(0), 1.0)[0].shape == (0,)


def test_mean_shift_is_scikit_learns() -> None:
    cluster = pytest.importorskip("sklearn.cluster")
    random = np.random.default_rng(1)
    points = np.sort(np.concatenate([centre + random.normal(0, 0.2, 30) for centre in (1, 4, 6.5)]))
    expected = cluster.MeanShift(bandwidth=0.8).fit(points[:, None]).cluster_centers_[:, 0]
    modes, _ = mean_shift(points, np.ones(len(points)), 0.8)
    assert modes == pytest.approx(np.sort(expected), abs=0.02)
