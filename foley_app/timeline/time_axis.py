"""Which stretch of time is on screen, and where each sample position lies in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

CLOSEST_SAMPLES_PER_PIXEL = 4.0
"""As near as zooming goes: 1/30 s is 400 px wide."""
LEFT_MARGIN_PIXELS = 8
RIGHT_MARGIN_PIXELS = 16
"""Room before the first and after the last sample, so that a hit at either end is drawn whole."""
Positions = NDArray[np.int64] | NDArray[np.float64]
_FALLBACK_LENGTH = 480_000
_SELECTION_MARGIN_PIXELS = 64


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The mapping between sample positions and the canvas's x.

    Conventions: x is in logical pixels from the canvas's left edge; `start` is the (fractional) sample
    position at x = 0 and may be negative by the left margin.

    Attributes
    ----------
    width
        Width of the canvas in logical pixels.
    length
        Length of the document in samples.
    """

    start: float
    samples_per_pixel: float
    width: int
    length: int

    @classmethod
    def fitted(cls, width: int, length: int) -> TimeAxis:
        """The whole document, with a small margin on both sides."""
        usable = max(width - LEFT_MARGIN_PIXELS - RIGHT_MARGIN_PIXELS, 1)
        samples_per_pixel = max((length or _FALLBACK_LENGTH) / usable, CLOSEST_SAMPLES_PER_PIXEL)
        return cls(-LEFT_MARGIN_PIXELS * samples_per_pixel, samples_per_pixel, width, length)

    @overload
    def x_of(self, position: float) -> float: ...
    @overload
    def x_of(self, position: Positions) -> NDArray[np.float64]: ...
    def x_of(self, position: float | Positions) -> float | NDArray[np.float64]:
        """Where a sample position, or an array of them, lies on the canvas."""
        if isinstance(position, np.ndarray):
            return (position.astype(np.float64) - self.start) / self.samples_per_pixel
        return (position - self.start) / self.samples_per_pixel

    def position_at(self, x: float) -> int:
        """Nearest sample position to an x; may lie outside the document."""
        return round(self.start + x * self.samples_per_pixel)

    def position_inside(self, x: float) -> int:
        """Nearest sample position to an x that lies in the document."""
        return min(max(self.position_at(x), 0), max(self.length - 1, 0))

    @property
    def end(self) -> float:
        """The sample position at the canvas's right edge."""
        return self.start + self.width * self.samples_per_pixel

    @property
    def is_fitted(self) -> bool:
        """Whether the whole document is on screen."""
        return self.samples_per_pixel >= self._widest * (1 - 1e-9)

    @property
    def _widest(self) -> float:
        return TimeAxis.fitted(self.width, self.length).samples_per_pixel

    def zoomed(self, factor: float, x: float) -> TimeAxis:
        """Nearer by `factor` (below 1: farther); what lies at `x` stays there, save at the ends."""
        wanted = self.samples_per_pixel / factor
        samples_per_pixel = min(max(wanted, CLOSEST_SAMPLES_PER_PIXEL), self._widest)
        start = self.start + x * (self.samples_per_pixel - samples_per_pixel)
        return self._placed(start, samples_per_pixel)

    def scrolled(self, pixels: float) -> TimeAxis:
        """Moved towards later times by so many pixels."""
        return self._placed(self.start + pixels * self.samples_per_pixel, self.samples_per_pixel)

    def starting_at(self, start: float) -> TimeAxis:
        """Moved so that `start` lies at the left edge, as far as the ends allow."""
        return self._placed(start, self.samples_per_pixel)

    def showing(self, start: int, end: int) -> TimeAxis:
        """Zoomed to a stretch of time, with a margin on both sides."""
        usable = max(self.width - 2 * _SELECTION_MARGIN_PIXELS, 1)
        samples_per_pixel = max((end - start) / usable, CLOSEST_SAMPLES_PER_PIXEL)
        samples_per_pixel = min(samples_per_pixel, self._widest)
        return self._placed((start + end - self.width * samples_per_pixel) / 2, samples_per_pixel)

    def resized(self, width: int, length: int) -> TimeAxis:
        """For another canvas or another document length; a fitted axis stays fitted."""
        if (width, length) == (self.width, self.length):
            return self
        if self.is_fitted:
            return TimeAxis.fitted(width, length)
        other = replace(self, width=width, length=length)
        return other._placed(self.start, min(self.samples_per_pixel, other._widest))

    @property
    def earliest_start(self) -> float:
        """The smallest `start` that scrolling reaches."""
        return -LEFT_MARGIN_PIXELS * self.samples_per_pixel

    @property
    def latest_start(self) -> float:
        """The largest `start` that scrolling reaches."""
        return max(
            self.length - (self.width - RIGHT_MARGIN_PIXELS) * self.samples_per_pixel, self.earliest_start
        )

    def _placed(self, start: float, samples_per_pixel: float) -> TimeAxis:
        moved = replace(self, samples_per_pixel=samples_per_pixel)
        return replace(moved, start=min(max(start, moved.earliest_start), moved.latest_start))
