"""Pictures and spectrograms at moments of recordings, taken once and kept on disk.

A video is decoded from its beginning to get at a picture in it, and a training wants the same pictures every
epoch. Each recording has one file of pictures and one of spectrograms, which are mapped into memory:
processes share them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.features.spectrogram import SpectrogramConfig, log_spectrogram
from engine.media.frames import FrameReader
from engine.project.durable import reason, write_beside
from engine.user_folders import cache_folder
from training.datasets.contact_moments import SOUND_S
from training.datasets.footage import Footage
from training.datasets.picture_cache import PictureCache, PictureFormat, nearest_times
from training.datasets.recording import Recording

_VERSION = 1
_DECODED_BYTES = 64 * 1024 * 1024


class MomentStore:
    """What recordings show and sound like at moments.

    Parameters
    ----------
    folder
        Where it is kept; in the user's cache folder when None. It may be deleted at any time.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or cache_folder() / "moments"
        self._footage = Footage(PictureCache(memory_bytes=_DECODED_BYTES))
        self._spectrogram = SpectrogramConfig()

    def pictures(
        self, recording: Recording, times_s: Sequence[float], width: int, height: int
    ) -> NDArray[np.uint8]:
        """The pictures nearest to some times, uint8 (n, height, width, 3) RGB.

        Raises
        ------
        UserFacingError
            When the video can't be decoded or the disk refuses.
        """
        path = self._path(recording.picture, "pictures", [width, height, *times_s])
        return self._kept(path, lambda: self._seen(recording, times_s, width, height))

    def spectrograms(self, recording: Recording, times_s: Sequence[float]) -> NDArray[np.float16]:
        """Levels in dB of the second around each of some times, float16 (n, 1025, 44).

        Raises
        ------
        UserFacingError
            When there is no sound, it can't be decoded, or the disk refuses.
        """
        path = self._path(recording.sound or recording.picture, "sounds", list(times_s))
        return self._kept(path, lambda: self._heard(recording, times_s))

    def sound(self, recording: Recording, time_s: float) -> NDArray[np.float32]:
        """The second of sound around a time, float32 (22050,)."""
        rate = self._spectrogram.sample_rate
        return self._footage.sound(recording, time_s - SOUND_S / 2, round(SOUND_S * rate), rate)

    def _seen(
        self, recording: Recording, times_s: Sequence[float], width: int, height: int
    ) -> NDArray[np.uint8]:
        if recording.repeat_s is not None:
            return self._footage.pictures_at(recording, times_s, PictureFormat(width, height, gray=False))
        # The reader converts only the pictures that are asked for, which is half of the work.
        reader = FrameReader(recording.picture, (width, height), _DECODED_BYTES, thread_count=1)
        try:
            numbers = nearest_times(reader.times_s, times_s)
            return np.stack([reader.frame(int(number)) for number in numbers])
        finally:
            reader.close()

    def _heard(self, recording: Recording, times_s: Sequence[float]) -> NDArray[np.float16]:
        rows = [log_spectrogram(self.sound(recording, time_s), self._spectrogram) for time_s in times_s]
        return np.stack(rows).astype(np.float16)

    def _path(self, file: Path, kind: str, settings: list[float]) -> Path:
        """Where it is kept: a changed file has another name."""
        status = file.stat()
        identity = [_VERSION, str(file.absolute()), status.st_size, status.st_mtime_ns, kind, *settings]
        text = json.dumps(identity).encode(errors="surrogateescape")
        return self._folder / f"{hashlib.sha256(text).hexdigest()[:32]}.npy"

    def _kept(self, path: Path, make: Callable[[], NDArray[np.generic]]) -> NDArray:
        if not path.is_file():
            contents = BytesIO()
            np.save(contents, make(), allow_pickle=False)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_beside(path, contents.getvalue()).replace(path)
            except OSError as error:
                raise UserFacingError(
                    f"Pictures and sounds can't be kept in “{path.parent}”: {reason(error)}. Name another "
                    "folder with --data.cache."
                ) from error
        return np.load(path, mmap_mode="r", allow_pickle=False)
