"""The picture stream of a file: which one it is, decoding it in order, decoding it from a given time.

What makes this more than a loop: a broken packet must cost its own picture only, a seek may land too late,
and avi stores no presentation times at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import FoleyError, MediaError
from engine.media.picture import Orientation, displayed_size, orientation_of
from engine.media.source import DECODER_OPTIONS, open_media, require_readable_file

_TEXT_CODECS = frozenset({"ansi", "bintext", "xbin", "idf"})
_SEEK_MARGINS_S = (0, 2, 10, 60)
# After a seek, MPEG program streams begin inside a picture and count wrongly from there.
_IMPRECISE_FORMATS = frozenset({"mpeg"})


class BrokenPacket(FoleyError):
    """A packet can't be decoded, and the caller did not want it passed over."""


@dataclass(frozen=True)
class PictureSource:
    """The picture stream of a file, as found by decoding its first picture.

    `first_pts` is the presentation time of the first picture in units of `time_base`; `first` is that
    picture as decoded, and `size` its displayed width and height. `pts_of_dts` gives each packet's
    presentation time where the packets do not say it themselves; else None.
    """

    path: Path
    stream_number: int
    time_base: Fraction
    first_pts: int
    first: VideoFrame
    orientation: Orientation
    size: tuple[int, int]
    pts_of_dts: Mapping[int, int] | None = None

    def seconds(self, pts: int) -> float:
        """Time relative to the first picture."""
        return float((pts - self.first_pts) * self.time_base)

    def ticks(self, time_s: float) -> Fraction:
        """Presentation time in units of the time base of a time relative to the first picture."""
        return self.first_pts + Fraction(time_s) / self.time_base

    def stream_in(self, container: InputContainer, thread_count: int) -> VideoStream:
        """This stream in another opening of the file, set to decode with threads (0: one per core)."""
        stream = only_stream(container, self.stream_number)
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = thread_count
        return stream


def find_picture(path: Path | str) -> PictureSource:
    """Open a video and decode its first picture.

    Raises
    ------
    MediaError
        When the file can't be read, holds no moving picture, or none that can be decoded.
    """
    path = Path(path)
    require_readable_file(path)
    with open_media(path) as container:
        number = picture_stream_number(container)
        if number is None:
            raise MediaError(f"“{path.name}” is not a video: it holds no moving picture.")
        stream = only_stream(container, number)
        # One thread: with more, an error loses pictures that are still in the making.
        stream.codec_context.thread_count = 1
        pts_of_dts = (
            _times_in_order_shown(path, number) if _lacks_presentation_times(container, stream) else None
        )
        first = next(decoded_frames(container, stream, pts_of_dts), None)
        if first is None or first.pts is None or stream.time_base is None:
            raise MediaError(f"“{path.name}” holds no picture that can be decoded: it is damaged or empty.")
        orientation = orientation_of(first)
        return PictureSource(
            path=path,
            stream_number=number,
            time_base=stream.time_base,
            first_pts=first.pts,
            first=first,
            orientation=orientation,
            size=displayed_size(first.width, first.height, stream.sample_aspect_ratio, orientation),
            pts_of_dts=pts_of_dts,
        )


def only_stream(container: InputContainer, number: int) -> VideoStream:
    """A picture stream of an open file that nothing else will be read from."""
    stream = container.streams.video[number]
    stream.codec_context.options = dict(DECODER_OPTIONS)
    for other in container.streams:
        if other.index != stream.index:
            # Sound that is passed over need not be read from the disk.
            other.discard = Discard.all
    return stream


def picture_stream_number(container: InputContainer) -> int | None:
    """Number, among the video streams, of the first that is a moving picture and no cover art."""
    for number, stream in enumerate(container.streams.video):
        is_cover = bool(stream.disposition & (Disposition.attached_pic | Disposition.still_image))
        context = stream.codec_context
        if not is_cover and context is not None and context.name not in _TEXT_CODECS:
            return number
    return None


