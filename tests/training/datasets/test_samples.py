"""The papers' samples: their shapes, and that picture, sound and label belong to the same moment."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from engine.features.cochleagram import CochleagramConfig, cochleagram
from engine.features.spectrogram import SpectrogramConfig, log_spectrogram
from engine.project.materials import MATERIALS
from tests.media_factory import clicks, picture_number
from tests.training.datasets.tiny_folders import CLEAN_RATE, write_clip, write_wave
from training.datasets.centred_clips import CentredClipConfig, CentredClips
from training.datasets.contact_moments import ContactMomentConfig, ContactMoments
from training.datasets.level_windows import (
    DRUMSTICK_WINDOWS,
    IMPACTS_WINDOWS,
    LevelWindowConfig,
    LevelWindows,
)
from training.datasets.recording import Contact, DatasetError, Recording
from training.datasets.sounded_clips import SoundedClipConfig, SoundedClips
from training.datasets.time_windows import TimeWindowConfig, TimeWindows

SIZE: dict[str, Any] = {"width": 32, "height": 24}
HIT, SCRATCH = 1.0, 2.5
CONTACTS = (
    Contact(HIT, "wood", "hit", "static"),
    Contact(1.75, in_picture=False),
    Contact(SCRATCH, None, "scratch", None, duration_s=0.3),
)
WOOD = MATERIALS.index("wood")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Four seconds of numbered pictures; a click at each contact."""
    folder = tmp_path_factory.mktemp("clip")
    sound = clicks(4 * CLEAN_RATE, [round(contact.time_s * CLEAN_RATE) for contact in CONTACTS])[:, 0]
    picture = write_clip(folder / "clip.mp4", pictures=120, with_sound=False)
    wave = write_wave(folder / "clip.wav", sound)
    return Recording("clip", "clip", picture, wave, 4.0, CONTACTS, "exact")


def numbers(pictures: torch.Tensor) -> list[int]:
    return [picture_number(picture) for picture in pictures.numpy()]


def loudest_s(sound: torch.Tensor, rate: int) -> float:
    return int(sound.abs().argmax()) / rate


