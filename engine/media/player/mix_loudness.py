"""Integrated loudness of the mix, kept up to date: after an edit only what it touched is measured again.

The mix is K-weighted and its power summed in steps of 100 ms. Four steps are a gating block; the loudness
is the mean power of the blocks above -70 LUFS that lie no more than 10 LU below their own mean.

References
----------
ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak audio level", annex 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled

Samples = NDArray[np.float32]

_STEP_S = 0.1
_STEPS_PER_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET_LU = -0.691
# The weighting's slowest pole has fallen by 100 dB after this.
_SETTLING_STEPS = 3
_STEPS_AT_ONCE = 100


class MixLoudness:
    """The step powers of one mix.

    Parameters
    ----------
    sample_rate
        In Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._step = round(_STEP_S * sample_rate)
        self._weighting = k_weighting(sample_rate)
        self._power: NDArray[np.float64] = np.zeros(0)

    def update(
        self,
        samples: Samples,
        ranges: Iterable[tuple[int, int]],
        is_outdated: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Measure ranges of a mix again.

        Parameters
        ----------
        samples : float32 (n, channels)
            The whole mix.
        ranges
            Half-open sample ranges that changed; everything when the mix has another length.
        is_outdated
            Polled between pieces; when true, the rest is left.

        Returns
        -------
        Whether all was measured. When not, the same ranges must be given again.
        """
        steps = len(samples) // self._step
        if steps != len(self._power):
            self._power = np.zeros(steps)
            ranges = [(0, len(samples))]
        for start, end in ranges:
            first = start // self._step
            last = min(steps, -(-end // self._step) + _SETTLING_STEPS)
            for piece in range(first, last, _STEPS_AT_ONCE):
                if is_outdated():
                    return False
                self._measure(samples, piece, min(last, piece + _STEPS_AT_ONCE))
        return True

    def integrated_lufs(self) -> float | None:
        """The gated loudness; `None` when nothing is above the gate."""
        if len(self._power) < _STEPS_PER_BLOCK:
            return None
        running = np.concatenate(([0.0], np.cumsum(self._power)))
        blocks = (running[_STEPS_PER_BLOCK:] - running[:-_STEPS_PER_BLOCK]) / _STEPS_PER_BLOCK
        gated = blocks[blocks > _power_of(_ABSOLUTE_GATE_LUFS)]
        if not gated.size:
            return None
        gated = gated[gated > gated.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
        return _OFFSET_LU + 10 * math.log10(float(gated.mean()))

    def _measure(self, samples: Samples, first: int, last: int) -> None:
        # Earlier steps run the filter in, and are measured for nothing.
        start = max(0, first - _SETTLING_STEPS) * self._step
        power = np.zeros(last - start // self._step)
        for channel in range(samples.shape[1]):
            _add_step_power(samples[start : last * self._step, channel], self._weighting, self._step, power)
        self._power[first:last] = power[first - start // self._step :]


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """The K-weighting filter as two second-order sections, (2, 6), at any rate.

    The standard lists coefficients for 48 kHz; these are the analogue filters behind them, transformed
    bilinearly, and agree with the list there.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - band * k / q + k * k) / norm,
        1.0,
        2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    ]
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    norm = 1 + k / q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]
    return np.array([shelf, high_pass])


@compiled('void(Array(float32, 1, "A", readonly=True), float64[:, ::1], int64, float64[::1])')
def _add_step_power(samples, weighting, step, power):
    """Add the mean square of each `step` weighted samples to `power`."""
    # Two biquads in transposed direct form II, each with its two states.
    a1, a2, b1, b2 = 0.0, 0.0, 0.0, 0.0
    shelf, high_pass = weighting[0], weighting[1]
    for number in range(power.shape[0]):
        total = 0.0
        for n in range(number * step, (number + 1) * step):
            x = float(samples[n])
            y = shelf[0] * x + a1
            a1 = shelf[1] * x - shelf[4] * y + a2
            a2 = shelf[2] * x - shelf[5] * y
            z = high_pass[0] * y + b1
            b1 = high_pass[1] * y - high_pass[4] * z + b2
            b2 = high_pass[2] * y - high_pass[5] * z
            total += z * z
        power[number] += total / step


def _power_of(lufs: float) -> float:
    return 10 ** ((lufs - _OFFSET_LU) / 10)
