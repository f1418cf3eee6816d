"""Samples for the loop: the five pictures around a contact, and where it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.models.contact_point_net import PICTURE_OFFSETS_S, ContactPointNetConfig, brought_to_size
from engine.user_folders import cache_folder
from training.contact_point.recipe import DataConfig
from training.contact_point.variations import VariationConfig, shown_at, varied
from training.datasets.footage import Footage
from training.datasets.picture_cache import PictureCache, PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import ContactPlace
from training.frame.task import Sample


class ContactPointSamples:
    """Contacts whose place is known, as `Samples`.

    Parameters
    ----------
    recordings
        The clips.
    data
        How pictures are kept.
    network
        Whose pictures they become.
    variations
        None for validation.

    Raises
    ------
    UserFacingError
        When no contact says where it is.
    """

    def __init__(
        self,
        recordings: Sequence[Recording],
        data: DataConfig,
        network: ContactPointNetConfig,
        variations: VariationConfig | None,
    ) -> None:
        self._recordings = recordings
        self._format = PictureFormat(data.width, data.height)
        self._network, self._variations = network, variations
        self._footage = Footage(PictureCache(data.cache or cache_folder() / "contact-point"))
        self.places = [
            ContactPlace(number, contact)
            for number, recording in enumerate(recordings)
            for contact in recording.contacts
            if contact.in_picture and contact.point is not None
        ]
        if not self.places:
            raise UserFacingError(
                f"None of the {len(recordings)} clips says where its contacts are; rendered clips do."
            )

    def __len__(self) -> int:
        return len(self.places)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`: uint8 "pictures" (5, height, width), float32 "point" (2,)."""
        place = self.places[index]
        point = place.contact.point
        assert point is not None
        times_s = place.contact.time_s + np.array(PICTURE_OFFSETS_S)
        if self._variations is None:
            return {"pictures": self.pictures(index), "point": np.array(point, np.float32)}
        times_s = shown_at(times_s, self._variations, rng)
        pictures = self._at(place, times_s)
        size = (self._network.width, self._network.height)
        seen, there = varied(pictures, point, size, self._variations, rng)
        return {"pictures": np.round(seen).astype(np.uint8), "point": there}

    def pictures(self, index: int) -> NDArray[np.uint8]:
        """Of a contact as they are, in the network's size."""
        place = self.places[index]
        pictures = self._at(place, place.contact.time_s + np.array(PICTURE_OFFSETS_S))
        return brought_to_size(pictures[None], self._network)[0]

    def _at(self, place: ContactPlace, times_s: NDArray[np.float64]) -> NDArray[np.uint8]:
        return self._footage.pictures_at(self._recordings[place.recording], times_s, self._format)
