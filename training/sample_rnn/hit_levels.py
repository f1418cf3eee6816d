"""How loud hits are in a clip's own sound: data sets rarely say it of each hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.features.flux_onsets import LEVEL_WINDOW_S
from engine.features.hit_curves import SoundingHit
from engine.features.loudness import level_db_of_power

FAINTEST_DB = -60.0
"""Eight bits tell nothing below."""

_BEFORE_S = 0.01
_LOUDEST_WITHIN_S = 0.15


def hit_levels_db(
    samples: NDArray[np.floating], sample_rate: int, hits: Sequence[SoundingHit]
) -> NDArray[np.float64]:
    """RMS in dBFS of the loudest 1/30 s of each hit, (hits,).

    Parameters
    ----------
    samples
        (n,) mono; sample 0 sounds at time 0.
    sample_rate
        In Hz.
    hits
        In order of time: a hit is heard until the next one begins.
    """
    window = round(LEVEL_WINDOW_S * sample_rate)
    powers = window_powers(samples, window)
    levels_db = np.full(len(hits), FAINTEST_DB)
    for number, hit in enumerate(hits):
        end_s = hit.time_s + max(_LOUDEST_WITHIN_S, hit.duration_s)
        if number + 1 < len(hits):
            end_s = min(end_s, hits[number + 1].time_s)
        first = max(0, round((hit.time_s - _BEFORE_S) * sample_rate))
        here = powers[first : max(first + 1, round(end_s * sample_rate) - window)]
        if here.size:
            levels_db[number] = max(FAINTEST_DB, float(level_db_of_power(here.max())))
    return levels_db


def window_powers(samples: NDArray[np.floating], window: int) -> NDArray[np.float64]:
    """Mean power of the window that begins at each sample, (samples - window + 1,)."""
    total = np.concatenate(([0.0], np.cumsum(np.square(samples, dtype=np.float64))))
    return (total[window:] - total[:-window]) / window


def with_levels(
    hits: Sequence[SoundingHit], samples: NDArray[np.floating], sample_rate: int
) -> tuple[SoundingHit, ...]:
    """The hits, each as loud as it is in the sound."""
    levels_db = hit_levels_db(samples, sample_rate, hits)
    return tuple(
        replace(hit, level_db=float(level_db)) for hit, level_db in zip(hits, levels_db, strict=True)
    )
