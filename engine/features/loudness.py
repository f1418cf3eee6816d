"""How loud a sound is: RMS levels in dBFS per picture, and of a whole sound.

Conventions
-----------
Samples are float32 (n,) or (n, channels) within -1..1. A level is 10 log10 of the mean square over all
channels, so a full-scale sine has -3.01 dBFS and a full-scale square wave 0. Silence has the floor.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL_FLOOR_DB = -80.0
"""No level is below this."""

PEAK_WINDOW_S = 1 / 30
"""A sound's level is that of its loudest stretch of this length."""

_HOPS_PER_WINDOW = 4


def level_db_of_power(power: ArrayLike) -> NDArray[np.float64]:
    """Mean square to dBFS, floored."""
    floor = 10 ** (LEVEL_FLOOR_DB / 10)
    return 10 * np.log10(np.maximum(np.asarray(power, np.float64), floor))


def rms_level_db(samples: NDArray[np.floating]) -> float:
    """Level of all the samples together; the floor when there are none."""
    return float(level_db_of_power(_power(samples).mean())) if samples.size else LEVEL_FLOOR_DB


def sample_peak_db(samples: NDArray[np.floating]) -> float:
    """Highest magnitude of any sample in dBFS; the floor for silence or no samples."""
    return float(level_db_of_power(np.abs(samples).max(initial=0.0) ** 2))


def sum_level_db(samples: NDArray[np.int16]) -> float:
    """Huang and Kumar's level, for their recipe only: of the sum of the squares of 16-bit samples.

    Twice as long a stretch of the same sound has 3 dB more; 1/15 s of a full-scale square wave at 44.1 kHz
    has 125 dB. Silence has 0, as a single sample of 1 has.

    Parameters
    ----------
    samples
        int16 (n,) or (n, channels), a stretch as long as a picture is shown.
    """
    total = float(np.square(samples, dtype=np.float64).sum())
    return float(20 * np.log10(np.sqrt(max(total, 1.0))))


def peak_level_db(samples: NDArray[np.floating], sample_rate: int) -> float:
    """Level of the loudest 1/30 s, looked for in steps of a quarter of that.

    A sound shorter than 1/30 s is taken as followed by silence, which is how it will be heard.

    Parameters
    ----------
    samples
        float (n,) or (n, channels).
    sample_rate
        In Hz.
    """
    if not samples.size:
        return LEVEL_FLOOR_DB
    window = max(1, round(PEAK_WINDOW_S * sample_rate))
    total = _running_total(samples)
    hop = max(1, window // _HOPS_PER_WINDOW)
    last = max(0, len(samples) - window)
    starts = np.unique(np.append(np.arange(0, last + 1, hop), last))
    ends = np.minimum(starts + window, len(samples))
    return float(level_db_of_power((total[ends] - total[starts]).max() / window))


def frame_levels_db(
    samples: NDArray[np.floating], sample_rate: int, frame_times_s: ArrayLike
) -> NDArray[np.float64]:
    """Level while each picture is shown.

    Parameters
    ----------
    samples
        float (n,) or (n, channels); sample 0 sounds at time 0.
    sample_rate
        In Hz.
    frame_times_s
        (m,) ascending times at which the pictures appear. The last one stays for as long as the one
        before it (1/30 s when it is the only one).

    Returns
    -------
    NDArray
        (m,) float64 in dBFS; beyond the end of the sound there is silence.
    """
    times_s = np.asarray(frame_times_s, np.float64)
    edges_s = np.append(times_s, end_of_last_frame_s(times_s))
    edges = np.rint(edges_s * sample_rate).astype(np.int64)
    total = _running_total(samples)
    inside = np.clip(edges, 0, len(samples))
    lengths = np.maximum(np.diff(edges), 1)
    return level_db_of_power(np.diff(total[inside]) / lengths)


def end_of_last_frame_s(frame_times_s: NDArray[np.float64]) -> float:
    """When the last picture goes: it stays as long as the one before it, or 1/30 s."""
    if not len(frame_times_s):
        return 0.0
    shown_s = frame_times_s[-1] - frame_times_s[-2] if len(frame_times_s) > 1 else PEAK_WINDOW_S
    return float(frame_times_s[-1] + shown_s)


def _power(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    squares = np.square(samples, dtype=np.float64)
    return squares if squares.ndim == 1 else squares.mean(axis=1)


def _running_total(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(_power(samples))))
