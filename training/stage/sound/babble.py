"""People talking in the distance: vowels and hisses without words.

A voice is a train of glottal pulses whose harmonics are weighted by the formants of one vowel after
another. It is made at a low rate, as nothing high is left of a voice across a room.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import octaves, within

_RATE = SAMPLE_RATE // 6
_FORMANTS_HZ = np.array(
    [(730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410)], float
)
"""Of five vowels of a man (Peterson & Barney, JASA 24, 1952)."""
_FORMANT_WIDTH_HZ = np.array([90.0, 120.0, 170.0])


def babble(length: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """One or two phrases of a distant voice.

    Parameters
    ----------
    length
        Samples at `SAMPLE_RATE`.

    Returns
    -------
    NDArray
        (length,) float32, peak 3, silent but for the phrases.
    """
    coarse = np.zeros(length // 6 + 1)
    pitch_hz, tract = within(rng, 85.0, 260.0), rng.uniform(0.95, 1.25)
    for _ in range(int(rng.integers(1, 3))):
        at_s = rng.uniform(0.0, length / SAMPLE_RATE)
        for _ in range(int(rng.integers(3, 12))):
            syllable = _syllable(pitch_hz * octaves(rng, 0.25), tract, rng)
            start = int(at_s * _RATE)
            piece = coarse[start : start + syllable.size]
            piece += syllable[: piece.size]
            at_s += syllable.size / _RATE + within(rng, 0.01, 0.12)
    sound = signal.resample_poly(coarse, 6, 1)[:length]
    return (sound * (3.0 / max(1e-9, float(np.abs(sound).max())))).astype(np.float32)


def _syllable(pitch_hz: float, tract: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """One vowel with its rise and fall, (n,) at `_RATE`, sometimes led by a hiss."""
    count = int(within(rng, 0.09, 0.28) * _RATE)
    share = np.arange(count) / count
    cycles = pitch_hz * np.cumsum(1.0 + rng.uniform(-0.2, 0.1) * share) / _RATE
    harmonics = np.arange(1, min(24, int(3400.0 / pitch_hz)) + 1)
    formants_hz = _FORMANTS_HZ[int(rng.integers(len(_FORMANTS_HZ)))] * tract
    apart = (harmonics[:, None] * pitch_hz - formants_hz) / _FORMANT_WIDTH_HZ
    weight = (1.0 / (1.0 + apart**2)).sum(axis=1) / harmonics
    voice = weight @ np.sin(2.0 * np.pi * harmonics[:, None] * cycles)
    envelope = np.sin(np.pi * share) ** 0.6
    if rng.random() < 0.35:
        hiss = np.diff(rng.standard_normal(count // 3 + 1)) * 0.08
        voice = np.concatenate((hiss, voice))
        envelope = np.concatenate((np.full(hiss.size, 0.5), envelope))
    return voice * envelope * rng.uniform(0.4, 1.0)
