"""A folder of one's own clips: contacts and levels from the sound, turned pictures, variable frame rates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.media_factory import make_video, picture_number
from tests.training.datasets.tiny_folders import SOUND_RATE, write_clip, write_vis_data
from training.datasets import DatasetError, open_dataset
from training.datasets.catalogue import Catalogue
from training.datasets.contacts_from_sound import sharpened
from training.datasets.footage import Footage
from training.datasets.greatest_hits import GreatestHits
from training.datasets.impacts import Impacts
from training.datasets.picture_cache import PictureFormat


def knocks(duration_s: float, times_s: list[float], amplitudes: list[float]) -> np.ndarray:
    """Noise that dies away within 50 ms, in a quiet room, float32 (n, 1)."""
    random = np.random.default_rng(3)
    samples = random.normal(0, 1e-4, round(duration_s * SOUND_RATE))
    for time_s, amplitude in zip(times_s, amplitudes, strict=True):
        start = round(time_s * SOUND_RATE)
        burst = random.normal(0, amplitude / 3, round(0.25 * SOUND_RATE))
        burst *= np.exp(-np.arange(len(burst)) / (0.02 * SOUND_RATE))
        end = min(start + len(burst), len(samples))
        samples[start:end] += burst[: end - start]
    return samples.astype(np.float32)[:, None]


def test_contacts_come_from_the_sound(tmp_path: Path) -> None:
    write_clip(
        tmp_path / "IMG_0001.MOV".lower(), pictures=90, audio=knocks(3, [0.7, 1.5, 2.2], [0.6, 0.3, 0.6])
    )
    dataset = open_dataset(tmp_path)
    assert isinstance(dataset, Impacts)
    recording = dataset.recordings()[0]
    assert [contact.time_s for contact in recording.contacts] == pytest.approx([0.7, 1.5, 2.2], abs=0.01)
    loud, quiet, other = recording.contacts
    assert loud.level_db is not None and quiet.level_db is not None
    assert loud.level_db - quiet.level_db == pytest.approx(6.0, abs=1.5)
    assert quiet.strength == pytest.approx(0.5, abs=0.1)
    assert max(loud.strength or 0, other.strength or 0) == 1.0
    assert (loud.material, loud.action) == (None, None)
    assert recording.timing == "audio"


def test_what_sounds_after_the_picture_is_no_contact(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", pictures=60, audio=knocks(3, [0.7, 2.5], [0.6, 0.6]))
    (contact,) = Impacts(tmp_path).recordings()[0].contacts
    assert contact.time_s == pytest.approx(0.7, abs=0.01)


def test_a_turned_clip_of_variable_rate(tmp_path: Path) -> None:
    """As a phone records: upright on its side, pictures when there is light enough."""
    gaps_s = [0.033, 0.040, 0.033, 0.067, 0.050] * 12
    times_s = [0.0, *np.cumsum(gaps_s).tolist()]
    make_video(
        tmp_path / "a.mp4",
        times_s=times_s,
        size=(48, 32),
        rotation_deg=90,
        audio=knocks(times_s[-1], [0.9, 1.8], [0.5, 0.5]),
    )
    recording = Impacts(tmp_path).recordings()[0]
    assert [contact.time_s for contact in recording.contacts] == pytest.approx([0.9, 1.8], abs=0.01)
    upright = PictureFormat(32, 48)
    for contact in recording.contacts:
        (picture,) = Footage().pictures_at(recording, contact.time_s, upright)
        nearest = int(np.argmin(np.abs(np.array(times_s) - contact.time_s)))
        # A quarter turn puts the left half, which holds the low digit, on top.
        assert picture.shape == (48, 32)
        assert picture_number(np.rot90(picture)) == nearest


def test_clips_in_a_subfolder_are_one_source(tmp_path: Path) -> None:
    sound = knocks(1, [0.5], [0.5])
    for name in ("kitchen/a.mp4", "kitchen/b.mp4", "yard.mp4", "zoo.mp4", "._yard.mp4"):
        write_clip(tmp_path / name, pictures=30, audio=sound)
    recordings = Impacts(tmp_path).recordings()
    assert [(recording.name, recording.source) for recording in recordings] == [
        ("kitchen/a.mp4", "kitchen"),
        ("kitchen/b.mp4", "kitchen"),
        ("yard.mp4", "yard.mp4"),
        ("zoo.mp4", "zoo.mp4"),
    ]
    parted = Impacts(tmp_path).split()
    sides = (parted.training, parted.validation, parted.test)
    assert sorted(len(side) for side in sides) == [1, 1, 2]
    assert len({recording.source for recording in parted.training}) == 1


def test_clips_that_can_not_serve_are_named(tmp_path: Path) -> None:
    write_clip(tmp_path / "good.mp4", pictures=30, audio=knocks(1, [0.5], [0.5]))
    write_clip(tmp_path / "mute.mp4", pictures=30, with_sound=False)
    write_clip(tmp_path / "quiet.mp4", pictures=30, audio=np.zeros((SOUND_RATE, 1), np.float32))
    (tmp_path / "torn.mp4").write_bytes(b"x" * 1000)
    (tmp_path / "notes.txt").write_text("no clip")
    dataset = Impacts(tmp_path)
    assert [recording.name for recording in dataset.recordings()] == ["good.mp4", "quiet.mp4"]
    assert [(problem.name, problem.kind) for problem in dataset.problems] == [
        ("mute.mp4", "broken"),
        ("quiet.mp4", "doubtful"),
        ("torn.mp4", "broken"),
    ]


def test_one_clip_can_not_be_split(tmp_path: Path) -> None:
    write_clip(tmp_path / "only.mp4", pictures=30, audio=knocks(1, [0.5], [0.5]))
    with pytest.raises(DatasetError, match="1 clip from 1 source can't be parted in 3"):
        Impacts(tmp_path).split()


def test_coarse_labels_move_to_the_sound(tmp_path: Path) -> None:
    times = "0.45 wood hit static\n1.3 leaf scratch scatter\n"
    recording = GreatestHits(write_vis_data(tmp_path, ["v"], times)).recordings()[0]
    moved = sharpened(recording, Catalogue(tmp_path))
    assert [contact.time_s for contact in moved.contacts] == pytest.approx([0.5, 1.3], abs=0.01)
    assert moved.contacts[1] == recording.contacts[1]
    assert moved.contacts[0].material == "wood"
    assert moved.contacts[0].level_db is not None
