"""What a camera's microphone and its electronics make of a sound: colour, level, limiting, bandwidth.

Every filter is causal and as good as without delay, so that contacts stay at their samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from engine.compiled import compiled
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude, within

FULL_SCALE = 0.98


@dataclass(frozen=True, slots=True)
class MicrophoneConfig:
    """How far microphones differ.

    Attributes
    ----------
    shelf_db, resonance_db
        Standard deviations of what lifts or lowers whole ranges, and narrow ones.
    resonances
        At most so many narrow ones.
    narrow_share
        So many microphones or their codecs end between 7 and 18 kHz.
    quietest_drive_db, loudest_drive_db
        Where the loudest contact's peak would lie against full scale, if nothing held it back.
    """

    shelf_db: float = 5.0
    resonance_db: float = 4.0
    resonances: int = 4
    narrow_share: float = 0.65
    quietest_drive_db: float = -14.0
    loudest_drive_db: float = 16.0


DEFAULT_MICROPHONE = MicrophoneConfig()


@dataclass(frozen=True, slots=True, eq=False)
class Microphone:
    """One microphone with its electronics.

    Attributes
    ----------
    sections
        (k, 6) float64, the colour as second-order sections.
    drive_db
        Peak of the loudest contact against full scale before anything holds it back.
    slow_gain_db, slow_release_s
        How far the automatic gain goes down for loud sounds, and how long it takes to come back.
    release_s
        Of the limiter, which lets no sample above `ceiling`.
    ceiling
        0..1.
    """

    sections: NDArray[np.float64]
    drive_db: float
    slow_gain_db: float
    slow_release_s: float
    release_s: float
    ceiling: float


def draw_microphone(rng: np.random.Generator, config: MicrophoneConfig = DEFAULT_MICROPHONE) -> Microphone:
    """Another camera."""
    sections = [
        signal.butter(
            int(rng.integers(1, 4)), within(rng, 25.0, 180.0), "high", fs=SAMPLE_RATE, output="sos"
        ),
        shelf(within(rng, 120.0, 500.0), rng.normal(0.0, config.shelf_db), is_high=False),
        shelf(within(rng, 1500.0, 6000.0), rng.normal(-1.0, config.shelf_db), is_high=True),
    ]
    for _ in range(int(rng.integers(0, config.resonances + 1))):
        gain_db = float(np.clip(rng.normal(0.0, config.resonance_db), -12.0, 9.0))
        sections.append(resonance(within(rng, 150.0, 9000.0), gain_db, within(rng, 0.6, 4.0)))
    if rng.random() < config.narrow_share:
        ends_hz = within(rng, 7000.0, 18_000.0)
        sections.append(
            signal.cheby2(
                int(rng.integers(4, 11)), 45.0, min(ends_hz * 1.12, 22_000.0), fs=SAMPLE_RATE, output="sos"
            )
        )
    is_automatic = rng.random() < 0.5
    return Microphone(
        sections=np.concatenate(sections),
        drive_db=rng.uniform(config.quietest_drive_db, config.loudest_drive_db),
        slow_gain_db=rng.uniform(2.0, 12.0) if is_automatic else 0.0,
        slow_release_s=within(rng, 0.15, 2.5),
        release_s=within(rng, 0.004, 0.15),
        ceiling=rng.uniform(0.6, 1.0),
    )


def coloured(sound: NDArray[np.float32], microphone: Microphone) -> NDArray[np.float32]:
    """The sound, (n,), through the microphone's colour."""
    return np.asarray(signal.sosfilt(microphone.sections, sound), np.float32)


def held_back(sound: NDArray[np.float32], microphone: Microphone) -> NDArray[np.float32]:
    """The sound, (n,), after automatic gain and limiter; no sample lies above the ceiling."""
    result = np.empty(sound.size, np.float32)
    _hold_back(
        np.ascontiguousarray(sound, np.float32),
        result,
        microphone.ceiling * FULL_SCALE,
        float(np.exp(-1.0 / (microphone.release_s * SAMPLE_RATE))),
        amplitude(-microphone.slow_gain_db),
        float(np.exp(-1.0 / (0.02 * SAMPLE_RATE))),
        float(np.exp(-1.0 / (microphone.slow_release_s * SAMPLE_RATE))),
    )
    return result


def shelf(corner_hz: float, gain_db: float, *, is_high: bool) -> NDArray[np.float64]:
    """A shelf of first-order steepness as one second-order section, (1, 6).

    References
    ----------
    R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients".
    """
    root = 10.0 ** (gain_db / 40.0)
    angle = 2.0 * np.pi * corner_hz / SAMPLE_RATE
    cosine = np.cos(angle) * (1.0 if is_high else -1.0)
    slope = np.sin(angle) / np.sqrt(2.0) * 2.0 * np.sqrt(root)
    sign = 1.0 if is_high else -1.0
    b = [
        root * (root + 1 + (root - 1) * cosine + slope),
        -2 * sign * root * (root - 1 + (root + 1) * cosine),
        root * (root + 1 + (root - 1) * cosine - slope),
    ]
    a = [
        root + 1 - (root - 1) * cosine + slope,
        2 * sign * (root - 1 - (root + 1) * cosine),
        root + 1 - (root - 1) * cosine - slope,
    ]
    return np.array([[*b, *a]]) / a[0]


def resonance(centre_hz: float, gain_db: float, quality: float) -> NDArray[np.float64]:
    """A peak or a dip as one second-order section, (1, 6); the cookbook's as well."""
    root = 10.0 ** (gain_db / 40.0)
    angle = 2.0 * np.pi * centre_hz / SAMPLE_RATE
    width = np.sin(angle) / (2.0 * quality)
    row = [
        1.0 + width * root,
        -2.0 * np.cos(angle),
        1.0 - width * root,
        1.0 + width / root,
        -2.0 * np.cos(angle),
        1.0 - width / root,
    ]
    return np.array([row]) / row[3]


@compiled(
    'void(Array(float32, 1, "C", readonly=True), float32[::1], float64, float64, float64, float64, float64)'
)
def _hold_back(sound, result, ceiling, release, lowest_gain, rise, slow_release):  # type: ignore[no-untyped-def]
    """Automatic gain that follows the loudness, then a limiter that catches peaks at once."""
    peak = 0.0
    loudness = 0.0
    for n in range(sound.size):
        value = float(sound[n])
        size = abs(value)
        follow = rise if size > loudness else slow_release
        loudness = size + follow * (loudness - size)
        # Half-way to full scale the gain begins to go down, and it never goes below the lowest.
        gain = max(lowest_gain, min(1.0, 0.25 * ceiling / max(loudness, 1e-9)))
        value *= gain
        peak = max(abs(value), peak * release)
        if peak > ceiling:
            value *= ceiling / peak
        result[n] = value
