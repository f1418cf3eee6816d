"""Granular clouds: pebbles, blades, leaves and creases that each give a tiny ringing click of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.modal import DECAY_OVER_T60

BATCH = 256
"""Grains rendered at once; bounds the memory of long scratches."""
FALL_OVER_SPAN_DB = 22.0
"""After a hit, grains that move late were barely touched."""


@dataclass(frozen=True, slots=True)
class Grains:
    """What the grains of a material are like.

    `count` grains fall after a hit, at times spread exponentially over `span_s`; a scratch makes
    `rate_per_s` of them at full speed. Each is a decaying sinusoid between `low_hz` and `high_hz` with a T60
    between the two given; `spread_db` is the standard deviation of their levels.
    """

    count: int
    span_s: float
    low_hz: float
    high_hz: float
    t60_short_s: float
    t60_long_s: float
    spread_db: float
    level_db: float
    rate_per_s: float
    first_delay_s: float = 0.0


def scatter(
    grains: Grains, at: np.ndarray, level_db: np.ndarray, length: int, generator: np.random.Generator
) -> np.ndarray:
    """Render grains at given moments.

    Parameters
    ----------
    at : np.ndarray
        (k,) samples, not necessarily whole, ordered or inside the sound.
    level_db : np.ndarray
        (k,) levels in dB; the grains' own spread comes on top.
    length : int
        Samples to make; grains that reach beyond are cut.

    Returns
    -------
    np.ndarray
        (length,) float64.
    """
    inside = (at >= 0) & (at < length)
    order = np.argsort(at[inside], kind="stable")
    start = at[inside][order].astype(np.int64)
    count = start.size
    frequency_hz = grains.low_hz * (grains.high_hz / grains.low_hz) ** generator.random(count)
    t60_s = grains.t60_short_s * (grains.t60_long_s / grains.t60_short_s) ** generator.random(count)
    loudness_db = level_db[inside][order]
    loudness_db = loudness_db + grains.spread_db * np.clip(generator.standard_normal(count), -3.0, 2.2)
    strength = generator.choice((-1.0, 1.0), count) * 10.0 ** (loudness_db / 20.0)
    pole = (-DECAY_OVER_T60 / t60_s + 2j * np.pi * frequency_hz) / SAMPLE_RATE
    width = int(0.8 * grains.t60_long_s * SAMPLE_RATE) + 1
    steps = np.arange(width)
    sound = np.zeros(length + width)
    for first in range(0, count, BATCH):
        part = slice(first, first + BATCH)
        shapes = np.exp(pole[part, None] * steps[None, :]).imag * strength[part, None]
        begin = int(start[first])
        where = start[part, None] - begin + steps[None, :]
        batch = np.bincount(where.ravel(), weights=shapes.ravel())
        sound[begin : begin + batch.size] += batch
    return sound[:length]


def fall_after_hit(grains: Grains, strength: float, generator: np.random.Generator) -> np.ndarray:
    """The grains a blow sets off, (n,) float64; a harder blow moves more of them, further and longer."""
    count = max(3, int(grains.count * (0.45 + 0.55 * strength) * generator.uniform(0.8, 1.2)))
    span_s = grains.span_s * (0.6 + 0.4 * strength) * generator.uniform(0.75, 1.25)
    delay_s = grains.first_delay_s + generator.exponential(span_s / 3.0, count)
    delay_s[0] = 0.0
    level_db = -FALL_OVER_SPAN_DB * (delay_s / span_s)
    length = int((1.6 * span_s + grains.first_delay_s + grains.t60_long_s) * SAMPLE_RATE)
    return scatter(grains, delay_s * SAMPLE_RATE, level_db, length, generator)
