"""Sound in time with the picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.media.audio import audio_blocks, read_audio, read_sound
from tests.media_factory import click_positions, clicks, make_video

_CLICKS = (2_000, 15_000, 40_000)


@pytest.mark.parametrize(
    ("suffix", "codec", "off"),
    [
        (".mp4", "aac", 1),
        (".mov", "pcm_s16le", 0),
        (".mkv", "flac", 0),
        (".mkv", "libopus", 1),
        (".mp4", "alac", 0),
        (".ts", "aac", 1),
    ],
)
def test_clicks_are_where_they_were(suffix: str, codec: str, off: int, tmp_path: Path) -> None:
    path = make_video(
        tmp_path / f"a{suffix}", b_frames=0, audio=clicks(48_000, _CLICKS, channels=2), audio_codec=codec
    )
    samples = read_audio(path)
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert len(samples) == pytest.approx(48_000, abs=1100)
    found = click_positions(samples, _CLICKS)
    # mpegts gives no priming: libav cuts it by the time stamps, to a 90 kHz unit.
    assert np.abs(np.subtract(found, _CLICKS)).max() <= off


@pytest.mark.parametrize(("picture_s", "sound_s"), [(0.0, 0.5), (0.5, 0.0), (1.0, 1.2)])
def test_sample_0_is_at_the_first_picture(picture_s: float, sound_s: float, tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "a.mkv",
        b_frames=0,
        first_time_s=picture_s,
        audio=clicks(48_000, [40_000]),
        audio_codec="pcm_s16le",
        audio_first_time_s=sound_s,
    )
    with av.open(str(path)) as container:
        begins = [
            s.start_time * s.time_base for s in (container.streams.video[0], container.streams.audio[0])
        ]
    expected = 40_000 + round((begins[1] - begins[0]) * 48_000)
    assert click_positions(read_audio(path), [expected]) == [expected]


def test_hole_in_the_sound_is_silence(tmp_path: Path) -> None:
    whole = make_video(
        tmp_path / "a.mkv", b_frames=0, audio=clicks(48_000, [1_000, 40_000]), audio_codec="pcm_s16le"
    )
    holed = tmp_path / "b.mkv"
    with av.open(str(whole)) as source, av.open(str(holed), "w", format="matroska") as target:
        streams = [target.add_stream_from_template(stream, opaque=True) for stream in source.streams]
        for packet in source.demux():
            is_in_hole = packet.stream.type == "audio" and 0.3 < (packet.pts or 0) * packet.time_base < 0.6
            if packet.size and not is_in_hole:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    samples = read_audio(holed)
    found = click_positions(samples, [1_000, 40_000])
    assert found[0] == 1_000
    # After the hole the only measure is a time stamp in whole milliseconds.
    assert abs(found[1] - 40_000) <= 24


def test_rate_channels_and_range(tmp_path: Path) -> None:
    time_s = np.arange(44_100) / 44_100
    sine = (0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)[:, None]
    path = make_video(tmp_path / "a.mkv", audio=sine, audio_codec="flac", audio_rate=44_100)
    whole = read_audio(path, channels=2)
    assert whole.shape == (48_000, 2)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
    # A few samples at the ends ring, as every band-limited conversion does.
    assert np.abs(whole[200:-200, 0] - expected[200:-200]).max() < 1e-3
    assert np.array_equal(whole[:, 0], whole[:, 1])
    part = read_audio(path, channels=1, start_s=0.25, end_s=0.75)
    assert part.shape == (24_000, 1)
    assert np.abs(part[200:-200, 0] - expected[12_200:35_800]).max() < 1e-3
    assert read_audio(path, sample_rate=16_000).shape == (16_000, 1)


def test_blocks_are_the_whole(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", audio=clicks(96_000, [50_000]))
    blocks = list(audio_blocks(path))
    assert max(len(block) for block in blocks) <= 1 << 16
    assert np.array_equal(np.concatenate(blocks), read_audio(path))


def test_silent_video_has_no_sound(plain: Path) -> None:
    with pytest.raises(MediaError, match="holds no sound"):
        read_audio(plain)


def test_range_past_the_end_is_empty(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", audio=clicks(48_000, []), audio_codec="flac")
    assert read_audio(path, start_s=60.0).shape == (0, 1)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".aiff", ".m4a"])
def test_sound_files(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"hit{suffix}"
    samples = clicks(44_100, [10_000], channels=2)
    if suffix == ".m4a":
        with av.open(str(path), "w", format="mp4") as container:
            stream = container.add_stream("aac", rate=44_100, layout="stereo")
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples.T), format="fltp", layout="stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = 44_100, 0, Fraction(1, 44_100)
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    else:
        soundfile.write(path, samples, 44_100)
    sound = read_sound(path)
    assert sound.dtype == np.float32
    assert sound.shape[1] == 2
    assert abs(click_positions(sound, [round(10_000 / 44_100 * 48_000)])[0] - 10_884) <= 1


def test_bad_sound_files(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, np.zeros((0, 1), np.float32), 48_000)
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    for path, says in (
        (empty, "holds no sound"),
        (text, "not a video or sound file"),
        (tmp_path / "x", "exist"),
    ):
        with pytest.raises(MediaError, match=says):
            read_sound(path)


def test_real_clip(clips: Path) -> None:
    samples = read_audio(clips / "gh_10.mp4", channels=1)
    assert len(samples) == pytest.approx(480_000, abs=1200)
    assert np.abs(samples).max() > 0.1
