"""Where each picture begins: from its own times where they are known, else at the constant rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.project.timebase import SAMPLE_RATE, frame_to_samples, samples_to_frame


@dataclass(frozen=True, slots=True, eq=False)
class FrameGrid:
    """Positions of the pictures.

    Attributes
    ----------
    positions
        (n,) int64 samples, ascending, of a video of any rate; empty for a constant rate.
    """

    frame_rate: Fraction = Fraction(25)
    sample_rate: int = SAMPLE_RATE
    positions: NDArray[np.int64] | None = None

    def nearest(self, position: int) -> int:
        """The beginning of a picture that is closest to a position; the earlier of two equally close."""
        if self.positions is not None and len(self.positions):
            after = int(np.searchsorted(self.positions, position))
            around = self.positions[max(after - 1, 0) : after + 1]
            return int(around[np.argmin(np.abs(around - position))])
        frame = samples_to_frame(max(position, 0), self.frame_rate, self.sample_rate)
        before = frame_to_samples(frame, self.frame_rate, self.sample_rate)
        after = frame_to_samples(frame + 1, self.frame_rate, self.sample_rate)
        return before if position - before <= after - position else after

    def stepped(self, position: int, frames: int) -> int:
        """The position `frames` pictures later (earlier when negative), by the constant rate."""
        return position + frame_to_samples(frames, self.frame_rate, self.sample_rate)
