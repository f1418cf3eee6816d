"""Motion in a picture, summarised per moment: how much changes, how fast, which way, and where.

Conventions
-----------
Pictures are uint8 gray (height, width) of about `MotionConfig.picture_area_px` pixels. Speeds are in
picture sizes per second, where the picture's size is the square root of its area, so that they mean the
same for any size and frame rate. x runs to the right and y down. Places are 0..1 from the left and top.
The camera's own motion (the median of the flow) and changes of brightness are taken out.

References
----------
Kroeger, Timofte, Dai, Van Gool: Fast Optical Flow using Dense Inverse Search. ECCV 2016.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.features.steady import above_noise, camera_shift, change_between, is_cut, is_repeat, smoothed

# OpenCV cuts a flow field into as many stripes as it has threads, and the result depends on the cut.
cv2.setNumThreads(1)

_MIN_SIDE_PX = 32
_SIDE_BAND = 8
"""The outermost eighth of the picture on either side."""


class TimedPicture(Protocol):
    """A gray picture and its time; `engine.media.decode.Frame` is one."""

    @property
    def time_s(self) -> float: ...

    @property
    def image(self) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, slots=True)
class MotionConfig:
    """What motion is measured on.

    Attributes
    ----------
    picture_area_px
        Width times height of the pictures that go in.
    max_rate_hz
        Faster video is thinned out to at most this rate.
    pair_interval_s
        Motion is measured between pictures about this far apart, whatever the frame rate.
    max_gap_s
        Nothing can be followed across a longer gap between pictures: a new shot begins.
    blur_px
        Pictures are smoothed with this sigma first.
    noise_levels, noise_share
        Changes smaller than this (of 255), or than this many times the median change, are noise: grain,
        a trembling camera, and light that goes up and down.
    still_energy
        Energy at which the flow counts half: a whiff of change is not speed.
    cut_change
        A change of this share of the picture's own contrast is a cut. Between 98 % of pairs of
        different scenes it is larger, within shots of fast motion it stays below 0.45.
    same_levels
        Pictures whose mean change is below this are the same picture, shown again.
    """

    picture_area_px: int = 19_200
    max_rate_hz: float = 60.0
    pair_interval_s: float = 1 / 30
    max_gap_s: float = 1 / 6
    blur_px: float = 2.0
    noise_levels: float = 3.0
    noise_share: float = 3.0
    still_energy: float = 0.1
    cut_change: float = 0.5
    same_levels: float = 0.05

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height to decode a video of this displayed size at."""
        scale = (self.picture_area_px / (width * height)) ** 0.5
        return max(_MIN_SIDE_PX, round(width * scale)), max(_MIN_SIDE_PX, round(height * scale))


@dataclass(frozen=True, slots=True)
class MotionSample:
    """Motion from one picture to a later one of the same shot.

    Attributes
    ----------
    shot
        Number of the shot, counted from 0.
    start_s, end_s
        Times of the two pictures.
    energy
        Mean change per pixel above the noise, in gray levels (0..255).
    energy_left, energy_right
        The same in the outermost eighth on either side: where an arm reaches into the picture.
    velocity_x, velocity_y
        Mean flow weighted by change, in picture sizes per second.
    reach_x, reach_y
        The far end of the motion, seen from the side the arm comes in at: where a stick's tip is.
    """

    shot: int
    start_s: float
    end_s: float
    energy: float
    energy_left: float
    energy_right: float
    velocity_x: float
    velocity_y: float
    reach_x: float
    reach_y: float


@dataclass(slots=True)
class _Seen:
    """A picture that later ones are compared with."""

    time_s: float
    image: NDArray[np.uint8]
    smooth: NDArray[np.float32]


def measure_motion(
    pictures: Iterable[TimedPicture], config: MotionConfig | None = None
) -> Iterator[MotionSample]:
    """Motion samples of a video, in order of time.

    Holds a few pictures at a time, so memory is flat at any length. A picture that merely repeats the one
    before it (a frame rate converted by doubling) is left out when the motion goes on after it.

    Parameters
    ----------
    pictures
        In order of time, all of one size; see `MotionConfig.picture_size`.

    Yields
    ------
    MotionSample
        One per picture that has a predecessor in its shot.
    """
    tracker = _MotionTracker(config or MotionConfig())
    for picture in pictures:
        yield from tracker.push(picture.time_s, picture.image)
    yield from tracker.finish()


