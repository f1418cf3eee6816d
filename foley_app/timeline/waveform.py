"""Peaks of a sound as a pyramid, from which any zoom is read in time proportional to the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_FOLD = 4
_INT16_FULL_SCALE = 32768.0


class PeaksUpdate(Protocol):
    """Peaks of the mix as the player tells them."""

    @property
    def lowest_and_highest(self) -> NDArray[np.float32]: ...
    @property
    def samples_per_peak(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """Minimum and maximum per stretch of samples.

    Attributes
    ----------
    levels
        Finest first; each is (n, 2) float32 minimum and maximum in -1..1, each of `_FOLD` rows of the
        one before.
    samples_per_peak
        Samples that a row of the finest level covers.
    start
        Sample position of the first row.
    """

    levels: tuple[NDArray[np.float32], ...]
    samples_per_peak: int
    start: int = 0

    @classmethod
    def of(cls, peaks: NDArray[np.generic], samples_per_peak: int, start: int = 0) -> Waveform:
        """Build the pyramid.

        Parameters
        ----------
        peaks
            (n, 2) minimum and maximum: floating point in -1..1, or int16.
        """
        if peaks.ndim != 2 or peaks.shape[1] != 2:
            raise ValueError(f"peaks have the shape (n, 2), got {peaks.shape}")
        finest = peaks.astype(np.float32)
        if np.issubdtype(peaks.dtype, np.integer):
            finest /= np.float32(_INT16_FULL_SCALE)
        levels = [finest]
        while len(levels[-1]) > 4096:
            starts = np.arange(0, len(levels[-1]), _FOLD)
            low = np.minimum.reduceat(levels[-1][:, 0], starts)
            high = np.maximum.reduceat(levels[-1][:, 1], starts)
            levels.append(np.column_stack((low, high)))
        return cls(tuple(levels), samples_per_peak, start)

    @property
    def end(self) -> int:
        """Sample position after the last row."""
        return self.start + len(self.levels[0]) * self.samples_per_peak

    def columns(self, start: float, samples_per_column: float, count: int) -> NDArray[np.float32]:
        """Minimum and maximum of `count` neighbouring stretches.

        Parameters
        ----------
        start
            Sample position at which the first stretch begins.

        Returns
        -------
        (count, 2) float32; zeros outside the sound.
        """
        result = np.zeros((count, 2), np.float32)
        edges = start - self.start + np.arange(count + 1, dtype=np.float64) * samples_per_column
        if samples_per_column < self.samples_per_peak:
            # Steps, not a line between peaks: that would show an attack before it happens.
            row = np.floor((edges[:-1] + edges[1:]) / 2 / self.samples_per_peak).astype(np.int64)
            inside = (row >= 0) & (row < len(self.levels[0]))
            result[inside] = self.levels[0][row[inside]]
            return result
        level = 0
        while level + 1 < len(self.levels) and self._stride(level + 1) * _FOLD <= samples_per_column:
            level += 1
        rows = self.levels[level]
        index = np.floor(edges / self._stride(level)).astype(np.int64)
        inside = (index[1:] > 0) & (index[:-1] < len(rows))
        if not inside.any():
            return result
        begins = np.clip(index[:-1], 0, len(rows) - 1)
        ends = np.clip(np.maximum(index[1:], begins + 1), 1, len(rows))
        # reduceat wants pairs (begin, end); an end past the last row may not be given.
        pairs = np.column_stack((begins, np.minimum(ends, len(rows) - 1))).ravel()
        low = np.minimum.reduceat(rows[:, 0], pairs)[::2]
        high = np.maximum.reduceat(rows[:, 1], pairs)[::2]
        at_end = ends == len(rows)
        low[at_end] = np.minimum(low[at_end], rows[-1, 0])
        high[at_end] = np.maximum(high[at_end], rows[-1, 1])
        result[inside, 0] = low[inside]
        result[inside, 1] = high[inside]
        return result

    def _stride(self, level: int) -> int:
        return self.samples_per_peak * _FOLD**level
