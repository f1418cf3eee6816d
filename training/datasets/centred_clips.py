"""Half a second around each contact: what a model sees that predicts the sound of a hit.

Fifteen pictures at 30 Hz, the contact in the middle one, each as a spacetime picture (the gray picture before
it, itself, and the one after); the first of them in colour; and the sound of that time as a cochleagram with
three frames per picture.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor, from_numpy
from torch.utils.data import Dataset

from engine.features.cochleagram import CochleagramConfig, cochleagram
from training.datasets.footage import Footage
from training.datasets.labels import action_number, material_number, reaction_number
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import places_of_contacts

# Sound on either side that is heard by the filters but not kept; a whole number of frames at 90 Hz.
_MARGIN_S = 0.2


@dataclass(frozen=True, slots=True)
class CentredClipConfig:
    """Pictures per clip, their rate and size, and the rate of the sound."""

    pictures: int = 15
    rate_hz: float = 30.0
    width: int = 224
    height: int = 224
    sample_rate: int = 96_000

    @property
    def duration_s(self) -> float:
        """Of a clip."""
        return self.pictures / self.rate_hz


class CentredClip(NamedTuple):
    """One sample.

    spacetime: uint8 (15, height, width, 3). first: uint8 (height, width, 3) RGB. sound: float32 (n,), half a
    second. cochleagram: float32 (45, 42). material, action, reaction: int64, -1 where nobody said. recording:
    int64, the number of the recording. time_s: float64, of the contact.
    """

    spacetime: Tensor
    first: Tensor
    sound: Tensor
    cochleagram: Tensor
    material: int
    action: int
    reaction: int
    recording: int
    time_s: float


class CentredClips(Dataset[CentredClip]):
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
        config: CentredClipConfig | None = None,
    ) -> None:
        self.recordings = tuple(recordings)
        self.config = config or CentredClipConfig()
        self._footage = footage or Footage()
        self._places, self.left_out = places_of_contacts(self.recordings, needs_sound=True)
        self._cochleagram = CochleagramConfig(sample_rate=self.config.sample_rate)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> CentredClip:
        place, config = self._places[index], self.config
        recording, contact = self.recordings[place.recording], place.contact
        middle = config.pictures // 2
        # One more picture on either side, for the neighbours of the first and the last.
        steps = np.arange(-1, config.pictures + 1) - middle
        times_s = contact.time_s + steps / config.rate_hz
        gray_format = PictureFormat(config.width, config.height)
        gray = self._footage.pictures_at(recording, times_s, gray_format)
        spacetime = np.stack((gray[:-2], gray[1:-1], gray[2:]), axis=-1)
        colour_format = PictureFormat(config.width, config.height, gray=False)
        first = self._footage.pictures_at(recording, times_s[1], colour_format)[0]
        sound, frames = self._heard(recording, contact.time_s - (middle + 0.5) / config.rate_hz)
        return CentredClip(
            from_numpy(spacetime),
            from_numpy(first),
            from_numpy(sound),
            from_numpy(frames),
            material_number(contact),
            action_number(contact),
            reaction_number(contact),
            place.recording,
            contact.time_s,
        )

    def _heard(self, recording: Recording, start_s: float) -> tuple[np.ndarray, np.ndarray]:
        """The sound from `start_s` on, and its cochleagram."""
        rate, envelope_hz = self.config.sample_rate, self._cochleagram.envelope_rate_hz
        margin, length = round(_MARGIN_S * rate), round(self.config.duration_s * rate)
        samples = self._footage.sound(recording, start_s - _MARGIN_S, length + 2 * margin, rate)
        before, count = round(_MARGIN_S * envelope_hz), round(self.config.duration_s * envelope_hz)
        frames = cochleagram(samples, self._cochleagram)[before : before + count]
        return samples[margin : margin + length].copy(), np.ascontiguousarray(frames, np.float32)
