"""How well found onsets agree with true ones, and what a metronome would score.

Conventions
-----------
Onset times are (n,) in seconds, in any order, none negative. A found onset and a true one may be matched
when they are at most `tolerance_s` apart; every onset is matched at most once, and as many as possible
are (maximum bipartite matching, as in mir_eval). Counts of several clips are pooled before the ratios.

References
----------
Raffel et al.: mir_eval: A Transparent Implementation of Common MIR Metrics. ISMIR 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import mir_eval
import numpy as np
from numpy.typing import ArrayLike, NDArray

TOLERANCES_S = (0.033, 0.05, 0.1)
"""A frame at 30 fps; half the tenth of a second at which people notice; the tenth."""

_LATEST_PLAUSIBLE_S = 30_000.0


@dataclass(frozen=True, slots=True)
class OnsetCounts:
    """Numbers of matched, found and true onsets; add them up to pool clips."""

    matched: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: OnsetCounts) -> OnsetCounts:
        return OnsetCounts(self.matched + other.matched, self.found + other.found, self.true + other.true)

    @property
    def precision(self) -> float:
        """Share of the found onsets that are true; 0 when none was found."""
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the true onsets that were found; 0 when there are none."""
        return self.matched / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when both sides are empty."""
        return 2 * self.matched / (self.found + self.true) if self.found + self.true else 0.0


def validate(onsets_s: ArrayLike) -> NDArray[np.float64]:
    """The onsets as a sorted array.

    Raises
    ------
    ValueError
        When they are not one row of finite times in seconds.
    """
    onsets = np.asarray(onsets_s, np.float64)
    if onsets.ndim != 1:
        raise ValueError(f"onsets are one row of times, not an array of shape {onsets.shape}")
    if not np.isfinite(onsets).all() or (onsets < 0).any():
        raise ValueError("onsets must be finite and not before the first picture")
    if onsets.size and onsets.max() > _LATEST_PLAUSIBLE_S:
        raise ValueError(f"onsets reach {onsets.max():g} s; did you pass milliseconds?")
    return np.sort(onsets)


def match_onsets(true_s: ArrayLike, found_s: ArrayLike, tolerance_s: float) -> list[tuple[int, int]]:
    """One-to-one pairs (index of the true, index of the found onset) in order of time, as many as can be."""
    return mir_eval.util.match_events(validate(true_s), validate(found_s), tolerance_s)


def count_onsets(true_s: ArrayLike, found_s: ArrayLike, tolerance_s: float) -> OnsetCounts:
    """How many onsets match one to one."""
    true, found = validate(true_s), validate(found_s)
    if not true.size or not found.size:
        return OnsetCounts(0, found.size, true.size)
    return OnsetCounts(len(match_onsets(true, found, tolerance_s)), found.size, true.size)


def evaluate(
    clips: Iterable[tuple[ArrayLike, ArrayLike]], tolerances_s: Sequence[float] = TOLERANCES_S
) -> dict[float, OnsetCounts]:
    """Pooled counts of (true, found) onsets of several clips, per tolerance."""
    clips = list(clips)
    return {
        tolerance_s: sum(
            (count_onsets(true, found, tolerance_s) for true, found in clips), start=OnsetCounts()
        )
        for tolerance_s in tolerances_s
    }


def metronome(true_s: ArrayLike, duration_s: float, phase: float) -> NDArray[np.float64]:
    """As many evenly spaced onsets as there are true ones, which knows the rate and nothing else.

    Parameters
    ----------
    phase
        Where in its interval the first one falls, 0..1.
    """
    count = validate(true_s).size
    if not count:
        return np.zeros(0)
    return (np.arange(count, dtype=np.float64) + phase % 1.0) * (duration_s / count)


def metronome_f1(clips: Iterable[tuple[ArrayLike, float]], tolerance_s: float, phases: int = 64) -> float:
    """Pooled F1 that a metronome of each clip's own rate scores, averaged over its phase.

    Parameters
    ----------
    clips
        (true onsets, duration in seconds) of each.
    """
    clips = list(clips)
    scores = [
        sum(
            (count_onsets(true, metronome(true, length, phase), tolerance_s) for true, length in clips),
            start=OnsetCounts(),
        ).f1
        for phase in np.arange(phases) / phases
    ]
    return float(np.mean(scores))
