"""The picture at each contact and the second of sound around it: for models that match sounds to pictures.

The spectrogram is that of one second at 22,050 Hz: 1025 frequencies, 44 frames. `materials` are all materials
struck anywhere in the recording: a picture often shows more than the one that is being hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor, from_numpy
from torch.utils.data import Dataset

from engine.features.spectrogram import SpectrogramConfig, log_spectrogram
from training.datasets.footage import Footage
from training.datasets.labels import action_number, material_number, materials_present, reaction_number
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import places_of_contacts

SOUND_S = 1.0
"""Length of the sound, half of it before the contact."""


@dataclass(frozen=True, slots=True)
class ContactMomentConfig:
    """Size of the picture."""

    width: int = 224
    height: int = 224


class ContactMoment(NamedTuple):
    """One sample.

    picture: uint8 (height, width, 3) RGB, the one that appears nearest to the contact. sound: float32
    (22050,). spectrogram: float32 (1025, 44). material, action, reaction: int64, -1 where nobody said.
    materials: float32 (17,), which materials the recording has. recording: int64, number of the recording.
    time_s: float64.
    """

    picture: Tensor
    sound: Tensor
    spectrogram: Tensor
    material: int
    action: int
    reaction: int
    materials: Tensor
    recording: int
    time_s: float


class ContactMoments(Dataset[ContactMoment]):
    """A sample for each contact that can be seen.

    Parameters
    ----------
    recordings
        The clips.
    footage
        Gives pictures and sound.
    config
        What a sample is.

    Attributes
    ----------
    left_out
        Recordings and contacts that give no sample, and why.

    Raises
    ------
    DatasetError
        When there is no sample at all.
    """

    def __init__(
        self,
        recordings: Sequence[Recording],
        footage: Footage | None = None,
        config: ContactMomentConfig | None = None,
    ) -> None:
        self.recordings = tuple(recordings)
        self.config = config or ContactMomentConfig()
        self._footage = footage or Footage()
        self._places, self.left_out = places_of_contacts(self.recordings, needs_sound=True)
        self._materials = [materials_present(recording.contacts) for recording in self.recordings]
        self._spectrogram = SpectrogramConfig()

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> ContactMoment:
        place = self._places[index]
        recording, contact = self.recordings[place.recording], place.contact
        picture_format = PictureFormat(self.config.width, self.config.height, gray=False)
        picture = self._footage.pictures_at(recording, contact.time_s, picture_format)[0]
        rate = self._spectrogram.sample_rate
        sound = self._footage.sound(recording, contact.time_s - SOUND_S / 2, round(SOUND_S * rate), rate)
        spectrogram = np.ascontiguousarray(log_spectrogram(sound, self._spectrogram), np.float32)
        return ContactMoment(
            from_numpy(picture),
            from_numpy(sound),
            from_numpy(spectrogram),
            material_number(contact),
            action_number(contact),
            reaction_number(contact),
            from_numpy(self._materials[place.recording]),
            place.recording,
            contact.time_s,
        )
