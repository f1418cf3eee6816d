"""A scratch's sound fills its length, whatever the length of the recording."""

from __future__ import annotations

import numpy as np
import pytest
from known_sounds import KnownSounds, hit_of, project_of

from engine.synthesis.mixer import render
from engine.synthesis.mixer.scratch import fill_length


def rustle(frames: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Noise with a swell and a decay, like a hand over cloth."""
    noise = np.random.default_rng(seed).standard_normal((frames, channels)) * 0.1
    return (noise * np.sin(np.pi * (np.arange(frames) + 0.5) / frames)[:, None] ** 0.3).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [1, 20, 200, 3000, 24_000])
@pytest.mark.parametrize("length", [1, 7, 300, 3001, 3500, 24_100, 26_000, 29_000, 200_000])
def test_the_length_is_exact_and_nothing_breaks(frames, length, channels):
    filled = fill_length(rustle(frames, channels), length, 5)
    assert filled.shape == (length, channels)
    assert filled.dtype == np.float32
    assert np.isfinite(filled).all()


@pytest.mark.parametrize("length", [25_000, 30_000, 96_000, 480_000])
def test_a_drawn_out_sound_keeps_its_level_throughout(length):
    source = rustle(24_000)
    usual = np.sqrt(np.mean(source[3000:21_000] ** 2))
    filled = fill_length(source, length, 1)
    windows = filled[2400 : length - 4800]
    windows = windows[: windows.size // 2400 * 2400].reshape(-1, 2400)
    levels_db = 20 * np.log10(np.sqrt(np.mean(windows**2, axis=1)) / usual)
    assert levels_db.min() > -3.5
    assert levels_db.max() < 3.0


def test_it_does_not_loop():
    filled = fill_length(rustle(24_000), 240_000, 1)[24_000:-24_000, 0]
    spectrum = np.abs(np.fft.rfft(filled, 2 * filled.size)) ** 2
    likeness = np.fft.irfft(spectrum)[: filled.size]
    likeness /= likeness[0]
    assert np.abs(likeness[1000 : filled.size // 2]).max() < 0.25  # a loop would come near 1


def test_beginning_and_end_are_the_recordings_own():
    source = rustle(24_000)
    filled = fill_length(source, 90_000, 1)
    assert np.array_equal(filled[200:10_000], source[200:10_000])
    assert np.allclose(filled[-2000:-1300], source[-2000:-1300], atol=1e-6)


def test_ends_are_faded_and_a_long_sound_is_trimmed():
    source = np.ones((48_000, 1), dtype=np.float32)
    trimmed = fill_length(source, 20_000, 1)[:, 0]
    assert trimmed[0] < 0.05
    assert trimmed[-1] < 0.05
    assert np.all(trimmed[200:18_500] == 1.0)
    assert np.all(np.diff(trimmed[18_800:]) <= 0)


def test_the_seed_decides():
    source = rustle(24_000)
    once, again, other = (fill_length(source, 100_000, seed) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


POOL = KnownSounds({"rustle": rustle(24_000)[:, 0], "long": rustle(96_000)[:, 0]})


def heard(**hit):
    project = project_of(hit_of(hit.pop("sound", "rustle"), 1000, **hit), length=150_000)
    sounding = np.flatnonzero(render(project, POOL, 0, 150_000)[:, 0])
    return sounding[0], sounding[-1] + 1


@pytest.mark.parametrize("pitch", [0.0, 3.0, -3.0])
def test_a_scratch_sounds_for_its_length_and_a_hit_for_its_sounds(pitch):
    assert heard(action="scratch", length=60_000, pitch_semitones=pitch) == (1000, 61_000)
    assert heard(action="scratch", length=9_000, pitch_semitones=pitch) == (1000, 10_000)
    assert heard(action="scratch", length=60_000, clip_length=40_000, pitch_semitones=pitch) == (1000, 41_000)
    assert heard(action="hit", length=60_000) == (1000, 25_000)
    assert heard(action="hit", clip_length=60_000) == (1000, 25_000)
    assert heard(action="scratch", sound="long", length=0) == (1000, 97_000)


def test_two_scratches_with_one_sound_differ_and_stay_the_same_next_time():
    project = project_of(
        hit_of("rustle", 0, "a", action="scratch", length=70_000),
        hit_of("rustle", 75_000, "b", action="scratch", length=70_000),
        length=150_000,
    )
    mix = render(project, POOL, 0, 150_000)
    assert not np.array_equal(mix[:70_000], mix[75_000:145_000])
    assert np.array_equal(mix, render(project, KnownSounds({"rustle": rustle(24_000)[:, 0]}), 0, 150_000))
