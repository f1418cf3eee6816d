"""Cochleagrams: envelopes that are known, and the fast way against the definition."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.cochleagram import CochleagramConfig, cochleagram, cochleagram_plain
from engine.features.erb_bank import subbands

BOTH = pytest.mark.parametrize("transform", [cochleagram, cochleagram_plain])


def impacts(sample_rate: int, duration_s: float, seed: int) -> np.ndarray:
    """Noise at some level with bursts and ringing that die away."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(sample_rate * duration_s)) / sample_rate
    sound = 10 ** -random.uniform(1.5, 4) * random.standard_normal(len(time_s))
    for start_s in np.arange(0.08, duration_s, 0.19):
        after_s = np.clip(time_s - start_s, 0, None)
        burst = random.standard_normal(len(time_s)) * np.exp(-after_s * random.uniform(10, 300))
        ringing = np.sin(2 * np.pi * random.uniform(100, 6000) * after_s) * np.exp(-after_s * 20)
        sound += (time_s >= start_s) * (0.3 * burst + 0.4 * ringing) * random.uniform(0.05, 1)
    return sound.astype(np.float32)


@pytest.mark.parametrize("sample_rate", [96_000, 48_000, 44_100, 16_000])
def test_the_fast_way_is_within_a_hundredth_of_the_definition(sample_rate: int) -> None:
    config = CochleagramConfig(sample_rate)
    sound = impacts(sample_rate, 0.5, sample_rate)
    plain = cochleagram_plain(sound, config)
    fast = cochleagram(sound, config)
    assert fast.shape == plain.shape == (45, 42)
    assert fast.dtype == np.float32
    assert np.abs(fast - plain).max() <= 0.01 * plain.max()


@BOTH
def test_a_steady_tone_has_its_amplitude_to_the_power(transform) -> None:
    config = CochleagramConfig(48_000)
    centre_hz = config.bank.cutoffs_hz[21]
    tone = 0.25 * np.sin(2 * np.pi * centre_hz * np.arange(48_000) / 48_000)
    found = transform(tone, config)
    assert found[10:80, 21] == pytest.approx(0.25**0.3, rel=2e-3)
    assert found[10:80, [5, 35]].max() < 0.1 * 0.25**0.3


@BOTH
@pytest.mark.parametrize("sample_rate", [44_100, 96_000])
def test_a_frame_is_the_mean_of_the_envelope_around_its_time(transform, sample_rate: int) -> None:
    config = CochleagramConfig(sample_rate, power=1.0)
    centre_hz = config.bank.cutoffs_hz[30]
    time_s = np.arange(sample_rate) / sample_rate
    envelope = 0.3 * (1 + 0.5 * np.sin(2 * np.pi * 4 * time_s))
    found = transform(envelope * np.sin(2 * np.pi * centre_hz * time_s), config)[5:85, 30]
    frame_s = np.arange(5, 85) / 90
    # A Hann window over two frames damps 4 Hz by sinc(2 * 4 / 90) / (1 - (2 * 4 / 90)^2).
    damped = np.sinc(8 / 90) / (1 - (8 / 90) ** 2)
    assert found == pytest.approx(0.3 * (1 + 0.5 * damped * np.sin(2 * np.pi * 4 * frame_s)), rel=5e-3)


@BOTH
def test_a_click_sounds_when_it_sounds_and_not_before(transform) -> None:
    sound = np.zeros(48_000, np.float32)
    sound[24_000] = 1
    found = transform(sound, CochleagramConfig(48_000))
    assert (found[:, 20:].argmax(axis=0) == 45).all()
    # The high-pass ends at half the sample rate, where an analytic signal has an edge that rings.
    assert found[:43, 30:41].max() < 0.2 * found[45, 30:41].min()


def test_it_agrees_with_scipys_resampling_of_the_envelopes() -> None:
    from scipy.signal import hilbert, resample_poly

    config = CochleagramConfig(16_000)
    sound = impacts(16_000, 1, 3)
    envelopes = np.abs(np.asarray(hilbert(subbands(np.pad(sound, (0, 4000)), config.bank), axis=1)))
    resampled = np.asarray(resample_poly(envelopes, 9, 1600, axis=1))[:, :90].T
    reference = np.maximum(resampled, 0) ** 0.3
    found = cochleagram(sound, config)
    assert np.corrcoef(found.ravel(), reference.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("sample_rate", [96_000, 44_100, 16_000, 22_050, 8_000])
@pytest.mark.parametrize("length", [0, 1, 2, 4001])
def test_any_length_at_any_rate(sample_rate: int, length: int) -> None:
    config = CochleagramConfig(sample_rate)
    sound = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    found = cochleagram(sound, config)
    assert found.shape == (config.frames(length), 42) == (-(-length * 90 // sample_rate), 42)
    assert np.isfinite(found).all()
    assert found == pytest.approx(cochleagram_plain(sound, config), abs=0.01 * float(found.max(initial=1e-9)))


def test_silence_is_nothing() -> None:
    assert not cochleagram(np.zeros(4800, np.float32), CochleagramConfig(48_000)).any()


def test_what_is_no_mono_sound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(10, 2\)"):
        cochleagram(np.zeros((10, 2)))
    with pytest.raises(ValueError, match="not finite"):
        cochleagram_plain(np.array([0.0, np.nan]))
