"""Measures of a sound, on sounds whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.sound_shape import sound_shape

RATE = 48_000


def decaying(frequency_hz: float, t60_s: float, length: int = 24_000) -> np.ndarray:
    time_s = np.arange(length) / RATE
    return 10.0 ** (-3.0 * time_s / t60_s) * np.sin(2.0 * np.pi * frequency_hz * time_s)


def test_a_tone_is_at_its_frequency() -> None:
    shape = sound_shape(decaying(2000.0, 3.0), RATE)
    assert shape.centroid_hz == pytest.approx(2000.0, rel=0.1)
    assert shape.flatness < 0.01


def test_white_noise_is_flat() -> None:
    shape = sound_shape(np.random.default_rng(0).standard_normal(24_000), RATE)
    assert shape.centroid_hz == pytest.approx(4550.0, rel=0.05)
    assert shape.tilt_db_per_octave == pytest.approx(0.0, abs=1.0)
    assert shape.flatness > 0.4


@pytest.mark.parametrize("t60_s", [0.06, 0.3])
def test_the_fall_follows_the_decay_time(t60_s: float) -> None:
    shape = sound_shape(decaying(3000.0, t60_s), RATE)
    assert shape.fall_20_ms == pytest.approx(t60_s / 3.0 * 1000.0, abs=4.0)
    assert shape.fall_30_ms - shape.fall_10_ms == pytest.approx(t60_s / 3.0 * 1000.0, abs=2.0)


def test_noise_from_before_is_taken_out() -> None:
    generator = np.random.default_rng(0)
    hiss = 0.02 * generator.standard_normal(72_000)
    knock = np.concatenate((np.zeros(24_000), decaying(600.0, 0.2)))
    recorded = knock + hiss[:48_000]
    plain = sound_shape(knock, RATE, contact=24_000).centroid_hz
    raw = sound_shape(recorded, RATE, contact=24_000).centroid_hz
    cleaned = sound_shape(recorded, RATE, contact=24_000, noise=recorded[:22_000]).centroid_hz
    assert abs(cleaned - plain) < 0.5 * abs(raw - plain)


def test_silence_has_no_shape() -> None:
    with pytest.raises(ValueError, match="silent"):
        sound_shape(np.zeros(4800), RATE)
