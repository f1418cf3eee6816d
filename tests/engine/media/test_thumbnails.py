"""The filmstrip: right pictures, few decoded."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.media import frames
from engine.media.thumbnails import filmstrip
from tests.media_factory import make_video, picture_number


def test_close_together_they_are_exact(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=60, gop=60, codec_options={"sc_threshold": "0"})
    times_s = [0.0, 0.2, 0.44, 0.6, 1.5, 2.36]
    strip = list(filmstrip(path, times_s, 24))
    assert [time_s for time_s, _ in strip] == times_s
    assert all(image.shape == (24, 32, 3) for _, image in strip)
    for time_s, image in strip:
        assert abs(picture_number(image) - round(time_s * 25)) <= 1


def test_far_apart_they_are_keyframes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "a.mp4", count=240, gop=10, codec_options={"sc_threshold": "0"})
    asked: list[int] = []
    frame = frames.FrameReader.frame
    monkeypatch.setattr(
        frames.FrameReader, "frame", lambda self, index: asked.append(index) or frame(self, index)
    )
    shown = [picture_number(image) for _, image in filmstrip(path, [0.0, 2.1, 4.3, 6.5, 8.7], 24)]
    assert all(index % 10 == 0 for index in asked)
    assert shown == asked
    assert [
        abs(index - time_s * 25) <= 10 for index, time_s in zip(asked, [0, 2.1, 4.3, 6.5, 8.7], strict=True)
    ]


def test_turned_video_keeps_its_shape(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=10, rotation_deg=90)
    assert [image.shape for _, image in filmstrip(path, [0.1], 64)] == [(64, 48, 3)]


def test_no_times(plain: Path) -> None:
    assert not list(filmstrip(plain, [], 24))
