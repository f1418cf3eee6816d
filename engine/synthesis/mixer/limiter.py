"""A true-peak limiter whose gain at a place depends only on the samples near it.

Because the gain looks a fixed way back and ahead, limiting a part of the mix gives bit for bit the part
of the whole limited mix. A limiter with a recursive release could not promise that.

How it works, on a grid of 32-sample blocks fixed to project sample 0:

1. the true peak of each block, by 4x oversampling, gives the gain that the block needs;
2. the smallest need within 4 blocks on either side is held;
3. a dip recovers along a raised cosine of 64 ms: never sooner, and exactly to unity;
4. an 8-block Hann average makes the edges of dips smooth; its reach is the hold's, so every block still
   gets at least the reduction it needs;
5. within a block the gain runs linearly from its edge value to the next one's.

The sound is not delayed: the mix is known ahead.

References
----------
ITU-R BS.1770-5, annex 2: true peak by 4x oversampling.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from engine.synthesis.mixer.levels import gain_of_db

Samples = NDArray[np.float32]

CEILING_DBTP = -1.0
BLOCK = 32

_AIM_DBTP = CEILING_DBTP - 0.1  # what the gain's own movement and other meters' filters may add
_HOLD = 4
_RELEASE = 96
_TAPS = 24  # per phase of the oversampling filter
_CONTEXT = 2 * BLOCK
_STANDARD_PHASES = (  # BS.1770-5, annex 2, in units of 2^-13; the other two phases are these reversed
    (14, 90, -161, 272, -487, 1125, 7964, -838, 390, -218, 122, -68),
    (-239, 240, -424, 730, -1364, 3810, 6388, -1641, 832, -477, 271, -155),
)

REACH_BACK = (_RELEASE + 2 * _HOLD + 2) * BLOCK + _CONTEXT
"""Samples before a range whose sound may change the gain inside it."""
REACH_AHEAD = (2 * _HOLD + 2) * BLOCK + _CONTEXT
"""Samples after a range whose sound may change the gain inside it."""


def limit(samples: Samples, start: int) -> None:
    """Limit a stretch of the mix in place.

    What lies within `REACH_BACK` of its beginning and `REACH_AHEAD` of its end is right only where the
    mix really begins or ends there; ask for that much more and cut it off.

    Parameters
    ----------
    samples
        (n, channels) float32, C-contiguous.
    start
        Project sample of `samples[0]`; a multiple of `BLOCK`.
    """
    if start % BLOCK:
        raise ValueError(f"a stretch to limit starts on a multiple of {BLOCK}, got {start}")
    aim = gain_of_db(_AIM_DBTP)
    flat = samples.reshape(-1)
    peaks = _block_peaks(flat, samples.shape[1])
    # A sample can't make more of a peak than the filter's weights add up to: most blocks need no filter.
    if peaks.max(initial=0.0) * _MOST_OVERSHOOT <= aim:
        return
    _true_peaks(peaks, flat, samples.shape[1], _OVERSAMPLING, np.float32(aim / _MOST_OVERSHOOT))
    if peaks.max() <= aim:
        return
    gains = _block_gains(peaks, aim)
    _apply(flat, samples.shape[1], gains)


def true_peak(samples: Samples) -> float:
    """Largest magnitude of a sound at four times its sample rate, linear.

    Parameters
    ----------
    samples
        (n, channels) float32.
    """
    contiguous = np.ascontiguousarray(samples, dtype=np.float32)
    flat = contiguous.reshape(-1)
    peaks = _block_peaks(flat, contiguous.shape[1])
    _true_peaks(peaks, flat, contiguous.shape[1], _OVERSAMPLING, np.float32(0.0))
    return float(peaks.max(initial=0.0))


def _oversampling_filter() -> Samples:
    """Rows of weights on the 24 samples around a place: (7, 24) float32.

    Three rows interpolate sharply at each quarter of a sample (the sample itself needs no filter). The
    other four are the standard's own filter, which is short and overshoots differently near the upper
    end of the spectrum: the ceiling is to hold on the meter of whoever receives the mix.
    """
    phase = np.arange(1, 4)[:, None] / 4.0
    distance = np.arange(_TAPS)[None, :] - (_TAPS // 2 - 1) - phase
    sharp = np.sinc(distance) * np.i0(7.0 * np.sqrt(np.maximum(0.0, 1.0 - (distance / (_TAPS / 2)) ** 2)))
    sharp /= sharp.sum(axis=1, keepdims=True)
    standard = np.zeros((4, _TAPS))
    standard[:2, 6:18] = np.array(_STANDARD_PHASES) / 2.0**13
    standard[2:] = standard[:2, ::-1]
    return np.concatenate([sharp, standard]).astype(np.float32)


_OVERSAMPLING = _oversampling_filter()
_MOST_OVERSHOOT = float(np.abs(_OVERSAMPLING).sum(axis=1).max())
_RECOVERY = (0.5 - 0.5 * np.cos(np.pi * np.arange(_RELEASE) / _RELEASE)).astype(np.float64)
_SMOOTHING = np.hanning(2 * _HOLD + 2)[1:-1] / np.hanning(2 * _HOLD + 2).sum()


def _block_peaks(flat: Samples, channels: int) -> Samples:
    """Largest sample magnitude of each block: (blocks,) float32."""
    peaks = np.empty(-(-flat.size // (BLOCK * channels)), dtype=np.int32)
    _largest_bits(peaks, flat.view(np.int32), channels)
    return peaks.view(np.float32)


def _block_gains(peaks: Samples, aim: float) -> NDArray[np.float64]:
    """Gain at each block's first edge, and one more for the last block's end: (blocks + 1,) float64."""
    needed = np.minimum(1.0, aim / np.maximum(peaks.astype(np.float64), aim))
    gains = np.ones(peaks.size + 1)
    _shape_gains(gains, needed, _RECOVERY, _SMOOTHING)
    return gains


@compiled("void(int32[::1], int32[::1], int64)")
def _largest_bits(peaks, bits, channels):
    # As integers, magnitudes compare like the floats they are, and the loop runs eight at a time.
    for block in range(peaks.size):
        part = bits[block * 32 * channels : min((block + 1) * 32 * channels, bits.size)]
        most = np.int32(0)
        for i in range(part.size):
            most = max(most, part[i] & np.int32(0x7FFFFFFF))
        peaks[block] = most


@compiled('void(float32[::1], float32[::1], int64, Array(float32, 2, "C"), float32)', may_reorder_sums=True)
def _true_peaks(peaks, flat, channels, oversampling, threshold):
    frames = flat.size // channels
    half = 12
    loud = peaks > threshold
    around = np.zeros(24, dtype=np.float32)
    for block in range(peaks.size):
        # The filter reaches 12 samples into the neighbours.
        if not (
            loud[block] or (block > 0 and loud[block - 1]) or (block + 1 < loud.size and loud[block + 1])
        ):
            continue
        most = peaks[block]
        for channel in range(channels):
            # A sound that begins or ends at once rings beyond its first and last sample.
            begin = block * 32 if block > 0 else -half
            end = (block + 1) * 32 if block + 1 < peaks.size else frames + half
            for frame in range(begin, end):
                first = frame - half + 1
                for t in range(24):
                    at = first + t
                    around[t] = flat[at * channels + channel] if 0 <= at < frames else np.float32(0.0)
                for phase in range(oversampling.shape[0]):
                    value = np.float32(0.0)
                    for t in range(24):
                        value += oversampling[phase, t] * around[t]
                    most = max(most, abs(value))
        peaks[block] = most


@compiled("void(float64[::1], float64[::1], float64[::1], float64[::1])")
def _shape_gains(gains, needed, recovery, smoothing):
    blocks = needed.size
    hold = smoothing.size // 2
    recovered = np.ones(blocks)
    for block in range(blocks):
        held = 1.0
        for near in range(max(0, block - hold), min(blocks, block + hold + 1)):
            held = min(held, needed[near])
        if held < 1.0:
            for after in range(min(recovery.size, blocks - block)):
                gain = held + (1.0 - held) * recovery[after]
                recovered[block + after] = min(recovered[block + after], gain)
    for edge in range(blocks + 1):
        # Written as a reduction, so that no reduction at all is exactly unity.
        reduction = 0.0
        for t in range(smoothing.size):
            block = min(max(edge - hold + t, 0), blocks - 1)
            reduction += smoothing[t] * (1.0 - recovered[block])
        gains[edge] = 1.0 - reduction


@compiled("void(float32[::1], int64, float64[::1])")
def _apply(flat, channels, gains):
    frames = flat.size // channels
    for block in range(gains.size - 1):
        before, after = gains[block], gains[block + 1]
        if before == 1.0 and after == 1.0:
            continue
        for frame in range(block * 32, min((block + 1) * 32, frames)):
            gain = np.float32(before + (after - before) * ((frame - block * 32 + 0.5) / 32.0))
            for channel in range(channels):
                flat[frame * channels + channel] *= gain