class _MotionTracker:
    def __init__(self, config: MotionConfig) -> None:
        self._config = config
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._seen: list[_Seen] = []
        self._repeat: _Seen | None = None
        self._shot = 0
        self._sides = _ArmSide()

    def push(self, time_s: float, image: NDArray[np.uint8]) -> Iterator[MotionSample]:
        config = self._config
        last = self._repeat or (self._seen[-1] if self._seen else None)
        if last is None:
            self._seen = [self._new_picture(time_s, image)]
            return
        interval_s = time_s - last.time_s
        # Three quarters leave room for rates such as 72 and for jitter.
        if interval_s < 0.75 / config.max_rate_hz:
            return
        picture = self._new_picture(time_s, image)
        if interval_s > config.max_gap_s:
            yield from self.finish()
            self._begin_shot(picture)
        elif self._repeat is None and is_repeat(last.image, image, config.same_levels):
            self._repeat = picture
        else:
            if self._repeat is not None and is_repeat(last.image, image, config.same_levels):
                yield from self._take(self._repeat)
            self._repeat = None
            yield from self._take(picture)

    def finish(self) -> Iterator[MotionSample]:
        if self._repeat is not None:
            repeat, self._repeat = self._repeat, None
            yield from self._take(repeat)

    def _new_picture(self, time_s: float, image: NDArray[np.uint8]) -> _Seen:
        return _Seen(time_s, image, smoothed(image, self._config.blur_px))

    def _begin_shot(self, picture: _Seen) -> None:
        self._seen = [picture]
        self._shot += 1
        self._sides = _ArmSide()

    def _take(self, picture: _Seen) -> Iterator[MotionSample]:
        config = self._config
        newest_s = picture.time_s - 0.75 * config.pair_interval_s
        while len(self._seen) > 1 and self._seen[1].time_s <= newest_s:
            self._seen.pop(0)
        earlier = self._seen[0]
        # An array in place of None would be taken as a first guess of the flow.
        flow = self._flow.calc(earlier.image, picture.image, None)  # pyright: ignore[reportCallIssue, reportArgumentType]
        shift = camera_shift(flow)
        change = change_between(earlier.smooth, picture.smooth, shift)
        if is_cut(change, earlier.smooth, picture.smooth, config.cut_change):
            self._begin_shot(picture)
            return
        self._seen.append(picture)
        flow -= shift
        moved = above_noise(np.abs(change), config.noise_levels, config.noise_share)
        yield self._summary(earlier, picture, moved, flow)

    def _summary(
        self, earlier: _Seen, later: _Seen, change: NDArray[np.float32], flow: NDArray[np.float32]
    ) -> MotionSample:
        height, width = change.shape
        interval_s = later.time_s - earlier.time_s
        per_second = 1 / (interval_s * (width * height) ** 0.5)
        band = max(1, width // _SIDE_BAND)
        left, right = float(change[:, :band].mean()), float(change[:, -band:].mean())
        self._sides.update(left, right, interval_s)
        weight = float(change.sum()) + self._config.still_energy * change.size
        reach_x, reach_y = _reach(change, self._sides.direction)
        return MotionSample(
            shot=self._shot,
            start_s=earlier.time_s,
            end_s=later.time_s,
            energy=float(change.mean()),
            energy_left=left,
            energy_right=right,
            velocity_x=float((flow[..., 0] * change).sum()) / weight * per_second,
            velocity_y=float((flow[..., 1] * change).sum()) / weight * per_second,
            reach_x=reach_x,
            reach_y=reach_y,
        )


class _ArmSide:
    """The side of the picture the motion comes in at, as a running mean over two seconds."""

    def __init__(self) -> None:
        self._left = self._right = 0.0

    def update(self, left: float, right: float, interval_s: float) -> None:
        keep = np.exp(-interval_s / 2.0)
        self._left = keep * self._left + (1 - keep) * left
        self._right = keep * self._right + (1 - keep) * right

    @property
    def direction(self) -> tuple[float, float]:
        """Unit vector that points away from the arm, and down."""
        sideways = (self._left - self._right) / (self._left + self._right + 1e-3)
        length = (sideways**2 + 1) ** 0.5
        return float(sideways / length), float(1 / length)


def _reach(change: NDArray[np.float32], direction: tuple[float, float]) -> tuple[float, float]:
    """Where the far tenth of the change lies along a direction, as shares of width and height."""
    height, width = change.shape
    y, x = np.nonzero(change)
    if not len(x):
        return 0.5, 0.5
    along = direction[0] * x + direction[1] * y
    is_far = along >= np.quantile(along, 0.9)
    weights = change[y[is_far], x[is_far]]
    weight = float(weights.sum())
    return float(weights @ x[is_far]) / (weight * width), float(weights @ y[is_far]) / (weight * height)
