"""A hundred pictures and the level of the sound while each is shown: for models that predict loudness.

References
----------
Huang, Kumar: How Loud are Silent Films? Drumstick videos every 1/15 s at 64 x 114, a folder of impacts every
1/30 s at 224 x 224 (height x width); the level is 20 log10 of the square root of the sum of the squares of a
chunk's 16-bit samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy
from torch.utils.data import Dataset

from engine.features.loudness import sum_level_db
from training.datasets.footage import Footage
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.datasets.samples import places_of_windows
from training.datasets.sound_file import native_rate


@dataclass(frozen=True, slots=True)
class LevelWindowConfig:
    """What a window is.

    Attributes
    ----------
    step_s
        From one picture to the next.
    width, height
        Of the pictures.
    pictures
        Of a window; the next begins where it ends.
    measure
        "rms" in dBFS, or "sum" of 16-bit samples as Huang and Kumar measure; the latter depends on the
        sound's own rate and needs the sound itself.
    """

    step_s: float
    width: int
    height: int
    pictures: int = 100
    measure: Literal["rms", "sum"] = "rms"

    @property
    def duration_s(self) -> float:
        """Of a window."""
        return self.pictures * self.step_s


DRUMSTICK_WINDOWS = LevelWindowConfig(step_s=1 / 15, width=114, height=64)
"""For videos of The Greatest Hits."""

IMPACTS_WINDOWS = LevelWindowConfig(step_s=1 / 30, width=224, height=224)
"""For clips of one's own."""


class LevelWindow(NamedTuple):
    """One sample of n pictures.

    spacetime: uint8 (n, height, width, 3), the gray picture a step before, this one, the one a step after.
    level_db: float32 (n,). recording: int64, number of the recording. start_s: float64.
    """

    spacetime: Tensor
    level_db: Tensor
    recording: int
    start_s: float


class LevelWindows(Dataset[LevelWindow]):
    """Windows one after the other; what is left at the end of a recording is not used.

    Parameters
    ----------
    recordings
        The clips.
    config
        What a sample is, such as `DRUMSTICK_WINDOWS`.
    footage
        Gives pictures and sound.

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
        self, recordings: Sequence[Recording], config: LevelWindowConfig, footage: Footage | None = None
    ) -> None:
        self.recordings = tuple(recordings)
        self.config = config
        self._footage = footage or Footage()
        self._places, self.left_out = places_of_windows(
            self.recordings, config.duration_s, config.duration_s, self._refused
        )

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> LevelWindow:
        place, config = self._places[index], self.config
        recording = self.recordings[place.recording]
        times_s = place.start_s + np.arange(-1, config.pictures + 1) * config.step_s
        gray = self._footage.pictures_at(recording, times_s, PictureFormat(config.width, config.height))
        spacetime = np.stack((gray[:-2], gray[1:-1], gray[2:]), axis=-1)
        if config.measure == "sum":
            levels_db = sum_levels_db(self._footage, recording, place.start_s, config.pictures, config.step_s)
        else:
            levels_db = self._footage.levels_db(recording, place.start_s, config.pictures, config.step_s)
        return LevelWindow(
            from_numpy(spacetime),
            from_numpy(levels_db.astype(np.float32)),
            place.recording,
            place.start_s,
        )

    def _refused(self, recording: Recording) -> str | None:
        if recording.sound is not None or (self.config.measure == "rms" and recording.level_db is not None):
            return None
        return "has no sound."


def sum_levels_db(
    footage: Footage, recording: Recording, start_s: float, count: int, step_s: float
) -> NDArray[np.float64]:
    """Levels (count,) as Huang and Kumar measure them, of stretches of `step_s`; the recording has sound."""
    assert recording.sound is not None
    rate = native_rate(recording.sound)
    samples = footage.sound(recording, start_s, round(count * step_s * rate), rate)
    whole = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
    edges = np.rint(np.arange(count + 1) * step_s * rate).astype(np.intp)
    return np.array([sum_level_db(whole[edges[n] : edges[n + 1]]) for n in range(count)])
