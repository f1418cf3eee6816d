"""The packets of a source as they go into another file: whole, with decoding times, counted from 0.

Time 0 of the new file is the first picture's presentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from engine.errors import ExportError
from engine.media.packet_index import IndexedPictures
from engine.media.picture_stream import whole_packets
from engine.media.source import media_errors

_MAX_REORDERED = 64


def packets_of(
    container: InputContainer, streams: Iterable[Stream], pictures: IndexedPictures
) -> Iterator[Packet[Stream]]:
    """Packets of some streams in file order, their times counted from the first picture.

    Raises
    ------
    MediaError
        When the disk fails.
    ExportError
        When the picture's packets can't be given decoding times.
    """
    origin_s = pictures.source.first_pts * pictures.source.time_base
    picture = container.streams.video[pictures.source.stream_number]
    rate_ticks = _ticks_per_picture(pictures)
    waiting: list[Packet[Stream]] = []
    last_dts: int | None = None
    times = pictures.source.pts_of_dts
    delay = max((decoded - shown for decoded, shown in times.items()), default=0) if times else 0
    for packet in _without_trimmed_end(_unbroken_packets(container, streams, pictures), picture):
        if times is not None and packet.stream_index == picture.index and packet.dts is not None:
            # Decoding must come before showing, which the file's own times ignore.
            packet.pts = times.get(packet.dts, packet.dts)
            packet.dts -= delay
        offset = round(origin_s / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts - offset
        packet.dts = None if packet.dts is None else packet.dts - offset
        if packet.stream_index != picture.index:
            yield packet
            continue
        if last_dts is None and packet.dts is None:
            # mkv gives no decoding times until pictures have been put in order; they lie before the first
            # one given, a picture apart.
            waiting.append(packet)
            if len(waiting) > _MAX_REORDERED:
                raise ExportError(f"“{pictures.source.path.name}” can't be copied: it lacks decoding times.")
            continue
        if packet.dts is None:
            assert last_dts is not None
            packet.dts = last_dts + 1
        for early, before in zip(waiting, range(len(waiting), 0, -1), strict=True):
            early.dts = packet.dts - before * rate_ticks
            yield early
        waiting.clear()
        last_dts = packet.dts
        yield packet
    for number, packet in enumerate(waiting):
        packet.dts = (packet.pts or 0) if len(waiting) == 1 else (number - len(waiting)) * rate_ticks
        yield packet


def _without_trimmed_end(packets: Iterator[Packet[Stream]], picture: Stream) -> Iterator[Packet[Stream]]:
    """Packets up to the last picture that is shown.

    Pictures that an edit list leaves out are kept where later ones may refer to them; after the last one
    that is shown, nothing does.
    """
    left_out: list[Packet[Stream]] = []
    for packet in packets:
        if packet.stream_index == picture.index and packet.is_discard:
            left_out.append(packet)
            continue
        if packet.stream_index == picture.index:
            yield from left_out
            left_out.clear()
        yield packet


def _ticks_per_picture(pictures: IndexedPictures) -> int:
    pts = pictures.index.pts
    if len(pts) > 1:
        return max(1, int(pts[-1] - pts[0]) // (len(pts) - 1))
    return max(1, pictures.index.last_duration)


def _unbroken_packets(
    container: InputContainer, streams: Iterable[Stream], pictures: IndexedPictures
) -> Iterator[Packet[Stream]]:
    """Packets with content; the one in which a file breaks off is left out."""
    packets = whole_packets(container, *streams)
    before: Packet[Stream] | None = None
    while True:
        # Only reading is inside: what goes wrong where the packets are written is not the source's fault.
        with media_errors(pictures.source.path):
            packet = next(packets, None)
        if before is not None and (packet is not None or not before.is_corrupt):
            yield before
        if packet is None:
            return
        before = packet
