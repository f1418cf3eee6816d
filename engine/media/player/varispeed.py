"""Reading the mix at any speed, backwards too, as a tape would play it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def read_varispeed(samples: Samples, position: float, step: float, count: int) -> Samples:
    """`count` frames from `position` on, advancing by `step` samples per frame.

    Up to normal speed it interpolates with Catmull-Rom splines; faster, each frame is the mean of the
    samples it passes over, so that what would alias is averaged away. Whole positions at a step of 1 or
    -1 are copied exactly.

    Parameters
    ----------
    samples : float32 (n, channels)
        Silence lies before and after it.
    position, step
        In samples; `step` is not 0.

    Returns
    -------
    float32 (count, channels)
    """
    if abs(step) == 1.0 and position == int(position):
        first = int(position)
        return (
            _window(samples, first, count)
            if step > 0
            else _window(samples, first - count + 1, count)[::-1].copy()
        )
    if abs(step) > 1.0:
        return _averaged(samples, position, step, count)
    return _interpolated(samples, position + step * np.arange(count, dtype=np.float64))


def _window(samples: Samples, first: int, count: int) -> Samples:
    """`count` frames from `first` on, silence outside."""
    window = np.zeros((count, samples.shape[1]), np.float32)
    start, end = max(0, first), min(len(samples), first + count)
    if start < end:
        window[start - first : end - first] = samples[start:end]
    return window


def _interpolated(samples: Samples, positions: NDArray[np.float64]) -> Samples:
    whole = np.floor(positions).astype(np.int64)
    first = int(whole.min()) - 1
    near = _window(samples, first, int(whole.max()) - first + 3)
    index = whole - first
    t = (positions - whole)[:, np.newaxis]
    before, here, after, later = near[index - 1], near[index], near[index + 1], near[index + 2]
    curve = here + 0.5 * t * (
        after
        - before
        + t * (2 * before - 5 * here + 4 * after - later + t * (3 * (here - after) + later - before))
    )
    return curve.astype(np.float32)


def _averaged(samples: Samples, position: float, step: float, count: int) -> Samples:
    # Frame k is the mean between the edges k and k + 1; sample n covers n - 1/2 .. n + 1/2.
    edges = position + step * (np.arange(count + 1) - 0.5)
    first = int(np.floor(edges.min())) - 1
    near = _window(samples, first, int(np.ceil(edges.max())) - first + 2)
    running = np.zeros((len(near) + 1, near.shape[1]))
    np.cumsum(near, axis=0, dtype=np.float64, out=running[1:])
    places = edges - first + 0.5
    whole = np.floor(places).astype(np.int64)
    area = running[whole] + (places - whole)[:, np.newaxis] * near[whole]
    return (np.diff(area, axis=0) / step).astype(np.float32)
