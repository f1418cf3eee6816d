"""Small pictures for the timeline's filmstrip, made from keyframes where those are near enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.media.frames import FrameReader
from engine.media.packet_index import indexed_pictures

_CACHE_BYTES = 32 * 1024 * 1024


def filmstrip(
    path: Path | str, times_s: Sequence[float], height: int
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """One small picture for each time.

    A thumbnail stands for the stretch up to half way to its neighbours: a keyframe within that stretch is
    shown instead of the exact picture, because it costs one decoded picture instead of dozens.

    Parameters
    ----------
    path
        The video.
    times_s
        Times in seconds relative to the first picture, ascending.
    height
        Height of the thumbnails in pixels; the width follows the picture's shape.

    Yields
    ------
    time_s, image
        The time asked for, and uint8 (height, width, 3) RGB.

    Raises
    ------
    MediaError
        When the file is no video or can't be read any more.
    """
    width, full_height = indexed_pictures(path).source.size
    size = max(1, round(width * height / full_height)), height
    # One thread: it reaches a single keyframe sooner, and leaves the other cores to the viewer.
    reader = FrameReader(path, size=size, cache_bytes=_CACHE_BYTES, thread_count=1)
    try:
        keyframes = np.flatnonzero(reader.is_keyframe)
        keyframe_times_s = reader.times_s[keyframes]
        for time_s, reach_s in zip(times_s, _half_gaps(times_s), strict=True):
            picture = reader.index_at(time_s)
            if len(keyframes):
                nearest = int(np.argmin(np.abs(keyframe_times_s - time_s)))
                if abs(keyframe_times_s[nearest] - time_s) <= reach_s:
                    picture = int(keyframes[nearest])
            yield time_s, reader.frame(picture)
    finally:
        reader.close()


def _half_gaps(times_s: Sequence[float]) -> list[float]:
    """Half the distance from each time to its nearer neighbour; 0 for a single time."""
    gaps = np.diff(np.asarray(times_s, np.float64)) / 2
    if not len(gaps):
        return [0.0] * len(times_s)
    before, after = np.concatenate([gaps[:1], gaps]), np.concatenate([gaps, gaps[-1:]])
    return [float(gap) for gap in np.minimum(before, after)]
