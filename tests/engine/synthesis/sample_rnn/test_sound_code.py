"""What levels stand for, with and without the envelope of the hits."""

from __future__ import annotations

import numpy as np

from engine.features.hit_curves import SoundingHit
from engine.features.hit_envelope import DECAY_TIMES_S, DECAYS_SHAPE
from engine.features.quantisation import quantised
from engine.models.picture_sound import PictureSoundConfig
from engine.project.materials import MATERIALS
from engine.synthesis.sample_rnn.sound_code import SoundCode

_CONFIG = PictureSoundConfig("hits", quantisation="mu-law", has_envelope=True)
_DECAYS_DB = np.tile(-8.0 * np.arange(len(DECAY_TIMES_S)), (DECAYS_SHAPE[0], 1))
_HIT = SoundingHit(0.05, -12.0, "hit", 0.0, (1.0,) + (0.0,) * (len(MATERIALS) - 1))


def test_without_an_envelope_levels_stand_for_the_sound_itself() -> None:
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, 100)
    code = SoundCode(_CONFIG)
    np.testing.assert_array_equal(code.levels(samples, 7), quantised(samples, "mu-law"))
    assert code.told(0, 10) is None
    np.testing.assert_allclose(code.samples(code.levels(samples, 7), 7), samples, atol=0.03)


def test_sound_under_the_envelope_comes_back_and_blocks_are_as_the_whole() -> None:
    code = SoundCode(_CONFIG, [_HIT], _DECAYS_DB)
    noise = np.random.default_rng(0).normal(size=3200)
    flat = np.full(3200, 160, np.uint8)
    loudness = code.samples(flat, 0)
    assert loudness[850] > 50 * loudness[700]
    samples = loudness / loudness.max() * noise * 0.1
    levels = code.levels(samples, 0)
    np.testing.assert_allclose(code.samples(levels, 0), samples, atol=0.04 * np.abs(samples).max())
    blocks = [code.levels(samples[start : start + 333], start) for start in range(0, 3200, 333)]
    np.testing.assert_array_equal(np.concatenate(blocks), levels)
    parts = code.all_samples((levels[start : start + 777] for start in range(0, 3200, 777)), 0)
    np.testing.assert_array_equal(np.concatenate(list(parts)), code.samples(levels, 0))


def test_the_tier_is_told_how_loud_it_is() -> None:
    told = SoundCode(_CONFIG, [_HIT], _DECAYS_DB, room_db=-60.0).told(0, 100)
    assert told is not None
    assert told.shape == (100, 1)
    np.testing.assert_allclose(told[:48], 0.0, atol=1e-6)
    assert 0.7 < told[50:].max() < 0.85
