"""Muxing: the picture unchanged, the sound on the sample, everything else kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import ExportError
from engine.job import Job
from engine.media.audio import audio_blocks, read_audio
from engine.media.containers import CONTAINERS
from engine.media.decode import iter_frames
from engine.media.mux import MuxReport, mux
from engine.media.probe import probe, require_video
from tests.engine.media.awkward_videos import Awkward
from tests.media_factory import (
    click_positions,
    clicks,
    make_video,
    picture_number,
    with_hidden_end,
    with_hidden_start,
)

_CLICKS = (30, 5_000, 20_001, 40_000)


def _muxed(video: Path, out: Path, **arguments: object) -> MuxReport:
    sound = clicks(48_000, _CLICKS, channels=2)
    return mux(video, out, [sound[:7000], sound[7000:7001], sound[7001:]], channels=2, **arguments)  # type: ignore[arg-type]


def _picture_packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _assert_in_sync(video: Path, out: Path) -> None:
    """The same pictures at the same times, and sample 0 at the first of them."""
    assert click_positions(read_audio(out), _CLICKS) == list(_CLICKS)
    before, after = list(iter_frames(video)), list(iter_frames(out))
    assert np.allclose([f.time_s for f in after], [f.time_s for f in before], atol=0.6e-3)
    assert all(np.array_equal(a.image, b.image) for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(suffix, codec) for kind in CONTAINERS for suffix in kind.suffixes for codec in kind.sound_codecs],
)
def test_every_sound_codec_starts_on_the_sample(suffix: str, codec: str, tmp_path: Path) -> None:
    vp9, xvid = {"codec": "libvpx-vp9", "b_frames": 0}, {"codec": "mpeg4", "b_frames": 0}
    picture = {".webm": vp9, ".avi": xvid}.get(suffix, {})
    video = make_video(tmp_path / f"in{'.mp4' if not picture else suffix}", **picture)  # type: ignore[arg-type]
    out = tmp_path / f"out{suffix}"
    assert _muxed(video, out, codec=codec) == MuxReport(out, codec)
    assert _picture_packets(out) == _picture_packets(video)
    _assert_in_sync(video, out)
    # Libav's decoder agrees without our reading of time stamps: its first sample is at the first picture.
    with av.open(str(out)) as container:
        picture_s = min(f.pts * f.time_base for f in container.decode(video=0))
    with av.open(str(out)) as container:
        first = next(container.decode(audio=0))
        assert first.pts * first.time_base == picture_s
    sound = probe(out).audio
    assert [(s.sample_rate, s.channels) for s in sound] == [(48_000, 2)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_awkward_pictures(awkward: Awkward, video: Path, suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    if awkward.codec not in {".mp4": _IN_MP4, ".mkv": _IN_MKV, ".mov": _IN_MOV}[suffix]:
        with pytest.raises(
            ExportError, match=rf"{suffix[1:]} files can't hold {awkward.codec} picture; choose"
        ):
            _muxed(video, out)
        assert not list(tmp_path.iterdir())
        return
    _muxed(video, out)
    _assert_in_sync(video, out)
    if awkward.name != "broadcast.ts":
        # A transport stream separates pictures by start codes, the others by lengths.
        assert _picture_packets(out) == _picture_packets(video)
    before, after = require_video(video).video, require_video(out).video
    assert before is not None
    assert after is not None
    assert (after.width, after.height, after.rotation_deg) == (
        before.width,
        before.height,
        before.rotation_deg,
    )
    assert (after.bit_depth, after.frame_count) == (before.bit_depth, before.frame_count)
    if awkward.count > 1:
        assert (after.frame_rate, after.is_variable_rate) == (before.frame_rate, before.is_variable_rate)


_IN_MKV = {"mpeg2video", "h264", "hevc", "prores", "vp9", "mpeg4", "ffv1", "mjpeg"}
_IN_MP4 = _IN_MKV - {"prores"}
_IN_MOV = _IN_MKV - {"vp9", "ffv1"}


def test_trimmed_start(tmp_path: Path) -> None:
    """Pictures before an edit's start go along and stay hidden; what can't hide them refuses."""
    video = with_hidden_start(make_video(tmp_path / "whole.mp4", b_frames=0), tmp_path / "trimmed.mp4", 5)
    out = tmp_path / "out.mov"
    _muxed(video, out)
    assert [picture_number(f.image) for f in iter_frames(out)] == list(range(5, 30))
    assert _picture_packets(out) == _picture_packets(video)
    _assert_in_sync(video, out)
    with pytest.raises(ExportError, match="only mp4 and mov files"):
        _muxed(video, tmp_path / "out.mkv")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_trimmed_end_stays_away(suffix: str, tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", b_frames=0)
    video = with_hidden_end(whole, tmp_path / "trimmed.mp4", 0.8)
    out = tmp_path / f"out{suffix}"
    _muxed(video, out)
    assert [picture_number(f.image) for f in iter_frames(out)] == list(range(20))
    assert _picture_packets(out) == _picture_packets(whole)[:20]
    _assert_in_sync(video, out)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize(
    ("text", "rate"),
    [("01:00:00:00", 25), ("10:59:59;28", Fraction(30000, 1001)), ("00:00:01:119", 120)],
)
def test_start_timecode(suffix: str, text: str, rate: Fraction | int, tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mp4", rate=rate)
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    _muxed(video, first, start_timecode=text)
    # The second is made from the first without being told.
    _muxed(first, second)
    for out in (first, second):
        found = require_video(out).video
        assert found is not None
        assert found.start_timecode == text
        _assert_in_sync(video, out)


def test_start_timecode_that_does_not_exist(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="start timecode"):
        _muxed(plain, tmp_path / "a.mp4", start_timecode="01:00:00:99")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_tags_chapters_and_colour(suffix: str, tmp_path: Path) -> None:
    video = make_video(
        tmp_path / "in.mp4",
        tags={"title": "Schritte ä", "artist": "A. Person", "com.apple.quicktime.make": "Camera"},
        muxer_options={"movflags": "use_metadata_tags"},
        chapters=[(0.0, 0.5, "First"), (0.5, 1.2, "Second")],
        codec_options={"x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709"},
    )
    out = tmp_path / f"out{suffix}"
    _muxed(video, out)
    tags = {key.lower(): text for key, text in probe(out).metadata.items()}
    assert (tags["title"], tags["artist"]) == ("Schritte ä", "A. Person")
    assert tags["com.apple.quicktime.make"] == "Camera"
    with av.open(str(out)) as container:
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
        starts = [float(chapter["start"] * chapter["time_base"]) for chapter in container.chapters()]
        colour = container.streams.video[0].codec_context
        assert (colour.color_primaries, colour.color_trc, colour.colorspace) == (1, 1, 1)
    assert (titles, starts) == (["First", "Second"], [0.0, 0.5])


def test_subtitles(tmp_path: Path) -> None:
    video = make_video(
        tmp_path / "in.mkv",
        first_time_s=1.0,
        subtitles=[(1.2, 1.6, "A door"), (1.8, 2.1, "Steps")],
    )
    report = _muxed(video, tmp_path / "out.mkv")
    assert report.left_out == ()
    with av.open(str(tmp_path / "out.mkv")) as container:
        texts = [(p.pts, bytes(p)) for p in container.demux(subtitles=0) if p.size]
    assert texts == [(200, b"A door"), (800, b"Steps")]
    report = _muxed(video, tmp_path / "out.mp4")
    assert report.left_out == ("subtitles (no language given)",)


@pytest.mark.parametrize(
    ("source", "codec", "suffix", "expected"),
    [
        (".mp4", "aac", ".mp4", "aac"),
        (".mp4", "aac", ".mkv", "aac"),
        (".mkv", "flac", ".mov", "pcm_s24le"),
        (".mkv", "libopus", ".mp4", "opus"),
    ],
)
def test_original_sound_is_kept_second(
    source: str, codec: str, suffix: str, expected: str, tmp_path: Path
) -> None:
    original = clicks(48_000, [11_111, 33_333])
    video = make_video(tmp_path / f"in{source}", audio=original, audio_codec=codec)
    out = tmp_path / f"out{suffix}"
    _muxed(video, out, keep_original_audio=True)
    assert [sound.codec for sound in probe(out).audio][1] == expected
    with av.open(str(out)) as container:
        defaults = [bool(s.disposition & av.stream.Disposition.default) for s in container.streams.audio]
    assert defaults == [True, False]
    _assert_in_sync(video, out)
    kept = np.concatenate(list(audio_blocks(out, stream_number=1)))
    off = np.abs(np.subtract(click_positions(kept, [11_111, 33_333]), [11_111, 33_333])).max()
    # Copied packets keep their time stamps, which mkv rounds to a millisecond.
    assert off <= (24 if ".mkv" in (source, suffix) else 1)
    replaced = tmp_path / f"replaced{suffix}"
    _muxed(video, replaced)
    assert len(probe(replaced).audio) == 1


def test_mono_and_silence(plain: Path, tmp_path: Path) -> None:
    mux(plain, tmp_path / "mono.mp4", [clicks(48_000, _CLICKS)], channels=1)
    assert probe(tmp_path / "mono.mp4").audio[0].channels == 1
    assert click_positions(read_audio(tmp_path / "mono.mp4"), _CLICKS) == list(_CLICKS)
    mux(plain, tmp_path / "silent.mkv", [], channels=2)
    assert len(_picture_packets(tmp_path / "silent.mkv")) == 30


def test_loud_sound_is_clipped_not_wrapped(plain: Path, tmp_path: Path) -> None:
    mux(plain, tmp_path / "a.mov", [np.full((4800, 1), 1.7, np.float32)], channels=1)
    samples = read_audio(tmp_path / "a.mov")
    assert samples.min() > 0.999


def test_sound_is_taken_as_it_is_needed(tmp_path: Path) -> None:
    """Memory stays flat: blocks are asked for while packets are written, not all at first."""
    video = make_video(tmp_path / "in.mp4", count=100)
    taken: list[int] = []
    taken_at: list[tuple[float, int]] = []

    def blocks() -> Iterator[np.ndarray]:
        for number in range(40):
            taken.append(number)
            yield np.zeros((4800, 2), np.float32)

    job = Job(on_progress=lambda fraction, text: taken_at.append((fraction, len(taken))))
    mux(video, tmp_path / "a.mkv", blocks(), channels=2, job=job)
    assert len(taken_at) >= 3
    for fraction, count in taken_at:
        assert count <= fraction * 40 + 3


def test_refusals_name_what_can(plain: Path, tmp_path: Path) -> None:
    for name, codec, says in (
        ("a.webm", None, "webm files can't hold h264 picture; choose mp4, mov or mkv."),
        ("a.avi", None, "avi files can't hold h264 picture as it is; choose mp4, mov or mkv."),
        (
            "a.mp4",
            "pcm",
            "mp4 files can't hold pcm sound; choose mov, mkv or avi, or take aac, alac, flac or opus.",
        ),
        ("a.xyz", None, "choose a name that ends in"),
    ):
        with pytest.raises(ExportError) as caught:
            _muxed(plain, tmp_path / name, codec=codec)
        assert says in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["gh_10.mp4", "hitting_bag.mp4"])
def test_real_clip(clips: Path, name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    _muxed(clips / name, out)
    assert _picture_packets(out) == _picture_packets(clips / name)
    assert click_positions(read_audio(out), _CLICKS) == list(_CLICKS)
    _muxed(clips / name, out, keep_original_audio=True)
    original = read_audio(clips / name, channels=1)[:200_000]
    kept = np.concatenate(list(audio_blocks(out, stream_number=1, channels=1)))[:200_000]
    assert np.abs(original - kept).max() < 1e-4
