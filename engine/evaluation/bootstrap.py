"""How far a score may be trusted: bootstrap intervals over clips or source videos.

Conventions
-----------
What is drawn with replacement is whole clips, or whole sources where several clips were cut from one
video, because the hits within one are alike. The interval is the percentile interval of the statistic over
the draws. A draw for which the statistic is not defined (NaN) is left out.

References
----------
Efron, Tibshirani: An Introduction to the Bootstrap. 1993.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

_Clip = TypeVar("_Clip")

DRAWS = 1000
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with the range in which it would lie, 19 times out of 20, on other clips of the same kind."""

    value: float
    low: float
    high: float


def validate(clips: Sequence[object], groups: Sequence[Hashable] | None, draws: int, share: float) -> None:
    """Check what `evaluate` is given.

    Raises
    ------
    ValueError
        When there is no clip, the groups don't fit the clips, or a number makes no sense.
    """
    if not clips:
        raise ValueError("there are no clips to draw from")
    if groups is not None and len(groups) != len(clips):
        raise ValueError(f"{len(clips)} clips and {len(groups)} groups do not fit together")
    if draws < 1 or not 0.0 < share < 1.0:
        raise ValueError(f"{draws} draws for a share of {share:g}; the share lies between 0 and 1")


def evaluate(
    clips: Sequence[_Clip],
    statistic: Callable[[Sequence[_Clip]], float],
    *,
    groups: Sequence[Hashable] | None = None,
    draws: int = DRAWS,
    share: float = SHARE,
    seed: int = 0,
) -> Interval:
    """The statistic of all clips and its interval.

    Parameters
    ----------
    clips
        Whatever the statistic takes a sequence of.
    statistic
        From clips to a score; it must pool as it wishes.
    groups
        The source of each clip; None takes every clip for itself.
    draws, share, seed
        How often it is drawn, the share of draws inside the interval, and the seed of the drawing.
    """
    validate(clips, groups, draws, share)
    members: dict[Hashable, list[_Clip]] = {}
    for index, clip in enumerate(clips):
        members.setdefault(index if groups is None else groups[index], []).append(clip)
    sources = list(members.values())
    random = np.random.default_rng(seed)
    scores = np.array(
        [
            statistic(
                [clip for pick in random.integers(len(sources), size=len(sources)) for clip in sources[pick]]
            )
            for _ in range(draws)
        ]
    )
    scores = scores[~np.isnan(scores)]
    value = float(statistic(clips))
    if not scores.size:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(scores, [(1 - share) / 2, (1 + share) / 2])
    return Interval(value, float(low), float(high))
