"""Dense optical flow at a fixed clock, whatever the video's rate: what a network of stacked flow looks at.

Conventions
-----------
Field number n is the motion that leads to what is on screen at n / rate: float32 (2, rows, columns), x to the
right and y down, in widths and heights of the picture per second. The camera's own motion is taken out, and
what hardly changes counts as still. A video slower than the clock goes on as it moved last. Where a scene
begins nothing moves.

References
----------
Kroeger, Timofte, Dai, Van Gool: Fast Optical Flow using Dense Inverse Search. ECCV 2016.
Simonyan, Zisserman: Two-Stream Convolutional Networks for Action Recognition in Videos. NIPS 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.features.dense_flow import DenseFlow
from engine.features.flow import TimedPicture
from engine.features.steady import above_noise, camera_shift, change_between, is_cut, is_repeat, smoothed

_SAME_TIME_S = 1e-3


@dataclass(frozen=True, slots=True)
class FlowFieldConfig:
    """What the fields are made of.

    Attributes
    ----------
    rate_hz
        The clock.
    width, height
        Of the pictures that go in; a picture of another shape is squeezed.
    pooled_px
        So many pixels either way become one place of a field.
    blur_px
        Pictures are smoothed with this sigma before their change is measured.
    noise_levels, noise_share
        Changes smaller than this (of 255), or than this many times the median change, are noise.
    still_levels
        Change at which the flow counts half: flow where nothing changes is a guess.
    around_px
        Change is looked for in a square of this side: the inside of a moving thing may be plain.
    cut_change
        A change of this share of the pictures' contrast is a cut.
    max_gap_s
        Nothing is followed across a longer gap between pictures.
    same_levels
        Pictures whose mean change is below this are the same picture, shown again.
    """

    rate_hz: float = 31.25
    width: int = 96
    height: int = 72
    pooled_px: int = 4
    blur_px: float = 1.0
    noise_levels: float = 3.0
    noise_share: float = 3.0
    still_levels: float = 1.0
    around_px: int = 5
    cut_change: float = 0.5
    max_gap_s: float = 1 / 6
    same_levels: float = 0.05

    def __post_init__(self) -> None:
        if self.rate_hz <= 0 or self.max_gap_s <= 0:
            raise ValueError("rate_hz and max_gap_s must be above 0")
        if min(self.width, self.height) < 16 or self.pooled_px < 1:
            raise ValueError("width and height must be at least 16, pooled_px at least 1")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a field."""
        return self.height // self.pooled_px, self.width // self.pooled_px

    @property
    def warm_steps(self) -> int:
        """Fields depend on no more than so many steps before them."""
        return int(self.max_gap_s * self.rate_hz) + 2


def flow_fields(
    pictures: Iterable[TimedPicture], config: FlowFieldConfig, first: int = 0
) -> Iterator[NDArray[np.float32]]:
    """The fields `first`, `first` + 1, ... up to the last picture; memory is flat at any length.

    Parameters
    ----------
    pictures
        Gray, of the config's size, in order of time. To give the fields that the whole video has, they begin
        `warm_steps` before the first field that is wanted.
    first
        Number of the first field.
    """
    tracker = _Tracker(config)
    ahead = iter(pictures)
    following = next(ahead, None)
    number = first
    while following is not None:
        time_s = number / config.rate_hz
        shown: TimedPicture | None = None
        while following is not None and following.time_s <= time_s + _SAME_TIME_S:
            shown, following = following, next(ahead, None)
        yield tracker.step(time_s, shown)
        number += 1


@dataclass(slots=True)
class _Seen:
    """A picture, when it first was on screen, and until when it is known to have been."""

    image: NDArray[np.uint8]
    smooth: NDArray[np.float32]
    first_s: float
    last_s: float


class _Tracker:
    def __init__(self, config: FlowFieldConfig) -> None:
        self._config = config
        self._flow = DenseFlow()
        self._seen: _Seen | None = None
        self._still = np.zeros((2, *config.shape), np.float32)
        self._held = self._still

    def step(self, time_s: float, picture: TimedPicture | None) -> NDArray[np.float32]:
        """The field of a moment; `picture` is what came on screen since the one before, if anything did."""
        config, seen = self._config, self._seen
        if picture is not None:
            if seen is None or not is_repeat(seen.image, picture.image, config.same_levels):
                smooth = smoothed(picture.image, config.blur_px)
                self._seen = _Seen(picture.image, smooth, picture.time_s, picture.time_s)
                self._held = self._still if seen is None else self._compare(seen, self._seen)
                return self._held
            seen.last_s = picture.time_s
        if seen is None or time_s - seen.first_s > config.max_gap_s:
            self._held = self._still
        return self._held

    def _compare(self, earlier: _Seen, later: _Seen) -> NDArray[np.float32]:
        config = self._config
        if later.first_s - earlier.last_s > config.max_gap_s:
            return self._still
        flow = self._flow(earlier.image, later.image)
        shift = camera_shift(flow)
        change = change_between(earlier.smooth, later.smooth, shift)
        if is_cut(change, earlier.smooth, later.smooth, config.cut_change):
            return self._still
        size = above_noise(np.abs(change), config.noise_levels, config.noise_share)
        around = cv2.blur(size, (config.around_px, config.around_px))
        share = np.asarray(around / (around + config.still_levels), np.float32)
        duration_s = min(later.first_s - earlier.first_s, config.max_gap_s)
        height, width = size.shape
        per_second = np.array([1 / (width * duration_s), 1 / (height * duration_s)], np.float32)
        velocity = (flow - shift) * per_second * share[..., None]
        rows, columns = config.shape
        pooled = cv2.resize(velocity, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(np.moveaxis(pooled, 2, 0), np.float32)
