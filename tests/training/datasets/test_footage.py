"""Pictures and sound of recordings at any time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media_factory import picture_number
from tests.training.datasets.tiny_folders import write_clip, write_wave
from training.datasets.footage import Footage
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import DatasetError, Recording

GRAY = PictureFormat(32, 24)
RATE = 48_000


@pytest.fixture
def ramp(tmp_path: Path) -> Recording:
    """Two seconds of numbered pictures, and a sound whose samples tell their own time."""
    samples = np.linspace(-0.9, 0.9, 2 * RATE).astype(np.float32)
    picture = write_clip(tmp_path / "clip.mp4", with_sound=False)
    return Recording("clip", "clip", picture, write_wave(tmp_path / "clip.wav", samples, RATE), 2.0)


def numbers(footage: np.ndarray) -> list[int]:
    return [picture_number(image) for image in footage]


def test_pictures_beyond_the_ends_are_the_first_and_the_last(ramp: Recording) -> None:
    pictures = Footage().pictures_at(ramp, [-3.0, 0.0, 0.51, 1.0, 5.0], GRAY)
    assert numbers(pictures) == [0, 0, 15, 30, 59]


def test_sound_beyond_the_ends_is_silence(ramp: Recording) -> None:
    assert ramp.sound is not None
    whole = soundfile.read(ramp.sound, dtype="float32")[0]
    heard = Footage().sound(ramp, -0.5, 3 * RATE, RATE)
    assert heard.dtype == np.float32
    assert not heard[: RATE // 2].any()
    assert np.array_equal(heard[RATE // 2 : RATE // 2 + len(whole)], whole)
    assert not heard[RATE // 2 + len(whole) :].any()


def test_a_stretch_of_sound_begins_at_its_sample(ramp: Recording) -> None:
    assert ramp.sound is not None
    whole = soundfile.read(ramp.sound, dtype="float32")[0]
    heard = Footage().sound(ramp, 1.2345, 1000, RATE)
    assert np.array_equal(heard, whole[round(1.2345 * RATE) :][:1000])


@pytest.mark.parametrize("start_s", [-10.0, 2.0, 50.0])
def test_outside_there_is_only_silence(ramp: Recording, start_s: float) -> None:
    assert not Footage().sound(ramp, start_s, 1000, RATE).any()


def test_another_rate_keeps_the_time(ramp: Recording) -> None:
    heard = Footage().sound(ramp, 0.5, 22_050, 22_050)
    expected = np.interp(0.5 + np.arange(22_050) / 22_050, [0, 2], [-0.9, 0.9])
    assert np.abs(heard - expected)[100:-100].max() < 1e-3


def test_a_clip_filled_by_repetition_begins_again(ramp: Recording) -> None:
    assert ramp.sound is not None
    whole = soundfile.read(ramp.sound, dtype="float32")[0]
    filled = replace(ramp, duration_s=5.0, repeat_s=2.0)
    assert numbers(Footage().pictures_at(filled, [0.5, 2.5, 4.0, 4.5], GRAY)) == [15, 15, 0, 15]
    heard = Footage().sound(filled, 1.0, 5 * RATE, RATE)
    expected = np.concatenate((np.tile(whole, 3)[RATE : 5 * RATE], np.zeros(RATE, np.float32)))
    assert np.array_equal(heard, expected)


def test_levels_are_those_of_the_sound(ramp: Recording, tmp_path: Path) -> None:
    steps = np.repeat([0.5, 0.05], RATE).astype(np.float32)
    recording = replace(ramp, sound=write_wave(tmp_path / "steps.wav", steps, RATE))
    levels = Footage().levels_db(recording, 0.5, 4, 0.5)
    assert levels == pytest.approx([-6.02, -26.02, -26.02, -80], abs=0.01)


def test_stated_levels_serve_where_there_is_no_sound(ramp: Recording) -> None:
    mute = replace(ramp, sound=None, level_db=(-10.0, -20.0, -30.0, -40.0))
    assert Footage().levels_db(mute, 0.0, 5, 0.5).tolist() == [-10, -20, -30, -40, -80]
    with pytest.raises(DatasetError, match="no sound, and no levels are stated"):
        Footage().levels_db(replace(mute, level_db=None), 0.0, 4, 0.5)
    with pytest.raises(DatasetError, match="has no sound"):
        Footage().sound(mute, 0.0, 10, RATE)
