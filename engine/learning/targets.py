"""What the network should say about each picture, given a clip's contacts.

Places are in pictures from the first picture of a window. A contact raises the onset curve in the pictures
around it as a Gaussian; in the middle of a scratch nobody, not even the ear, says for sure what is an onset,
so that mistakes there weigh less. A contact that is only heard is neither asked for nor forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """How contacts become curves.

    Attributes
    ----------
    spread
        Standard deviation of the onset curve around a contact, in pictures.
    reach
        Offset and action are learned in pictures at most this far from a contact.
    scratch_weight
        Weight of pictures inside a scratch, after its beginning.
    unsure_reach
        Pictures at most this far from a contact that is not seen have no weight.
    """

    spread: float = 1.0
    reach: float = 2.0
    scratch_weight: float = 0.3
    unsure_reach: float = 3.0

    def __post_init__(self) -> None:
        if self.spread <= 0 or self.reach <= 0:
            raise ValueError(f"spread {self.spread:g} and reach {self.reach:g} must be above 0")


@dataclass(frozen=True, slots=True)
class PlacedContacts:
    """The contacts of a clip, each array (contacts,), in order.

    Attributes
    ----------
    place, end
        Where they begin and end, in pictures from the first, float64.
    scratches
        1 for a scratch, 0 for a hit, NaN where nobody said.
    is_seen
        Whether they can be seen.
    """

    place: NDArray[np.float64]
    end: NDArray[np.float64]
    scratches: NDArray[np.float64]
    is_seen: NDArray[np.bool_]

    def seen_from(self, start: float, speed: float) -> PlacedContacts:
        """The same in a window that begins at `start` and goes `speed` times as fast."""
        return PlacedContacts(
            (self.place - start) / speed, (self.end - start) / speed, self.scratches, self.is_seen
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """Each float32 (pictures,): the curves, and how much a deviation from each counts."""

    onset: Row
    onset_weight: Row
    offset: Row
    near_weight: Row
    """For the offset: how near the next contact is, 0..1."""
    scratch: Row
    scratch_weight: Row


def make_targets(contacts: PlacedContacts, pictures: int, config: TargetConfig) -> Targets:
    """The targets of pictures 0 .. `pictures` - 1."""
    here = np.arange(pictures, dtype=np.float64)
    weight = np.ones(pictures)
    for begin, end, scratches in zip(contacts.place, contacts.end, contacts.scratches, strict=True):
        if scratches == 1:
            weight[(here > begin + config.reach) & (here <= end + 1)] = config.scratch_weight
    for place in contacts.place[~contacts.is_seen]:
        weight[np.abs(here - place) <= config.unsure_reach] = 0.0
    place, scratches = contacts.place[contacts.is_seen], contacts.scratches[contacts.is_seen]
    if not place.size:
        nothing = np.zeros(pictures, np.float32)
        return Targets(nothing, weight.astype(np.float32), nothing, nothing, nothing, nothing)
    distance = place[None, :] - here[:, None]
    nearest = np.abs(distance).argmin(axis=1)
    offset = distance[np.arange(pictures), nearest]
    onset = np.exp(-0.5 * (offset / config.spread) ** 2)
    is_near = np.abs(offset) <= config.reach
    # Where a contact is, a picture counts in full, be it inside another's scratch.
    weight[is_near & (weight > 0)] = 1.0
    near_weight = onset * is_near * (weight > 0)
    scratch = scratches[nearest]
    scratch_weight = np.where(np.isnan(scratch), 0.0, near_weight)
    return Targets(
        onset.astype(np.float32),
        weight.astype(np.float32),
        (offset * is_near).astype(np.float32),
        near_weight.astype(np.float32),
        np.nan_to_num(scratch).astype(np.float32),
        scratch_weight.astype(np.float32),
    )
