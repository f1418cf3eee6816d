"""The picture of an export is compared with its source, packet for packet."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from engine.export.picture_check import check_picture
from engine.media.mux import mux
from tests.media_factory import make_video


def muxed(video: Path, out: Path) -> Path:
    mux(video, out, [np.zeros((4800, 2), np.float32)], channels=2)
    return out


def last_byte_of_a_picture(path: Path) -> int:
    with av.open(str(path)) as opened:
        packets = [packet for packet in opened.demux(video=0) if packet.size]
    packet = packets[7]
    assert packet.pos is not None
    return packet.pos + packet.size - 1


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_transport_stream_holds_the_same_picture_with_other_separators(
    codec: str, suffix: str, tmp_path: Path
) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    stream = make_video(tmp_path / "in.ts", codec=codec, codec_options=options)
    check = check_picture(stream, muxed(stream, tmp_path / f"out{suffix}"))
    assert check.is_identical
    assert check.packets == 30


@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
def test_one_changed_bit_of_picture_is_found(suffix: str, tmp_path: Path) -> None:
    source = make_video(tmp_path / f"in{suffix}")
    out = muxed(source, tmp_path / "out.mp4")
    assert check_picture(source, out).is_identical
    contents = bytearray(out.read_bytes())
    contents[last_byte_of_a_picture(out)] ^= 1
    out.write_bytes(contents)
    assert not check_picture(source, out).is_identical


def test_a_missing_picture_is_found(tmp_path: Path) -> None:
    long, short = (make_video(tmp_path / f"{count}.mp4", count=count) for count in (30, 24))
    assert not check_picture(long, muxed(short, tmp_path / "out.mp4")).is_identical
