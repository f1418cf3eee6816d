"""Decoded pictures kept in memory and on disk."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.decode import iter_frames
from tests.media_factory import picture_number
from tests.training.datasets.tiny_folders import write_clip
from training.datasets import picture_cache
from training.datasets.picture_cache import DecodedPictures, PictureCache, PictureFormat
from training.datasets.recording import DatasetError

GRAY = PictureFormat(32, 24)
COLOUR = PictureFormat(16, 12, gray=False)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", with_sound=False)


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The clips that were decoded, in order."""
    found: list[Path] = []

    def noted(path: Path, **options: object) -> object:
        found.append(path)
        return iter_frames(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(picture_cache, "iter_frames", noted)
    return found


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("picture_format", [GRAY, COLOUR])
def test_the_pictures_are_those_of_the_decoder(
    clip: Path, tmp_path: Path, on_disk: bool, picture_format: PictureFormat
) -> None:
    cache = PictureCache(tmp_path / "kept" if on_disk else None)
    decoded = cache.clip(clip, picture_format)
    size = (picture_format.width, picture_format.height)
    expected = list(iter_frames(clip, size=size, gray=picture_format.gray))
    assert decoded.times_s == pytest.approx([frame.time_s for frame in expected])
    assert np.array_equal(decoded.images, np.stack([frame.image for frame in expected]))
    assert picture_number(decoded.images[37]) == 37


def test_a_clip_is_decoded_once(clip: Path, decodings: list[Path]) -> None:
    cache = PictureCache()
    for start_s in (0.0, 0.5, 1.0):
        cache.between(clip, GRAY, start_s, start_s + 0.5)
    assert decodings == [clip]


def test_with_a_folder_it_is_decoded_once_for_every_process(
    clip: Path, tmp_path: Path, decodings: list[Path]
) -> None:
    cache = PictureCache(tmp_path / "kept")
    first = cache.clip(clip, GRAY)
    other = pickle.loads(pickle.dumps(cache))
    assert np.array_equal(other.clip(clip, GRAY).images, first.images)
    assert decodings == [clip]
    assert isinstance(first.images, np.memmap)


def test_a_copy_for_another_process_takes_no_pictures_along(clip: Path) -> None:
    cache = PictureCache()
    cache.clip(clip, GRAY)
    assert len(pickle.dumps(cache)) < 1000


def test_a_clip_too_big_to_keep_is_decoded_in_ranges(clip: Path, decodings: list[Path]) -> None:
    cache = PictureCache(memory_bytes=GRAY.picture_bytes * 400)
    part = cache.between(clip, GRAY, 1.0, 1.2)
    assert 0.75 <= part.times_s[0] < 0.78
    assert 1.42 < part.times_s[-1] <= 1.45
    assert [picture_number(image) for image in part.at([1.0, 1.1])] == [30, 33]
    assert len(decodings) == 1


def test_a_range_in_which_no_picture_begins(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "slow.mp4", with_sound=False, times_s=[0.0, 0.1, 5.0, 5.1])
    cache = PictureCache(memory_bytes=GRAY.picture_bytes)
    assert picture_number(cache.between(clip, GRAY, 2.0, 2.1).at(2.0)[0]) == 1


def test_memory_stays_within_its_limit(tmp_path: Path, decodings: list[Path]) -> None:
    clips = [write_clip(tmp_path / f"{number}.mp4", with_sound=False, pictures=10) for number in range(3)]
    cache = PictureCache(memory_bytes=GRAY.picture_bytes * 25)
    for path in (clips[0], clips[1], clips[0], clips[2], clips[0], clips[1]):
        cache.clip(path, GRAY)
    assert decodings == [clips[0], clips[1], clips[2], clips[1]]


@pytest.mark.parametrize("damage", ["shorter", "longer", "no times", "torn times"])
def test_kept_pictures_that_are_not_whole_are_decoded_anew(
    clip: Path, tmp_path: Path, decodings: list[Path], damage: str
) -> None:
    kept = tmp_path / "kept"
    whole = PictureCache(kept).clip(clip, GRAY).images.copy()
    (images,), (times,) = kept.glob("*.u8"), kept.glob("*.npy")
    if damage == "shorter":
        images.write_bytes(images.read_bytes()[:-1])
    elif damage == "longer":
        images.write_bytes(images.read_bytes() + b"x")
    elif damage == "no times":
        times.unlink()
    else:
        times.write_bytes(times.read_bytes()[:40])
    assert np.array_equal(PictureCache(kept).clip(clip, GRAY).images, whole)
    assert decodings == [clip, clip]


def test_a_changed_clip_is_decoded_anew(clip: Path, tmp_path: Path, decodings: list[Path]) -> None:
    kept = tmp_path / "kept"
    PictureCache(kept).clip(clip, GRAY)
    os.utime(clip, ns=(1, 1))
    PictureCache(kept).clip(clip, GRAY)
    assert len(decodings) == 2
    write_clip(clip, with_sound=False, pictures=20)
    os.utime(clip, ns=(1, 1))
    assert len(PictureCache(kept).clip(clip, GRAY).images) == 20


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip: Path) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(picture_cache.np, "save", full)
    with pytest.raises(DatasetError, match=r"can't be kept in .*: No space left on device"):
        PictureCache(tmp_path / "kept").clip(clip, GRAY)
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_clip_that_can_not_be_decoded_is_an_error(tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"x" * 500)
    for cache in (PictureCache(), PictureCache(tmp_path / "kept")):
        with pytest.raises(MediaError, match=r"torn\.mp4"):
            cache.between(torn, GRAY, 0, 1)


def test_the_nearest_picture() -> None:
    decoded = DecodedPictures(np.array([0.0, 0.1, 0.3, 0.4]), np.zeros((4, 1, 1), np.uint8))
    times_s = [-1, 0.0, 0.04, 0.06, 0.19, 0.2, 0.21, 0.3, 0.36, 9.0]
    assert decoded.nearest(times_s).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    single = DecodedPictures(np.array([0.0]), np.zeros((1, 1, 1), np.uint8))
    assert single.nearest([-1, 5]).tolist() == [0, 0]
