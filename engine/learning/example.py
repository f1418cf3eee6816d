"""What is learned from: a stretch of a video, and when something is touched in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import Action

LONGEST_S = 60.0
"""Longer stretches are cut into even pieces of at most this length."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a video, `start_s` <= time < `end_s` from its first picture."""

    video: Path
    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s

    def pieces(self, longest_s: float = LONGEST_S) -> list[Stretch]:
        """The same in even pieces, none longer than that."""
        count = max(math.ceil(self.duration_s / longest_s - 1e-9), 1)
        edges_s = np.linspace(self.start_s, self.end_s, count + 1).tolist()
        return [Stretch(self.video, edges_s[n], edges_s[n + 1]) for n in range(count)]

    def holds(self, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which times (n,) lie in it."""
        return (times_s >= self.start_s) & (times_s < self.end_s)


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact somebody vouches for.

    Attributes
    ----------
    time_s
        When it begins, from the video's first picture.
    duration_s
        How long a scratch lasts.
    action
        None where nobody said.
    is_seen
        Whether it can be seen; what is only heard is neither asked for nor forbidden.
    """

    time_s: float
    duration_s: float = 0.0
    action: Action | None = None
    is_seen: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class SoundLevels:
    """Levels of a sound, float64 (n,) each.

    Attributes
    ----------
    times_s
        The middles of the spans of time they are of, from the video's first picture.
    level_db
        RMS in dBFS.
    """

    times_s: NDArray[np.float64]
    level_db: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A stretch of a video about which everything is known.

    Attributes
    ----------
    stretch
        Where.
    contacts
        All there are in it, in order of time.
    levels
        Of its sound, where that is worth learning.
    """

    stretch: Stretch
    contacts: tuple[KnownContact, ...]
    levels: SoundLevels | None = None

    @property
    def seen_s(self) -> NDArray[np.float64]:
        """Times of the contacts that can be seen."""
        return np.array([contact.time_s for contact in self.contacts if contact.is_seen], np.float64)

    @property
    def unseen_s(self) -> NDArray[np.float64]:
        """Times of those that are only heard."""
        return np.array([contact.time_s for contact in self.contacts if not contact.is_seen], np.float64)
