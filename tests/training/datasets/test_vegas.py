"""The layout of VEGAS, clips filled to ten seconds, and the test clips of each category."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.media_factory import clicks
from tests.training.datasets.tiny_folders import write_clip, write_vegas, write_wave
from training.datasets import DatasetError, open_dataset
from training.datasets.vegas import CATEGORIES, Vegas


def test_what_the_files_say(tmp_path: Path) -> None:
    write_vegas(tmp_path / "data", {"dog": ["yt1", "yt2"], "drum": ["yt3"]})
    audio = write_wave(
        tmp_path / "data" / "dog" / "audios" / "video_00001.wav", clicks(48_000, [9])[:, 0], 48_000
    )
    dataset = open_dataset(tmp_path)
    assert isinstance(dataset, Vegas)
    first, second, third = dataset.recordings()
    assert (first.name, first.category, first.source) == ("dog/video_00000", "dog", "yt1")
    assert (first.duration_s, first.repeat_s) == (10.0, pytest.approx(1.0))
    assert first.sound == first.picture
    assert second.sound == audio
    assert third.category == "drum"
    assert sorted(problem.name for problem in dataset.problems) == sorted(set(CATEGORIES) - {"dog", "drum"})


def test_a_clip_of_ten_seconds_is_not_repeated(tmp_path: Path) -> None:
    write_clip(tmp_path / "dog" / "videos" / "a.mp4", pictures=50, rate=5, with_sound=False)
    recording = Vegas(tmp_path).recordings()[0]
    assert (recording.duration_s, recording.repeat_s) == (10.0, None)
    assert recording.source == "dog/a"


def test_so_many_test_clips_of_each_category(tmp_path: Path) -> None:
    write_vegas(tmp_path, {"dog": [f"d{n}" for n in range(6)], "drum": [f"r{n}" for n in range(5)]})
    dataset = Vegas(tmp_path, test_clips=2)
    parted = dataset.split("zhou")
    assert Counter(recording.category for recording in parted.test) == {"dog": 2, "drum": 2}
    assert Counter(recording.category for recording in parted.training) == {"dog": 4, "drum": 3}
    assert Vegas(tmp_path, test_clips=2).split().test == parted.test


def test_clips_of_one_youtube_video_stay_together_across_categories(tmp_path: Path) -> None:
    both = ["x", "x", "y", "y"]
    write_vegas(tmp_path, {"dog": [*both, "d1", "d2"], "drum": [*both, "r1", "r2"]})
    parted = Vegas(tmp_path, test_clips=2).split()
    assert not {recording.source for recording in parted.test} & {
        recording.source for recording in parted.training
    }
    assert all(count <= 2 for count in Counter(recording.category for recording in parted.test).values())


def test_no_category_gets_more_test_clips_than_asked_for(tmp_path: Path) -> None:
    write_vegas(tmp_path, {"dog": ["x", "x", "y", "y", "z", "z"]})
    assert len(Vegas(tmp_path, test_clips=3).split().test) == 2


def test_too_few_clips_for_the_test_is_an_error(tmp_path: Path) -> None:
    write_vegas(tmp_path, {"dog": ["a", "b"]})
    with pytest.raises(
        DatasetError, match="takes 128 clips of each category for the test, and “dog” has only 2"
    ):
        Vegas(tmp_path).split()


def test_a_broken_clip_is_named(tmp_path: Path) -> None:
    write_vegas(tmp_path, {"dog": ["a", "b"]})
    (tmp_path / "dog" / "videos" / "video_00000.mp4").write_bytes(b"")
    dataset = Vegas(tmp_path)
    assert [recording.name for recording in dataset.recordings()] == ["dog/video_00001"]
    assert ("dog/video_00000", "broken") in [(problem.name, problem.kind) for problem in dataset.problems]
