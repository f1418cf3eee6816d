"""Videos of a stick striking a surface at known times, drawn by formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Heights = Callable[[float, Sequence[float]], float]
"""How high the tip is above the surface at a time, 0..1, given the contacts."""


@dataclass(frozen=True)
class Picture:
    """A gray picture and its time."""

    time_s: float
    image: NDArray[np.uint8]


def steady_times(rate: Fraction | float, duration_s: float) -> NDArray[np.float64]:
    """Times of the pictures of a constant-rate video."""
    return np.arange(round(duration_s * float(rate)), dtype=np.float64) / float(rate)


def jittered_times(duration_s: float, seed: int) -> NDArray[np.float64]:
    """Times of a phone's video on a 1/600 s grid, between 24 and 40 pictures per second."""
    steps = np.random.default_rng(seed).integers(15, 26, size=int(duration_s * 60))
    times = np.concatenate(([0], np.cumsum(steps))) / 600
    return times[times < duration_s]


def drumming(time_s: float, contacts_s: Sequence[float]) -> float:
    """Swings evenly from contact to contact and turns round at each."""
    turns = (contacts_s[0] - 0.95, *contacts_s, contacts_s[-1] + 0.7)
    for start, end in pairwise(turns):
        if start <= time_s <= end:
            return 0.75 * float(np.sin(np.pi * (time_s - start) / (end - start)))
    return 0.0


def hitting(time_s: float, contacts_s: Sequence[float]) -> float:
    """Falls ever faster, rests for 0.15 s on the surface, and is raised slowly."""
    height = 0.75
    for contact_s in contacts_s:
        since_s = time_s - contact_s
        if -0.16 <= since_s <= 0:
            height = min(height, 0.75 * (1 - (1 + since_s / 0.16) ** 2))
        elif since_s > 0:
            raised = min(max((since_s - 0.15) / 0.3, 0), 1)
            height = 0.75 * (1 - float(np.cos(np.pi * raised))) / 2
    return height


def stick_pictures(
    times_s: Sequence[float] | NDArray[np.float64],
    contacts_s: Sequence[float],
    heights: Heights = drumming,
    size: tuple[int, int] = (160, 120),
) -> Iterator[Picture]:
    """A stick held at the left that strikes a table at the given times; a noisy, textured scene."""
    width, height = size
    random = np.random.default_rng(0)
    scene = cv2.GaussianBlur(random.uniform(60, 160, (height, width)).astype(np.float32), (0, 0), 2)
    scene[int(0.8 * height) :] += 40
    for time_s in times_s:
        image = scene + random.normal(0, 1.0, scene.shape).astype(np.float32)
        lift = heights(float(time_s), contacts_s)
        hand = (-0.05 * width, (0.75 - 0.15 * lift) * height)
        tip = (0.6 * width, (0.8 - 0.7 * lift) * height)
        ends = [(round(16 * x), round(16 * y)) for x, y in (hand, tip)]
        cv2.line(image, ends[0], ends[1], 230.0, max(3, min(size) // 20), cv2.LINE_AA, 4)
        yield Picture(float(time_s), np.clip(image, 0, 255).astype(np.uint8))


def write_video(path: Path, pictures: Sequence[Picture], rate: Fraction | int = 30) -> None:
    """Encode pictures at their times, rounded to 1/600 s."""
    tick = Fraction(1, 600)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "18"})
        stream.height, stream.width = pictures[0].image.shape
        stream.pix_fmt, stream.time_base = "yuv420p", tick
        stream.codec_context.time_base = tick
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture.image, format="gray")
            frame.pts, frame.time_base = round(picture.time_s / tick), tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
