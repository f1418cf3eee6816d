"""What a container, and not the picture's own bits, says of how a picture looks goes along with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media.decode import iter_frames
from engine.media.mux import MuxReport, mux
from engine.media.probe import probe
from tests.media_factory import make_video, picture_number


def muxed(video: Path, out: Path) -> MuxReport:
    return mux(video, out, [np.zeros((4800, 2), np.float32)], channels=2)


def anamorphic(path: Path) -> Path:
    return make_video(
        path,
        codec="prores_ks",
        pixel_format="yuv422p10le",
        b_frames=0,
        count=5,
        sample_aspect_ratio=Fraction(16, 15),
    )


def test_the_shape_of_pixels_that_only_the_container_knows(tmp_path: Path) -> None:
    video = anamorphic(tmp_path / "in.mov")
    with av.open(str(video)) as opened:
        assert opened.streams.video[0].sample_aspect_ratio == Fraction(16, 15)
    assert muxed(video, tmp_path / "out.mov").left_out == ()
    with av.open(str(tmp_path / "out.mov")) as opened:
        assert opened.streams.video[0].sample_aspect_ratio == Fraction(16, 15)


def test_a_lost_shape_of_pixels_is_told(tmp_path: Path) -> None:
    report = muxed(anamorphic(tmp_path / "in.mov"), tmp_path / "out.mkv")
    assert report.left_out == ("the shape of its pixels (16:15)",)
    plain = make_video(tmp_path / "plain.mp4", sample_aspect_ratio=Fraction(4, 3))
    assert muxed(plain, tmp_path / "plain.mkv").left_out == ()


@pytest.mark.parametrize(("profile", "tag"), [("0", "apco"), ("1", "apcs"), ("3", "apch")])
@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_prores_keeps_the_name_of_its_quality(profile: str, tag: str, suffix: str, tmp_path: Path) -> None:
    video = make_video(
        tmp_path / "in.mov",
        codec="prores_ks",
        pixel_format="yuv422p10le",
        b_frames=0,
        count=3,
        codec_options={"profile": profile},
    )
    out = tmp_path / f"out{suffix}"
    muxed(video, out)
    with av.open(str(out)) as opened:
        assert opened.streams.video[0].codec_context.codec_tag == tag


def without_pictures(whole: Path, out: Path, numbers: tuple[int, ...]) -> Path:
    with av.open(str(whole)) as source, av.open(str(out), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0], opaque=True)
        for number, packet in enumerate(source.demux(video=0)):
            if packet.size and number not in numbers:
                packet.stream = stream
                target.mux(packet)
    return out


def test_pictures_that_an_avi_leaves_out_stay_left_out(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.avi", codec="mjpeg", pixel_format="yuvj420p", b_frames=0)
    video = without_pictures(whole, tmp_path / "in.avi", (3, 4, 11))
    assert len(list(iter_frames(video))) == 27
    out = tmp_path / "out.avi"
    muxed(video, out)
    before, after = list(iter_frames(video)), list(iter_frames(out))
    assert [frame.time_s for frame in after] == [frame.time_s for frame in before]
    numbers = [picture_number(frame.image) for frame in after]
    assert numbers == [picture_number(frame.image) for frame in before]


def test_subtitles_of_no_language_are_told_in_words(tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mkv", subtitles=[(0.1, 0.5, "Hello")])
    assert muxed(video, tmp_path / "out.mp4").left_out == ("subtitles (no language given)",)
    assert probe(tmp_path / "out.mp4").subtitle_count == 0
