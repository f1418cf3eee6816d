"""The true cochleagrams of recordings, computed once and kept on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from engine.features.cochleagram import cochleagram
from engine.models.plain_config import to_plain
from engine.models.sound_feature_net import SoundFeatureNetConfig
from engine.project.durable import write_beside
from engine.user_folders import cache_folder
from training.datasets.footage import Footage
from training.datasets.manifest import file_sha256
from training.datasets.recording import Recording
from training.datasets.samples import WindowPlace
from training.datasets.sound_file import native_rate


class HeardSounds:
    """Cochleagrams of recordings.

    Parameters
    ----------
    config
        What a cochleagram is.
    folder
        Where they are kept; in the user's cache folder when None.
    """

    def __init__(self, config: SoundFeatureNetConfig, folder: Path | None = None) -> None:
        self._config = config
        self._folder = (folder or cache_folder() / "spacetime") / "cochleagrams"
        self._footage = Footage()

    def cochleagram(self, recording: Recording) -> NDArray[np.float32]:
        """A whole recording's, float32 (frames, bands + 2)."""
        assert recording.sound is not None
        rate = native_rate(recording.sound)
        settings = to_plain(self._config.cochleagram(rate)) | {"duration_s": recording.duration_s}
        digest = sha256(f"{file_sha256(recording.sound)}{json.dumps(settings, sort_keys=True)}".encode())
        path = self._folder / f"{digest.hexdigest()[:32]}.npy"
        if path.is_file():
            return np.load(path).astype(np.float32)
        samples = self._footage.sound(recording, 0.0, round(recording.duration_s * rate), rate)
        frames = cochleagram(samples, self._config.cochleagram(rate))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = write_beside(path, _npy(frames.astype(np.float16)))
        beside.replace(path)
        return frames

    def windows(
        self, recordings: Sequence[Recording], places: Sequence[WindowPlace], pictures: int
    ) -> list[NDArray[np.float32]]:
        """Of windows of so many pictures: float32 (pictures * rows_per_picture, bands + 2) each."""
        look = self._config.look
        frames = pictures * look.rows_per_picture
        console = Console(stderr=True)
        cut: list[NDArray[np.float32]] = []
        whole, shown = np.zeros((0, 0), np.float32), -1
        for place in track(places, "listening", console=console, transient=True):
            if place.recording != shown:
                whole, shown = self.cochleagram(recordings[place.recording]), place.recording
            first = round(place.start_s * self._config.envelope_rate_hz)
            part = whole[first : first + frames]
            # The last picture's sound may end a little early.
            cut.append(np.pad(part, ((0, frames - len(part)), (0, 0))))
        return cut


def _npy(array: NDArray[np.float16]) -> bytes:
    from io import BytesIO

    contents = BytesIO()
    np.save(contents, array)
    return contents.getvalue()
