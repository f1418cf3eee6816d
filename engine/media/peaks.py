"""Waveform peaks: the lowest and highest sample of every stretch, at several zoom levels.

Drawing an hour of sound must not touch its samples. The pyramid's finest level has one (min, max) pair
per 256 samples, every further level one per four pairs below; a view picks the coarsest level that still
has a pair per column.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SAMPLES_PER_PEAK = 256
_PAIRS_PER_COARSER_PAIR = 4


@dataclass(frozen=True)
class Peaks:
    """Peaks of one sound.

    Attributes
    ----------
    finest
        float32 (n, 2): minimum and maximum of each `SAMPLES_PER_PEAK` samples, over all channels.
    length
        How many samples the sound has.
    """

    finest: NDArray[np.float32]
    length: int

    @cached_property
    def levels(self) -> tuple[NDArray[np.float32], ...]:
        """The pyramid from the finest to the coarsest level, each float32 (n, 2)."""
        levels = [self.finest]
        while len(levels[-1]) > _PAIRS_PER_COARSER_PAIR:
            levels.append(_merged(levels[-1], _PAIRS_PER_COARSER_PAIR))
        return tuple(levels)

    def view(self, start: int, end_exclusive: int, columns: int) -> NDArray[np.float32]:
        """Minimum and maximum for each of `columns` equal stretches of a range.

        Exact to the pairs of the level used: a column shows every pair that it touches.

        Parameters
        ----------
        start, end_exclusive
            Range in samples; outside the sound there is silence.
        columns
            How many pairs are wanted, usually one per pixel.

        Returns
        -------
        float32 (columns, 2)
            Zeros where there is no sound.
        """
        result = np.zeros((columns, 2), np.float32)
        if columns <= 0 or end_exclusive <= start:
            return result
        samples_per_column = (end_exclusive - start) / columns
        level, samples_per_pair = 0, SAMPLES_PER_PEAK
        while (
            level + 1 < len(self.levels) and samples_per_pair * _PAIRS_PER_COARSER_PAIR <= samples_per_column
        ):
            level += 1
            samples_per_pair *= _PAIRS_PER_COARSER_PAIR
        pairs = self.levels[level]
        edges = start + np.arange(columns + 1) * samples_per_column
        first = np.floor(edges[:-1] / samples_per_pair).astype(np.int64)
        last = np.maximum(np.ceil(edges[1:] / samples_per_pair).astype(np.int64), first + 1)
        inside = (last > 0) & (first < len(pairs)) & (edges[:-1] < self.length)
        if not inside.any():
            return result
        first, last = np.clip(first[inside], 0, len(pairs) - 1), np.clip(last[inside], 1, len(pairs))
        # reduceat works on pairs of borders; every second result is the stretch between two columns.
        borders = np.stack([first, last], axis=1).ravel()
        closed = np.concatenate([pairs, pairs[-1:]])
        result[inside, 0] = np.minimum.reduceat(closed[:, 0], borders)[::2]
        result[inside, 1] = np.maximum.reduceat(closed[:, 1], borders)[::2]
        return result


def peaks_of(samples: NDArray[np.float32]) -> Peaks:
    """Peaks of a sound.

    Parameters
    ----------
    samples
        float32, (frames,) or (frames, channels).
    """
    if samples.ndim == 1:
        samples = samples[:, None]
    low_high = (
        np.stack([samples.min(axis=1), samples.max(axis=1)], axis=1) if len(samples) else np.zeros((0, 2))
    )
    return Peaks(_merged(low_high.astype(np.float32, copy=False), SAMPLES_PER_PEAK), len(samples))


def _merged(pairs: NDArray[np.float32], group: int) -> NDArray[np.float32]:
    """Minimum of the minima and maximum of the maxima of each `group` pairs; the last may be smaller."""
    if not len(pairs):
        return np.zeros((0, 2), np.float32)
    starts = np.arange(0, len(pairs), group)
    return np.stack(
        [np.minimum.reduceat(pairs[:, 0], starts), np.maximum.reduceat(pairs[:, 1], starts)], axis=1
    )
