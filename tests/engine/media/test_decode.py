"""Pictures in order: their times, numbers, shape and colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, MediaError
from engine.job import Job
from engine.media.decode import iter_frames
from engine.media.probe import require_video
from tests.engine.media.awkward_videos import VARIABLE_TIMES_S, Awkward
from tests.media_factory import make_video, numbered_picture, picture_number


def test_every_picture_in_order_at_its_time(awkward: Awkward, video: Path) -> None:
    frames = list(iter_frames(video))
    assert len(frames) == awkward.count
    assert frames[0].image.shape == (awkward.size[1], awkward.size[0], 3)
    if awkward.is_numbered:
        assert [picture_number(frame.image) for frame in frames] == list(range(awkward.count))
    if awkward.frame_rate is None:
        expected = np.asarray(VARIABLE_TIMES_S)
    else:
        expected = np.arange(awkward.count) / float(awkward.frame_rate)
    assert frames[0].time_s == 0.0
    # mkv counts in milliseconds.
    assert np.allclose([frame.time_s for frame in frames], expected, atol=0.6e-3)


def test_range_is_half_open_and_exact(awkward: Awkward, video: Path) -> None:
    everything = list(iter_frames(video))
    start, end = len(everything) // 3, 2 * len(everything) // 3
    part = list(iter_frames(video, start_s=everything[start].time_s, end_s=everything[end].time_s))
    assert [frame.time_s for frame in part] == [frame.time_s for frame in everything[start:end]]
    for found, expected in zip(part, everything[start:end], strict=True):
        assert np.array_equal(found.image, expected.image)
    assert not list(iter_frames(video, start_s=1000.0))


def test_threads_change_nothing(video: Path) -> None:
    alone = [frame.image for frame in iter_frames(video, thread_count=1)]
    together = [frame.image for frame in iter_frames(video, thread_count=3)]
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_rotated_picture_is_upright(rotation_deg: int, suffix: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / f"a{suffix}", count=12, rotation_deg=rotation_deg)
    # As coded, number 5 is brighter on the left than number 0 on the right. A player turns it clockwise.
    coded = numbered_picture(5, (64, 48))[..., 0].astype(int)
    expected = np.rot90(coded, -rotation_deg // 90)
    shown = list(iter_frames(path, gray=True))[5].image
    assert shown.shape == expected.shape
    assert np.abs(shown.astype(int) - expected)[8:-8, 8:-8].mean() < 12
    scaled = list(iter_frames(path, gray=True, size=(30, 20)))[5].image
    assert scaled.shape == (20, 30)
    info = require_video(path)
    assert info.video is not None
    assert (info.video.width, info.video.height) == shown.shape[::-1]


@pytest.mark.parametrize(
    ("codec", "pixel_format", "suffix"),
    [
        ("libx264", "yuv420p", ".mp4"),
        ("libx265", "yuv420p10le", ".mp4"),
        ("mjpeg", "yuvj420p", ".mov"),
        ("ffv1", "bgr0", ".mkv"),
        ("prores_ks", "yuv422p10le", ".mov"),
    ],
)
def test_gray_has_the_same_full_range_whatever_the_coding(
    codec: str, pixel_format: str, suffix: str, tmp_path: Path
) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = make_video(
        tmp_path / f"a{suffix}",
        count=16,
        codec=codec,
        pixel_format=pixel_format,
        b_frames=0,
        codec_options=options,
    )
    for size in (None, (32, 24)):
        left = [
            frame.image[:, : frame.image.shape[1] // 4].mean()
            for frame in iter_frames(path, size=size, gray=True)
        ]
        assert np.allclose(left, 8 + 16 * np.arange(16), atol=5)


def test_colour_is_kept(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=3)
    gray = next(iter_frames(path, size=(32, 24))).image
    assert np.ptp(gray.astype(int), axis=2).max() < 8


def test_broken_packets_cost_only_their_pictures(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=40, gop=1, b_frames=0)
    contents = bytearray(path.read_bytes())
    start = contents.index(b"mdat") + 4
    contents[start + 2000 : start + 2040] = bytes(range(40))
    path.write_bytes(contents)
    for thread_count in (1, 2):
        numbers = [picture_number(frame.image) for frame in iter_frames(path, thread_count=thread_count)]
        assert 36 <= len(numbers) <= 40
        assert numbers[-1] == 39
        assert numbers[0] == 0


@pytest.mark.parametrize("thread_count", [1, 2, 0])
def test_file_cut_off_gives_what_is_there(thread_count: int, tmp_path: Path) -> None:
    whole = make_video(tmp_path / "a.mp4", count=60, muxer_options={"movflags": "faststart"})
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.7)])
    frames = list(iter_frames(cut, thread_count=thread_count))
    info = require_video(cut)
    assert info.video is not None
    assert len(frames) == info.video.frame_count > 15
    numbers = [picture_number(frame.image) for frame in frames]
    assert np.allclose([frame.time_s for frame in frames], np.asarray(numbers) / 25)


def test_cancel(plain: Path) -> None:
    seen: list[float] = []
    with pytest.raises(Cancelled):
        for frame in iter_frames(plain, job=Job(is_cancelled=lambda: len(seen) >= 3)):
            seen.append(frame.time_s)
    assert len(seen) == 3


def test_sound_file_has_no_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("no pictures in here")
    with pytest.raises(MediaError):
        next(iter_frames(path))


def test_real_clip(clips: Path) -> None:
    frames = list(iter_frames(clips / "gh_10.mp4", size=(86, 64), gray=True))
    assert len(frames) == 300
    assert np.allclose([frame.time_s for frame in frames], np.arange(300) / 30)
