"""Water: the slap of the surface, the cavity that closes, and the bubbles that sing after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.project.timebase import SAMPLE_RATE

MINNAERT_M_PER_S = 3.26
"""A bubble of radius r in m sings at this over r, in Hz (water at the surface)."""


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Bubbles of radii between two bounds (in m), `count` of them after a hit, over `span_s`."""

    smallest_m: float
    largest_m: float
    count: int
    span_s: float
    first_delay_s: float
    rate_per_s: float
    level_db: float


def sing(
    radius_m: np.ndarray, at: np.ndarray, level: np.ndarray, length: int, generator: np.random.Generator
) -> np.ndarray:
    """Bubbles that are born at given moments.

    Frequency follows Minnaert; damping (radiation and heat) and the rise in pitch of a bubble that nears the
    surface follow van den Doel.

    Parameters
    ----------
    radius_m, at, level : np.ndarray
        (k,) radii in m, moments in samples, amplitudes.
    length : int
        Samples to make.

    Returns
    -------
    np.ndarray
        (length,) float64.

    References
    ----------
    M. Minnaert, "On musical air-bubbles and the sounds of running water", Phil. Mag. 16, 1933.
    K. van den Doel, "Physically based models for liquid sounds", ACM Trans. Applied Perception 2, 2005.
    """
    sound = np.zeros(length)
    frequency_hz = MINNAERT_M_PER_S / radius_m
    decay_per_s = 0.13 / radius_m + 0.0072 * radius_m**-1.5
    rise = generator.choice((0.0, 0.03, 0.08), radius_m.size, p=(0.5, 0.3, 0.2)) * decay_per_s
    for index in range(radius_m.size):
        start = int(at[index])
        if not 0 <= start < length:
            continue
        width = min(length - start, int(6.0 / decay_per_s[index] * SAMPLE_RATE))
        time_s = np.arange(width) / SAMPLE_RATE
        cycles = frequency_hz[index] * time_s * (1.0 + 0.5 * rise[index] * time_s)
        birth = 1.0 - np.exp(-time_s * frequency_hz[index])
        envelope = level[index] * birth * np.exp(-decay_per_s[index] * time_s)
        sound[start : start + width] += envelope * np.sin(2.0 * np.pi * cycles)
    return sound


def draw_radii(bubbles: Bubbles, count: int, generator: np.random.Generator) -> np.ndarray:
    """Radii in m, (count,): small bubbles outnumber large ones."""
    share = generator.random(count) ** 1.6
    return bubbles.smallest_m * (bubbles.largest_m / bubbles.smallest_m) ** share


def rise_after_hit(bubbles: Bubbles, strength: float, generator: np.random.Generator) -> np.ndarray:
    """The bubbles a blow drags under, (n,) float64: the cavity first, then a thinning crowd."""
    count = max(4, int(bubbles.count * (0.4 + 0.6 * strength) * generator.uniform(0.7, 1.3)))
    span_s = bubbles.span_s * (0.6 + 0.4 * strength) * generator.uniform(0.8, 1.25)
    delay_s = bubbles.first_delay_s + generator.gamma(1.4, span_s / 4.0, count)
    delay_s[0] = bubbles.first_delay_s
    radius_m = draw_radii(bubbles, count, generator)
    radius_m[0] = bubbles.largest_m * generator.uniform(0.8, 1.3)
    level = (radius_m / bubbles.largest_m) ** 0.8 * 10.0 ** (generator.normal(-3.0, 4.0, count) / 20.0)
    level *= 10.0 ** (-12.0 * (delay_s - bubbles.first_delay_s) / span_s / 20.0)
    length = int((bubbles.first_delay_s + 1.7 * span_s) * SAMPLE_RATE)
    return sing(radius_m, delay_s * SAMPLE_RATE, level, length, generator)
