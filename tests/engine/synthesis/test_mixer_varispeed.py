"""Varispeed against scipy's and soxr's resamplers and against exact sines."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from scipy.signal import resample_poly

from engine.synthesis.mixer.varispeed import speed_ratio, varispeed, varispeed_length


def error_db(heard: np.ndarray, right: np.ndarray) -> float:
    """RMS of the difference against the RMS of the right sound, away from the ends."""
    inside = slice(600, min(len(heard), len(right)) - 600)
    return 10 * np.log10(np.mean((heard[inside] - right[inside]) ** 2) / np.mean(right[inside] ** 2))


def band_limited_noise(frames: int, share_of_nyquist: float, seed: int = 1) -> np.ndarray:
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(frames))
    spectrum[int(spectrum.size * share_of_nyquist) :] = 0
    return np.fft.irfft(spectrum, frames).astype(np.float32)


@pytest.mark.parametrize(("pitch", "up", "down"), [(-12.0, 2, 1), (12.0, 1, 2), (-24.0, 4, 1)])
def test_octaves_are_scipys(pitch, up, down):
    sound = band_limited_noise(20_000, 0.7 * min(1, up / down))
    right = resample_poly(sound.astype(np.float64), up, down, window=("kaiser", 14.0))
    assert error_db(varispeed(sound[:, None], pitch)[:, 0], right) < -60


@pytest.mark.parametrize("pitch", [-7.3, -0.3, 0.17, 0.3, 2.9, 3.1, 9.0, 20.0])
def test_any_pitch_is_soxrs(pitch):
    sound = band_limited_noise(20_000, 0.75 / max(1.0, speed_ratio(pitch)), seed=2)
    right = soxr.resample(sound.astype(np.float64), speed_ratio(pitch), 1.0, quality="VHQ")
    heard = varispeed(sound[:, None], pitch)[:, 0]
    assert abs(len(heard) - len(right)) <= 1
    assert error_db(heard, right) < -80


@pytest.mark.parametrize("frequency_hz", [60, 997, 5000, 12_000, 19_000])
@pytest.mark.parametrize("pitch", [-5.0, 0.3])
def test_a_sine_stays_a_sine(frequency_hz, pitch):
    sine = np.sin(2 * np.pi * frequency_hz / 48_000 * np.arange(9600)).astype(np.float32)
    heard = varispeed(sine[:, None], pitch)[:, 0]
    right = np.sin(2 * np.pi * frequency_hz / 48_000 * speed_ratio(pitch) * np.arange(heard.size))
    assert error_db(heard, right) < -80


@pytest.mark.parametrize(("pitch", "frequency_hz"), [(12.0, 15_000), (7.0, 19_000), (24.0, 9000)])
def test_what_would_alias_is_gone(pitch, frequency_hz):
    sine = np.sin(2 * np.pi * frequency_hz / 48_000 * np.arange(20_000)).astype(np.float32)
    heard = varispeed(sine[:, None], pitch)[300:-300]
    assert 10 * np.log10(np.mean(heard**2) / 0.5) < -80


def test_length_start_and_channels():
    both = np.stack([band_limited_noise(5000, 0.5), band_limited_noise(5000, 0.5, seed=7)], axis=1)
    heard = varispeed(both, 4.0, 500)
    assert heard.shape == (varispeed_length(5000, 4.0, 500), 2)
    assert heard.dtype == np.float32
    assert np.array_equal(heard[:, 1:], varispeed(both[:, 1:], 4.0, 500))
    from_there = varispeed(both[500:], 4.0)
    assert np.abs(heard - from_there)[50:].max() < 1e-6


def test_no_pitch_is_the_sound_itself():
    sound = band_limited_noise(1000, 1.0)[:, None]
    assert np.array_equal(varispeed(sound, 0.0, 10), sound[10:])


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_tiny_sounds(frames):
    sound = np.ones((frames, 1), dtype=np.float32)
    for pitch in (-24.0, 0.5, 24.0):
        assert varispeed(sound, pitch).shape == (varispeed_length(frames, pitch), 1)
    assert varispeed(sound, 1.0, frames + 10).shape == (0, 1)
