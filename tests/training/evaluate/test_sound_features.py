"""What the features of an impact must and must not react to."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from engine.errors import UserFacingError
from tests.training.evaluate.conftest import RATE, impact
from training.evaluate.cochleagram_features import centred_cochleagram, clip_cochleagram_features
from training.evaluate.sound_features import (
    DEFAULT_CONFIG,
    _erb_number,
    clip_sound_features,
    hit_sound_features,
)


def recording(material: str, seed: int = 0, noise: float = 1e-4) -> np.ndarray:
    """An impact at 1 s of a 3 s recording."""
    random = np.random.default_rng(seed)
    sound = random.normal(0, noise, 3 * RATE)
    struck = impact(material, random)
    sound[RATE : RATE + struck.size] += struck
    return sound


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


MATERIALS_APART = min(
    distance(hit_sound_features(recording(a), RATE, 1.0), hit_sound_features(recording(b), RATE, 1.0))
    for a, b in (("metal", "wood"), ("metal", "gravel"), ("wood", "gravel"))
)


@pytest.mark.parametrize("material", ["metal", "wood", "gravel"])
def test_gain_time_noise_and_rate_matter_little(material: str) -> None:
    sound = recording(material)
    features = hit_sound_features(sound, RATE, 1.0)
    assert features.dtype == np.float32 and np.isfinite(features).all()
    assert hit_sound_features(0.05 * sound, RATE, 1.0) == pytest.approx(features, abs=1e-3)
    assert hit_sound_features(sound, RATE, 1.04) == pytest.approx(features, abs=1e-3)
    noisy = sound + np.random.default_rng(9).normal(0, 0.002, sound.size)
    assert distance(hit_sound_features(noisy, RATE, 1.0), features) < 0.5 * MATERIALS_APART
    at_48k = resample_poly(sound, 160, 147)
    assert distance(hit_sound_features(at_48k, 48_000, 1.0), features) < 0.35 * MATERIALS_APART


def test_steady_noise_is_subtracted() -> None:
    clean, noise = recording("metal"), np.random.default_rng(9).normal(0, 0.02, 3 * RATE)
    features = hit_sound_features(clean, RATE, 1.0)
    assert distance(hit_sound_features(clean + noise, RATE, 1.0), features) < 0.4 * MATERIALS_APART


def test_a_clips_impacts_are_described_as_one_by_one() -> None:
    sound = recording("wood")
    sound[2 * RATE : 2 * RATE + RATE // 4] += 0.3 * np.random.default_rng(3).normal(size=RATE // 4)
    rows = clip_sound_features(sound, RATE, [1.0, 2.0])
    assert np.array_equal(rows[0], hit_sound_features(sound, RATE, 1.0))
    assert np.array_equal(rows[1], hit_sound_features(sound, RATE, 2.0))


def test_a_file_that_begins_with_its_impact() -> None:
    bare = impact("metal", np.random.default_rng(0))
    features = hit_sound_features(bare, RATE, 0.0)
    assert np.isfinite(features).all()
    padded = np.concatenate([np.zeros(RATE // 2), bare, np.zeros(RATE // 2)])
    assert distance(hit_sound_features(padded, RATE, 0.5), features) < 0.5 * MATERIALS_APART


def test_a_tone_rings_and_noise_does_not() -> None:
    bands, measures = DEFAULT_CONFIG.bands * len(DEFAULT_CONFIG.stretches_s), {}
    t = np.arange(2 * RATE) / RATE
    for name, sound in (
        ("tone", np.sin(2 * np.pi * 1000 * t)),
        ("noise", np.random.default_rng(0).normal(size=t.size)),
    ):
        struck = np.where(t >= 1.0, sound * np.exp(-np.maximum(t - 1.0, 0) / 0.1), 0.0)
        measures[name] = hit_sound_features(struck, RATE, 1.0)[bands:]
    # Behind the bands: 7 of the decay, 7 slopes, 4 of centre and width, then (flatness, peak) per octave;
    # 1000 Hz lies in the octave from 800 Hz, the fourth.
    flatness, peak = 18 + 2 * 3, 18 + 2 * 3 + 1
    assert measures["tone"][flatness] < measures["noise"][flatness] - 6
    assert measures["tone"][peak] > measures["noise"][peak] + 6
    # Both fall by 20 dB in amplitude within 0.23 s; the centre of a tone is its own frequency.
    assert measures["tone"][14] == pytest.approx(_erb_number(1000.0), abs=0.5)
    assert np.exp(measures["tone"][2]) == pytest.approx(0.1 * np.log(10), rel=0.15)


def test_what_cannot_be_described_is_said() -> None:
    with pytest.raises(UserFacingError, match=r"silent around 0\.500 s"):
        hit_sound_features(np.zeros(RATE), RATE, 0.5)
    with pytest.raises(UserFacingError, match=r"outside the sound, which lasts 1\.000 s"):
        hit_sound_features(np.ones(RATE), RATE, 1.5)
    with pytest.raises(UserFacingError, match="one row of finite samples"):
        hit_sound_features(np.full(RATE, np.nan), RATE, 0.5)
    with pytest.raises(UserFacingError, match="silent around"):
        clip_cochleagram_features(np.zeros(RATE), RATE, [0.5])


def test_the_cochleagram_is_centred_on_the_impact() -> None:
    sound = np.zeros(2 * RATE)
    sound[RATE : RATE + 400] = np.random.default_rng(0).normal(size=400)
    envelopes = centred_cochleagram(sound, RATE, 1.0)
    assert envelopes.shape == (45, 42)
    assert abs(int(envelopes.sum(axis=1).argmax()) - 22) <= 1
    features = clip_cochleagram_features(sound, RATE, [1.0, 0.9])
    assert features.shape == (2, 45 * 42) and features.max() == pytest.approx(1.0)
    # Before the beginning of a sound there is silence.
    assert np.array_equal(centred_cochleagram(sound[RATE:], RATE, 0.0), envelopes)
