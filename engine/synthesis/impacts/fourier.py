"""Filtering by spectra: convolution and recursive filters as products, with numpy alone.

scipy.signal would do the same, and its import alone takes longer than a hundred hits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.fft import irfft, rfft

from engine.project.timebase import SAMPLE_RATE

_ODD_FACTORS = (1, 3, 5, 9, 15)
_LONGEST_KEPT = 2**17


def fast_length(length: int) -> int:
    """The smallest length, not below the one given, whose transform is quick: a small odd factor and twos."""
    return min(odd << max(0, (-(-length // odd) - 1).bit_length()) for odd in _ODD_FACTORS)


def convolved(sound: np.ndarray, response: np.ndarray) -> np.ndarray:
    """A sound, (n,), through an impulse response, (m,): the first n samples, (n,) float64."""
    size = fast_length(sound.size + response.size - 1)
    return irfft(rfft(sound, size) * rfft(response, size), size)[: sound.size]


def filtered(
    sound: np.ndarray, transfer: Callable[[np.ndarray], np.ndarray], settles_within: int
) -> np.ndarray:
    """A sound through a causal filter given by its transfer function.

    Parameters
    ----------
    sound : np.ndarray
        (n,) float64.
    transfer : callable
        Takes `z**-1` on the unit circle, (f,) complex, and gives the gain there, (f,) complex.
    settles_within : int
        Samples after which the filter's own response is inaudible; the room left for it at the end.

    Returns
    -------
    np.ndarray
        (n,) float64.
    """
    size = fast_length(sound.size + settles_within)
    delay = _unit_delay(size) if size <= _LONGEST_KEPT else _unit_delay.__wrapped__(size)
    return irfft(rfft(sound, size) * transfer(delay), size)[: sound.size]


@lru_cache(maxsize=8)
def _unit_delay(size: int) -> np.ndarray:
    """`z**-1` at the frequencies of a transform of that size, (size // 2 + 1,) complex; do not change it."""
    return np.exp(-2j * np.pi / size * np.arange(size // 2 + 1))


def band_noise(length: int, low_hz: float, high_hz: float, generator: np.random.Generator) -> np.ndarray:
    """Noise of RMS 1, (length,) float64, with nothing outside a band."""
    size = fast_length(length)
    spectrum = rfft(generator.standard_normal(size))
    frequency_hz = np.arange(spectrum.size) * (SAMPLE_RATE / size)
    spectrum[(frequency_hz < low_hz) | (frequency_hz > high_hz)] = 0.0
    noise = irfft(spectrum, size)[:length]
    level = float(np.sqrt(np.mean(noise**2)))
    return noise / level if level > 0.0 else noise
