"""Varispeed: a sound played faster or slower, pitch and length together, like tape.

A polyphase windowed sinc: 48 taps (more when the pitch rises far enough to need a narrower filter), a
Kaiser window, and linear interpolation between 128 tabulated phases. Images and aliases lie 80 dB down
or lower; the passband reaches 20 kHz at the original speed.

References
----------
J. O. Smith, "Digital Audio Resampling Home Page", CCRMA: band-limited interpolation from a table.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from engine.project.document import MAX_PITCH_SEMITONES

Samples = NDArray[np.float32]

_CHUNK_TAPS = 48  # a constant length lets the compiler unroll the dot product
_PHASES = 128
_KAISER_BETA = 8.96  # 90 dB of stopband
_CUTOFF_SHARE = 0.97  # of the lower Nyquist frequency; the transition band straddles it
_WIDER_ABOVE_SEMITONES = 3.0


def speed_ratio(pitch_semitones: float) -> float:
    """Input samples per output sample: 2 for an octave up. The pitch is held within ±24 semitones."""
    held = min(max(pitch_semitones, -MAX_PITCH_SEMITONES), MAX_PITCH_SEMITONES)
    return 2.0 ** (held / 12.0)


def varispeed_length(frames: int, pitch_semitones: float, start: int = 0) -> int:
    """Frames that `varispeed` gives for a sound of `frames` frames."""
    return max(0, math.ceil((frames - start) / speed_ratio(pitch_semitones)))


def varispeed(samples: Samples, pitch_semitones: float, start: int = 0) -> Samples:
    """Play a sound at another speed.

    Parameters
    ----------
    samples
        (n, channels) float32.
    pitch_semitones
        Up is faster and shorter.
    start
        First frame of `samples` that sounds.

    Returns
    -------
    (m, channels) float32, where frame i is `samples` at `start + i * ratio`, band-limited, and m is
    `varispeed_length(n, pitch_semitones, start)`.
    """
    if pitch_semitones == 0.0:
        return samples[start:]
    frames, channels = samples.shape
    table, slope = _phase_table(pitch_semitones)
    taps = table.shape[1]
    out = np.empty((varispeed_length(frames, pitch_semitones, start), channels), dtype=np.float32)
    padded = np.zeros(frames + taps, dtype=np.float32)
    for channel in range(channels):
        padded[taps // 2 - 1 : taps // 2 - 1 + frames] = samples[:, channel]
        # The only channel lies in one piece and is written in place.
        played = out[:, 0] if channels == 1 else np.empty(out.shape[0], dtype=np.float32)
        _interpolate(played, padded, table, slope, float(start), speed_ratio(pitch_semitones))
        if channels > 1:
            out[:, channel] = played
    return out


def _phase_table(pitch_semitones: float) -> tuple[Samples, Samples]:
    # Playing faster needs a filter at the new, lower Nyquist frequency. Half a semitone of resolution
    # is plenty for a cutoff, and keeps the tables few.
    rise = max(0.0, min(pitch_semitones, MAX_PITCH_SEMITONES))
    chunks = 1 if rise <= _WIDER_ABOVE_SEMITONES else math.ceil(2.0 ** (rise / 12.0))
    return _design(math.ceil(rise * 2), chunks)


@cache
def _design(rise_half_semitones: int, chunks: int) -> tuple[Samples, Samples]:
    taps = _CHUNK_TAPS * chunks
    cutoff = 0.5 * _CUTOFF_SHARE * 2.0 ** (-rise_half_semitones / 24.0)
    phase = np.arange(_PHASES + 1)[:, None] / _PHASES
    distance = np.arange(taps)[None, :] - (taps // 2 - 1) - phase
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1.0 - (distance / (taps / 2)) ** 2)))
    rows = np.sinc(2.0 * cutoff * distance) * window
    rows /= rows.sum(axis=1, keepdims=True)
    return rows[:-1].astype(np.float32), np.diff(rows, axis=0).astype(np.float32)


@compiled(
    'void(float32[::1], float32[::1], Array(float32, 2, "C"), Array(float32, 2, "C"), float64, float64)',
    may_reorder_sums=True,
)
def _interpolate(out, padded, table, slope, start, ratio):
    phases, taps = table.shape
    for i in range(out.shape[0]):
        at = start + i * ratio
        whole = int(at)
        phase = (at - whole) * phases
        row = int(phase)
        share = np.float32(phase - row)
        value = np.float32(0.0)
        for first in range(0, taps, 48):
            heard = padded[whole + first : whole + first + 48]
            weight = table[row, first : first + 48]
            change = slope[row, first : first + 48]
            for t in range(48):
                value += (weight[t] + share * change[t]) * heard[t]
        out[i] = value
