"""A scratch's sound fills its length: trimmed when too long, drawn out by grains when too short.

Drawing out keeps the recording's own beginning and end, and lays grains from its sustained middle
between them. Neighbouring grains cross-fade at equal power, each comes from another place than the one
before and is levelled towards the middle's own loudness, so the result neither loops nor pumps. The same
seed gives the same samples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.mixer.levels import fade_ramp

Samples = NDArray[np.float32]

_STEP = int(0.045 * SAMPLE_RATE)  # from one grain to the next; a grain is two steps long
_SHORTEST_STEP = 32
_ENVELOPE_BLOCK = SAMPLE_RATE // 200
_SUSTAIN_BELOW_PEAK_DB = 18.0
_MOST_LEVELLING = 2.0  # ±6 dB: more would bring up a decay's noise
_FADE_IN = SAMPLE_RATE // 500
_FADE_OUT = SAMPLE_RATE // 40


def fill_length(samples: Samples, length: int, seed: int) -> Samples:
    """A sound of exactly `length` frames, faded at both ends.

    Parameters
    ----------
    samples
        (n, channels) float32, n > 0.
    length
        Frames wanted.
    seed
        Decides where the grains come from.

    Returns
    -------
    (length, channels) float32.
    """
    frames = samples.shape[0]
    filled = samples[:length].copy() if frames >= length else _drawn_out(samples, length, seed)
    fade_in = fade_ramp(min(_FADE_IN, length // 4))
    fade_out = fade_ramp(min(_FADE_OUT, length // 4))
    filled[: fade_in.size] *= fade_in[:, None]
    filled[length - fade_out.size :] *= fade_out[::-1, None]
    return filled


def _drawn_out(samples: Samples, length: int, seed: int) -> Samples:
    frames = samples.shape[0]
    first, last = _sustained(samples)
    step = min(_STEP, (last - first) // 3)
    if step < _SHORTEST_STEP:
        # Too short for grains: a click, repeated, is all there is to draw out.
        return np.resize(samples, (length, samples.shape[1]))
    # The natural beginning plays up to `leave`; the natural end, the same place, returns at `rejoin`.
    leave = last - 2 * step
    between = length - frames
    rejoin = leave + between
    filled = np.zeros((length, samples.shape[1]), dtype=np.float32)
    if between < step:
        _lay(filled, samples[: rejoin + step], 0, 0, step)
        _lay(filled, samples[leave:], rejoin, step, 0)
        return filled
    grains = round(between / step)
    knots = leave + np.round(np.arange(grains + 1) * (between / grains)).astype(np.int64)
    knots = np.append(knots, rejoin + step)
    _lay(filled, samples[: knots[1]], 0, 0, int(knots[1] - knots[0]))
    _lay_grains(filled, samples, knots, (first, last), seed)
    _lay(filled, samples[leave:], rejoin, int(knots[-1] - knots[-2]), 0)
    return filled


def _lay_grains(
    filled: Samples, samples: Samples, knots: NDArray[np.int64], sustained: tuple[int, int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    first, last = sustained
    usual = _rms(samples[first:last])
    before = -1
    for start, middle, end in zip(knots[:-2], knots[1:-1], knots[2:], strict=True):
        size = int(end - start)
        room = max(1, last - first - size)
        source = first + int(random.integers(room))
        if abs(source - before) < size // 4:
            source = first + (source - first + room // 2) % room
        before = source
        grain = samples[source : source + size]
        level = usual / max(_rms(grain), 1e-9)
        grain = grain * np.float32(min(max(level, 1.0 / _MOST_LEVELLING), _MOST_LEVELLING))
        _lay(filled, grain, int(start), int(middle - start), int(end - middle))


def _lay(filled: Samples, sound: Samples, start: int, fade_in: int, fade_out: int) -> None:
    shaped = sound.copy()
    shaped[:fade_in] *= fade_ramp(fade_in)[: shaped.shape[0], None]
    if fade_out:
        fade_out = min(fade_out, shaped.shape[0])
        shaped[shaped.shape[0] - fade_out :] *= fade_ramp(fade_out)[::-1, None]
    room = filled.shape[0] - start
    filled[start : start + shaped.shape[0]] += shaped[:room]


def _sustained(samples: Samples) -> tuple[int, int]:
    """First and one past the last frame of the part that is within 18 dB of the loudest 5 ms."""
    frames = samples.shape[0]
    blocks = max(1, frames // _ENVELOPE_BLOCK)
    power = np.square(samples[: blocks * _ENVELOPE_BLOCK]).mean(axis=1)
    if power.size < _ENVELOPE_BLOCK:
        return 0, frames
    envelope = power.reshape(blocks, -1).mean(axis=1)
    loud = np.flatnonzero(envelope >= envelope.max() * 10.0 ** (-_SUSTAIN_BELOW_PEAK_DB / 10.0))
    return int(loud[0]) * _ENVELOPE_BLOCK, min(frames, (int(loud[-1]) + 1) * _ENVELOPE_BLOCK)


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
