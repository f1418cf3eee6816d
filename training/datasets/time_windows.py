"""Two seconds of picture and sound every half second: for models that find hits and tell materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor, from_numpy
from torch.utils.data import Dataset

from engine.features.loudness import frame_levels_db
from training.datasets.footage import Footage
from training.datasets.labels import UNLABELLED, action_number, materials_present
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import places_of_windows, without_sound


@dataclass(frozen=True, slots=True)
class TimeWindowConfig:
    """Length of a window, from one to the next, rate and size of the pictures, rate of the sound."""

    duration_s: float = 2.0
    stride_s: float = 0.5
    rate_hz: float = 30.0
    width: int = 112
    height: int = 112
    gray: bool = True
    sample_rate: int = 22_050

    @property
    def pictures(self) -> int:
        """Of a window."""
        return round(self.duration_s * self.rate_hz)


class TimeWindow(NamedTuple):
    """One sample of n pictures.

    pictures: uint8 (n, height, width) gray or (n, height, width, 3) RGB. sound: float32 (m,). seen, heard:
    float32 (n,), 1 at the pictures nearest to a contact that can be seen, or at least heard. action: int64
    (n,), of these contacts, else -1. level_db: float32 (n,), RMS while each picture is shown. materials:
    float32 (17,), which of them are struck. recording: int64, number of the recording. start_s: float64.
    """

    pictures: Tensor
    sound: Tensor
    seen: Tensor
    heard: Tensor
    action: Tensor
    level_db: Tensor
    materials: Tensor
    recording: int
    start_s: float


class TimeWindows(Dataset[TimeWindow]):
    """Windows that overlap, over all recordings that are long enough and have sound.

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
        config: TimeWindowConfig | None = None,
    ) -> None:
        self.recordings = tuple(recordings)
        self.config = config or TimeWindowConfig()
        self._footage = footage or Footage()
        self._places, self.left_out = places_of_windows(
            self.recordings, self.config.duration_s, self.config.stride_s, without_sound
        )

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> TimeWindow:
        place, config = self._places[index], self.config
        recording = self.recordings[place.recording]
        steps_s = np.arange(config.pictures) / config.rate_hz
        picture_format = PictureFormat(config.width, config.height, config.gray)
        pictures = self._footage.pictures_at(recording, place.start_s + steps_s, picture_format)
        sound = self._footage.sound(
            recording, place.start_s, round(config.duration_s * config.sample_rate), config.sample_rate
        )
        seen, heard = np.zeros(config.pictures, np.float32), np.zeros(config.pictures, np.float32)
        action = np.full(config.pictures, UNLABELLED, np.int64)
        inside = []
        for contact in recording.contacts:
            number = round((contact.time_s - place.start_s) * config.rate_hz)
            if 0 <= number < config.pictures:
                heard[number] = 1.0
                seen[number] = max(seen[number], float(contact.in_picture))
                action[number] = action_number(contact)
                inside.append(contact)
        levels_db = frame_levels_db(sound, config.sample_rate, steps_s).astype(np.float32)
        return TimeWindow(
            from_numpy(pictures),
            from_numpy(sound),
            from_numpy(seen),
            from_numpy(heard),
            from_numpy(action),
            from_numpy(levels_db),
            from_numpy(materials_present(inside)),
            place.recording,
            place.start_s,
        )
