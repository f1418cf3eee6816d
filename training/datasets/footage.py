"""Pictures and sound of a recording at any time, also beyond its ends and where it plays over and over."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.features.loudness import LEVEL_FLOOR_DB, frame_levels_db
from training.datasets.picture_cache import PictureCache, PictureFormat
from training.datasets.recording import DatasetError, Recording
from training.datasets.sound_file import Samples, native_rate, read_mono


class Footage:
    """What recordings show and sound like; each of a loader's workers has a copy with a cache of its own.

    Parameters
    ----------
    pictures
        Where decoded pictures are kept.
    """

    def __init__(self, pictures: PictureCache | None = None) -> None:
        self.pictures = pictures or PictureCache()

    def pictures_at(
        self, recording: Recording, times_s: ArrayLike, picture_format: PictureFormat
    ) -> NDArray[np.uint8]:
        """The pictures that appear nearest to some times.

        Before the first picture and after the last there are these themselves.

        Parameters
        ----------
        recording
            The clip.
        times_s
            (n,) seconds from the first picture.
        picture_format
            Size and kind.

        Returns
        -------
        uint8 (n, height, width) gray or (n, height, width, 3) RGB
        """
        wanted_s = np.atleast_1d(np.asarray(times_s, np.float64))
        if recording.repeat_s is not None:
            # What is filled up by repetition is short, and a range of it may wrap around.
            wanted_s = np.clip(wanted_s, 0.0, recording.duration_s) % recording.repeat_s
            return self.pictures.clip(recording.picture, picture_format).at(wanted_s)
        inside_s = np.clip(wanted_s, 0.0, recording.duration_s)
        decoded = self.pictures.between(
            recording.picture, picture_format, float(inside_s.min()), float(inside_s.max())
        )
        return decoded.at(inside_s)

    def sound(self, recording: Recording, start_s: float, length: int, sample_rate: int) -> Samples:
        """A stretch of a recording's sound, mixed to mono; silence where it has none.

        Parameters
        ----------
        recording
            The clip.
        start_s
            Time of the first sample in seconds from the first picture; may be negative.
        length
            Number of samples.
        sample_rate
            In Hz.

        Returns
        -------
        float32 (length,)

        Raises
        ------
        DatasetError
            When the recording has no sound at all.
        MediaError
            When it can't be decoded.
        """
        if recording.sound is None:
            raise DatasetError(f"“{recording.name}” has no sound, and its sound is asked for.")
        if recording.repeat_s is not None:
            return self._repeated_sound(recording, start_s, length, sample_rate)
        silent = min(max(0, round(-start_s * sample_rate)), length)
        end_s = min(start_s + length / sample_rate, recording.duration_s)
        samples = np.zeros(length, np.float32)
        if silent < length and end_s > max(start_s, 0.0):
            heard = read_mono(recording.sound, sample_rate, max(start_s, 0.0), end_s)[: length - silent]
            samples[silent : silent + len(heard)] = heard
        return samples

    def levels_db(
        self, recording: Recording, start_s: float, count: int, step_s: float
    ) -> NDArray[np.float64]:
        """RMS level of `count` stretches of `step_s` in dBFS, float64 (count,).

        Measured from the sound at its own rate; where there is none, taken from the levels stated.

        Raises
        ------
        DatasetError
            When the recording has neither.
        """
        if recording.sound is not None:
            rate = native_rate(recording.sound)
            samples = self.sound(recording, start_s, round(count * step_s * rate), rate)
            return frame_levels_db(samples, rate, np.arange(count) * step_s)
        if recording.level_db is None:
            raise DatasetError(
                f"“{recording.name}” has no sound, and no levels are stated: levels can't be learnt from it."
            )
        stated = np.asarray(recording.level_db)
        middles_s = start_s + (np.arange(count) + 0.5) * step_s
        numbers = np.floor(middles_s / recording.duration_s * len(stated)).astype(np.intp)
        is_inside = (numbers >= 0) & (numbers < len(stated))
        return np.where(is_inside, stated[np.clip(numbers, 0, len(stated) - 1)], LEVEL_FLOOR_DB)

    def _repeated_sound(self, recording: Recording, start_s: float, length: int, sample_rate: int) -> Samples:
        assert recording.sound is not None
        assert recording.repeat_s is not None
        once = np.zeros(max(1, round(recording.repeat_s * sample_rate)), np.float32)
        heard = read_mono(recording.sound, sample_rate, 0.0, recording.repeat_s)[: len(once)]
        once[: len(heard)] = heard
        positions = round(start_s * sample_rate) + np.arange(length)
        is_inside = (positions >= 0) & (positions < round(recording.duration_s * sample_rate))
        return np.where(is_inside, once[positions % len(once)], np.float32(0))
