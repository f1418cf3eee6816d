"""Is the picture of an exported file the source's, packet for packet?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from engine.job import SILENT_JOB, Job
from engine.media.coded_slices import coded_slices
from engine.media.picture_stream import find_picture
from engine.media.source import media_errors, open_media

_PACKETS_BETWEEN_CHECKS = 256


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """How an exported picture compares with its source's.

    Attributes
    ----------
    packets
        Packets in the exported picture.
    is_identical
        Whether every packet holds the same picture, bit for bit, in the same order, and none is missing.
    largest_time_error_ms
        How far a packet's time from the first picture on differs most; containers round times.
    """

    packets: int
    is_identical: bool
    largest_time_error_ms: float


def check_picture(source: Path, exported: Path, job: Job = SILENT_JOB) -> PictureCheck:
    """Compare the picture packets of two files.

    Raises
    ------
    MediaError
        When one can't be read.
    """
    packets, is_identical, largest_error_s = 0, True, 0.0
    for pair in zip_longest(_packets(source, job), _packets(exported, job)):
        before, after = pair
        packets += after is not None
        if before is None or after is None:
            is_identical = False
            continue
        is_identical = is_identical and before.holds_same_picture_as(after)
        if before.time_s is not None and after.time_s is not None:
            largest_error_s = max(largest_error_s, abs(before.time_s - after.time_s))
    return PictureCheck(packets, is_identical, largest_error_s * 1000.0)


@dataclass(frozen=True, slots=True)
class _PicturePacket:
    contents: bytes
    codec: str
    header: bytes | None
    time_s: float | None

    def holds_same_picture_as(self, other: _PicturePacket) -> bool:
        if self.contents == other.contents:
            return True
        own = coded_slices(self.contents, self.codec, self.header)
        return bool(own) and own == coded_slices(other.contents, other.codec, other.header)


def _packets(path: Path, job: Job) -> Iterator[_PicturePacket]:
    picture = find_picture(path)
    with media_errors(path), open_media(path) as container:
        stream = container.streams.video[picture.stream_number]
        codec, header = stream.codec_context.codec.canonical_name, stream.codec_context.extradata
        for number, packet in enumerate(container.demux(stream)):
            if number % _PACKETS_BETWEEN_CHECKS == 0:
                job.check()
            if packet.size:
                time_s = None if packet.pts is None else float(picture.seconds(packet.pts))
                yield _PicturePacket(bytes(packet), codec, header, time_s)
