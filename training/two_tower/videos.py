"""One picture and some sounds of each video, and which materials are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from training.datasets.labels import material_number, materials_present
from training.datasets.recording import Recording
from training.material.data import Parts, labelled_contacts
from training.material.moments import MomentStore
from training.material.samples import Moments, Source, picture_source, sound_source
from training.two_tower.recipe import TwoTowerRecipe


@dataclass(frozen=True, slots=True, eq=False)
class Videos:
    """The videos of one side of the split.

    Attributes
    ----------
    moments
        The picture in the middle of each video, and its sounds.
    pictures, sounds
        All of them, video after video.
    present
        bool (videos, 17) which materials are struck anywhere in each video.
    video_of, materials
        int64 (sounds,) number of each sound's video and material.
    """

    moments: tuple[Moments, ...]
    pictures: Source
    sounds: Source
    present: NDArray[np.bool_]
    video_of: NDArray[np.int64]
    materials: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.moments)

    def strangers(self, video: int) -> NDArray[np.intp]:
        """The sounds whose material is nowhere in a video."""
        return np.flatnonzero(~self.present[video][self.materials])


def opened_videos(
    recipe: TwoTowerRecipe, parts: Parts, side: Literal["training", "validation", "test"]
) -> Videos:
    """The videos of a side that have a sound whose material is known.

    Raises
    ------
    UserFacingError
        When there is none, or one can't be decoded.
    """
    recordings: Sequence[Recording] = getattr(parts, side)
    moments: list[Moments] = []
    present: list[NDArray[np.bool_]] = []
    for recording in recordings:
        contacts = labelled_contacts(recording, recipe.data.contacts_per_clip)
        if contacts:
            middle_s = recording.duration_s / 2
            times_s = tuple(contact.time_s for contact in contacts)
            materials = tuple(material_number(contact) for contact in contacts)
            moments.append(Moments(recording, (middle_s,), times_s, materials))
            present.append(materials_present(recording.contacts) > 0)
    if not moments:
        raise UserFacingError(
            f"None of the {len(recordings)} clips for {side} has a contact that is seen and heard and whose "
            "material is known."
        )
    store = MomentStore(recipe.data.cache)
    return Videos(
        tuple(moments),
        picture_source(store, moments, recipe.width, recipe.height),
        sound_source(store, moments),
        np.array(present),
        np.repeat(np.arange(len(moments)), [len(each.materials) for each in moments]),
        np.array([material for each in moments for material in each.materials], np.int64),
    )
