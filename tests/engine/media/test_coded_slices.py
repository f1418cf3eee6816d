"""The same slices are found behind start codes and behind lengths."""

from __future__ import annotations

import struct

import pytest

from engine.media.coded_slices import coded_slices

# One unit each, by its first byte: parameters, delimiter, and two slices.
_H264 = (b"\x67params", b"\x09\xf0", b"\x65first slice", b"\x41second\x00\x00\x03\x01 slice")
_HEVC = (b"\x42\x01params", b"\x46\x01\x50", b"\x26\x01first slice", b"\x02\x01second slice")
_H264_HEADER = b"\x01\x64\x00\x1e\xff\xe1"
_HEVC_HEADER = b"\x01" + bytes(20) + b"\xff"


@pytest.mark.parametrize(
    ("codec", "units", "header"),
    [("h264", _H264, _H264_HEADER), ("hevc", _HEVC, _HEVC_HEADER)],
    ids=["h264", "hevc"],
)
def test_slices_behind_start_codes_and_lengths(codec: str, units: tuple[bytes, ...], header: bytes) -> None:
    start_codes = b"\x00\x00\x00\x01" + b"\x00\x00\x01".join(units) + b"\x00\x00"
    lengths = b"".join(struct.pack(">I", len(unit)) + unit for unit in units)
    slices = list(units[2:])
    assert coded_slices(start_codes, codec, None) == slices
    assert coded_slices(start_codes, codec, b"\x00\x00\x00\x01\x67") == slices
    assert coded_slices(lengths, codec, header) == slices


def test_lengths_of_two_bytes() -> None:
    lengths = b"".join(struct.pack(">H", len(unit)) + unit for unit in _H264)
    assert coded_slices(lengths, "h264", b"\x01\x64\x00\x1e\xfd\xe1") == list(_H264[2:])


def test_a_torn_packet_and_other_codecs() -> None:
    assert coded_slices(b"\x00\x00\x10\x00\x65torn", "h264", _H264_HEADER) == [b"\x65torn"]
    assert coded_slices(b"", "h264", _H264_HEADER) == []
    assert coded_slices(b"\x00\x00\x01\x65", "mpeg2video", None) is None