def test_centred_clips(recording: Recording) -> None:
    clips = CentredClips([recording], config=CentredClipConfig(**SIZE))
    assert len(clips) == 2
    clip = clips[0]
    assert clip.spacetime.shape == (15, 24, 32, 3)
    before, now, after = (numbers(clip.spacetime[..., channel]) for channel in range(3))
    assert now == list(range(23, 38))
    assert before == [number - 1 for number in now]
    assert after == [number + 1 for number in now]
    assert clip.first.shape == (24, 32, 3)
    assert picture_number(clip.first.numpy()) == 23
    assert clip.sound.shape == (CLEAN_RATE // 2,)
    assert loudest_s(clip.sound, CLEAN_RATE) == pytest.approx(0.25, abs=0.001)
    assert (clip.material, clip.action, clip.reaction) == (WOOD, 0, 4)
    assert (clips[1].material, clips[1].action, clips[1].reaction) == (-1, 1, -1)
    assert [(problem.name, problem.reason) for problem in clips.left_out] == [
        ("clip", "1 of its contacts are heard only.")
    ]


def test_the_cochleagram_is_that_of_the_sound(recording: Recording) -> None:
    clip = CentredClips([recording], config=CentredClipConfig(**SIZE))[0]
    assert clip.cochleagram.shape == (45, 42)
    assert clip.cochleagram.dtype == torch.float32
    assert recording.sound is not None
    # A click is silent but for its own moment, so more silence around it changes nothing.
    padded = np.concatenate(
        (np.zeros(CLEAN_RATE, np.float32), clip.sound.numpy(), np.zeros(CLEAN_RATE, np.float32))
    )
    expected = cochleagram(padded, CochleagramConfig(sample_rate=CLEAN_RATE))[90:135]
    assert np.abs(clip.cochleagram.numpy() - expected).max() < 0.02 * expected.max()
    assert int(clip.cochleagram.sum(dim=1).argmax()) in (22, 23)


def test_time_windows(recording: Recording) -> None:
    windows = TimeWindows([recording], config=TimeWindowConfig(**SIZE))
    assert [windows[index].start_s for index in range(len(windows))] == [0.0, 0.5, 1.0, 1.5, 2.0]
    window = windows[1]
    assert window.pictures.shape == (60, 24, 32)
    assert numbers(window.pictures) == list(range(15, 75))
    assert window.sound.shape == (2 * 22_050,)
    assert loudest_s(window.sound[:22_050], 22_050) == pytest.approx(HIT - 0.5, abs=0.001)
    assert np.flatnonzero(window.seen).tolist() == [15]
    assert np.flatnonzero(window.heard).tolist() == [15, 38]
    assert window.action[15] == 0 and window.action[38] == -1 and window.action[0] == -1
    assert window.materials.tolist() == [float(number == WOOD) for number in range(17)]
    assert not windows[4].materials.any()
    # The click lies around the time at which its picture appears, so half of it sounds before.
    assert np.flatnonzero(window.level_db > -60).tolist() == [14, 15, 37, 59]
    assert TimeWindows([recording], config=TimeWindowConfig(**SIZE, gray=False))[0].pictures.shape[-1] == 3


def test_contact_moments(recording: Recording) -> None:
    moments = ContactMoments([recording], config=ContactMomentConfig(**SIZE))
    assert len(moments) == 2
    moment = moments[1]
    assert moment.picture.shape == (24, 32, 3)
    assert picture_number(moment.picture.numpy()) == 75
    assert moment.sound.shape == (22_050,)
    assert loudest_s(moment.sound, 22_050) == pytest.approx(0.5, abs=0.001)
    assert moment.spectrogram.shape == (1025, 44)
    expected = log_spectrogram(moment.sound.numpy(), SpectrogramConfig())
    assert np.array_equal(moment.spectrogram.numpy(), expected)
    assert (moment.material, moment.action, moment.reaction) == (-1, 1, -1)
    assert int(moment.materials.argmax()) == WOOD
    assert moment.time_s == SCRATCH


def test_level_windows(recording: Recording) -> None:
    config = LevelWindowConfig(step_s=1 / 30, **SIZE, pictures=50)
    windows = LevelWindows([recording], config)
    assert len(windows) == 2
    window = windows[1]
    assert window.spacetime.shape == (50, 24, 32, 3)
    assert numbers(window.spacetime[..., 0]) == list(range(49, 99))
    assert numbers(window.spacetime[..., 2]) == list(range(51, 101))
    assert np.flatnonzero(window.level_db > -60).tolist() == [2, 24, 25]
    assert numbers(windows[0].spacetime[..., 0])[:2] == [0, 0]
    every_other = LevelWindows([recording], LevelWindowConfig(step_s=1 / 15, **SIZE, pictures=50))[0]
    assert numbers(every_other.spacetime[..., 1]) == list(range(0, 100, 2))


def test_levels_as_sums_of_16_bit_samples(recording: Recording, tmp_path: Path) -> None:
    constant = np.full(4 * CLEAN_RATE, 100 / 32768, np.float32)
    sounding = replace(recording, sound=write_wave(tmp_path / "constant.wav", constant))
    config = LevelWindowConfig(step_s=1 / 15, **SIZE, pictures=50, measure="sum")
    levels = LevelWindows([sounding], config)[0].level_db
    # 6,400 samples of 100: the square root of their sum of squares is 8,000.
    assert levels.numpy() == pytest.approx(20 * np.log10(8000))


def test_the_papers_windows() -> None:
    assert (DRUMSTICK_WINDOWS.height, DRUMSTICK_WINDOWS.width) == (64, 114)
    assert DRUMSTICK_WINDOWS.duration_s == pytest.approx(100 / 15)
    assert (IMPACTS_WINDOWS.height, IMPACTS_WINDOWS.width) == (224, 224)
    assert IMPACTS_WINDOWS.duration_s == pytest.approx(100 / 30)


def test_sounded_clips(recording: Recording) -> None:
    filled = replace(recording, duration_s=10.0, repeat_s=4.0, category="dog")
    clips = SoundedClips([recording, filled], config=SoundedClipConfig(**SIZE))
    assert len(clips) == 1
    assert clips.left_out[0].reason == "lasts 4.00 s, and a window 10.00 s."
    clip = clips[0]
    assert (clip.recording, clip.category) == (1, 2)
    assert clip.pictures.shape == (156, 24, 32, 3)
    shown = numbers(clip.pictures)
    assert shown[39] == 75 and shown[78] == 30
    assert clip.sound.shape == (160_000,)
    assert torch.equal(clip.sound[:60_000], clip.sound[64_000:124_000])


EVERY_KIND: dict[str, Callable[[list[Recording]], Any]] = {
    "centred clips": lambda recordings: CentredClips(recordings, config=CentredClipConfig(**SIZE)),
    "time windows": lambda recordings: TimeWindows(recordings, config=TimeWindowConfig(**SIZE)),
    "contact moments": lambda recordings: ContactMoments(recordings, config=ContactMomentConfig(**SIZE)),
    "level windows": lambda recordings: LevelWindows(recordings, LevelWindowConfig(1 / 30, 32, 24)),
    "sounded clips": lambda recordings: SoundedClips(
        recordings, config=SoundedClipConfig(duration_s=1.0, width=32, height=24)
    ),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_loader_puts_samples_together(recording: Recording, kind: str) -> None:
    batch = next(iter(DataLoader(EVERY_KIND[kind]([recording, recording]), batch_size=2)))
    for name, values in batch._asdict().items():
        assert isinstance(values, torch.Tensor), name
        assert len(values) == 2


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_copy_for_a_loaders_worker_gives_the_same(recording: Recording, kind: str) -> None:
    samples = EVERY_KIND[kind]([recording])
    first = samples[0]
    sent = pickle.dumps(samples)
    assert len(sent) < 5000
    copied = pickle.loads(sent)
    assert len(copied) == len(samples)
    for mine, theirs in zip(first, copied[0], strict=True):
        assert torch.equal(torch.as_tensor(mine), torch.as_tensor(theirs))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_without_recordings_there_are_no_samples(kind: str) -> None:
    with pytest.raises(DatasetError, match="No sample can be taken: there is no recording"):
        EVERY_KIND[kind]([])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_recordings_without_sound_are_left_out_and_named(recording: Recording, kind: str) -> None:
    mute = replace(recording, name="mute", sound=None)
    samples = EVERY_KIND[kind]([mute, recording])
    assert all(samples[index].recording == 1 for index in range(len(samples)))
    assert [problem.name for problem in samples.left_out if problem.kind == "missing"] == ["mute"]
    with pytest.raises(DatasetError, match="1 recordings were left out; the first, “mute”, has no sound"):
        EVERY_KIND[kind]([mute])


def test_recordings_without_contacts_give_no_centred_clips(recording: Recording) -> None:
    with pytest.raises(DatasetError, match="none of the 1 recordings has a contact"):
        CentredClips([replace(recording, contacts=())])
