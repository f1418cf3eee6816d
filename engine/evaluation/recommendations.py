"""Ranked lists of sounds: good in top K, precision at k, mean average precision.

Conventions
-----------
A query (an image, a hit) has a list of recommended sounds, nearest first. A sound is *good* when its
material is one of the query's. *Good in top K* is the share of the first K that are good, averaged over the
queries: precision at K, drawn as a curve over K. `hit_in_top_k` is the share of queries with a good one among
the first K. Average precision ranks one query's list and divides by the good ones there are to be found,
but not by more than the list is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class RecommendationScores:
    """How good ranked lists are.

    Attributes
    ----------
    good_in_top_k
        (K,) for K = 1, 2, ...: share of the first K that are good, mean over queries.
    hit_in_top_k
        (K,) share of the queries with a good one among the first K.
    mean_average_precision
        Over queries with anything good to be found; NaN when there is none.
    queries
        How many.
    """

    good_in_top_k: NDArray[np.float64]
    hit_in_top_k: NDArray[np.float64]
    mean_average_precision: float
    queries: int

    def precision_at(self, k: int) -> float:
        """The share of the first k that are good."""
        return float(self.good_in_top_k[k - 1])


def validate(is_good: ArrayLike, total_good: ArrayLike | None) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The lists as arrays.

    Raises
    ------
    ValueError
        When the lists are not all of one length, or there are fewer good sounds than a list holds.
    """
    good = np.asarray(is_good, bool)
    if good.ndim != 2 or not good.size:
        raise ValueError(f"ranked lists are (queries, ranks) of one length, not of shape {good.shape}")
    listed = good.sum(axis=1)
    total = listed if total_good is None else np.asarray(total_good, np.int64)
    if total.shape != listed.shape or (total < listed).any():
        raise ValueError("there can't be fewer good sounds in all than in the list")
    return good, total.astype(np.int64)


def judged(queries: Iterable[tuple[Iterable[str], Sequence[str]]]) -> NDArray[np.bool_]:
    """Whether each recommended sound is good: (queries, ranks), cut to the shortest list.

    Parameters
    ----------
    queries
        (the query's materials, the recommended sounds' materials, nearest first) of each.
    """
    rows = [[word in set(materials) for word in ranked] for materials, ranked in queries]
    if not rows:
        raise ValueError("there is no query to score")
    length = min(len(row) for row in rows)
    if not length:
        raise ValueError("a query has no recommended sound")
    return np.array([row[:length] for row in rows])


def evaluate(is_good: ArrayLike, total_good: ArrayLike | None = None) -> RecommendationScores:
    """Score ranked lists.

    Parameters
    ----------
    is_good
        (queries, ranks) whether each recommended sound is good, nearest first.
    total_good
        (queries,) good sounds in the whole library; None takes those listed.
    """
    good, total = validate(is_good, total_good)
    ranks = np.arange(1, good.shape[1] + 1)
    found = np.cumsum(good, axis=1)
    reachable = np.minimum(total, good.shape[1])
    findable = reachable > 0
    average = (found / ranks * good).sum(axis=1)[findable] / reachable[findable]
    return RecommendationScores(
        (found / ranks).mean(axis=0),
        (found > 0).mean(axis=0),
        float(average.mean()) if average.size else float("nan"),
        len(good),
    )


def top_k_accuracy(true: Sequence[str], scores: ArrayLike, classes: Sequence[str], k: int) -> float:
    """Share of the examples whose true class is among the k highest scores (n, classes)."""
    ranked = np.asarray(scores, np.float64)
    if ranked.shape != (len(true), len(classes)):
        raise ValueError(
            f"{len(true)} examples of {len(classes)} classes need scores of that shape, not {ranked.shape}"
        )
    place = np.array([list(classes).index(word) for word in true])
    above = (ranked > ranked[np.arange(len(true)), place][:, None]).sum(axis=1)
    return float((above < k).mean())
