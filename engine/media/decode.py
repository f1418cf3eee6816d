"""Pictures in the order they are shown, one after the other, with their true times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.media.picture import PictureConverter
from engine.media.picture_stream import find_picture, frames_from

# A float time that stands for a presentation time lies within half a unit of it.
_HALF_TICK = Fraction(1, 2)


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
    source = find_picture(path)
    converter = PictureConverter(size or source.size, source.orientation, gray=gray)
    start_pts = source.ticks(start_s) - _HALF_TICK
    end_pts = None if end_s is None else source.ticks(end_s) - _HALF_TICK
    for frame in frames_from(source, max(start_pts + 1, source.first_pts), thread_count):
        job.check()
        assert frame.pts is not None
        if end_pts is not None and frame.pts > end_pts:
            return
        if frame.pts > start_pts:
            yield Frame(source.seconds(frame.pts), converter.convert(frame))
