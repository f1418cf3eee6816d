"""What the detector looks at: for every picture of a shot its grid of motion and itself, small and gray.

Conventions
-----------
Pictures come from the decoder gray and small (`engine.features.flow.MotionConfig.picture_size`). A shot is
brought to the detector's rate: pictures of another rate, or of a rate that varies, are interpolated between;
grids hold rates of change, so that their values stay what they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.features.dense_flow import MotionGridConfig, motion_grid
from engine.features.flow import TimedPicture

_RATE_TOLERANCE = 0.02
"""Pictures whose rate is as near as this to the detector's are taken as they come."""
_BACKDROP_PICTURES = 48
"""The backdrop is the median of about so many pictures."""


@dataclass(frozen=True, slots=True)
class ViewConfig:
    """How a shot is looked at.

    Attributes
    ----------
    grids
        Settings of the grids of motion.
    width, height
        Of the small pictures, whatever the video's shape: it is squeezed into them.
    """

    grids: MotionGridConfig = field(default_factory=MotionGridConfig)
    width: int = 112
    height: int = 84

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 16:
            raise ValueError(f"pictures of {self.width} x {self.height} are too small to see anything in")


@dataclass(frozen=True, slots=True, eq=False)
class ShotView:
    """A shot, or a part of one, at the detector's rate.

    Attributes
    ----------
    times_s
        float64 (pictures,), strictly increasing.
    grids
        (pictures, channels, rows, columns), float16 or float32.
    pictures
        uint8 (pictures, height, width).
    backdrop
        uint8 (height, width), the median picture.
    """

    times_s: NDArray[np.float64]
    grids: NDArray[np.floating]
    pictures: NDArray[np.uint8]
    backdrop: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times_s)


@dataclass(frozen=True, slots=True, eq=False)
class SeenPicture:
    """One picture as the video has it: its time, its shot's number, its grid, and itself, small."""

    time_s: float
    shot: int
    grid: NDArray[np.float32]
    picture: NDArray[np.uint8]


def seen_pictures(frames: Iterable[TimedPicture], config: ViewConfig) -> Iterator[SeenPicture]:
    """One per picture, in order of time, thinned out as `motion_grid` says; memory is flat at any length."""
    small: deque[tuple[float, NDArray[np.uint8]]] = deque()

    def shrunk() -> Iterator[TimedPicture]:
        for frame in frames:
            small.append((frame.time_s, _shrunk(frame.image, config)))
            yield frame

    for grid in motion_grid(shrunk(), config.grids):
        while small[0][0] != grid.time_s:
            small.popleft()
        yield SeenPicture(grid.time_s, grid.shot, grid.channels, small.popleft()[1])


def shot_views(frames: Iterable[TimedPicture], config: ViewConfig, rate_hz: float) -> list[ShotView]:
    """The shots of a short clip, each whole."""
    shots: list[ShotView] = []
    seen: list[SeenPicture] = []
    for picture in seen_pictures(frames, config):
        if seen and picture.shot != seen[-1].shot:
            shots.append(shot_view(seen, rate_hz))
            seen = []
        seen.append(picture)
    if seen:
        shots.append(shot_view(seen, rate_hz))
    return shots


def shot_view(seen: list[SeenPicture], rate_hz: float) -> ShotView:
    """Consecutive pictures of one shot at the detector's rate."""
    times_s = np.array([picture.time_s for picture in seen], np.float64)
    grids = np.stack([picture.grid for picture in seen])
    pictures = np.stack([picture.picture for picture in seen])
    backdrop = backdrop_of(pictures)
    if is_at_rate(times_s, rate_hz):
        return ShotView(times_s, grids, pictures, backdrop)
    count = int(np.floor((times_s[-1] - times_s[0]) * rate_hz + 1e-6)) + 1
    wanted_s = times_s[0] + np.arange(count) / rate_hz
    places = place_of(wanted_s, times_s)
    return ShotView(wanted_s, between_grids(grids, places), between_pictures(pictures, places), backdrop)


def backdrop_of(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The median (height, width) over pictures (pictures, height, width)."""
    every = max(1, len(pictures) // _BACKDROP_PICTURES)
    return np.median(pictures[::every], axis=0).astype(np.uint8)


def _shrunk(image: NDArray[np.uint8], config: ViewConfig) -> NDArray[np.uint8]:
    shrunk = cv2.resize(image, (config.width, config.height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.uint8)


def is_at_rate(times_s: NDArray[np.float64], rate_hz: float) -> bool:
    """Whether pictures come at the detector's rate already."""
    return bool(np.all(np.abs(np.diff(times_s) * rate_hz - 1) <= _RATE_TOLERANCE))


def between_grids(grids: NDArray[np.floating], places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Grids at places between pictures, linearly interpolated; nothing moves beyond both ends."""
    count = len(grids)
    below = np.floor(places).astype(np.int64)
    share = (places - below).astype(np.float32)[:, None, None, None]

    def at(index: NDArray[np.int64]) -> NDArray[np.float32]:
        taken = grids[np.clip(index, 0, count - 1)].astype(np.float32)
        taken[(index < 0) | (index >= count)] = 0
        return taken

    if not share.any():
        return at(below)
    return np.asarray((1 - share) * at(below) + share * at(below + 1), np.float32)


def between_pictures(pictures: NDArray[np.uint8], places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Pictures at places between pictures, blended; beyond both ends the outermost one stays."""
    inside = np.clip(places, 0, len(pictures) - 1)
    below = np.floor(inside).astype(np.int64)
    share = (inside - below).astype(np.float32)[:, None, None]
    if not share.any():
        return pictures[below]
    above = np.minimum(below + 1, len(pictures) - 1)
    return ((1 - share) * pictures[below] + share * pictures[above] + np.float32(0.5)).astype(np.uint8)


def place_of(time_s: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where times lie among a shot's pictures, in pictures from the first; linear beyond both ends."""
    if len(times_s) < 2:
        return np.asarray(time_s - times_s[0], np.float64)
    interval_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1)
    place = np.interp(time_s, times_s, np.arange(len(times_s), dtype=np.float64))
    before, after = np.minimum(time_s - times_s[0], 0), np.maximum(time_s - times_s[-1], 0)
    return place + (before + after) / interval_s


def time_at(times_s: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `place_of`."""
    if len(times_s) < 2:
        return times_s[0] + place
    interval_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1)
    beyond = np.minimum(place, 0) + np.maximum(place - (len(times_s) - 1), 0)
    return np.interp(place, np.arange(len(times_s)), times_s) + beyond * interval_s
