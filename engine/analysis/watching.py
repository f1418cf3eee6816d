"""The pictures of a video on their way to a detector: times noted, progress told, oddities remembered."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.features.steady import is_cut
from engine.job import Job
from engine.media.decode import Frame

_PROGRESS_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """What is remembered of a picture. Brightness is in gray levels (0..255).

    Attributes
    ----------
    columns, rows
        Pictures are compared by the means of so many cells.
    compared_s
        A picture is compared with one so much earlier.
    black_level, black_share
        A picture is black when less than this share of it is brighter than this.
    moved_level, moved_times, noise_level
        Something moved when a cell changed by more than this level and so many times what the median cell
        did; but what the median cell did is at most so much of noise. Light that goes up and down is no
        change.
    cut_change
        See `engine.features.flow.MotionConfig`.
    """

    columns: int = 16
    rows: int = 12
    compared_s: float = 0.4
    black_level: int = 28
    black_share: float = 0.002
    moved_level: float = 2.0
    moved_times: float = 6.0
    noise_level: float = 2.0
    cut_change: float = 0.5


class PictureWatch:
    """Passes pictures on and remembers what `engine.analysis.notes` wants to know of them.

    Attributes
    ----------
    times_s
        Of the pictures seen so far.
    black
        How many of them were black.
    compared, moved
        How many pairs of pictures of one shot were compared, and in how many something moved.
    cuts
        How many cuts there were.
    """

    def __init__(self, config: WatchConfig | None = None) -> None:
        self._config = config or WatchConfig()
        self.times_s = array("d")
        self.black = self.compared = self.moved = self.cuts = 0
        self._last: NDArray[np.float32] | None = None
        self._kept: NDArray[np.float32] | None = None
        self._kept_s = 0.0

    def watched(self, pictures: Iterable[Frame], duration_s: float, job: Job) -> Iterator[Frame]:
        """The same gray pictures; reports progress about four times a second of video."""
        reported_s = -1.0
        for picture in pictures:
            self._see(picture)
            if picture.time_s - reported_s >= _PROGRESS_EVERY_S:
                reported_s = picture.time_s
                text = f"Analysing {_clock(picture.time_s)} of {_clock(duration_s)}"
                job.progress(picture.time_s / max(duration_s, 1e-3), text)
            yield picture

    def _see(self, picture: Frame) -> None:
        config = self._config
        self.times_s.append(picture.time_s)
        image = picture.image
        self.black += np.count_nonzero(image > config.black_level) < config.black_share * image.size
        small = cv2.resize(image, (config.columns, config.rows), interpolation=cv2.INTER_AREA)
        cells = np.asarray(small, np.float32)
        if self._last is not None and is_cut(cells - self._last, self._last, cells, config.cut_change):
            self.cuts += 1
            self._kept = None
        self._last = cells
        if self._kept is None:
            self._kept, self._kept_s = cells, picture.time_s
        elif picture.time_s - self._kept_s >= config.compared_s:
            size = np.abs(_unlit(cells, self._kept))
            noise = min(float(np.median(size)), config.noise_level)
            self.compared += 1
            self.moved += bool(size.max() > config.moved_level + config.moved_times * noise)
            self._kept, self._kept_s = cells, picture.time_s


def _unlit(later: NDArray[np.float32], earlier: NDArray[np.float32]) -> NDArray[np.float32]:
    """The change between two pictures that another light or exposure does not explain."""
    spread = earlier - earlier.mean()
    gain = float((spread * later).sum() / max(float((spread**2).sum()), 1e-6))
    return later - later.mean() - gain * spread


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(int(time_s), 60)
    return f"{minutes:02d}:{seconds:02d}"
