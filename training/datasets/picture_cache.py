"""Decoded pictures of clips, kept where the next sample finds them: in memory, or small on disk for good.

Everything goes by presentation time: what was on screen when, whatever the frame rate, and turned upright.
A 10 s clip costs some 200 ms to decode, and 2 s out of its middle 130 ms, because decoding starts at a
keyframe. So whole clips are decoded and kept while they are small; with a folder they are decoded once for
all workers and epochs, and read back as mapped files.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import MediaError
from engine.media.decode import Frame, iter_frames
from engine.media.packet_index import indexed_pictures
from training.datasets.recording import DatasetError

_VERSION = 1
# Where a range is decoded alone, the pictures next to it are wanted too: one of them may be the nearest.
_MARGIN_S = 0.25
# A clip that takes more of the memory than this is decoded in ranges.
_LARGEST_SHARE = 1 / 8


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """Size in pixels, and whether the pictures are gray; else they are RGB."""

    width: int
    height: int
    gray: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one picture as an array."""
        return (self.height, self.width) if self.gray else (self.height, self.width, 3)

    @property
    def picture_bytes(self) -> int:
        """Of one picture."""
        return self.width * self.height * (1 if self.gray else 3)


@dataclass(frozen=True, slots=True)
class DecodedPictures:
    """Pictures and when they appear.

    Attributes
    ----------
    times_s
        float64 (n,), ascending.
    images
        uint8 (n, height, width) gray or (n, height, width, 3) RGB; not to be written to.
    """

    times_s: NDArray[np.float64]
    images: NDArray[np.uint8]

    def nearest(self, times_s: ArrayLike) -> NDArray[np.intp]:
        """Numbers of the pictures that appear nearest to some times; the earlier of two as near."""
        return nearest_times(self.times_s, times_s)

    def at(self, times_s: ArrayLike) -> NDArray[np.uint8]:
        """The pictures nearest to some times, uint8 (m, ...)."""
        return np.ascontiguousarray(self.images[self.nearest(times_s)])


def nearest_times(shown_s: NDArray[np.float64], times_s: ArrayLike) -> NDArray[np.intp]:
    """Numbers of the pictures, shown from `shown_s` on (ascending), that appear nearest to some times."""
    wanted = np.atleast_1d(np.asarray(times_s, np.float64))
    if len(shown_s) == 1:
        return np.zeros(len(wanted), np.intp)
    later = np.clip(np.searchsorted(shown_s, wanted), 1, len(shown_s) - 1)
    earlier = later - 1
    # A microsecond for the earlier: both may be equally far but for rounding.
    is_later = shown_s[later] - wanted < wanted - shown_s[earlier] - 1e-6
    return np.where(is_later, later, earlier)


class PictureCache:
    """Decoded pictures of the clips used last.

    A copy for another process (a loader's worker) begins empty and shares the folder.

    Parameters
    ----------
    folder
        Where decoded clips are kept for good; only in memory when None. It grows by
        `PictureFormat.picture_bytes` per picture, and may be deleted at any time.
    memory_bytes
        Memory for clips kept, per process.
    """

    def __init__(self, folder: Path | str | None = None, memory_bytes: int = 256 * 1024 * 1024) -> None:
        self.folder = None if folder is None else Path(folder)
        self.memory_bytes = memory_bytes
        self._clips: OrderedDict[tuple[Path, PictureFormat], DecodedPictures] = OrderedDict()
        self._kept_bytes = 0

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self.folder, "memory_bytes": self.memory_bytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["folder"], state["memory_bytes"])

    def clip(self, path: Path, picture_format: PictureFormat) -> DecodedPictures:
        """All pictures of a clip.

        Raises
        ------
        MediaError
            When the clip can't be decoded.
        DatasetError
            When the folder can't be written to.
        """
        key = (path, picture_format)
        kept = self._clips.get(key)
        if kept is not None:
            self._clips.move_to_end(key)
            return kept
        if self.folder is None:
            decoded = _stacked(_frames(path, picture_format), picture_format, path)
        else:
            decoded = self._from_folder(path, picture_format)
        self._keep(key, decoded)
        return decoded

    def between(
        self, path: Path, picture_format: PictureFormat, start_s: float, end_s: float
    ) -> DecodedPictures:
        """At least the pictures at `start_s` <= time <= `end_s`, and those next to them.

        Raises
        ------
        MediaError, DatasetError
            As `clip` does.
        """
        if self.folder is not None or (path, picture_format) in self._clips:
            return self.clip(path, picture_format)
        count = len(indexed_pictures(path).index.pts)
        if count * picture_format.picture_bytes <= _LARGEST_SHARE * self.memory_bytes:
            return self.clip(path, picture_format)
        frames = _frames(path, picture_format, max(0.0, start_s - _MARGIN_S), end_s + _MARGIN_S)
        try:
            return _stacked(frames, picture_format, path)
        except MediaError:
            # Nothing appears in the range: a picture from before it is still on screen.
            return _stacked(_frames(path, picture_format), picture_format, path)

    def _keep(self, key: tuple[Path, PictureFormat], decoded: DecodedPictures) -> None:
        self._clips[key] = decoded
        self._kept_bytes += decoded.images.nbytes
        while self._kept_bytes > self.memory_bytes and len(self._clips) > 1:
            _, dropped = self._clips.popitem(last=False)
            self._kept_bytes -= dropped.images.nbytes

    def _from_folder(self, path: Path, picture_format: PictureFormat) -> DecodedPictures:
        assert self.folder is not None
        images, times = (
            self.folder / f"{_digest(path, picture_format)}{ending}" for ending in (".u8", ".npy")
        )
        kept = _mapped(images, times, picture_format)
        if kept is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                _write(_frames(path, picture_format), images, times, path)
            except OSError as error:
                raise DatasetError(
                    f"Decoded pictures can't be kept in “{self.folder}”: {error.strerror}. Choose another "
                    "folder, or none."
                ) from error
            kept = _mapped(images, times, picture_format)
            assert kept is not None
        return kept


