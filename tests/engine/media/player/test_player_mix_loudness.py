"""Integrated loudness against pyloudnorm and the standard's own numbers."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray

from engine.media.player.mix_loudness import MixLoudness, k_weighting

RATE = 48_000


def mix_of_hits(seconds: int, channels: int) -> NDArray[np.float32]:
    """Decaying bursts of noise of very different levels, with silences between."""
    random = np.random.default_rng(3)
    mix = np.zeros((seconds * RATE, channels), np.float32)
    decay = np.exp(-np.arange(RATE // 2) / 4000.0)[:, np.newaxis]
    for start in random.integers(0, len(mix) - RATE, 2 * seconds):
        burst = random.normal(0.0, 10 ** random.uniform(-2.5, -0.5), (RATE // 2, channels))
        mix[start : start + RATE // 2] += (burst * decay).astype(np.float32)
    return mix


@pytest.mark.parametrize("channels", [1, 2])
def test_it_agrees_with_pyloudnorm(channels: int) -> None:
    mix = mix_of_hits(25, channels)
    loudness = MixLoudness(RATE)
    assert loudness.update(mix, [(0, len(mix))])
    expected = pyloudnorm.Meter(RATE).integrated_loudness(mix)
    assert loudness.integrated_lufs() == pytest.approx(expected, abs=0.05)


def test_the_weighting_is_the_standards_at_48_khz() -> None:
    shelf, high_pass = k_weighting(48_000)
    np.testing.assert_allclose(
        shelf,
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        atol=1e-8,
    )
    np.testing.assert_allclose(
        high_pass, [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621], atol=1e-8
    )


def test_a_full_scale_tone_at_997_hz_is_minus_three() -> None:
    tone = np.sin(2 * np.pi * 997 / RATE * np.arange(5 * RATE))[:, np.newaxis].astype(np.float32)
    loudness = MixLoudness(RATE)
    loudness.update(tone, [])
    assert loudness.integrated_lufs() == pytest.approx(-3.01, abs=0.02)


def test_an_edit_gives_what_measuring_all_again_gives() -> None:
    # A low rumble, so that the filters' memory matters where measuring begins.
    mix = mix_of_hits(20, 2)
    mix += (0.3 * np.sin(np.arange(20 * RATE) / 500.0)[:, np.newaxis]).astype(np.float32)
    loudness = MixLoudness(RATE)
    loudness.update(mix, [])
    before = loudness.integrated_lufs()
    mix[5 * RATE + 123 : 9 * RATE] *= 3.0
    loudness.update(mix, [(5 * RATE + 123, 9 * RATE)])
    fresh = MixLoudness(RATE)
    fresh.update(mix, [])
    assert fresh.integrated_lufs() != pytest.approx(before, abs=0.5)
    assert loudness.integrated_lufs() == pytest.approx(fresh.integrated_lufs(), abs=1e-6)


def test_silence_and_very_short_mixes_have_no_loudness() -> None:
    loudness = MixLoudness(RATE)
    loudness.update(np.zeros((5 * RATE, 2), np.float32), [])
    assert loudness.integrated_lufs() is None
    loudness.update(np.ones((RATE // 10, 2), np.float32), [])
    assert loudness.integrated_lufs() is None


def test_an_outdated_measurement_is_left_and_says_so() -> None:
    assert not MixLoudness(RATE).update(np.zeros((RATE, 2), np.float32), [], lambda: True)
