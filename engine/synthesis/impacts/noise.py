"""Noise in octave bands: the dense field of modes too many to draw one by one, rustle, and splash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.fft import irfft, rfft

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import octaves
from engine.synthesis.impacts.fourier import fast_length
from engine.synthesis.impacts.modal import DECAY_OVER_T60

BAND_CENTERS_HZ = 90.0 * 2.0 ** np.arange(8)
"""90 Hz to 11.5 kHz; the outermost bands reach to the ends of the spectrum."""


@dataclass(frozen=True, slots=True)
class Field:
    """A decaying noise: level over frequency, and T60 from the lowest to the highest band.

    Between `low_hz` and `high_hz` the level follows `tilt_db_per_octave`; outside it falls by 12 dB per
    octave. With `attack_s` the noise swells in first.
    """

    level_db: float
    low_hz: float
    high_hz: float
    t60_low_s: float
    t60_high_s: float
    tilt_db_per_octave: float = 0.0
    attack_s: float = 0.0


def band_levels_db(low_hz: float, high_hz: float, tilt_db_per_octave: float) -> np.ndarray:
    """The level of each band, (8,) in dB: flat but for the tilt inside the range, steep outside."""
    octave = np.log2(BAND_CENTERS_HZ / 1000.0)
    below = np.maximum(0.0, np.log2(low_hz / BAND_CENTERS_HZ))
    above = np.maximum(0.0, np.log2(BAND_CENTERS_HZ / high_hz))
    return tilt_db_per_octave * octave - 12.0 * (below + above)


def noise_bands(length: int, generator: np.random.Generator) -> Iterator[tuple[float, np.ndarray]]:
    """White noise split into octave bands that add up to it.

    Yields
    ------
    center_hz : float
    band : np.ndarray
        (length,) float64. A band's RMS is what it has in white noise of RMS 1.
    """
    size = fast_length(length)
    spectrum = rfft(generator.standard_normal(size))
    frequency_hz = np.arange(spectrum.size) * (SAMPLE_RATE / size)
    position = np.log2(np.maximum(frequency_hz, 1.0) / BAND_CENTERS_HZ[0])
    position = np.clip(position, 0.0, BAND_CENTERS_HZ.size - 1.0)
    for index, center_hz in enumerate(BAND_CENTERS_HZ):
        first, last = np.searchsorted(position, (index - 1.0, index + 1.0))
        last = spectrum.size if index == BAND_CENTERS_HZ.size - 1 else last
        window = np.cos(0.5 * np.pi * np.clip(np.abs(position[first:last] - index), 0.0, 1.0)) ** 2
        banded = np.zeros_like(spectrum)
        banded[first:last] = spectrum[first:last] * window
        yield float(center_hz), irfft(banded, size)[:length]


def field_length(field: Field) -> int:
    """How many samples a field sounds before it is 75 dB down."""
    return int(1.25 * max(field.t60_low_s, field.t60_high_s) * SAMPLE_RATE) + 480


def decaying_field(
    field: Field, of_object: np.random.Generator, of_contact: np.random.Generator
) -> np.ndarray:
    """One realisation of a field, (n,) float64."""
    length = field_length(field)
    time_s = np.arange(length) / SAMPLE_RATE
    levels_db = band_levels_db(field.low_hz, field.high_hz, field.tilt_db_per_octave)
    levels_db = levels_db + of_object.normal(0.0, 1.5, levels_db.size)
    share = np.linspace(0.0, 1.0, levels_db.size)
    t60_s = field.t60_low_s * (field.t60_high_s / field.t60_low_s) ** share * octaves(of_object, 0.25)
    sound = np.zeros(length)
    for index, (_, band) in enumerate(noise_bands(length, of_contact)):
        if levels_db[index] > -48.0:
            envelope = np.exp(-DECAY_OVER_T60 / t60_s[index] * time_s)
            sound += 10.0 ** (levels_db[index] / 20.0) * envelope * band
    if field.attack_s > 0.0:
        sound *= 1.0 - np.exp(-time_s / field.attack_s)
    return sound
