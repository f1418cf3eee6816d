"""Waveforms of takes while they are made: peaks on the grid that drawn waveforms have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.media.peaks import SAMPLES_PER_PEAK
from engine.project.timebase import SAMPLE_RATE


class GrowingPeaks:
    """Pairs of lowest and highest sample, one per `SAMPLES_PER_PEAK` samples at the project's rate.

    Parameters
    ----------
    takes
        How many.
    sample_rate
        Of the samples that come.
    skipped
        So many samples at the project's rate come before the first pair.
    length
        So many, at the project's rate, are drawn.

    Attributes
    ----------
    count
        Pairs given out so far.
    """

    def __init__(self, takes: int, sample_rate: int, skipped: int, length: int) -> None:
        self.count = 0
        self._rate, self._skipped, self._length = sample_rate, skipped, length
        self._total = -(-length // SAMPLES_PER_PEAK)
        self._pending = np.zeros((takes, 0), np.float32)
        self._begin = 0

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The pairs that are complete with these samples (takes, n): (takes, pairs, 2)."""
        self._pending = np.concatenate((self._pending, samples), axis=1)
        end = self._begin + self._pending.shape[1]
        most = end * SAMPLE_RATE // (self._rate * SAMPLES_PER_PEAK) + 2
        bounds = self._bounds(np.arange(self.count, min(most, self._total) + 1))
        complete = int(np.searchsorted(bounds, end, side="right")) - 1
        if complete < 1:
            return np.zeros((len(samples), 0, 2), np.float32)
        starts = bounds[:complete] - self._begin
        inside = self._pending[:, : bounds[complete] - self._begin]
        pairs = np.stack(
            [np.minimum.reduceat(inside, starts, axis=1), np.maximum.reduceat(inside, starts, axis=1)], axis=2
        )
        self._pending = self._pending[:, bounds[complete] - self._begin :]
        self._begin = int(bounds[complete])
        self.count += complete
        return pairs

    def _bounds(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        places = np.minimum(numbers * SAMPLES_PER_PEAK, self._length)
        bounds = (self._skipped + places) * self._rate // SAMPLE_RATE
        # What is left for the last pair may be shorter than one of the samples that come.
        bounds[1:] = np.maximum(bounds[1:], bounds[:-1] + 1)
        return bounds
