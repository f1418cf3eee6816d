"""From the level that networks say for each picture, and the contacts found, to the level curve shown.

The networks' own curve is too timid: not sure when exactly a contact is, they raise the level a little around
it. Once the contacts are known, each raises the level at once, by its confidence, and dies away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HALF_PICTURE_S = 1 / 60
"""A level is that of the middle of a picture's time."""


@dataclass(frozen=True, slots=True)
class LevelShape:
    """How both are put together; the defaults leave the networks' curve as it is.

    Attributes
    ----------
    base_db
        Added everywhere.
    share
        Of the networks' level.
    decays
        (seconds, dB): a sure contact raises the level by so much, which falls to 1/e in this time.
    """

    base_db: float = 0.0
    share: float = 1.0
    decays: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if any(decay_s <= 0 for decay_s, _ in self.decays):
            raise ValueError(f"decays are {self.decays}, their times must be above 0")

    def curve_db(
        self,
        times_s: NDArray[np.float64],
        level_db: NDArray[np.float64],
        contacts_s: NDArray[np.float64],
        confidence: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The level while each picture is shown.

        Parameters
        ----------
        times_s, level_db
            (pictures,) when each begins to be shown, ascending, and the networks' level.
        contacts_s, confidence
            (contacts,) ascending; candidates too.
        """
        curve_db = self.base_db + self.share * level_db
        for decay_s, rise_db in self.decays:
            curve_db = curve_db + rise_db * raised(times_s, contacts_s, confidence, decay_s)
        return curve_db

    def hit_db(self, level_db: float, confidence: float) -> float:
        """The level of a contact's loudest picture, given the networks' level there."""
        return self.base_db + self.share * level_db + confidence * sum(rise_db for _, rise_db in self.decays)


def raised(
    times_s: NDArray[np.float64],
    contacts_s: NDArray[np.float64],
    confidence: NDArray[np.float64],
    decay_s: float,
) -> NDArray[np.float64]:
    """(pictures,) 0..1: the confidence of the contact that is heard most, dying away."""
    heard = np.zeros(len(times_s))
    middle_s = times_s + _HALF_PICTURE_S
    for contact_s, own in zip(contacts_s, confidence, strict=True):
        # Beyond ten times the decay nothing is left.
        first, last = np.searchsorted(
            middle_s, (contact_s - _HALF_PICTURE_S, contact_s + 10 * decay_s), side="right"
        )
        near = slice(int(first), int(last))
        after_s = np.maximum(middle_s[near] - contact_s, 0.0)
        heard[near] = np.maximum(heard[near], own * np.exp(-after_s / decay_s))
    return heard
