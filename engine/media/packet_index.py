"""When every picture of a video is shown and where its decoding must start, without decoding anything.

The index is built by reading the packets of the picture stream only, or less where a table will do.
Presentation times (PTS) are the truth; decoding times are not used, because some containers and encoders
leave them out. (Avi has nothing else; `PictureSource.pts_of_dts` then says when its pictures are shown.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.picture_stream import PictureSource, find_picture, only_stream, whole_packets
from engine.media.source import open_media, require_readable_file

_REMEMBERED_FILES = 4
_PACKETS_COMPARED = 16


@dataclass(frozen=True)
class PacketIndex:
    """The pictures of a stream in the order they are shown.

    Attributes
    ----------
    pts
        Presentation times in units of the stream's time base, int64 (n,), strictly increasing.
    is_keyframe
        Whether decoding can start at the picture, bool (n,).
    last_duration
        How long the last picture is shown in units of the time base; 0 when the file does not say.
    """

    pts: NDArray[np.int64]
    is_keyframe: NDArray[np.bool_]
    last_duration: int

    def times_s(self, source: PictureSource) -> NDArray[np.float64]:
        """Presentation times relative to the first picture, float64 (n,)."""
        return np.asarray([source.seconds(int(pts)) for pts in self.pts], np.float64)

    def keyframe_before(self, picture: int) -> int:
        """The last picture at or before `picture` that decoding can start at."""
        found = np.flatnonzero(self.is_keyframe[: picture + 1])
        return int(found[-1]) if len(found) else 0

    def from_first(self, first_pts: int) -> PacketIndex:
        """The index without what comes before `first_pts` (pictures that can't be decoded)."""
        start = int(np.searchsorted(self.pts, first_pts))
        return PacketIndex(self.pts[start:], self.is_keyframe[start:], self.last_duration)


@dataclass(frozen=True)
class IndexedPictures:
    """A picture stream together with the index of all its pictures."""

    source: PictureSource
    index: PacketIndex


def indexed_pictures(path: Path | str) -> IndexedPictures:
    """Find the picture stream of a file and index it; remembered for files used a moment ago.

    Raises
    ------
    MediaError
        When the file can't be read, or holds no picture that can be decoded.
    """
    path = Path(path)
    require_readable_file(path)
    status = path.stat()
    return _indexed_pictures(path.absolute(), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=_REMEMBERED_FILES)
def _indexed_pictures(path: Path, size: int, modified_ns: int) -> IndexedPictures:
    # Size and time of change are only there so that a changed file is read again.
    del size, modified_ns
    source = find_picture(path)
    return IndexedPictures(source, _index_of(source).from_first(source.first_pts))


def _index_of(source: PictureSource) -> PacketIndex:
    with open_media(source.path) as container:
        stream = only_stream(container, source.stream_number)
        from_table = _index_from_table(container, stream, source)
        return from_table or _index_from_packets(container, stream, source)


def _index_from_packets(container: InputContainer, stream: VideoStream, source: PictureSource) -> PacketIndex:
    """Read all packets of a picture stream; a file that breaks off gives those up to there."""
    times: list[int] = []
    keyframes: list[bool] = []
    durations: list[int] = []
    next_pts = 0
    ends_torn = False
    for packet in whole_packets(container, stream):
        if packet.is_discard:
            continue
        pts = packet.pts if packet.pts is not None else next_pts
        if source.pts_of_dts is not None:
            shown = None if packet.dts is None else source.pts_of_dts.get(packet.dts)
            if shown is None:
                # Part of another picture: it shows nothing by itself.
                continue
            pts = shown
        duration = packet.duration or 0
        next_pts = pts + max(duration, 1)
        times.append(pts)
        keyframes.append(bool(packet.is_keyframe))
        durations.append(duration)
        ends_torn = bool(packet.is_corrupt)
    if ends_torn and len(times) > 1:
        # The file breaks off inside its last packet: there is no picture to show for it.
        times.pop()
    if not times:
        raise MediaError(f"“{source.path.name}” holds no picture: its video stream is empty.")
    pts, first_of_each = np.unique(np.asarray(times, np.int64), return_index=True)
    return PacketIndex(
        pts=pts,
        is_keyframe=np.asarray(keyframes[: len(times)], np.bool_)[first_of_each],
        last_duration=durations[int(first_of_each[-1])],
    )


def _index_from_table(
    container: InputContainer, stream: VideoStream, source: PictureSource
) -> PacketIndex | None:
    """The index from the table of an mp4 or mov file, without reading the pictures themselves.

    The table has decoding times only, so this works where pictures are shown in the order they are
    decoded. That is how editing codecs work, whose files are too big to be read through for an index.

    Returns
    -------
    PacketIndex or None
        None where the packets have to be read.
    """
    if "mov" not in container.format.name or stream.codec_context.has_b_frames:
        return None
    size = source.path.stat().st_size
    entries = [
        entry for entry in stream.index_entries if not entry.is_discard and entry.pos + entry.size <= size
    ]
    times = np.asarray([entry.timestamp for entry in entries], np.int64)
    packets = list(islice(whole_packets(container, stream), _PACKETS_COMPARED))
    shown = np.asarray([packet.pts for packet in packets if packet.pts is not None and not packet.is_discard])
    if not len(shown) or len(times) < len(shown) or not (np.diff(times) > 0).all():
        return None
    shifts = shown - times[: len(shown)]
    if np.ptp(shifts):
        return None
    return PacketIndex(
        pts=times + int(shifts[0]),
        is_keyframe=np.asarray([entry.is_keyframe for entry in entries], np.bool_),
        last_duration=int(times[-1] - times[-2]) if len(times) > 1 else packets[0].duration or 0,
    )
