"""A take while it is made: its waveform, as far as it goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class GrowingTake:
    """One take of a generation that runs.

    Attributes
    ----------
    name
        What it will be called.
    start, length
        The stretch it is for, in project samples.
    samples_per_peak
        How many samples a row of `peaks` covers.
    track
        Id of the generated track of which it is a part; "" for a take of its own.
    """

    def __init__(self, name: str, start: int, length: int, samples_per_peak: int, track: str = "") -> None:
        self.name = name
        self.start = start
        self.length = length
        self.samples_per_peak = samples_per_peak
        self.track = track
        self._blocks: list[NDArray[np.float32]] = []
        self._rows = 0

    def add(self, first_peak: int, peaks: Sequence[Sequence[float]]) -> None:
        """More of it; what begins where there is something already takes its place."""
        if first_peak < self._rows:
            kept = self.peaks[:first_peak]
            self._blocks, self._rows = [kept], len(kept)
        block = np.asarray(peaks, np.float32).reshape(-1, 2)
        self._blocks.append(block)
        self._rows += len(block)

    @property
    def peaks(self) -> NDArray[np.float32]:
        """(n, 2) lowest and highest so far."""
        if len(self._blocks) != 1:
            joined = np.concatenate(self._blocks) if self._blocks else np.zeros((0, 2), np.float32)
            self._blocks = [joined]
        return self._blocks[0]

    @property
    def made(self) -> int:
        """How many samples of it there are."""
        return min(self._rows * self.samples_per_peak, self.length)
