"""Frame rate, and whether it is constant, from the presentation times of the pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.project.timebase import snap_frame_rate

_DEFAULT_RATE = Fraction(25)
_MIN_RATE, _MAX_RATE = Fraction(1, 100), Fraction(1000)
_ROUNDING, _NO_ROUNDING = 1.01, 0.01
_FINE_TICKS = 4.0


@dataclass(frozen=True, slots=True)
class FrameTiming:
    """A frame rate; for a variable one, the average."""

    frame_rate: Fraction
    is_variable: bool


def measure_timing(
    pts: NDArray[np.int64], time_base: Fraction, announced_rates: Iterable[Fraction | None]
) -> FrameTiming:
    """The frame rate that explains the presentation times.

    A rate explains them when every picture lies on its grid to within the rounding of the container's
    time base (one millisecond in mkv). Rates the file announces are tried first, because a short clip
    measured in milliseconds can't tell 29.97 from 30.

    Parameters
    ----------
    pts
        Presentation times in units of `time_base`, int64 (n,), strictly increasing.
    time_base
        Seconds per unit.
    announced_rates
        What the file says, the most trusted first; None and nonsense are passed over.
    """
    candidates = [rate for rate in announced_rates if rate and _MIN_RATE <= rate <= _MAX_RATE]
    if len(pts) < 2:
        return FrameTiming(snap_frame_rate(candidates[0]) if candidates else _DEFAULT_RATE, False)
    measured = (len(pts) - 1) / (Fraction(int(pts[-1] - pts[0])) * time_base)
    measured = min(max(measured, _MIN_RATE), _MAX_RATE)
    for rate in (*candidates, measured):
        if _lies_on_grid(pts, time_base, rate) or _lies_on_grid(pts, time_base, snap_frame_rate(rate)):
            return FrameTiming(snap_frame_rate(rate), False)
    return FrameTiming(snap_frame_rate(measured), True)


def _lies_on_grid(pts: NDArray[np.int64], time_base: Fraction, rate: Fraction) -> bool:
    ticks_per_frame = float(1 / (rate * time_base))
    offsets = (pts - pts[0]) - np.arange(len(pts)) * ticks_per_frame
    # Rounding moves two pictures apart by one unit at most, or by a millisecond where they came through a
    # container that counts in those. Where a unit is nearly a frame (avi), a whole unit is a frame left
    # out, and there is nothing to round.
    tolerance = _NO_ROUNDING
    if ticks_per_frame >= _FINE_TICKS:
        tolerance = _ROUNDING * max(1.0, min(0.001 / float(time_base), ticks_per_frame / 4))
    return float(np.ptp(offsets)) <= tolerance
