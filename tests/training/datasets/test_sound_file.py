"""Stretches of sound, against decoding the whole file by libav."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.media.audio import read_audio
from tests.media_factory import click_positions
from tests.training.datasets.tiny_folders import SOUND_RATE, write_clip, write_wave
from training.datasets.sound_file import native_rate, read_mono


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of noise without the highest frequencies, 96 kHz."""
    noise = np.random.default_rng(5).normal(0, 0.2, 2 * 96_000)
    smooth = np.convolve(noise, np.hanning(64) / 16, "same").astype(np.float32)
    return write_wave(tmp_path_factory.mktemp("sound") / "noise.wav", smooth)


@pytest.mark.parametrize("rate", [96_000, 48_000, 44_100, 22_050, 16_000])
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 0.5), (0.7, 1.2), (1.6, 2.0), (1.6, 3.0)])
def test_a_stretch_is_what_the_whole_would_have_there(
    wave: Path, rate: int, start_s: float, end_s: float
) -> None:
    whole = read_audio(wave, sample_rate=rate, channels=1)[:, 0]
    stretch = read_mono(wave, rate, start_s, end_s)
    expected = whole[round(start_s * rate) : round(min(end_s, 2.0) * rate)]
    assert stretch.dtype == np.float32
    assert len(stretch) == len(expected)
    # The first samples differ a little: libav's way begins without a sound before them, ours with silence.
    assert np.abs(stretch - expected).max() < 1e-3
    assert np.abs(stretch - expected)[round(0.05 * rate) :].max() < 1e-5


def test_beyond_the_end_there_is_nothing(wave: Path) -> None:
    assert len(read_mono(wave, 48_000, 2.0, 3.0)) == 0
    assert len(read_mono(wave, 22_050, 50.0, 51.0)) == 0


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.tile([0.5, 0.1], (100, 1)), 48_000, subtype="FLOAT")
    assert read_mono(path, 48_000, 0.0, 1.0) == pytest.approx(np.full(100, 0.3))


def test_the_sound_of_a_video(tmp_path: Path) -> None:
    stretch = read_mono(write_clip(tmp_path / "a.mp4"), SOUND_RATE, 0.75, 1.25)
    assert len(stretch) == SOUND_RATE // 2
    assert click_positions(stretch[:, None], [SOUND_RATE // 4]) == [SOUND_RATE // 4]


def test_what_is_no_sound(tmp_path: Path) -> None:
    torn = tmp_path / "torn.wav"
    torn.write_bytes(b"RIFF" + b"x" * 200)
    with pytest.raises(MediaError, match=r"torn\.wav"):
        read_mono(torn, 48_000, 0.0, 1.0)
    mute = write_clip(tmp_path / "mute.mp4", with_sound=False)
    with pytest.raises(MediaError, match=r"mute\.mp4"):
        native_rate(mute)


def test_the_sounds_own_rate(tmp_path: Path, wave: Path) -> None:
    assert native_rate(wave) == 96_000
    assert native_rate(write_clip(tmp_path / "a.mp4")) == SOUND_RATE
