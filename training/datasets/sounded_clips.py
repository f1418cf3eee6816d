"""Whole clips of one length with their sound: for models that generate a waveform.

References
----------
Zhou, Wang, Fang, Bui, Berg: Visual to Sound. CVPR 2018: ten seconds, 16 kHz, 15.6 pictures per second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor, from_numpy
from torch.utils.data import Dataset

from training.datasets.footage import Footage
from training.datasets.labels import UNLABELLED
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import places_of_windows, without_sound
from training.datasets.vegas import CATEGORIES


@dataclass(frozen=True, slots=True)
class SoundedClipConfig:
    """Length of a clip, rate and size of its pictures, rate of its sound."""

    duration_s: float = 10.0
    rate_hz: float = 15.6
    width: int = 224
    height: int = 224
    sample_rate: int = 16_000

    @property
    def pictures(self) -> int:
        """Of a clip: 156."""
        return round(self.duration_s * self.rate_hz)


class SoundedClip(NamedTuple):
    """One sample of n pictures.

    pictures: uint8 (n, height, width, 3) RGB. sound: float32 (m,). category: int64, place in `CATEGORIES`, -1
    where the data set has none. recording: int64, number of the recording.
    """

    pictures: Tensor
    sound: Tensor
    category: int
    recording: int


class SoundedClips(Dataset[SoundedClip]):
    """The beginning of each recording that is long enough, or that is filled by repetition.

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
        Recordings that give no sample, and why.

    Raises
    ------
    DatasetError
        When there is no sample at all.
    """

    def __init__(
        self,
        recordings: Sequence[Recording],
        footage: Footage | None = None,
        config: SoundedClipConfig | None = None,
    ) -> None:
        self.config = config or SoundedClipConfig()
        self._footage = footage or Footage()
        self.recordings = tuple(recordings)
        places, self.left_out = places_of_windows(
            self.recordings, self.config.duration_s, self.config.duration_s, without_sound
        )
        self._places = [place for place in places if place.start_s == 0.0]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> SoundedClip:
        number, config = self._places[index].recording, self.config
        recording = self.recordings[number]
        times_s = np.arange(config.pictures) / config.rate_hz
        picture_format = PictureFormat(config.width, config.height, gray=False)
        pictures = self._footage.pictures_at(recording, times_s, picture_format)
        length = round(config.duration_s * config.sample_rate)
        sound = self._footage.sound(recording, 0.0, length, config.sample_rate)
        category = CATEGORIES.index(recording.category) if recording.category in CATEGORIES else UNLABELLED
        return SoundedClip(from_numpy(pictures), from_numpy(sound), category, number)
