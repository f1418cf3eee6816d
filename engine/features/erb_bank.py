"""A filter bank as wide as the ear's: half-cosine bands evenly spaced in ERBs, and what lies below and above.

Conventions
-----------
Sounds are mono float (n,). A bank of `bands` bands has `bands` + 2 filters: the low-pass first, the high-pass
last. Neighbours overlap by half, and the squares of all responses add up to 1 at every frequency, so that
filtering each subband again with its own filter and adding up gives back the sound. Filters have no delay;
they work on the whole sound's spectrum, so its end runs on into its beginning unless zeros are put between.

References
----------
McDermott, Simoncelli: Sound Texture Perception via Statistics of the Auditory Periphery. Neuron 2011.
Glasberg, Moore: Derivation of auditory filter shapes from notched-noise data. Hearing Research 1990.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

_EAR_Q = 9.265
_LEAST_BANDWIDTH_HZ = 24.7


@dataclass(frozen=True, slots=True)
class ErbBank:
    """Which bands.

    Attributes
    ----------
    sample_rate
        Of the sounds, in Hz.
    bands
        Number of band-pass filters.
    low_hz, high_hz
        The bands span this range, or up to half the sample rate where that is lower.
    """

    sample_rate: int = 96_000
    bands: int = 40
    low_hz: float = 20.0
    high_hz: float = 10_000.0

    def __post_init__(self) -> None:
        if self.bands < 1:
            raise ValueError(f"a filter bank needs at least one band, not {self.bands}")
        if not 0 <= self.low_hz < min(self.high_hz, self.sample_rate / 2):
            raise ValueError(
                f"bands from {self.low_hz:g} Hz to {self.high_hz:g} Hz do not fit {self.sample_rate} Hz sound"
            )

    @property
    def cutoffs_hz(self) -> NDArray[np.float64]:
        """(bands + 2,) ends of the bands: band k goes from entry k to entry k + 2, its centre is between."""
        ends = erbs_of_hz([self.low_hz, min(self.high_hz, self.sample_rate / 2)])
        return hz_of_erbs(np.linspace(ends[0], ends[1], self.bands + 2))


@dataclass(frozen=True, slots=True)
class BandResponse:
    """One filter: the bins of a real sound's spectrum from `first` on that it lets through.

    Attributes
    ----------
    first
        Number of the first bin.
    gains
        float64 (bins,), 0..1.
    """

    first: int
    gains: NDArray[np.float64]

    @property
    def end(self) -> int:
        """Number of the bin after the last."""
        return self.first + len(self.gains)


def erbs_of_hz(frequency_hz: ArrayLike) -> NDArray[np.float64]:
    """Where a frequency lies on the scale of equivalent rectangular bandwidths."""
    return _EAR_Q * np.log1p(np.asarray(frequency_hz, np.float64) / (_EAR_Q * _LEAST_BANDWIDTH_HZ))


def hz_of_erbs(erbs: ArrayLike) -> NDArray[np.float64]:
    """The inverse of `erbs_of_hz`."""
    return _EAR_Q * _LEAST_BANDWIDTH_HZ * np.expm1(np.asarray(erbs, np.float64) / _EAR_Q)


@lru_cache(maxsize=8)
def band_responses(bank: ErbBank, length: int) -> tuple[BandResponse, ...]:
    """The `bands` + 2 filters for the spectrum (length // 2 + 1,) of a sound of this many samples."""
    frequency_hz = np.asarray(np.fft.rfftfreq(length, 1 / bank.sample_rate), np.float64)
    cutoffs_hz = bank.cutoffs_hz
    filters = [_band(frequency_hz, low, high) for low, high in zip(cutoffs_hz, cutoffs_hz[2:], strict=False)]
    bins = len(frequency_hz)
    lowest, highest = _spread(filters[0], bins), _spread(filters[-1], bins)
    up_to = int(np.searchsorted(frequency_hz, cutoffs_hz[1]))
    down_to = int(np.searchsorted(frequency_hz, cutoffs_hz[-2], side="right"))
    low_pass = BandResponse(0, np.sqrt(1 - lowest[:up_to] ** 2))
    high_pass = BandResponse(down_to, np.sqrt(1 - highest[down_to:] ** 2))
    return (low_pass, *filters, high_pass)


def _band(frequency_hz: NDArray[np.float64], low_hz: float, high_hz: float) -> BandResponse:
    first = int(np.searchsorted(frequency_hz, low_hz, side="right"))
    end = int(np.searchsorted(frequency_hz, high_hz))
    low, high = erbs_of_hz([low_hz, high_hz])
    place = (erbs_of_hz(frequency_hz[first:end]) - low) / (high - low)
    return BandResponse(first, np.sin(np.pi * place))


def _spread(response: BandResponse, bins: int) -> NDArray[np.float64]:
    gains = np.zeros(bins)
    gains[response.first : response.end] = response.gains
    return gains


def subbands(samples: NDArray[np.floating], bank: ErbBank) -> NDArray[np.float64]:
    """The sound filtered with each filter: float64 (bands + 2, n)."""
    spectrum = np.fft.rfft(np.asarray(samples, np.float64))
    bands = np.empty((bank.bands + 2, len(samples)))
    for row, response in zip(bands, band_responses(bank, len(samples)), strict=True):
        inside = slice(response.first, response.end)
        filtered = np.zeros_like(spectrum)
        filtered[inside] = spectrum[inside] * response.gains
        row[:] = np.fft.irfft(filtered, len(samples))
    return bands


def sound_of_subbands(bands: NDArray[np.floating], bank: ErbBank) -> NDArray[np.float64]:
    """Filter each subband (bands + 2, n) once more and add them up: float64 (n,)."""
    length = bands.shape[1]
    total = np.zeros(length // 2 + 1, np.complex128)
    for row, response in zip(bands, band_responses(bank, length), strict=True):
        inside = slice(response.first, response.end)
        total[inside] += np.fft.rfft(np.asarray(row, np.float64))[inside] * response.gains
    return np.fft.irfft(total, length)
