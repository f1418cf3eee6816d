"""The small gray pictures around contacts, out of a video's pictures as they come by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.features.flow import TimedPicture
from engine.job import SILENT_JOB, Job
from engine.media.decode import iter_frames
from engine.models.contact_point_net import PICTURE_OFFSETS_S, ContactPointModel, ContactPoints

_TOGETHER = 64


@dataclass(slots=True)
class _Wanted:
    """A picture that is looked for: the nearest so far, and how near it is."""

    contact: int
    place: int
    time_s: float
    image: NDArray[np.uint8] | None = None
    distance_s: float = np.inf


def pictures_around(
    frames: Iterable[TimedPicture], times_s: ArrayLike, size: tuple[int, int]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The five pictures around each contact, as soon as they have come by; memory is flat at any length.

    At the beginning and the end of a video the picture nearest in time stands for those that are not there.

    Parameters
    ----------
    frames
        In order of time; uint8 gray (height, width) or RGB (height, width, 3).
    times_s
        (n,) when contacts happen, ascending.
    size
        Width and height of the pictures to give.

    Yields
    ------
    tuple
        The number of a contact, and its pictures, uint8 (5, height, width); contacts in order.

    Raises
    ------
    ValueError
        When the times are not in order.
    """
    moments_s = np.atleast_1d(np.asarray(times_s, np.float64))
    if len(moments_s) > 1 and (np.diff(moments_s) < 0).any():
        raise ValueError("the times of contacts must be in order")
    offsets_s = np.array(PICTURE_OFFSETS_S)
    open_ones: list[list[_Wanted]] = []
    begun = 0
    for frame in frames:
        time_s = frame.time_s
        # A contact is begun with the last picture before its first wanted time; which that is shows later,
        # so half a second early will do.
        while begun < len(moments_s) and moments_s[begun] + offsets_s[0] <= time_s + 0.5:
            wanted_s = moments_s[begun] + offsets_s
            open_ones.append([_Wanted(begun, place, at_s) for place, at_s in enumerate(wanted_s.tolist())])
            begun += 1
        small: NDArray[np.uint8] | None = None
        for wanted in (each for contact in open_ones for each in contact):
            distance_s = abs(time_s - wanted.time_s)
            # A microsecond for the earlier: both may be equally far but for rounding.
            if distance_s < wanted.distance_s - 1e-6:
                small = _small(frame.image, size) if small is None else small
                wanted.image, wanted.distance_s = small, distance_s
        while open_ones and time_s > open_ones[0][-1].time_s + open_ones[0][-1].distance_s:
            yield _whole(open_ones.pop(0))
    for contact in open_ones:
        yield _whole(contact)


def points_in_video(
    path: Path | str, times_s: ArrayLike, model: ContactPointModel, job: Job = SILENT_JOB
) -> ContactPoints:
    """Where in a video's picture contacts happen.

    Parameters
    ----------
    path
        The video; it is decoded from the first contact to the last.
    times_s
        (n,) when they happen, in any order.

    Returns
    -------
    ContactPoints
        In the order of the times; a point is NaN, with confidence 0, where the video shows nothing within
        half a second.

    Raises
    ------
    MediaError
        When the video can't be decoded.
    Cancelled
        When the job was cancelled.
    """
    moments_s = np.atleast_1d(np.asarray(times_s, np.float64))
    order = np.argsort(moments_s, kind="stable")
    points = np.full((len(moments_s), 2), np.nan, np.float32)
    confidence = np.zeros(len(moments_s), np.float32)
    if not len(moments_s):
        return ContactPoints(points, confidence)
    config = model.config
    size = (config.width, config.height)
    frames = iter_frames(
        path,
        size=size,
        gray=True,
        start_s=max(0.0, float(moments_s.min()) - 1.0),
        end_s=float(moments_s.max()) + 1.0,
        job=job,
    )
    around = pictures_around(frames, moments_s[order], size)
    together: list[tuple[int, NDArray[np.uint8]]] = []

    def place() -> None:
        found = model.points(np.stack([pictures for _, pictures in together]))
        rows = order[[number for number, _ in together]]
        points[rows], confidence[rows] = found.points, found.confidence
        together.clear()

    for pair in around:
        together.append(pair)
        if len(together) == _TOGETHER:
            place()
    if together:
        place()
    return ContactPoints(points, confidence)


def _small(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    gray = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    if (width, height) == size:
        return np.asarray(gray, np.uint8)
    shrinks = size[0] <= width and size[1] <= height
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, size, interpolation=way), np.uint8)


def _whole(contact: list[_Wanted]) -> tuple[int, NDArray[np.uint8]]:
    images = [wanted.image for wanted in contact]
    assert all(image is not None for image in images)
    return contact[0].contact, np.stack([image for image in images if image is not None])
