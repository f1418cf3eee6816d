"""Where and how a picture moves, cell by cell: what the detector of contacts sees.

Conventions
-----------
Pictures are uint8 gray (height, width) of about `MotionConfig.picture_area_px` pixels, any frame rate. A
grid has `rows` x `columns` cells over the whole picture, whatever its shape, and the channels named in
`CHANNELS`, in that order. The camera's own motion and changes of brightness are taken out (`steady`).

References
----------
Kroeger, Timofte, Dai, Van Gool: Fast Optical Flow using Dense Inverse Search. ECCV 2016.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from engine.features.backdrop import Backdrop, BackdropConfig
from engine.features.flow import MotionConfig, TimedPicture
from engine.features.steady import (
    above_noise,
    camera_shift,
    change_between,
    is_cut,
    is_repeat,
    smoothed,
)

# OpenCV cuts a flow field into as many stripes as it has threads, and the result depends on the cut.
cv2.setNumThreads(1)

CHANNELS = (
    "change",
    "signed change",
    "velocity x",
    "velocity y",
    "speed",
    "spreading",
    "sharpening",
    "foreground",
)
"""What the channels of a `MotionGrid` hold, as means over a cell.

change
    Size of the change of brightness above the noise, in gray levels (0..255).
signed change
    Change of brightness, noise and all, in gray levels: which side of a moving edge is the brighter one.
velocity x, velocity y
    Flow weighted by change, in picture sizes per second, x to the right and y down.
speed
    Length of the flow weighted by change, in picture sizes per second. A motion to and fro, or one around a
    point, has speed where its velocities cancel.
spreading
    Divergence of the flow weighted by change, per second: positive where something comes nearer.
sharpening
    Change of the fine detail's size, in gray levels: negative where motion begins to smear a thing, positive
    where it stops. A strike in depth, which hardly moves across the picture, shows here.
foreground
    Size of the difference to the picture of the last seconds without what moves (`backdrop`), above the
    noise, in gray levels: where an arm or a stick is, even while it rests.
"""

_DETAIL_BLUR_PX = 0.8
_FINEST_SCALE = 1


@dataclass(frozen=True, slots=True)
class MotionGridConfig:
    """What the grids are made of.

    Attributes
    ----------
    columns, rows
        Cells of the grid.
    motion
        The pictures' size, the distance between compared pictures, noise and cuts.
    backdrop
        How the scene without what moves is found.
    finest_scale
        The flow is computed on pictures halved this many times. A drumstick is 3 pixels thick.
    still_change
        Change at which the flow counts half: flow where nothing changes is a guess.
    """

    columns: int = 12
    rows: int = 9
    motion: MotionConfig = field(default_factory=MotionConfig)
    backdrop: BackdropConfig = field(default_factory=BackdropConfig)
    finest_scale: int = _FINEST_SCALE
    still_change: float = 0.3


@dataclass(frozen=True, slots=True)
class MotionGrid:
    """Motion from an earlier picture to this one, cell by cell.

    Attributes
    ----------
    time_s
        Time of the picture.
    shot
        Number of the shot, counted from 0. The first picture of a shot has no motion.
    channels
        float32 (channels, rows, columns), see `CHANNELS`.
    """

    time_s: float
    shot: int
    channels: NDArray[np.float32]


class DenseFlow:
    """Flow between gray pictures; keep one, making it takes longer than using it.

    Parameters
    ----------
    finest_scale
        The flow is computed on pictures halved this many times, then enlarged.
    """

    def __init__(self, finest_scale: int = _FINEST_SCALE) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._flow.setFinestScale(finest_scale)
        # The smoothing that follows explains the pictures worse where a thin thing moves, and takes longer.
        self._flow.setVariationalRefinementIterations(0)

    def __call__(self, earlier: NDArray[np.uint8], later: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How far each pixel of the earlier picture moves: float32 (height, width, 2), x and y in pixels."""
        # An array in place of None would be taken as a first guess of the flow.
        return self._flow.calc(earlier, later, None)  # pyright: ignore[reportCallIssue, reportArgumentType]


