"""Grids of clips, computed once in several processes and kept on disk.

A file is found by the digest of the clip's contents and of the features' settings, so that a clip that was
rendered anew, or other settings, never meet old grids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from rich.console import Console
from rich.progress import track

from engine.errors import UserFacingError
from engine.features.dense_flow import CHANNELS, MotionGridConfig, motion_grid
from engine.media.decode import iter_frames
from engine.media.probe import probe
from engine.models.motion_hits import GridSequence, grid_sequences
from engine.models.plain_config import to_plain
from engine.project.durable import write_beside
from engine.user_folders import cache_folder
from training.datasets.manifest import file_sha256
from training.datasets.recording import Recording

GRIDS_VERSION = 1
"""Counts changes of the features' code that no setting tells of."""


@dataclass(frozen=True, slots=True)
class BrokenClip:
    """A clip whose grids can't be had, and why."""

    name: str
    reason: str


class GridCache:
    """Where grids are kept.

    Parameters
    ----------
    features
        Settings of the grids.
    rate_hz
        Pictures per second of the sequences.
    folder
        In the user's cache folder when None.
    """

    def __init__(self, features: MotionGridConfig, rate_hz: float, folder: Path | None = None) -> None:
        self._features, self._rate_hz = features, rate_hz
        self._folder = folder or cache_folder() / "motion-grids"

    def load(
        self, recordings: Sequence[Recording], processes: int = 1
    ) -> tuple[dict[str, list[GridSequence]], list[BrokenClip]]:
        """The shots of each recording by its name, computed where they are not there yet.

        Parameters
        ----------
        processes
            How many compute at a time.

        Returns
        -------
        tuple
            What there is, and the clips that can't be read.

        Raises
        ------
        UserFacingError
            When not one clip can be read.
        """
        found: dict[str, list[GridSequence]] = {}
        broken: list[BrokenClip] = []
        missing = [recording for recording in recordings if not self._path(recording.picture).is_file()]
        for recording, problem in self._computed(missing, processes):
            if problem is not None:
                broken.append(BrokenClip(recording.name, problem))
        names = {clip.name for clip in broken}
        for recording in recordings:
            if recording.name not in names:
                found[recording.name] = self.sequences(recording.picture)
        if not found:
            first = f" {broken[0].name}: {broken[0].reason}" if broken else ""
            raise UserFacingError(f"Of {len(recordings)} clips none can be used.{first}")
        return found, broken

    def sequences(self, picture: Path) -> list[GridSequence]:
        """The shots of one clip, from the disk or computed now; float16.

        Raises
        ------
        MediaError
            When it can't be decoded.
        """
        path = self._path(picture)
        if path.is_file():
            try:
                with np.load(path) as kept:
                    count = int(kept["shots"])
                    return [
                        GridSequence(kept[f"times_s_{shot}"], kept[f"channels_{shot}"])
                        for shot in range(count)
                    ]
            except (OSError, ValueError, KeyError, BadZipFile):
                path.unlink(missing_ok=True)  # torn by a crash; it can be made again
        sequences = compute_sequences(picture, self._features, self._rate_hz)
        box = BytesIO()
        arrays: dict[str, np.ndarray] = {"shots": np.array(len(sequences))}
        for shot, sequence in enumerate(sequences):
            arrays[f"times_s_{shot}"] = sequence.times_s
            arrays[f"channels_{shot}"] = sequence.channels
        np.savez_compressed(box, **arrays)  # pyright: ignore[reportArgumentType]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_beside(path, box.getvalue()).replace(path)
        return sequences

    def _computed(
        self, recordings: Sequence[Recording], processes: int
    ) -> Iterable[tuple[Recording, str | None]]:
        console = Console(stderr=True)
        shown = {"description": "motion grids", "total": len(recordings), "console": console}
        if processes <= 1 or len(recordings) < 2:
            for recording in track(recordings, disable=not console.is_terminal, **shown):
                yield recording, self._problem_of(recording.picture)
            return
        # Never fork: torch's threads don't survive it.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            jobs = {pool.submit(self._problem_of, recording.picture): recording for recording in recordings}
            for job in track(as_completed(jobs), disable=not console.is_terminal, **shown):
                yield jobs[job], job.result()

    def _problem_of(self, picture: Path) -> str | None:
        """Compute and keep a clip's grids; why that failed, or None."""
        try:
            self.sequences(picture)
        except UserFacingError as error:
            return str(error)
        return None

    def _path(self, picture: Path) -> Path:
        settings = json.dumps([GRIDS_VERSION, CHANNELS, self._rate_hz, to_plain(self._features)])
        key = hashlib.sha256(f"{file_sha256(picture)} {settings}".encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.npz"


def compute_sequences(picture: Path, features: MotionGridConfig, rate_hz: float) -> list[GridSequence]:
    """Decode a clip and measure its motion; float16.

    Raises
    ------
    MediaError
        When it can't be decoded or has no picture.
    """
    video = probe(picture).video
    if video is None:
        raise UserFacingError(f"“{picture.name}” has no picture.")
    size = features.motion.picture_size(video.width, video.height)
    grids = list(motion_grid(iter_frames(picture, size=size, gray=True, thread_count=1), features))
    return [
        GridSequence(sequence.times_s, sequence.channels.astype(np.float16))
        for sequence in grid_sequences(grids, rate_hz)
    ]