def _frames(
    path: Path, picture_format: PictureFormat, start_s: float = 0.0, end_s: float | None = None
) -> Iterator[Frame]:
    # One thread: the loader's workers are the parallel part.
    size = (picture_format.width, picture_format.height)
    return iter_frames(
        path, size=size, gray=picture_format.gray, start_s=start_s, end_s=end_s, thread_count=1
    )


def _stacked(frames: Iterator[Frame], picture_format: PictureFormat, path: Path) -> DecodedPictures:
    kept = list(frames)
    if not kept:
        raise MediaError(f"“{path.name}” shows no picture where one is wanted.")
    images = np.stack([frame.image for frame in kept]).reshape(len(kept), *picture_format.shape)
    return DecodedPictures(np.array([frame.time_s for frame in kept]), images)


def _write(frames: Iterator[Frame], images: Path, times: Path, path: Path) -> None:
    """Write pictures one after the other, then their times: without the times the pictures do not count."""
    first = next(frames, None)
    if first is None:
        raise MediaError(f"“{path.name}” shows no picture.")
    times_s: list[float] = []
    unfinished: list[Path] = []
    try:
        descriptor, name = tempfile.mkstemp(dir=images.parent, suffix=".part")
        unfinished.append(Path(name))
        with os.fdopen(descriptor, "wb") as file:
            for frame in chain((first,), frames):
                file.write(np.ascontiguousarray(frame.image).tobytes())
                times_s.append(frame.time_s)
        descriptor, name = tempfile.mkstemp(dir=images.parent, suffix=".part")
        unfinished.append(Path(name))
        with os.fdopen(descriptor, "wb") as file:
            np.save(file, np.array(times_s))
        unfinished[0].replace(images)
        unfinished[1].replace(times)
    finally:
        for part in unfinished:
            part.unlink(missing_ok=True)


def _mapped(images: Path, times: Path, picture_format: PictureFormat) -> DecodedPictures | None:
    """Kept pictures; None when there are none, or not as many as there are times."""
    with suppress(OSError, ValueError, EOFError):
        times_s = np.load(times)
        if images.stat().st_size == len(times_s) * picture_format.picture_bytes:
            shape = (len(times_s), *picture_format.shape)
            return DecodedPictures(times_s, np.memmap(images, np.uint8, "r", shape=shape))
    return None


def _digest(path: Path, picture_format: PictureFormat) -> str:
    """Names a clip as it is now in a format: a changed file is decoded anew."""
    status = path.stat()
    identity = (
        f"{_VERSION}/{path.absolute()}/{status.st_size}/{status.st_mtime_ns}/{picture_format.width}x"
        f"{picture_format.height}/{'gray' if picture_format.gray else 'rgb'}"
    )
    return hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()[:32]
