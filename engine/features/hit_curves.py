"""Hits as curves at the clock of a generator: what is struck, how hard, and how long ago.

Conventions
-----------
A step is so many samples as the generator's coarsest frame. A hit counts from the step on that its first
sample lies in, and until the next hit begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS, Action

FADES_S = (0.004, 0.02, 0.1, 0.5)
"""How long ago a hit was is told by curves that fall from its strength, each to 1 / e in such a time."""

CURVES = len(FADES_S) + 2 + len(MATERIALS)
"""The fades, how strong a scratch goes on, how strong the hit was, what was struck."""

_FAINTEST_DB, _LOUDEST_DB = -60.0, 0.0
FORGOTTEN_S = 3.0
"""Longer ago a hit is told no more."""


@dataclass(frozen=True, slots=True)
class SoundingHit:
    """A hit as a generator is told of it.

    Attributes
    ----------
    time_s
        When it begins.
    level_db
        RMS in dBFS of its loudest 1/30 s.
    action, duration_s
        Hit or scratch, and how long a scratch lasts.
    materials
        Probabilities in the order of `MATERIALS`.
    """

    time_s: float
    level_db: float
    action: Action
    duration_s: float
    materials: tuple[float, ...]


def hit_curves(hits: Sequence[SoundingHit], start_s: float, steps: int, step_s: float) -> NDArray[np.float32]:
    """The curves from a time on.

    Parameters
    ----------
    hits
        In order of time.
    start_s
        When the first step begins.
    steps, step_s
        How many, and how long each is.

    Returns
    -------
    NDArray
        (steps, CURVES) float32, each curve of 0..1.
    """
    curves = np.zeros((steps, CURVES), np.float32)
    starts = [int(np.floor((hit.time_s - start_s) / step_s + 1e-9)) for hit in hits]
    ends = [*starts[1:], steps] if hits else []
    for hit, first, end in zip(hits, starts, ends, strict=True):
        last = min(end, steps, first + round(FORGOTTEN_S / step_s))
        begin = max(first, 0)
        if begin >= last:
            continue
        since_s = (np.arange(begin, last) - first) * step_s
        strength = float(np.clip((hit.level_db - _FAINTEST_DB) / (_LOUDEST_DB - _FAINTEST_DB), 0.0, 1.0))
        fades = [np.exp(-since_s / fade_s) for fade_s in FADES_S]
        goes_on = (since_s < hit.duration_s) if hit.action == "scratch" else np.zeros(len(since_s))
        curves[begin:last, : len(FADES_S)] = strength * np.stack(fades, axis=1)
        curves[begin:last, len(FADES_S)] = strength * goes_on
        curves[begin:last, len(FADES_S) + 1] = strength
        curves[begin:last, len(FADES_S) + 2 :] = hit.materials
    return curves
