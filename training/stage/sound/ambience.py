"""Everything that is heard beside the stick: room tone, hum, wind, traffic, birds, voices, hands, others.

All of it is drawn anew for every clip, most clips have only some of it. Sounds are float32 (n,) at
`SAMPLE_RATE`; each source has a level in dB against the room tone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.fft import irfft
from numpy.typing import NDArray

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude, octaves, within
from engine.synthesis.impacts.fourier import fast_length
from training.stage.sound.babble import babble

Sound = NDArray[np.float32]
Gain = Callable[[NDArray[np.float32]], NDArray[np.floating]]

_CONTROL_S = 0.05


@dataclass(frozen=True, slots=True)
class Chances:
    """How often each source is heard at all."""

    hum: float = 0.35
    fan: float = 0.3
    wind: float = 0.55
    traffic: float = 0.35
    birds: float = 0.45
    voices: float = 0.14
    handling: float = 0.5
    rustle: float = 0.6


DEFAULT_CHANCES = Chances()


def ambience(
    length: int,
    contact_times_s: Sequence[float],
    rng: np.random.Generator,
    *,
    outdoors: bool,
    chances: Chances = DEFAULT_CHANCES,
) -> Sound:
    """A clip's background.

    Parameters
    ----------
    length
        Samples.
    contact_times_s
        Sleeves rustle around these.
    outdoors
        Wind, traffic and birds instead of hum and fan.

    Returns
    -------
    Sound
        (length,); the room tone alone has an RMS of 1.
    """
    of_tone, of_machines, of_outside, of_voices, of_hands = rng.spawn(5)
    sound = room_tone(length, of_tone)
    if outdoors:
        if of_outside.random() < chances.wind:
            sound += amplitude(of_outside.uniform(-8.0, 10.0)) * wind(length, of_outside)
        if of_outside.random() < chances.traffic:
            sound += amplitude(of_outside.uniform(-10.0, 8.0)) * passing(length, of_outside)
        if of_outside.random() < chances.birds:
            sound += amplitude(of_outside.uniform(-26.0, 0.0)) * birds(length, of_outside)
    else:
        if of_machines.random() < chances.hum:
            sound += amplitude(of_machines.uniform(-14.0, 6.0)) * hum(length, of_machines)
        if of_machines.random() < chances.fan:
            sound += amplitude(of_machines.uniform(-12.0, 4.0)) * fan(length, of_machines)
    if of_voices.random() < chances.voices:
        sound += amplitude(of_voices.uniform(-12.0, 8.0)) * babble(length, of_voices)
    if of_hands.random() < chances.handling:
        sound += amplitude(of_hands.uniform(-8.0, 12.0)) * handling(length, of_hands)
    if of_hands.random() < chances.rustle:
        sound += amplitude(of_hands.uniform(-24.0, 2.0)) * rustle(length, contact_times_s, of_hands)
    return sound


def room_tone(length: int, rng: np.random.Generator) -> Sound:
    """Steady noise that falls from some corner on: electronics, air, a distant city."""
    corner_hz, slope_db = within(rng, 60.0, 600.0), rng.uniform(3.0, 10.0)
    hiss_db = rng.uniform(-70.0, -36.0)

    def gain(frequency_hz: NDArray[np.float32]) -> NDArray[np.floating]:
        octaves_above = np.log2(np.maximum(frequency_hz, np.float32(10.0)) / np.float32(corner_hz))
        falling = 10.0 ** (-slope_db / 20.0 * np.maximum(octaves_above, 0.0))
        return falling + np.float32(amplitude(hiss_db))

    return shaped_noise(length, gain, rng)


def hum(length: int, rng: np.random.Generator) -> Sound:
    """Mains hum with harmonics."""
    base_hz = (50.0, 60.0)[int(rng.integers(2))] * rng.uniform(0.9995, 1.0005)
    # The mains' harmonics repeat: one long period, laid end to end, costs nothing.
    period = round(SAMPLE_RATE / base_hz * 16)
    time = np.arange(period) / period * 16.0
    sound = np.zeros(period)
    for harmonic in range(1, 13):
        level_db = rng.uniform(-22.0, 0.0) - 1.2 * harmonic
        sound += amplitude(level_db) * np.sin(2.0 * np.pi * (harmonic * time + rng.random()))
    return _at_rms(np.resize(sound, length).astype(np.float32))


def fan(length: int, rng: np.random.Generator) -> Sound:
    """A fan or a refrigerator: noise with a few broad peaks."""
    centres_hz = [within(rng, 70.0, 2500.0) for _ in range(int(rng.integers(1, 5)))]
    widths = [within(rng, 0.02, 0.3) for _ in centres_hz]

    def gain(frequency_hz: NDArray[np.float32]) -> NDArray[np.floating]:
        total = np.zeros_like(frequency_hz)
        for centre_hz, width in zip(centres_hz, widths, strict=True):
            total += 1.0 / (1.0 + ((frequency_hz - centre_hz) / (width * centre_hz)) ** 2)
        return total

    return shaped_noise(length, gain, rng)


def wind(length: int, rng: np.random.Generator) -> Sound:
    """Gusts in the microphone: low noise that comes and goes."""
    corner_hz = within(rng, 40.0, 300.0)

    def gain(frequency_hz: NDArray[np.float32]) -> NDArray[np.floating]:
        return 1.0 / (1.0 + (frequency_hz / np.float32(corner_hz)) ** 2)

    return _at_rms(shaped_noise(length, gain, rng) * _swell(length, rng, 1.2, rng.uniform(4.0, 10.0)))


def passing(length: int, rng: np.random.Generator) -> Sound:
    """Cars that pass somewhere."""
    high_hz = within(rng, 250.0, 1800.0)

    def gain(frequency_hz: NDArray[np.float32]) -> NDArray[np.floating]:
        return 1.0 / (1.0 + (frequency_hz / np.float32(high_hz)) ** 4)

    return _at_rms(shaped_noise(length, gain, rng) * _swell(length, rng, 3.0, rng.uniform(3.0, 9.0)))


def birds(length: int, rng: np.random.Generator) -> Sound:
    """Chirps: short, high, gliding tones in groups."""
    sound = np.zeros(length, np.float32)
    for _ in range(int(rng.integers(1, 6))):
        at_s = rng.uniform(0.0, length / SAMPLE_RATE)
        low_hz, glide = within(rng, 2000.0, 6000.0), rng.uniform(-0.35, 0.35)
        chirp_s, gap_s = within(rng, 0.04, 0.25), within(rng, 0.03, 0.3)
        gain, trill = amplitude(rng.uniform(-18.0, 0.0)), rng.uniform(0.0, 2.0)
        for _ in range(int(rng.integers(1, 9))):
            start, count = int(at_s * SAMPLE_RATE), int(chirp_s * SAMPLE_RATE)
            share = np.arange(count) / count
            cycles = low_hz * chirp_s * (share + 0.5 * glide * share**2) + trill * np.sin(8.0 * np.pi * share)
            chirp = gain * np.sin(np.pi * share) ** 2 * np.sin(2.0 * np.pi * cycles)
            _lay(sound, start, chirp)
            at_s += chirp_s * octaves(rng, 0.2) + gap_s
    return _at_peak(sound)


def handling(length: int, rng: np.random.Generator) -> Sound:
    """The camera in the hand: dull bumps now and then."""
    sound = np.zeros(length, np.float32)
    for _ in range(int(rng.integers(1, 7))):
        count = int(within(rng, 0.02, 0.25) * SAMPLE_RATE)
        corner_hz = within(rng, 60.0, 700.0)
        bump = shaped_noise(count, lambda f, c=corner_hz: 1.0 / (1.0 + (f / np.float32(c)) ** 3), rng)
        bump *= np.sin(np.pi * (np.arange(count, dtype=np.float32) + 0.5) / count) ** 2
        _lay(sound, int(rng.integers(length)), bump * amplitude(rng.uniform(-20.0, 0.0)))
    return _at_peak(sound)


def rustle(length: int, contact_times_s: Sequence[float], rng: np.random.Generator) -> Sound:
    """A sleeve that moves: soft, high noise around the blows and at other times."""
    sound = np.zeros(length, np.float32)
    starts_s = [time_s + rng.uniform(-0.45, 0.35) for time_s in contact_times_s if rng.random() < 0.5]
    starts_s += list(rng.uniform(0.0, length / SAMPLE_RATE, int(rng.integers(0, 4))))
    low_hz, high_hz = within(rng, 300.0, 1500.0), within(rng, 2500.0, 9000.0)

    def gain(frequency_hz: NDArray[np.float32]) -> NDArray[np.floating]:
        return 1.0 / (1.0 + (low_hz / np.maximum(frequency_hz, 1.0)) ** 2 + (frequency_hz / high_hz) ** 2)

    for start_s in starts_s:
        count = int(within(rng, 0.06, 0.4) * SAMPLE_RATE)
        piece = shaped_noise(count, gain, rng) * np.sin(np.pi * (np.arange(count) + 0.5) / count) ** 2
        _lay(sound, int(start_s * SAMPLE_RATE), piece * amplitude(rng.uniform(-14.0, 0.0)))
    return _at_peak(sound)


def shaped_noise(length: int, gain: Gain, rng: np.random.Generator) -> Sound:
    """Noise whose spectrum follows `gain(frequency_hz)`, (length,), drawn in the frequency domain."""
    size = fast_length(max(16, length))
    bins = size // 2 + 1
    spectrum = rng.standard_normal(2 * bins, np.float32).view(np.complex64)
    frequency_hz = np.arange(bins, dtype=np.float32) * np.float32(SAMPLE_RATE / size)
    spectrum *= gain(frequency_hz).astype(np.float32, copy=False)
    spectrum[0] = 0.0
    noise = irfft(spectrum, size)[:length].astype(np.float32, copy=False)
    return _at_rms(noise)


def _swell(length: int, rng: np.random.Generator, slowness_s: float, spread_db: float) -> Sound:
    """A gain that wanders, (length,)."""
    steps = int(length / SAMPLE_RATE / slowness_s) + 4
    level_db = rng.normal(0.0, spread_db, steps)
    at = np.arange(0, length, int(_CONTROL_S * SAMPLE_RATE))
    smooth = np.interp(at / SAMPLE_RATE / slowness_s, np.arange(steps), level_db)
    return np.interp(np.arange(length), at, 10.0 ** (smooth / 20.0)).astype(np.float32)


def _lay(sound: Sound, start: int, piece: NDArray[np.floating]) -> None:
    first, end = max(0, start), min(sound.size, start + piece.size)
    if first < end:
        sound[first:end] += piece[first - start : end - start]


def _at_rms(sound: Sound) -> Sound:
    return sound / max(1e-12, float(np.sqrt(np.mean(np.square(sound)))))


def _at_peak(sound: Sound) -> Sound:
    """Passing sounds are scaled by their loudest moment; silence stays."""
    return sound * (3.0 / max(1e-9, float(np.abs(sound).max(initial=0.0))))
