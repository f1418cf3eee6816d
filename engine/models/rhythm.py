"""How likely each candidate is a contact, given the others: people strike at a steady pace.

The candidates of a stretch of time are a chain in which each is a contact or not. Every contact adds its
own evidence, and every pair of neighbouring intervals adds how much more often their ratio occurs between
real contacts than by chance. Summing over all chains gives the probability of each candidate.

In *The Greatest Hits* (39,707 labelled contacts in 971 videos) half of all intervals differ from the one
before by less than 13 %, and four in five by less than 34 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class RhythmConfig:
    """How much a steady pace counts.

    Attributes
    ----------
    shortest_s
        Two contacts are at least this far apart.
    longest_s
        After a longer pause the pace begins anew.
    steady_share, steady_spread, loose_spread
        The logarithm of the ratio of neighbouring intervals is Laplace-distributed: this share with the
        steady spread (its mean absolute value), the rest with the loose one, as chance is.
    weight
        How much the pace counts against what is seen.
    evidence_slope, even_score
        A score s is evidence of `evidence_slope * (s - even_score)` (log odds).
    context_s
        How far around a candidate others count.
    """

    shortest_s: float = 0.2
    longest_s: float = 2.0
    steady_share: float = 0.7
    steady_spread: float = 0.12
    loose_spread: float = 0.6
    weight: float = 1.0
    evidence_slope: float = 1.0
    even_score: float = 1.0
    context_s: float = 4.0

    def evidence(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds of a contact from a candidate's own score."""
        return self.evidence_slope * (score - self.even_score)

    def pace_evidence(self, ratio: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds of a contact from the ratio of the two intervals that it would make."""
        change = np.abs(np.log(ratio))
        steady = np.exp(-change / self.steady_spread) / self.steady_spread
        loose = np.exp(-change / self.loose_spread) / self.loose_spread
        return self.weight * np.log(self.steady_share * steady / loose + (1 - self.steady_share))


def contact_probabilities(times_s: ArrayLike, scores: ArrayLike, config: RhythmConfig) -> NDArray[np.float64]:
    """Probability of each candidate.

    Parameters
    ----------
    times_s
        Times of the candidates, strictly ascending.
    scores
        Their scores.

    Returns
    -------
    NDArray
        (n,) float64 in 0..1.
    """
    times, own = np.asarray(times_s, np.float64), config.evidence(np.asarray(scores, np.float64))
    chain = _Chain(times, own, config)
    ahead = chain.sums_up_to()
    behind = chain.sums_after()
    everything = np.logaddexp.reduce(np.append(chain.ending(ahead), 0.0)) if len(times) else 0.0
    log_probability = [np.logaddexp.reduce(ahead[j] + behind[j]) - everything for j in range(len(times))]
    return np.exp(np.minimum(np.array(log_probability), 0.0))


def paced_probabilities(
    times_s: NDArray[np.float64], scores: NDArray[np.float64], config: RhythmConfig
) -> NDArray[np.float64]:
    """The same for any length of time: each candidate with the others that are near it.

    Time is parted every `context_s`; the candidates of a part are judged with those of the parts on either
    side, so that the answer for a candidate is the same whatever is known beyond.
    """
    probabilities = np.zeros(len(times_s))
    parts = np.floor(times_s / config.context_s)
    for part in np.unique(parts):
        near = np.flatnonzero(np.abs(parts - part) <= 1)
        judged = contact_probabilities(times_s[near], scores[near], config)
        probabilities[near[parts[near] == part]] = judged[parts[near] == part]
    return probabilities


class _Chain:
    """Forward and backward sums over chains.

    `ahead[j][0]` and `behind[j][0]` belong to a contact j that begins a new pace, `[1 + k]` to one whose
    predecessor is the k-th of `before[j]`.
    """

    def __init__(self, times: NDArray[np.float64], own: NDArray[np.float64], config: RhythmConfig) -> None:
        self._times, self._own, self._config = times, own, config
        gaps = [times - time for time in times]
        self._before = [
            np.flatnonzero((-gap >= config.shortest_s) & (-gap <= config.longest_s)) for gap in gaps
        ]
        self._after = [np.flatnonzero((gap >= config.shortest_s) & (gap <= config.longest_s)) for gap in gaps]
        self._long_before = [np.flatnonzero(-gap > config.longest_s) for gap in gaps]
        self._long_after = [np.flatnonzero(gap > config.longest_s) for gap in gaps]

    def sums_up_to(self) -> list[NDArray[np.float64]]:
        """Per candidate: log sums over all chains that end with it, by its predecessor."""
        sums: list[NDArray[np.float64]] = []
        ending: list[float] = []
        for j, own in enumerate(self._own):
            earlier = [ending[i] for i in self._long_before[j]]
            row = [np.logaddexp.reduce([0.0, *earlier])]
            for i in self._before[j]:
                intervals = self._times[i] - self._times[self._before[i]]
                pace = self._config.pace_evidence((self._times[j] - self._times[i]) / intervals)
                row.append(np.logaddexp.reduce(sums[i] + np.append(0.0, pace)))
            sums.append(own + np.array(row))
            ending.append(float(np.logaddexp.reduce(sums[-1])))
        return sums

    def sums_after(self) -> list[NDArray[np.float64]]:
        """Per candidate and predecessor: log sums over everything that may follow."""
        count = len(self._times)
        sums: list[NDArray[np.float64]] = [np.zeros(0)] * count
        fresh = np.zeros(count)
        for j in range(count - 1, -1, -1):
            no_next = np.logaddexp.reduce(np.append(fresh[self._long_after[j]], 0.0))
            following = np.array(
                [self._own[k] + sums[k][1 + int(np.searchsorted(self._before[k], j))] for k in self._after[j]]
            )
            next_intervals = self._times[self._after[j]] - self._times[j]
            row = [np.logaddexp.reduce(np.append(following, no_next))]
            for i in self._before[j]:
                pace = self._config.pace_evidence(next_intervals / (self._times[j] - self._times[i]))
                row.append(np.logaddexp.reduce(np.append(following + pace, no_next)))
            sums[j] = np.array(row)
            fresh[j] = self._own[j] + row[0]
        return sums

    @staticmethod
    def ending(ahead: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Log sums over all chains that end with each candidate."""
        return np.array([np.logaddexp.reduce(row) for row in ahead])
