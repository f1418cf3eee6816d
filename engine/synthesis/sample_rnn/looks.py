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
        self._frames: Iterator[Frame] = iter_frames(path, size=(_SIDE, _SIDE), start_s=begins_s, job=job)
        self._shown: Frame | None = None
        self._ahead: Frame | None = next(self._frames, None)
        self._described: NDArray[np.float32] | None = None

    def take(self, count: int) -> NDArray[np.float32]:
        """The next pictures' features (count, features); after the film's end its last one's."""
        rows = []
        for number in range(self._next, self._next + count):
            if self._described is None or number % self._config.looks_every == 0:
                at = number - number % self._config.looks_every
                self._described = self._describer([self._frame_at(at / self._config.picture_rate_hz)])[0]
            rows.append(self._described)
        self._next += count
        return np.stack(rows)

    def _frame_at(self, time_s: float) -> NDArray[np.uint8]:
        while self._ahead is not None and (self._shown is None or self._ahead.time_s <= time_s + 1e-3):
            self._shown, self._ahead = self._ahead, next(self._frames, None)
        assert self._shown is not None, "a film has at least one picture"
        return self._shown.image
