"""Pictures in the order they are shown, one after the other, with their true times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.job import SILENT_JOB, Job
from engine.media.picture import PictureConverter, displayed_size, orientation_of
from engine.media.probe import first_picture, picture_stream
from engine.media.source import open_media, require_readable_file

_SEEK_MARGINS_S = (0, 2, 10, 60)


@dataclass(frozen=True, slots=True)
class Frame:
    """One displayed picture.

    Attributes
    ----------
    time_s
        Presentation time in seconds, relative to the first picture of the file.
    image
        uint8, (height, width, 3) RGB or (height, width) gray in full range.
    """

    time_s: float
    image: NDArray[np.uint8]


def iter_frames(
    path: Path | str,
    *,
    size: tuple[int, int] | None = None,
    gray: bool = False,
    start_s: float = 0.0,
    end_s: float | None = None,
    thread_count: int = 0,
    job: Job = SILENT_JOB,
) -> Iterator[Frame]:
    """Decode the pictures shown at `start_s` <= time < `end_s`.

    Memory stays flat however long the file is. Broken packets cost their pictures, no more; a file that
    breaks off gives the pictures up to there (`MediaInfo.is_cut_off` tells).

    Parameters
    ----------
    path
        The video.
    size
        Width and height to scale to; the displayed size when None.
    gray
        Gray pictures instead of RGB.
    start_s, end_s
        Range of presentation times in seconds, relative to the first picture.
    thread_count
        Decoder threads; 0 is one per processor core.
    job
        Checked for cancellation before every picture.

    Yields
    ------
    Frame
        With strictly increasing times.

    Raises
    ------
    MediaError
        When the file is no video or holds no decodable picture.
    """
    path = Path(path)
    require_readable_file(path)
    with open_media(path) as container:
        stream, time_base = require_picture_stream(container, path)
        use_threads(stream, thread_count)
        first = first_picture(container, stream, path)
        assert first.pts is not None
        first_pts = first.pts
        orientation = orientation_of(first)
        if size is None:
            size = displayed_size(first.width, first.height, stream.sample_aspect_ratio, orientation)
        converter = PictureConverter(size, orientation, gray=gray)
        # Half a tick keeps a picture at exactly `start_s` in, whatever the rounding of the float.
        start_pts = first_pts + Fraction(start_s) / time_base - Fraction(1, 2)
        end_pts = None if end_s is None else first_pts + Fraction(end_s) / time_base - Fraction(1, 2)
        for frame in _frames_from(container, stream, first_pts, start_pts):
            job.check()
            assert frame.pts is not None
            if end_pts is not None and frame.pts > end_pts:
                return
            if frame.pts > start_pts:
                yield Frame(float((frame.pts - first_pts) * time_base), converter.convert(frame))


def require_picture_stream(container: InputContainer, path: Path) -> tuple[VideoStream, Fraction]:
    """The picture stream of an open file and its time base; a `MediaError` when there is none."""
    stream = picture_stream(container)
    if stream is None or stream.time_base is None:
        raise MediaError(f"“{path.name}” is not a video: it holds no moving picture.")
    return stream, stream.time_base


def use_threads(stream: VideoStream, thread_count: int) -> None:
    """Let the decoder of `stream` work on several pictures at a time; 0 threads is one per core."""
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.thread_count = thread_count


def decoded_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Decode from where the container stands; strictly increasing PTS, broken packets passed over."""
    last_pts: int | None = None
    packets = container.demux(stream)
    at_end = False
    while not at_end:
        try:
            packet = next(packets, None)
        except (av.error.InvalidDataError, av.error.EOFError):
            # The file breaks off here; the decoder still holds the last pictures.
            packet = None
        at_end = packet is None or not packet.size
        try:
            frames = stream.codec_context.decode(None if at_end else packet)
        except (av.error.InvalidDataError, av.error.EOFError):
            continue
        for frame in frames:
            if frame.pts is not None and (last_pts is None or frame.pts > last_pts):
                last_pts = frame.pts
                yield frame


def _frames_from(
    container: InputContainer, stream: VideoStream, first_pts: int, start_pts: Fraction
) -> Iterator[VideoFrame]:
    """Frames from at or before `start_pts`; seeks further back when a seek lands too late."""
    assert stream.time_base is not None
    for margin_s in _SEEK_MARGINS_S:
        target = int(start_pts - margin_s / stream.time_base)
        if target <= first_pts:
            break
        container.seek(target, stream=stream)
        frames = decoded_frames(container, stream)
        frame = next(frames, None)
        if frame is not None and frame.pts is not None and frame.pts <= start_pts + 1:
            yield frame
            yield from frames
            return
    container.seek(min(first_pts, 0), stream=stream)
    yield from decoded_frames(container, stream)
