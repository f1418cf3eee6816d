"""The shape of one impact: how bright, how long, how noisy it is.

Conventions: sounds are mono float (n,) that begin shortly before or at the contact. Spectra are magnitude
spectra of the first 100 ms after the contact, limited to a band, with a measured noise floor subtracted; so a
recording made in a room and a clean synthesis can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.fft import rfft
from scipy.ndimage import uniform_filter1d

SPECTRUM_S = 0.100
LOW_HZ, HIGH_HZ = 100.0, 9000.0
"""The band in which compressed recordings still carry sound."""
ENVELOPE_S = 0.004
OCTAVES_HZ = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)


@dataclass(frozen=True, slots=True)
class SoundShape:
    """Measures of one impact.

    Attributes
    ----------
    centroid_hz : float
        Magnitude-weighted mean frequency.
    bandwidth_hz : float
        Magnitude-weighted standard deviation around it.
    tilt_db_per_octave : float
        The slope of a line through the levels of the octave bands from 125 Hz to 8 kHz.
    flatness : float
        Geometric over arithmetic mean of the power spectrum; 1 is white noise, 0 a pure tone.
    attack_ms : float
        From 10 % of the envelope's peak to the peak.
    fall_10_ms, fall_20_ms, fall_30_ms : float
        From the envelope's peak until it first lies 10, 20, 30 dB lower; NaN when it never does.
    """

    centroid_hz: float
    bandwidth_hz: float
    tilt_db_per_octave: float
    flatness: float
    attack_ms: float
    fall_10_ms: float
    fall_20_ms: float
    fall_30_ms: float


def contact_spectrum(
    sound: np.ndarray, sample_rate: int, contact: int, spectrum_s: float
) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in Hz and the magnitude spectrum of a stretch after a contact, both (f,)."""
    length = int(spectrum_s * sample_rate)
    transform = 1 << (length - 1).bit_length()
    window = np.ones(length)
    fade = length // 4
    window[-fade:] = 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade))
    start = max(0, contact - int(0.003 * sample_rate))
    piece = sound[start : start + length]
    piece = piece * window[: piece.size]
    return np.arange(transform // 2 + 1) * (sample_rate / transform), np.abs(rfft(piece, transform))


def sound_shape(
    sound: np.ndarray,
    sample_rate: int,
    *,
    contact: int = 0,
    noise: np.ndarray | None = None,
    spectrum_s: float = SPECTRUM_S,
    low_hz: float = LOW_HZ,
    high_hz: float = HIGH_HZ,
) -> SoundShape:
    """Measure one impact.

    Parameters
    ----------
    sound : np.ndarray
        (n,) float, the impact and what follows, up to the next one at most.
    sample_rate : int
        In Hz.
    contact : int
        The sample of the contact.
    noise : np.ndarray or None
        (m,) float, what the recording sounds like without the impact; its power is subtracted.
    spectrum_s : float
        How much after the contact the spectrum covers.
    low_hz, high_hz : float
        The band that counts.

    Raises
    ------
    ValueError
        When the sound is silent in that band.
    """
    frequency_hz, magnitude = contact_spectrum(sound, sample_rate, contact, spectrum_s)
    power = magnitude**2
    if noise is not None and noise.size:
        _, floor = contact_spectrum(
            np.resize(noise, int(spectrum_s * sample_rate)), sample_rate, 0, spectrum_s
        )
        power = np.maximum(uniform_filter1d(power, 9) - uniform_filter1d(floor**2, 65), 0.0)
    band = (frequency_hz >= low_hz) & (frequency_hz <= high_hz)
    frequency_hz, power = frequency_hz[band], power[band]
    magnitude = np.sqrt(power)
    if magnitude.sum() <= 0.0:
        raise ValueError(f"the sound is silent between {low_hz} and {high_hz} Hz")
    centroid_hz = float(np.average(frequency_hz, weights=magnitude))
    bandwidth_hz = float(np.sqrt(np.average((frequency_hz - centroid_hz) ** 2, weights=magnitude)))
    flatness = float(np.exp(np.mean(np.log(power + 1e-12 * power.max()))) / power.mean())
    return SoundShape(
        centroid_hz,
        bandwidth_hz,
        _tilt(frequency_hz, power),
        flatness,
        *_envelope_times(sound, sample_rate, contact),
    )


def _tilt(frequency_hz: np.ndarray, power: np.ndarray) -> float:
    levels_db = []
    for center_hz in OCTAVES_HZ:
        inside = (frequency_hz >= center_hz / 2**0.5) & (frequency_hz < center_hz * 2**0.5)
        levels_db.append(10.0 * np.log10(power[inside].mean() + 1e-9 * power.max()))
    return float(np.polyfit(np.arange(len(levels_db)), levels_db, 1)[0])


def _envelope_times(sound: np.ndarray, sample_rate: int, contact: int) -> tuple[float, float, float, float]:
    window = max(1, int(ENVELOPE_S * sample_rate))
    start = max(0, contact - int(0.010 * sample_rate))
    padded = np.pad(sound[start:], (window, window))
    envelope = np.sqrt(np.maximum(uniform_filter1d(padded**2, window), 0.0))
    search = int(0.060 * sample_rate)
    peak = int(np.argmax(envelope[:search]))
    rise = np.flatnonzero(envelope[: peak + 1] >= 0.1 * envelope[peak])
    attack_ms = (peak - int(rise[0])) / sample_rate * 1000.0
    falls = []
    for fall_db in (10.0, 20.0, 30.0):
        below = np.flatnonzero(envelope[peak:] < envelope[peak] * 10.0 ** (-fall_db / 20.0))
        falls.append(float(below[0]) / sample_rate * 1000.0 if below.size else float("nan"))
    return attack_ms, falls[0], falls[1], falls[2]
