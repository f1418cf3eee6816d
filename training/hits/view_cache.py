"""Views of clips, computed once in several processes and kept on disk.

A file is found by the digest of the clip's contents and of the features' settings, so that a clip that was
rendered anew, or other settings, never meet old views.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from rich.console import Console
from rich.progress import track

from engine.errors import UserFacingError
from engine.features.dense_flow import CHANNELS
from engine.media.decode import iter_frames
from engine.media.probe import probe
from engine.models.plain_config import to_plain
from engine.models.shot_view import ShotView, ViewConfig, shot_views
from engine.project.durable import write_beside
from engine.user_folders import cache_folder
from training.datasets.manifest import file_sha256
from training.datasets.recording import Recording

_ARRAYS = ("times_s", "grids", "pictures", "backdrop")
VIEWS_VERSION = 1
"""Counts changes of the features' code that no setting tells of."""


@dataclass(frozen=True, slots=True)
class BrokenClip:
    """A clip that can't be looked at, and why."""

    name: str
    reason: str


class ViewCache:
    """Where views are kept.

    Parameters
    ----------
    features
        How clips are looked at.
    rate_hz
        Pictures per second of the views.
    folder
        In the user's cache folder when None.
    """

    def __init__(self, config: ViewConfig, rate_hz: float, folder: Path | None = None) -> None:
        self._config, self._rate_hz = config, rate_hz
        self._folder = folder or cache_folder() / "shot-views"

    def load(
        self, recordings: Sequence[Recording], processes: int = 1
    ) -> tuple[dict[str, list[ShotView]], list[BrokenClip]]:
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
        found: dict[str, list[ShotView]] = {}
        broken: list[BrokenClip] = []
        missing = [recording for recording in recordings if not self._path(recording.picture).is_file()]
        for recording, problem in self._computed(missing, processes):
            if problem is not None:
                broken.append(BrokenClip(recording.name, problem))
        names = {clip.name for clip in broken}
        for recording in recordings:
            if recording.name not in names:
                found[recording.name] = self.views(recording.picture)
        if not found:
            first = f" {broken[0].name}: {broken[0].reason}" if broken else ""
            raise UserFacingError(f"Of {len(recordings)} clips none can be used.{first}")
        return found, broken

    def views(self, picture: Path) -> list[ShotView]:
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
                    return [
                        ShotView(*(kept[f"{name}_{shot}"] for name in _ARRAYS))
                        for shot in range(int(kept["shots"]))
                    ]
            except (OSError, ValueError, KeyError, BadZipFile):
                path.unlink(missing_ok=True)  # torn by a crash; it can be made again
        views = compute_views(picture, self._config, self._rate_hz)
        arrays: dict[str, np.ndarray] = {"shots": np.array(len(views))}
        for shot, view in enumerate(views):
            arrays |= {f"{name}_{shot}": getattr(view, name) for name in _ARRAYS}
        box = BytesIO()
        np.savez(box, **arrays)  # pyright: ignore[reportArgumentType]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_beside(path, box.getvalue()).replace(path)
        return views

    def _computed(
        self, recordings: Sequence[Recording], processes: int
    ) -> Iterable[tuple[Recording, str | None]]:
        console = Console(stderr=True)
        shown = {"description": "views of clips", "total": len(recordings), "console": console}
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
        """Compute and keep a clip's views; why that failed, or None."""
        try:
            self.views(picture)
        except UserFacingError as error:
            return str(error)
        return None

    def _path(self, picture: Path) -> Path:
        settings = json.dumps([VIEWS_VERSION, CHANNELS, self._rate_hz, to_plain(self._config)])
        key = hashlib.sha256(f"{file_sha256(picture)} {settings}".encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.npz"


def compute_views(picture: Path, config: ViewConfig, rate_hz: float) -> list[ShotView]:
    """Decode a clip and look at its shots; the grids are float16.

    Raises
    ------
    MediaError
        When it can't be decoded or has no picture.
    """
    video = probe(picture).video
    if video is None:
        raise UserFacingError(f"“{picture.name}” has no picture.")
    size = config.grids.motion.picture_size(video.width, video.height)
    frames = iter_frames(picture, size=size, gray=True, thread_count=1)
    return [
        replace(view, grids=view.grids.astype(np.float16)) for view in shot_views(frames, config, rate_hz)
    ]
