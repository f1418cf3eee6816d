"""The last steps of every sound: no DC, a trimmed and faded end, a level."""

from __future__ import annotations

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.fourier import filtered

LOWEST_HZ = 35.0
END_BELOW_PEAK_DB = 74.0
FADE_S = 0.025
FULL_SCALE = 0.98
ATTACK_S = 0.0018
ATTACK_KNEE, ATTACK_CEILING = 0.5, 0.95


def without_dc(sound: np.ndarray) -> np.ndarray:
    """The sound, (n,), without what lies below hearing."""
    return filtered(sound, _high_pass, SAMPLE_RATE // 5)


def _high_pass(delay: np.ndarray) -> np.ndarray:
    """A Butterworth high-pass of second order at `LOWEST_HZ`, by the bilinear transform."""
    tangent = np.tan(np.pi * LOWEST_HZ / SAMPLE_RATE)
    s = (1.0 - delay) / (1.0 + delay + 1e-12) / tangent
    return s**2 / (s**2 + np.sqrt(2.0) * s + 1.0)


def trimmed(sound: np.ndarray) -> np.ndarray:
    """The sound up to where it stays `END_BELOW_PEAK_DB` under its peak; (m,), m <= n."""
    loud = np.abs(sound) > np.abs(sound).max() * 10.0 ** (-END_BELOW_PEAK_DB / 20.0)
    last = int(np.flatnonzero(loud)[-1]) if loud.any() else 0
    return sound[: min(sound.size, last + 1 + int(FADE_S * SAMPLE_RATE))]


def faded_end(sound: np.ndarray, fade_s: float = FADE_S) -> np.ndarray:
    """The sound with its last `fade_s` led to exact silence."""
    fade = min(sound.size, max(2, int(fade_s * SAMPLE_RATE)))
    gain = 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade))
    return np.concatenate((sound[: sound.size - fade], sound[sound.size - fade :] * gain))


def led_by_attack(sound: np.ndarray) -> np.ndarray:
    """The sound, (n,), with nothing after its attack louder than the attack.

    Where a loose grain or a swelling low mode would peak late, the sound would seem to come late; what
    reaches above the knee there is bent smoothly under the ceiling.
    """
    attack = int(ATTACK_S * SAMPLE_RATE)
    lead = float(np.abs(sound[:attack]).max())
    rest = np.abs(sound[attack:])
    if rest.size == 0 or rest.max() <= ATTACK_CEILING * lead:
        return sound
    knee, room = ATTACK_KNEE * lead, (ATTACK_CEILING - ATTACK_KNEE) * lead
    bent = np.where(rest > knee, knee + room * np.tanh((rest - knee) / room), rest)
    return np.concatenate((sound[:attack], np.copysign(bent, sound[attack:])))


def balanced(sound: np.ndarray) -> np.ndarray:
    """The sound, (n,), with the mean that trimming and bending left taken out, under one slow arch."""
    if sound.size < 2:
        return sound
    arch = 1.0 - np.cos(np.linspace(0.0, 2.0 * np.pi, sound.size))
    return sound - arch * (sound.sum() / arch.sum())


def at_peak(sound: np.ndarray, peak_db: float) -> np.ndarray:
    """The sound, (n,), scaled so that its largest sample lies at `peak_db` dBFS, never above full scale."""
    peak = float(np.abs(sound).max())
    if peak == 0.0:
        return sound
    return sound * (min(FULL_SCALE, 10.0 ** (peak_db / 20.0)) / peak)


def at_texture_level(sound: np.ndarray, peak_db: float) -> np.ndarray:
    """A lasting sound scaled by its typical peaks, not by its one largest, which chance decides.

    The typical peak is the 80th percentile of the peaks within 10 ms; the largest still stays below full
    scale.
    """
    window = int(0.010 * SAMPLE_RATE)
    peaks = np.maximum.reduceat(np.abs(sound), np.arange(0, sound.size, window))
    typical = float(np.percentile(peaks, 80.0))
    largest = float(np.abs(sound).max())
    if typical == 0.0:
        return at_peak(sound, peak_db)
    return sound * min(10.0 ** (peak_db / 20.0) / typical, FULL_SCALE / largest)
