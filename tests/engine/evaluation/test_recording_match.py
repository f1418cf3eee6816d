"""A mix followed through recordings whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.evaluation.recording_match import RecordingMatch, Stretch, match_recording

LENGTH = 9_000


@pytest.fixture
def mix() -> NDArray[np.float32]:
    """Noise with a silence from 4000 to 5000."""
    mix = np.random.default_rng(2).normal(0.0, 0.1, (LENGTH, 2)).astype(np.float32)
    mix[4000:5000] = 0.0
    return mix


def silence(count: int) -> NDArray[np.float32]:
    return np.zeros((count, 2), np.float32)


def match(mix: NDArray[np.float32], *parts: NDArray[np.float32]) -> RecordingMatch:
    return match_recording(np.concatenate([silence(300), *parts, silence(200)]), mix, 300, reach=2000)


def test_a_faultless_recording_is_one_stretch(mix: NDArray[np.float32]) -> None:
    assert match(mix, mix) == RecordingMatch((Stretch(0, LENGTH, 300),), 0)


def test_an_interrupted_playback_goes_on_later(mix: NDArray[np.float32]) -> None:
    found = match(mix, mix[:1000], silence(512), mix[1000:])
    assert found == RecordingMatch((Stretch(0, 1000, 300), Stretch(1000, LENGTH, 812)), 0)
    assert (found.lag_at(999), found.lag_at(1000), found.lag_at(8000)) == (300, 812, 812)


def test_an_interruption_in_silence_shows_at_the_next_sound(mix: NDArray[np.float32]) -> None:
    found = match(mix, mix[:4500], silence(512), mix[4500:])
    assert found == RecordingMatch((Stretch(0, 5000, 300), Stretch(5000, LENGTH, 812)), 0)


def test_an_interrupted_recorder_lacks_samples(mix: NDArray[np.float32]) -> None:
    found = match(mix, mix[:1000], mix[1256:])
    assert found == RecordingMatch((Stretch(0, 1000, 300), Stretch(1256, LENGTH, 44)), 0)


def test_changed_samples_are_wrong(mix: NDArray[np.float32]) -> None:
    changed = mix.copy()
    changed[2000:2003] *= 1.01
    found = match(mix, changed)
    assert found.wrong == 3
    assert found.lag_at(8000) == 300


def test_another_sound_is_wrong_throughout(mix: NDArray[np.float32]) -> None:
    found = match(mix[:2000], mix[6000:8000] * 0.5)
    assert found.wrong == 2000
