"""Any picture of a video, exactly and fast: the reader behind the viewer, stepping and scrubbing.

A picture can only be decoded from a keyframe on, so reaching one costs the decoding of everything in
between. The reader pays that once: what it decodes on the way is kept, and it goes on from where it is
when that is nearer than the keyframe.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.packet_index import indexed_pictures
from engine.media.picture import PictureConverter
from engine.media.picture_stream import BrokenPacket, decoded_frames, seek_and_decode
from engine.media.source import media_errors, open_container

_DEFAULT_CACHE_BYTES = 256 * 1024 * 1024
# Going on decoding this many pictures is cheaper than a seek, which empties the decoder's pipeline.
_PICTURES_PER_SEEK = 6
# Up to this ratio it is cheaper to keep a picture as it was decoded than to convert it in vain.
_MAX_DECODED_OVER_DISPLAYED = 2.0


class FrameReader:
    """Random access to the pictures of a video. Safe to use from several threads, one at a time inside.

    Parameters
    ----------
    path
        The video.
    size
        Width and height to scale to; the displayed size when None.
    cache_bytes
        Memory for pictures kept.
    thread_count
        Decoder threads; 0 is one per processor core.

    Attributes
    ----------
    times_s
        Presentation time of every picture relative to the first, float64 (n,), strictly increasing.
    is_keyframe
        Whether the picture can be decoded by itself, bool (n,).

    Raises
    ------
    MediaError
        When the file is no video or holds no decodable picture.
    """

    def __init__(
        self,
        path: Path | str,
        size: tuple[int, int] | None = None,
        cache_bytes: int = _DEFAULT_CACHE_BYTES,
        thread_count: int = 0,
    ) -> None:
        pictures = indexed_pictures(path)
        self._source, self._index = pictures.source, pictures.index
        self.times_s: NDArray[np.float64] = self._index.times_s(self._source)
        self.is_keyframe: NDArray[np.bool_] = self._index.is_keyframe
        width, height = size or self._source.size
        self._converter = PictureConverter((width, height), self._source.orientation, gray=False)
        self._cache = _PictureCache(cache_bytes, self._converter, width * height * 3)
        self._thread_count = thread_count
        self._lock = threading.Lock()
        self._opened: tuple[InputContainer, VideoStream] | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._last_frame: VideoFrame | None = None
        self._last_decoded = -1
        self._is_closed = False

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def kept_bytes(self) -> int:
        """Memory that the pictures kept take."""
        return self._cache.total_bytes

    def index_at(self, time_s: float) -> int:
        """The picture on screen at a time: the last one that began at or before it."""
        # A time computed from a picture's own may fall short of it by a rounding.
        found = int(np.searchsorted(self.times_s, time_s + 1e-6, side="right")) - 1
        return min(max(found, 0), len(self.times_s) - 1)

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Picture number `index`, uint8 (height, width, 3) RGB, not to be written to.

        A picture that can't be decoded is replaced by the one before it, or else by the next.

        Raises
        ------
        IndexError
            When there is no such picture.
        MediaError
            When the file can't be read any more.
        """
        if not 0 <= index < len(self.times_s):
            raise IndexError(f"picture {index} of {len(self.times_s)}")
        with self._lock:
            if self._is_closed:
                raise MediaError(f"“{self._source.path.name}” has been closed.")
            image = self._cache.image(index)
            if image is None:
                with media_errors(self._source.path):
                    self._decode_up_to(index)
                image = self._cache.image(index)
            assert image is not None
            return image

    def close(self) -> None:
        """Close the file and forget every picture."""
        with self._lock:
            self._is_closed = True
            self._forget_decoder()
            self._cache.clear()

    def _decode_up_to(self, index: int) -> None:
        """Decode until picture `index`, or what stands in for it, is in the cache."""
        keyframe = self._index.keyframe_before(index)
        goes_on = keyframe - _PICTURES_PER_SEEK <= self._last_decoded < index and self._opened is not None
        try:
            if not goes_on:
                self._go_to(keyframe, index)
            self._advance(index)
        except BrokenPacket:
            # With one thread a broken packet costs its own picture and no other.
            self._thread_count = 1
            self._forget_decoder()
            self._go_to(keyframe, index)
            self._advance(index)

    def _advance(self, index: int) -> None:
        target = int(self._index.pts[index])
        oldest_kept = self._oldest_kept(index)
        stand_in = self._last_frame
        for frame in self._frames:
            assert frame.pts is not None
            decoded = int(np.searchsorted(self._index.pts, frame.pts, side="right")) - 1
            self._last_decoded, self._last_frame = decoded, frame
            if decoded >= oldest_kept:
                self._cache.add(decoded, frame)
            if frame.pts > target and stand_in is not None:
                break
            stand_in = frame
            if frame.pts >= target:
                break
        else:
            # At the end of the pictures: the next request has to start from a keyframe.
            self._last_decoded = len(self.times_s)
        if index not in self._cache:
            self._cache.add(index, stand_in or self._source.first)

    def _oldest_kept(self, index: int) -> int:
        """The first picture that is kept of those decoded on the way to `index`."""
        return max(0, index - self._cache.capacity // 2)

    def _go_to(self, keyframe: int, index: int) -> None:
        """Let the decoder stand at a keyframe; open the file (anew) where a seek does not do."""
        wanted_from = int(self._index.pts[self._oldest_kept(index)])
        frames = self._sought(keyframe, wanted_from) if self._opened is not None else None
        if frames is None and keyframe > 0:
            self._open()
            frames = self._sought(keyframe, wanted_from)
        if frames is None:
            frames = decoded_frames(
                *self._open(),
                self._source.pts_of_dts,
                skip_broken=self._thread_count == 1,
                wanted_from=wanted_from,
            )
        self._frames, self._last_decoded, self._last_frame = frames, keyframe - 1, None

    def _sought(self, keyframe: int, wanted_from: int) -> Iterator[VideoFrame] | None:
        assert self._opened is not None
        return seek_and_decode(
            *self._opened,
            self._source,
            int(self._index.pts[keyframe]),
            skip_broken=self._thread_count == 1,
            wanted_from=wanted_from,
        )

    def _open(self) -> tuple[InputContainer, VideoStream]:
        self._forget_decoder()
        container = open_container(self._source.path)
        self._opened = container, self._source.stream_in(container, self._thread_count)
        return self._opened

    def _forget_decoder(self) -> None:
        self._frames, self._last_decoded, self._last_frame = iter(()), -1, None
        if self._opened is not None:
            self._opened[0].close()
            self._opened = None


class _PictureCache:
    """The pictures used last, as displayed or still as decoded, whichever is cheaper to keep."""

    def __init__(self, limit_bytes: int, converter: PictureConverter, displayed_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._converter = converter
        self._displayed_bytes = displayed_bytes
        self._entries: OrderedDict[int, tuple[NDArray[np.uint8] | VideoFrame, int]] = OrderedDict()
        self.total_bytes = 0
        self.capacity = max(2, limit_bytes // max(displayed_bytes, 1))

    def __contains__(self, index: int) -> bool:
        return index in self._entries

    def add(self, index: int, frame: VideoFrame) -> None:
        """Keep a decoded picture; drops what was not used for longest."""
        decoded_bytes = sum(plane.buffer_size for plane in frame.planes)
        if decoded_bytes > _MAX_DECODED_OVER_DISPLAYED * self._displayed_bytes:
            self._put(index, self._converter.convert(frame), self._displayed_bytes)
        else:
            self._put(index, frame, decoded_bytes)

    def image(self, index: int) -> NDArray[np.uint8] | None:
        """A kept picture as displayed; None when it is not kept."""
        entry = self._entries.get(index)
        if entry is None:
            return None
        kept = entry[0]
        if isinstance(kept, VideoFrame):
            kept = self._converter.convert(kept)
            self._put(index, kept, self._displayed_bytes)
        else:
            self._entries.move_to_end(index)
        return kept

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.total_bytes = 0

    def _put(self, index: int, picture: NDArray[np.uint8] | VideoFrame, size_bytes: int) -> None:
        replaced = self._entries.pop(index, None)
        if replaced is not None:
            self.total_bytes -= replaced[1]
        self._entries[index] = (picture, size_bytes)
        self.total_bytes += size_bytes
        while self.total_bytes > self._limit_bytes and len(self._entries) > 1:
            _, (_, freed_bytes) = self._entries.popitem(last=False)
            self.total_bytes -= freed_bytes
