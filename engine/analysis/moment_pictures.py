"""The pictures around moments of a video, out of its pictures as they come by, in flat memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.media.decode import Frame

_CLOSEST_S = 1 / 70
"""Pictures nearer to the one before than this are passed over: at 60 pictures per second all are kept."""


def pictures_around_moments(
    frames: Iterable[Frame], times_s: Sequence[float], offsets_s: Sequence[float]
) -> Iterator[list[NDArray[np.uint8]]]:
    """For each moment the pictures nearest to some times around it.

    Where the video begins or ends before such a time, its first or last picture stands for what is not there.

    Parameters
    ----------
    frames
        In order of time, of one size.
    times_s
        The moments, ascending.
    offsets_s
        Times around each moment, ascending.

    Yields
    ------
    list
        The pictures of the next moment, one for each offset.
    """
    window: deque[Frame] = deque()
    waiting = deque(times_s)
    for frame in frames:
        if window and frame.time_s - window[-1].time_s < _CLOSEST_S:
            continue
        window.append(frame)
        while waiting and waiting[0] + offsets_s[-1] <= frame.time_s:
            yield _nearest(window, waiting.popleft(), offsets_s)
        if not waiting:
            return
        # The last picture before the first that is wanted may be the nearest to it.
        while len(window) > 1 and window[1].time_s <= waiting[0] + offsets_s[0]:
            window.popleft()
    if window:
        for moment_s in waiting:
            yield _nearest(window, moment_s, offsets_s)


def _nearest(window: deque[Frame], moment_s: float, offsets_s: Sequence[float]) -> list[NDArray[np.uint8]]:
    shown_s = np.array([frame.time_s for frame in window])
    return [window[int(np.argmin(np.abs(shown_s - moment_s - offset_s)))].image for offset_s in offsets_s]
