"""Pictures of impact sounds: what they show, what they leave out, and sounds that are no sounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.features.impact_picture import (
    BANDS,
    FLOOR_DB,
    FRAMES,
    FRAMES_BEFORE,
    impact_picture,
    is_silent,
)

RATE = 48_000


def knock(t60_s: float = 0.3, pitch_hz: float | None = None, before_s: float = 0.4) -> NDArray[np.float32]:
    """Noise or a tone that dies away, after silence."""
    rng = np.random.default_rng(0)
    time_s = np.arange(RATE) / RATE
    body = rng.normal(0.0, 0.1, RATE) if pitch_hz is None else 0.3 * np.sin(2 * np.pi * pitch_hz * time_s)
    return np.pad(body * 10 ** (-3 * time_s / t60_s), (round(before_s * RATE), 0)).astype(np.float32)


def test_the_impact_stands_at_its_place_whatever_the_gain_and_rate():
    import soxr

    picture = impact_picture(knock(), RATE)
    assert picture.shape == (3, BANDS, FRAMES) and picture.dtype == np.float32
    assert picture[0].sum(axis=0).argmax() in range(FRAMES_BEFORE, FRAMES_BEFORE + 3)
    assert (picture[1, 20:, : FRAMES_BEFORE - 1] == FLOOR_DB).all()
    assert np.allclose(impact_picture(0.01 * knock(), RATE), picture, atol=1e-2)
    at_96k = impact_picture(soxr.resample(knock(), RATE, 96_000), 96_000)
    assert np.abs(at_96k - picture)[:, :55, FRAMES_BEFORE + 1 : 40].mean() < 0.5


def test_levels_fall_as_the_sound_does():
    picture = impact_picture(knock(t60_s=0.3), RATE)
    level_db = 10 * np.log10(np.power(10, picture[0] / 10).sum(axis=0))
    start, end = FRAMES_BEFORE + 5, FRAMES_BEFORE + 30
    slope_db_per_s = np.polyfit(np.arange(start, end) * 0.008, level_db[start:end], 1)[0]
    assert slope_db_per_s == pytest.approx(-60 / 0.3, rel=0.1)


def test_a_tone_stands_out_of_its_band_and_noise_does_not():
    tone = impact_picture(knock(pitch_hz=3000.0), RATE)[2, :, 10:30].mean(axis=1)
    noise = impact_picture(knock(), RATE)[2, :, 10:30].mean(axis=1)
    band = int(tone.argmax())
    middles_hz = 700 * (10 ** (np.linspace(*np.log10(1 + np.array([60, 12_000]) / 700), 65) - 0) - 1)
    assert middles_hz[band] <= 3000 <= middles_hz[band + 1]
    assert tone[band] > noise[band] + 3


def test_the_caller_may_say_when_the_impact_is():
    twice = np.concatenate([0.1 * knock(before_s=0.1), knock(pitch_hz=900.0, before_s=0.0)])
    first = impact_picture(twice, RATE, 0.1)
    assert np.allclose(first[0, :, :90], impact_picture(knock(before_s=0.1), RATE, 0.1)[0, :, :90], atol=0.5)
    assert not np.allclose(first, impact_picture(twice, RATE), atol=3)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(1),
        np.zeros(RATE),
        np.full(500, np.nan),
        np.full(RATE, 1e-8),
    ],
    ids=["none", "one", "silence", "not a number", "below 16 bits"],
)
def test_silence(samples: NDArray[np.float64]):
    picture = impact_picture(samples, RATE)
    assert is_silent(picture)
    assert (picture[:2] == FLOOR_DB).all() and not picture[2].any()


@pytest.mark.parametrize(("length", "rate"), [(240, 48_000), (1, 8_000), (400_000, 192_000), (3_000, 8_000)])
def test_very_short_and_very_fast_sounds(length: int, rate: int):
    samples = np.random.default_rng(1).normal(0, 0.1, length)
    picture = impact_picture(samples, rate)
    assert np.isfinite(picture).all() and not is_silent(picture)
    samples[0] = np.inf
    assert np.isfinite(impact_picture(samples, rate)).all()
