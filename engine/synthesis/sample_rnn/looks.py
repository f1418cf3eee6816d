"""What a film's pictures show, one after the other at a generator's clock, as a network describes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.media.decode import Frame, iter_frames
from engine.models.picture_features import Describer
from engine.models.picture_sound import PictureSoundConfig

_SIDE = 240
_SLACK_S = 1e-3
_EARLIER_S = (0.5, 8.0, float("inf"))
"""What is shown at a time was decoded before it; a picture that stays for long, long before it."""


class Looks:
    """Reads a film once, from some picture on; memory stays flat.

    Parameters
    ----------
    path
        The film.
    config
        Of the generator: its clock, and how often it looks.
    describer
        Says what a picture shows.
    first
        Number of the first picture that is wanted, at the generator's clock.
    """

    def __init__(
        self,
        path: Path,
        config: PictureSoundConfig,
        describer: Describer,
        first: int = 0,
        job: Job = SILENT_JOB,
    ) -> None:
        self._config, self._describer, self._next = config, describer, first
        # What is shown is described at fixed times of the film, so that a range sees what the whole would.
        begins_s = (first - first % config.looks_every) / config.picture_rate_hz
        self._frames, self._ahead = _frames_from(path, begins_s, job)
        self._shown: Frame | None = None
        self._described: NDArray[np.float32] | None = None
        self._described_frame: Frame | None = None
        self._job = job

    def take(self, count: int) -> NDArray[np.float32]:
        """The next pictures' features (count, features); after the film's end its last one's."""
        rows = []
        for number in range(self._next, self._next + count):
            if self._described is None or number % self._config.looks_every == 0:
                self._job.check()
                self._described = self._description(number - number % self._config.looks_every)
            rows.append(self._described)
        self._next += count
        return np.stack(rows)

    def _description(self, number: int) -> NDArray[np.float32]:
        frame = self._frame_at(number / self._config.picture_rate_hz)
        if self._described is not None and frame is self._described_frame:
            return self._described
        self._described_frame = frame
        return self._describer([frame.image])[0]

    def _frame_at(self, time_s: float) -> Frame:
        while self._ahead is not None and (self._shown is None or self._ahead.time_s <= time_s + _SLACK_S):
            self._shown, self._ahead = self._ahead, next(self._frames, None)
        assert self._shown is not None, "a film has at least one picture"
        return self._shown


def _frames_from(path: Path, time_s: float, job: Job) -> tuple[Iterator[Frame], Frame | None]:
    """The frames from the one that is shown at a time on, or from an earlier one; the first of them apart."""
    for earlier_s in _EARLIER_S:
        start_s = max(0.0, time_s - earlier_s)
        frames = iter_frames(path, size=(_SIDE, _SIDE), start_s=start_s, job=job)
        first = next(frames, None)
        if start_s == 0.0 or (first is not None and first.time_s <= time_s + _SLACK_S):
            return frames, first
    raise AssertionError("the last of them begins with the film")
