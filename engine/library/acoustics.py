"""What a recording sounds like, in a few numbers: level, brightness, attack, decay, hit or scratch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.loudness import peak_level_db, sample_peak_db
from engine.project.materials import Action

_BLOCK_S = 0.002
_BODY_S = 0.1
_AUDIBLE_BELOW_PEAK_DB = 24.0
_DECAYED_BELOW_PEAK_DB = 20.0
_SUSTAINED_BELOW_PEAK_DB = 14.0


@dataclass(frozen=True, slots=True)
class Acoustics:
    """Measurements of one sound.

    Attributes
    ----------
    level_db
        RMS in dBFS of the loudest 1/30 s, floor -80.
    peak_db
        Sample peak in dBFS, floor -80.
    centroid_hz
        Centre of gravity of the magnitude spectrum of the loudest 100 ms.
    attack_s
        From the onset (within 24 dB of the peak) to the loudest moment.
    decay_s
        From the loudest moment until the sound stays 20 dB below it.
    action
        A scratch goes on; a hit is over after its decay.
    """

    level_db: float
    peak_db: float
    centroid_hz: float
    attack_s: float
    decay_s: float
    action: Action


def measure(samples: NDArray[np.float32], sample_rate: int) -> Acoustics:
    """Measure a sound.

    Parameters
    ----------
    samples
        (n, channels) float32.
    sample_rate
        In Hz.
    """
    envelope = _envelope(samples, sample_rate)
    loudest = int(envelope.argmax()) if envelope.size else 0
    peak = envelope[loudest] if envelope.size else 0.0
    level_db, peak_db = peak_level_db(samples, sample_rate), sample_peak_db(samples)
    if peak <= 0.0:
        return Acoustics(level_db, peak_db, 0.0, 0.0, 0.0, "hit")
    onset = int(np.argmax(envelope >= peak * _ratio(_AUDIBLE_BELOW_PEAK_DB)))
    last = int(np.flatnonzero(envelope >= peak * _ratio(_DECAYED_BELOW_PEAK_DB))[-1])
    attack_s, decay_s = (loudest - onset) * _BLOCK_S, (last + 1 - loudest) * _BLOCK_S
    sounding = envelope[onset : last + 1]
    sustained = float(np.mean(sounding >= peak * _ratio(_SUSTAINED_BELOW_PEAK_DB)))
    goes_on = sounding.size * _BLOCK_S > 0.4 and sustained > 0.5
    centroid_hz = _centroid_hz(samples, sample_rate, loudest)
    action: Action = "scratch" if goes_on else "hit"
    return Acoustics(level_db, peak_db, centroid_hz, attack_s, decay_s, action)


def loudest_moment(samples: NDArray[np.float32], sample_rate: int) -> int:
    """Where a sound is loudest, as a sample number; 0 for an empty one.

    Parameters
    ----------
    samples
        (n, channels) float32.
    """
    envelope = _envelope(samples, sample_rate)
    return int(envelope.argmax()) * max(1, round(_BLOCK_S * sample_rate)) if envelope.size else 0


def _ratio(below_db: float) -> float:
    return 10.0 ** (-below_db / 20.0)


def _envelope(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """RMS over the channels per 2 ms, smoothed over 10 ms: (blocks,) float64."""
    size = max(1, round(_BLOCK_S * sample_rate))
    blocks = -(-samples.shape[0] // size)
    power = np.zeros(blocks * size)
    power[: samples.shape[0]] = np.square(samples, dtype=np.float64).mean(axis=1)
    per_block = power.reshape(blocks, size).mean(axis=1)
    return np.sqrt(np.convolve(per_block, np.full(5, 0.2), mode="same")[:blocks]) if blocks else per_block


def _centroid_hz(samples: NDArray[np.float32], sample_rate: int, loudest_block: int) -> float:
    start = max(0, round((loudest_block * _BLOCK_S - 0.01) * sample_rate))
    body = samples[start : start + round(_BODY_S * sample_rate)].mean(axis=1)
    magnitude = np.abs(np.fft.rfft(body * np.hanning(body.size + 2)[1:-1]))
    total = magnitude.sum()
    if total <= 0.0:
        return 0.0
    return float((np.fft.rfftfreq(body.size, 1 / sample_rate) * magnitude).sum() / total)
