"""What `probe` says about good, awkward and bad files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.media import source
from engine.media.decode import iter_frames
from engine.media.probe import probe, require_video
from tests.engine.media.awkward_videos import VARIABLE_TIMES_S, Awkward
from tests.media_factory import clicks, make_video, picture_number, with_hidden_end, with_hidden_start


def test_video_stream(awkward: Awkward, video: Path) -> None:
    found = require_video(video).video
    assert found is not None
    assert (found.codec, found.width, found.height) == (awkward.codec, *awkward.size)
    assert (found.rotation_deg, found.bit_depth) == (awkward.rotation_deg, awkward.bit_depth)
    assert found.frame_count == awkward.count
    assert found.first_time_s == pytest.approx(awkward.first_time_s, abs=1e-9)
    assert found.is_variable_rate == (awkward.frame_rate is None)
    if awkward.frame_rate is not None:
        assert found.frame_rate == awkward.frame_rate
        assert found.duration_s == pytest.approx(awkward.count / awkward.frame_rate, abs=1.1e-3)
    else:
        assert found.duration_s >= VARIABLE_TIMES_S[-1]


def test_sound_and_tags(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "a.mp4",
        audio=clicks(24_000, [], channels=2),
        tags={"title": "Steps", "timecode": "nonsense"},
        muxer_options={"movflags": "use_metadata_tags"},
    )
    info = probe(path)
    assert info.metadata["title"] == "Steps"
    assert [(a.codec, a.sample_rate, a.channels) for a in info.audio] == [("aac", 48_000, 2)]
    assert info.audio[0].duration_s == pytest.approx(0.5, abs=0.03)
    assert not info.is_cut_off
    assert not info.warning


def test_rate_of_a_long_clip_in_milliseconds(tmp_path: Path) -> None:
    # 250 pictures at 29.97 differ from 30 by more than rounding to a millisecond does.
    path = make_video(tmp_path / "a.mkv", count=250, rate=Fraction(30000, 1001), size=(16, 16))
    video = probe(path).video
    assert video is not None
    assert (video.frame_rate, video.is_variable_rate) == (Fraction(30000, 1001), False)


def test_one_left_out_picture_makes_the_rate_variable(tmp_path: Path) -> None:
    times_s = [n / 25 for n in range(20) if n != 13]
    for suffix in (".mp4", ".mkv"):
        video = probe(make_video(tmp_path / f"a{suffix}", times_s=times_s)).video
        assert video is not None
        assert video.is_variable_rate


def test_trimmed_by_edit_list(tmp_path: Path) -> None:
    """Pictures before the edit's start, or after its end, are in the file but not in the video."""
    whole = make_video(tmp_path / "whole.mp4", b_frames=0)
    reordered = make_video(tmp_path / "reordered.mp4", b_frames=2)
    for trimmed, shown in (
        (with_hidden_start(whole, tmp_path / "start.mp4", 5), range(5, 30)),
        (with_hidden_end(whole, tmp_path / "end.mp4", 0.8), range(20)),
        (with_hidden_end(reordered, tmp_path / "end_b.mp4", 0.8), range(20)),
    ):
        video = probe(trimmed).video
        assert video is not None
        assert (video.frame_count, video.first_time_s) == (len(shown), 0.0)
        assert video.duration_s == pytest.approx(len(shown) / 25)
        assert [picture_number(frame.image) for frame in iter_frames(trimmed)] == list(shown)


def _sound_only(path: Path) -> None:
    soundfile.write(path, np.zeros((4800, 1), np.float32), 48_000)


def _cut(path: Path, share: float, **arguments: object) -> None:
    whole = make_video(path.with_name("whole" + path.suffix), count=60, **arguments)  # type: ignore[arg-type]
    contents = whole.read_bytes()
    path.write_bytes(contents[: int(len(contents) * share)])


@pytest.mark.parametrize(
    ("name", "write", "says"),
    [
        ("notes.txt", lambda path: path.write_text("three hits at the door\n" * 50), "not a video"),
        ("noise.mp4", lambda path: path.write_bytes(np.random.default_rng(1).bytes(5000)), "not a video"),
        ("empty.mp4", lambda path: path.write_bytes(b""), "is empty"),
        ("folder.mp4", lambda path: path.mkdir(), "is a folder"),
        ("missing.mp4", lambda path: None, "does not exist"),
        ("sound.wav", _sound_only, "only sound"),
        ("cut.mp4", lambda path: _cut(path, 0.6), "“moov”"),
        ("list.m3u8", lambda path: path.write_text("#EXTM3U\nhttp://127.0.0.1:9/a.ts\n"), "not a video"),
    ],
)
def test_bad_input_gets_one_sentence(name: str, write, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path)
    with pytest.raises(MediaError) as caught:
        require_video(path)
    sentence = str(caught.value)
    assert says in sentence
    assert f"“{name}”" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_unreadable_file(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by chmod: to root everything is readable.
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(MediaError, match="no permission"):
        require_video(plain)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("cut.mkv", {}),
        ("cut.mp4", {"muxer_options": {"movflags": "faststart"}}),
        ("cut.webm", {"codec": "libvpx-vp9", "b_frames": 0}),
        ("cut.avi", {"codec": "mpeg4", "b_frames": 0}),
        ("cut.mov", {"codec": "mjpeg", "pixel_format": "yuvj420p", "b_frames": 0,
                     "muxer_options": {"movflags": "faststart"}}),
    ],
)  # fmt: skip
def test_file_cut_off_in_the_middle(name: str, arguments: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / name
    _cut(path, 0.7, **arguments)
    info = require_video(path)
    assert info.video is not None
    assert info.is_cut_off
    assert f"“{name}” is cut off" in info.warning
    assert 10 <= info.video.frame_count < 60
    assert info.duration_s == pytest.approx(info.video.frame_count / 25, abs=0.2)
    assert (info.video.frame_rate, info.video.is_variable_rate) == (25, False)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    make_video(path, count=1, codec="mjpeg", pixel_format="yuvj420p", b_frames=0, audio=clicks(4800, [100]))
    with av.open(str(path)) as source:
        copy = tmp_path / "cover.mp4"
        with av.open(str(copy), "w") as target:
            streams = [target.add_stream_from_template(s, opaque=True) for s in source.streams]
            streams[0].disposition = av.stream.Disposition.attached_pic
            for packet in source.demux():
                if packet.size:
                    packet.stream = streams[packet.stream_index]
                    target.mux(packet)
    with pytest.raises(MediaError, match="only sound"):
        require_video(copy)


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=5)
    first = probe(path).video
    make_video(path, count=9)
    second = probe(path).video
    assert first is not None
    assert second is not None
    assert (first.frame_count, second.frame_count) == (5, 9)


def test_names_that_mean_something_to_libav(plain: Path, tmp_path: Path) -> None:
    for name in ("a:b.mp4", "100%d.mp4", "ключ 'x'.mp4", "concat;x|y.mp4"):
        path = tmp_path / name
        path.write_bytes(plain.read_bytes())
        assert probe(path).video is not None


def test_picture_of_impossible_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "a.mp4", count=3, size=(200, 200))
    monkeypatch.setitem(source.DECODER_OPTIONS, "max_pixels", str(100 * 100))
    with pytest.raises(MediaError, match="no picture that can be decoded"):
        require_video(path)