def dense_flow(earlier: NDArray[np.uint8], later: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far each pixel of the earlier picture moves to be where it is in the later one.

    Parameters
    ----------
    earlier, later
        uint8 (height, width).

    Returns
    -------
    NDArray
        float32 (height, width, 2): x to the right and y down, in pixels. The camera's motion is part of it.
    """
    return DenseFlow()(earlier, later)


def motion_grid(
    pictures: Iterable[TimedPicture], config: MotionGridConfig | None = None
) -> Iterator[MotionGrid]:
    """One grid per picture, in order of time; memory is flat at any length.

    Pictures that come faster than `MotionConfig.max_rate_hz` are thinned out. A single picture that repeats
    the one before it (a frame rate converted by doubling) gets the grid of the one before it, as the motion
    goes on; from a second repetition on, the scene is still.

    Parameters
    ----------
    pictures
        In order of time, all of one size; see `MotionConfig.picture_size`.
    config
        The defaults suit pictures of 160 x 120.
    """
    config = config or MotionGridConfig()
    tracker = _GridTracker(config)
    held: TimedPicture | None = None
    for picture in pictures:
        # Three quarters leave room for rates such as 72 and for jitter.
        if held is not None:
            if picture.time_s - held.time_s < 0.75 / config.motion.max_rate_hz:
                continue
            yield tracker.push(held, picture)
        held = picture
    if held is not None:
        yield tracker.push(held, None)


@dataclass(slots=True)
class _Seen:
    """A picture that later ones are compared with; `time_s` is when it was first shown."""

    time_s: float
    image: NDArray[np.uint8]
    smooth: NDArray[np.float32]
    detail: NDArray[np.float32]


class _GridTracker:
    def __init__(self, config: MotionGridConfig) -> None:
        self._config = config
        self._flow = DenseFlow(config.finest_scale)
        self._backdrop = Backdrop(config.backdrop)
        self._seen: list[_Seen] = []
        self._last_s = 0.0
        self._last_grid: NDArray[np.float32] | None = None
        self._is_repeating = False
        self._shot = -1

    def push(self, picture: TimedPicture, following: TimedPicture | None) -> MotionGrid:
        motion = self._config.motion
        time_s, image = picture.time_s, picture.image
        is_new_shot = not self._seen or time_s - self._last_s > motion.max_gap_s
        self._last_s = time_s
        if not is_new_shot and is_repeat(self._seen[-1].image, image, motion.same_levels):
            return self._repeat(time_s, image, following)
        self._is_repeating = False
        seen = self._new_picture(time_s, image)
        self._last_grid = None if is_new_shot else self._compare(seen)
        if self._last_grid is None:
            self._shot += 1
            self._seen = [seen]
            self._backdrop.restart(seen.smooth, time_s)
            self._last_grid = self._nothing()
        else:
            self._seen.append(seen)
        return MotionGrid(time_s, self._shot, self._last_grid)

    def _repeat(self, time_s: float, image: NDArray[np.uint8], following: TimedPicture | None) -> MotionGrid:
        assert self._last_grid is not None
        goes_on = following is not None and not is_repeat(
            image, following.image, self._config.motion.same_levels
        )
        if self._is_repeating or not goes_on:
            self._last_grid = self._keep_still(time_s)
        self._is_repeating = True
        return MotionGrid(time_s, self._shot, self._last_grid)

    def _keep_still(self, time_s: float) -> NDArray[np.float32]:
        last = self._seen[-1]
        last.time_s = time_s
        self._seen = [last]
        self._backdrop.follow(last.smooth, time_s, np.zeros(2))
        still = np.zeros_like(last.smooth)
        no_flow = np.zeros((*still.shape, 2), np.float32)
        channels = self._nothing()
        _sum_cells(still, still, no_flow, still, self._foreground(last), 1, channels)
        return channels

    def _foreground(self, picture: _Seen) -> NDArray[np.float32]:
        motion = self._config.motion
        return above_noise(self._backdrop.difference(picture.smooth), motion.noise_levels, motion.noise_share)

    def _nothing(self) -> NDArray[np.float32]:
        return np.zeros((len(CHANNELS), self._config.rows, self._config.columns), np.float32)

    def _new_picture(self, time_s: float, image: NDArray[np.uint8]) -> _Seen:
        smooth = smoothed(image, self._config.motion.blur_px)
        detail = np.abs(smoothed(image, _DETAIL_BLUR_PX) - smooth)
        return _Seen(time_s, image, smooth, detail)

    def _compare(self, picture: _Seen) -> NDArray[np.float32] | None:
        """The channels; None when a new shot begins."""
        motion = self._config.motion
        newest_s = picture.time_s - 0.75 * motion.pair_interval_s
        while len(self._seen) > 1 and self._seen[1].time_s <= newest_s:
            self._seen.pop(0)
        earlier = self._seen[0]
        flow = self._flow(earlier.image, picture.image)
        shift = camera_shift(flow)
        change = change_between(earlier.smooth, picture.smooth, shift)
        if is_cut(change, earlier.smooth, picture.smooth, motion.cut_change):
            return None
        flow -= shift
        size = above_noise(np.abs(change), motion.noise_levels, motion.noise_share)
        sharpening = change_between(earlier.detail, picture.detail, shift)
        per_picture_s = picture.time_s - self._seen[-1].time_s
        pair_s = picture.time_s - earlier.time_s
        self._backdrop.follow(picture.smooth, picture.time_s, shift * (per_picture_s / pair_s))
        foreground = self._foreground(picture)
        channels = self._nothing()
        _sum_cells(size, change, flow, sharpening, foreground, self._config.still_change, channels)
        channels[2:5] /= pair_s * size.size**0.5
        channels[5] /= pair_s
        return channels


@compiled(
    "void(float32[:, ::1], float32[:, ::1], float32[:, :, ::1], float32[:, ::1], float32[:, ::1], "
    "float32, float32[:, :, ::1])"
)
def _sum_cells(
    size: NDArray[np.float32],
    change: NDArray[np.float32],
    flow: NDArray[np.float32],
    sharpening: NDArray[np.float32],
    foreground: NDArray[np.float32],
    still_change: float,
    channels: NDArray[np.float32],
) -> None:
    """Fill `channels` with the cells' means; those of the flow are in pixels per pair of pictures."""
    height, width = size.shape
    _, rows, columns = channels.shape
    counts = np.zeros((rows, columns), np.float32)
    channels[:] = 0
    for y in range(height):
        row = y * rows // height
        for x in range(width):
            column = x * columns // width
            weight = size[y, x]
            counts[row, column] += 1
            channels[0, row, column] += weight
            channels[1, row, column] += change[y, x]
            channels[6, row, column] += sharpening[y, x]
            channels[7, row, column] += foreground[y, x]
            if weight > 0:
                flow_x, flow_y = flow[y, x, 0], flow[y, x, 1]
                channels[2, row, column] += weight * flow_x
                channels[3, row, column] += weight * flow_y
                channels[4, row, column] += weight * np.sqrt(flow_x * flow_x + flow_y * flow_y)
                if 0 < x < width - 1 and 0 < y < height - 1:
                    across = flow[y, x + 1, 0] - flow[y, x - 1, 0]
                    down = flow[y + 1, x, 1] - flow[y - 1, x, 1]
                    channels[5, row, column] += weight * np.float32(0.5) * (across + down)
    for row in range(rows):
        for column in range(columns):
            # Pictures smaller than the grid leave cells empty.
            count = max(counts[row, column], np.float32(1))
            weight = channels[0, row, column] + still_change * count
            for channel in range(2, 6):
                channels[channel, row, column] /= weight
            channels[0, row, column] /= count
            channels[1, row, column] /= count
            channels[6, row, column] /= count
            channels[7, row, column] /= count
