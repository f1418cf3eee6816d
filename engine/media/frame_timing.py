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
    candidates = [
        snap_frame_rate(rate) for rate in announced_rates if rate and _MIN_RATE <= rate <= _MAX_RATE
    ]
    if len(pts) < 2:
        return FrameTiming(candidates[0] if candidates else _DEFAULT_RATE, False)
    span_s = Fraction(int(pts[-1] - pts[0])) * time_base
    measured = (len(pts) - 1) / span_s
    if _MIN_RATE <= measured <= _MAX_RATE:
        candidates.append(snap_frame_rate(measured))
    for rate in candidates:
        if _lies_on_grid(pts, time_base, rate):
            return FrameTiming(rate, False)
    average = min(max(measured, _MIN_RATE), _MAX_RATE)
    return FrameTiming(snap_frame_rate(average), True)


def _lies_on_grid(pts: NDArray[np.int64], time_base: Fraction, rate: Fraction) -> bool:
    ticks_per_frame = 1 / (rate * time_base)
    offsets = (pts - pts[0]) - np.arange(len(pts)) * float(ticks_per_frame)
    return float(np.ptp(offsets)) <= 2.0 and float(ticks_per_frame) > 1.0
