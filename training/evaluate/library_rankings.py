"""What `library-match` scores: labelled contacts, ranked sounds for each, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.project.document import Hit
from training.evaluate.labelled_contacts import LabelledContact

LISTED = 20
"""So many sounds are asked for."""

HIDDEN, VISIBLE = "the program, names hidden", "the program, names visible"
TOLD = "names hidden, the person tells each material"
LABELS = "the hit's likeliest material, sounds of that label"


@dataclass(frozen=True, slots=True)
class Query:
    """A labelled contact and what stands for it.

    Attributes
    ----------
    hit
        None where nothing is near.
    is_shown
        Whether it is a hit; else a candidate below the threshold, and the contact counts as missed.
    """

    labelled: LabelledContact
    hit: Hit | None
    is_shown: bool

    @property
    def is_found(self) -> bool:
        """Whether the program shows a hit for it."""
        return self.hit is not None and self.is_shown


@dataclass(frozen=True, slots=True)
class Ranking:
    """One way of recommending.

    Attributes
    ----------
    materials
        For each query the materials of its sounds, the best first; empty where nothing stands for it.
    first
        For each query the first sound; None where there is none, or labels leave it open.
    """

    materials: list[tuple[str, ...]] = field(default_factory=list)
    first: list[Path | None] = field(default_factory=list)

    def add(self, materials: Sequence[str], first: Path | None = None) -> None:
        """The sounds for the next query."""
        self.materials.append(tuple(materials))
        self.first.append(first)


@dataclass(slots=True)
class Match:
    """Everything that is scored."""

    queries: list[Query] = field(default_factory=list)
    rankings: dict[str, Ranking] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def top_1(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """For each query 1 when its first sound is of the struck material, else 0."""
    return [
        float(row[:1] == (query.labelled.material,))
        for query, row in zip(queries, ranking.materials, strict=True)
    ]


def precision_5(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """For each query the share of its first five sounds that are of the struck material."""
    return [
        row[:5].count(query.labelled.material) / 5
        for query, row in zip(queries, ranking.materials, strict=True)
    ]


def good_in_top_k(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """The share of good sounds among the first K, averaged over the queries, for K = 1, 2, ..."""
    longest = max((len(row) for row in ranking.materials), default=0)
    return [
        mean(
            [
                row[:k].count(query.labelled.material) / k
                for query, row in zip(queries, ranking.materials, strict=True)
            ]
        )
        for k in range(1, longest + 1)
    ]


def by_clip(contacts: Sequence[LabelledContact]) -> list[list[LabelledContact]]:
    """The contacts of each clip."""
    groups: dict[Path, list[LabelledContact]] = {}
    for contact in contacts:
        groups.setdefault(contact.recording.picture, []).append(contact)
    return list(groups.values())


def as_shown(queries: Sequence[Query], ranking: Ranking) -> Ranking:
    """A ranking in which what the program does not show counts as missed."""
    shown_only = Ranking()
    for query, materials, first in zip(queries, ranking.materials, ranking.first, strict=True):
        shown_only.add(materials if query.is_shown else (), first if query.is_shown else None)
    return shown_only


def by_words(words: Sequence[str], counts: Mapping[str, int]) -> tuple[str, ...]:
    """Materials of a list that has all sounds of the first word, then all of the next."""
    listed = [word for word in words for _ in range(counts[word])]
    # Then whatever there is.
    return tuple((listed + [""] * LISTED)[:LISTED])


def mean(values: Sequence[float]) -> float:
    """Of what is known; NaN for nothing."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