def _lacks_presentation_times(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the packets' presentation times are guesses: avi stores pictures in decoding order only."""
    return container.format.name == "avi" and stream.codec_context.has_b_frames


def _times_in_order_shown(path: Path, number: int) -> dict[int, int]:
    """Presentation time by decoding time, found by decoding everything once and seeing what comes out when.

    The n-th picture shown gets the n-th of the decoding times.
    """
    shown: list[int] = []
    with open_media(path) as container:
        stream = only_stream(container, number)
        stream.codec_context.thread_count = 1
        for packet in whole_packets(container, stream):
            packet.pts = packet.dts
            shown += [frame.pts for frame in _decoded(stream, packet) if frame.pts is not None]
        shown += [frame.pts for frame in _decoded(stream, None) if frame.pts is not None]
    return dict(zip(shown, sorted(shown), strict=True))


def decoded_frames(
    container: InputContainer,
    stream: VideoStream,
    pts_of_dts: Mapping[int, int] | None,
    *,
    skip_broken: bool = True,
    wanted_from: int | None = None,
) -> Iterator[VideoFrame]:
    """Decode from where the container stands, with strictly increasing presentation times.

    Decoders leave out pictures that refer to ones before the keyframe they began with. A file that breaks
    off ends the iteration.

    Parameters
    ----------
    pts_of_dts
        As in `PictureSource`.
    skip_broken
        Whether a broken packet is passed over. Use it with one decoder thread only; with more, the
        pictures other threads work on are lost with it.
    wanted_from
        Presentation time before which pictures that no other refers to may be left out.

    Raises
    ------
    BrokenPacket
        When broken packets are not to be passed over.
    """
    # Other codecs call pictures unreferred to that a higher temporal layer does refer to.
    may_leave_out = wanted_from is not None and stream.codec_context.name == "h264"
    last_pts: int | None = None
    for packet in chain(whole_packets(container, stream), (None,)):
        if packet is not None:
            if pts_of_dts is not None:
                packet.pts = None if packet.dts is None else pts_of_dts.get(packet.dts)
            if may_leave_out:
                is_early = packet.pts is not None and wanted_from is not None and packet.pts < wanted_from
                stream.codec_context.skip_frame = "NONREF" if is_early else "DEFAULT"
        for frame in _decoded(stream, packet, skip_broken=skip_broken):
            if frame.pts is not None and (last_pts is None or frame.pts > last_pts):
                last_pts = frame.pts
                yield frame


def whole_packets(container: InputContainer, *streams: Stream) -> Iterator[Packet[Stream]]:
    """The packets with content of some streams, up to the end or to where the file breaks off."""
    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.InvalidDataError, av.error.EOFError):
            return
        if packet is None:
            return
        # The packets that end a stream are empty. A missing DTS means nothing of the kind.
        if packet.size:
            yield packet


def _decoded(
    stream: VideoStream, packet: Packet[Stream] | None, *, skip_broken: bool = True
) -> list[VideoFrame]:
    """What comes out of the decoder for one more packet, or at the end (None)."""
    try:
        return stream.codec_context.decode(packet)  # type: ignore[arg-type]
    except av.error.FFmpegError as error:
        if not skip_broken:
            raise BrokenPacket("a packet can't be decoded") from error
        return []


def frames_from(source: PictureSource, start_pts: int | Fraction, thread_count: int) -> Iterator[VideoFrame]:
    """Decode from a keyframe at or before `start_pts` to the end; the first frames may be earlier.

    Broken packets are passed over: from the first one on, decoding continues with one thread, which loses
    nothing but what is broken and always gives the same pictures.

    Raises
    ------
    MediaError
        When the disk fails.
    """
    last_pts: int | None = None
    try:
        for frame in _frames_from(source, start_pts, thread_count):
            last_pts = frame.pts
            yield frame
    except BrokenPacket:
        resume_pts = start_pts if last_pts is None else last_pts
        for frame in _frames_from(source, resume_pts, 1):
            if last_pts is None or (frame.pts is not None and frame.pts > last_pts):
                yield frame


def _frames_from(source: PictureSource, start_pts: int | Fraction, thread_count: int) -> Iterator[VideoFrame]:
    skip_broken = thread_count == 1
    if start_pts > source.first_pts:
        with open_media(source.path) as container:
            stream = source.stream_in(container, thread_count)
            frames = seek_and_decode(container, stream, source, start_pts, skip_broken=skip_broken)
            if frames is not None:
                yield from frames
                return
    with open_media(source.path) as container:
        stream = source.stream_in(container, thread_count)
        yield from decoded_frames(container, stream, source.pts_of_dts, skip_broken=skip_broken)


def seek_and_decode(
    container: InputContainer,
    stream: VideoStream,
    source: PictureSource,
    start_pts: int | Fraction,
    *,
    skip_broken: bool = True,
    wanted_from: int | None = None,
) -> Iterator[VideoFrame] | None:
    """Frames from a keyframe at or before `start_pts` in an open file.

    Returns
    -------
    Iterator or None
        None when the file can't be searched; it must then be opened anew and read from its beginning.
    """
    if container.format.name in _IMPRECISE_FORMATS:
        return None
    for margin_s in _SEEK_MARGINS_S:
        target = max(int(start_pts - margin_s / source.time_base), source.first_pts)
        try:
            container.seek(target, stream=stream)
        except av.error.FFmpegError:
            # Files without an index can refuse.
            return None
        frames = decoded_frames(
            container, stream, source.pts_of_dts, skip_broken=skip_broken, wanted_from=wanted_from
        )
        first = next(frames, None)
        if first is not None and first.pts is not None and first.pts <= start_pts:
            return chain((first,), frames)
        if target == source.first_pts:
            return None
    return None
