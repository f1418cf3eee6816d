"""Adds a start timecode (`tmcd` track) to a finished mp4 or mov file.

libav writes that track only for streams with an announced frame rate, which PyAV can't set on a copied
stream. So it is added here: the index (`moov`), which lies at the file's end, is written again with one
more track, whose single sample is the frame number of the first picture. Nothing else is touched.

References
----------
Apple, *QuickTime File Format Specification*, "Timecode Media" and "Track Reference Atoms".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ExportError
from engine.project.timebase import TimecodeFormat, nominal_rate

_DROP_FRAME, _WRAPS_AT_24_HOURS = 1, 2
_UNITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_IN_MOVIE = 2
_MAX_COUNTED_RATE = 255


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    body: bytes


def add_timecode_track(path: Path, start: int, timecode: TimecodeFormat) -> None:
    """Write the timecode of the first picture into a file that libav's mov or mp4 muxer has finished.

    Parameters
    ----------
    path
        The file; changed in place.
    start
        Frame number of the first picture's timecode.
    timecode
        How frames are counted.

    Raises
    ------
    ExportError
        When the file is not laid out as the muxer does it, or the rate can't be stored.
    OSError
        When the disk refuses.
    """
    if nominal_rate(timecode.frame_rate) > _MAX_COUNTED_RATE:
        raise ExportError(
            f"A timecode can't be stored at {float(timecode.frame_rate):g} pictures per second."
        )
    with path.open("r+b") as file:
        moov_position, moov = _last_box(path)
        sample_position = moov_position + 8
        sample = _box(b"mdat", struct.pack(">I", start))
        file.seek(moov_position)
        file.write(sample)
        file.write(_box(b"moov", _with_timecode(moov, sample_position, timecode)))
        file.truncate()


def _last_box(path: Path) -> tuple[int, bytes]:
    """Position and body of the `moov` box, which must be the file's last."""
    size, position = path.stat().st_size, 0
    with path.open("rb") as file:
        while position < size:
            file.seek(position)
            header = file.read(16)
            length, kind = struct.unpack(">I4s", header[:8])
            if length == 1:
                length = struct.unpack(">Q", header[8:16])[0]
            if length < 8:
                break
            if kind == b"moov" and position + length == size:
                file.seek(position + 8)
                return position, file.read(length - 8)
            position += length
    raise ExportError(f"“{path.name}” has no index at its end, so no timecode can be added to it.")


def _with_timecode(moov: bytes, sample_position: int, timecode: TimecodeFormat) -> bytes:
    boxes = list(_boxes_in(moov))
    movie = next(box.body for box in boxes if box.kind == b"mvhd")
    if movie[0]:
        movie_timescale, movie_duration = struct.unpack_from(">IQ", movie, 20)
    else:
        movie_timescale, movie_duration = struct.unpack_from(">II", movie, 12)
    (track_id,) = struct.unpack_from(">I", movie, len(movie) - 4)
    new_movie = movie[:-4] + struct.pack(">I", track_id + 1)
    track = _timecode_track(track_id, movie_timescale, movie_duration, sample_position, timecode)
    parts: list[bytes] = []
    is_referenced, is_placed = False, False
    for box in boxes:
        if box.kind == b"trak":
            body = box.body
            if not is_referenced and _is_picture_track(body):
                body += _box(b"tref", _box(b"tmcd", struct.pack(">I", track_id)))
                is_referenced = True
            parts.append(_box(b"trak", body))
            continue
        if box.kind != b"mvhd" and not is_placed:
            parts.append(track)
            is_placed = True
        parts.append(_box(box.kind, new_movie if box.kind == b"mvhd" else box.body))
    if not is_placed:
        parts.append(track)
    return b"".join(parts)


def _timecode_track(
    track_id: int, movie_timescale: int, movie_duration: int, sample_position: int, timecode: TimecodeFormat
) -> bytes:
    rate = timecode.frame_rate
    duration = round(movie_duration * rate.numerator / max(movie_timescale, 1))
    flags = _WRAPS_AT_24_HOURS | (_DROP_FRAME if timecode.drop_frame else 0)
    track_header = _full_box(
        b"tkhd",
        struct.pack(">IIIII8xHHHxx", 0, 0, track_id, 0, min(movie_duration, 0xFFFF_FFFF), 0, 0, 0)
        + _UNITY_MATRIX
        + struct.pack(">II", 0, 0),
        flags=_IN_MOVIE,
    )
    media_header = _full_box(
        b"mdhd", struct.pack(">IIIIHH", 0, 0, rate.numerator, min(duration, 0xFFFF_FFFF), 0x55C4, 0)
    )
    kind = _full_box(b"hdlr", b"mhlr" + b"tmcd" + bytes(12) + b"\x0fTimeCodeHandler")
    graphics = _full_box(b"gmin", struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    font = b"\x0dLucida Grande"
    looks = _full_box(b"tcmi", struct.pack(">HHHH6H", 0, 0, 12, 0, 0, 0, 0, 0xFFFF, 0xFFFF, 0xFFFF) + font)
    description = _box(
        b"tmcd",
        struct.pack(">6xHIIIIBB", 1, 0, flags, rate.numerator, rate.denominator, nominal_rate(rate), 0),
    )
    table = _box(
        b"stbl",
        _full_box(b"stsd", struct.pack(">I", 1) + description)
        + _full_box(b"stts", struct.pack(">III", 1, 1, min(duration, 0xFFFF_FFFF)))
        + _full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
        + _full_box(b"stsz", struct.pack(">II", 4, 1))
        + _full_box(b"co64", struct.pack(">IQ", 1, sample_position)),
    )
    source = _box(b"dinf", _full_box(b"dref", struct.pack(">I", 1) + _full_box(b"url ", b"", flags=1)))
    information = _box(b"minf", _box(b"gmhd", graphics + _box(b"tmcd", looks)) + source + table)
    return _box(b"trak", track_header + _box(b"mdia", media_header + kind + information))


def _is_picture_track(body: bytes) -> bool:
    media = next((box.body for box in _boxes_in(body) if box.kind == b"mdia"), b"")
    return any(box.kind == b"hdlr" and box.body[8:12] == b"vide" for box in _boxes_in(media))


def _boxes_in(data: bytes) -> Iterator[_Box]:
    position = 0
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if length < 8:
            return
        yield _Box(kind, data[position + 8 : position + length])
        position += length


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full_box(kind: bytes, body: bytes, flags: int = 0) -> bytes:
    """A box that begins with a version (0) and flags."""
    return _box(kind, struct.pack(">I", flags) + body)
