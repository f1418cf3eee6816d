"""Contacts whose place is known, to judge by: real clips marked by eye, or any data set that says where."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.analysis.contact_point import arm_direction, far_end
from engine.analysis.shot_contacts import ShotContactsConfig
from engine.errors import UserFacingError
from engine.features.dense_flow import CHANNELS, MotionGridConfig, motion_grid
from engine.media.decode import iter_frames
from engine.media.probe import require_video
from engine.models.contact_point_net import PICTURE_OFFSETS_S, ContactPointModel, ContactPoints
from training.datasets.footage import Footage
from training.datasets.opening import open_dataset
from training.datasets.picture_cache import PictureFormat
from training.datasets.real_points import read_real_points
from training.datasets.recording import Contact, Recording

REAL = ("greatest-hits-clips", "silent-scenes")
"""The data sets of real footage in which people marked the places."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkedClip:
    """A clip and its contacts with known places.

    Attributes
    ----------
    recording
        The clip.
    shape
        Width of its picture by its height.
    times_s
        (n,) ascending.
    points
        (n, 2), x and y in 0..1.
    """

    recording: Recording
    shape: float
    times_s: NDArray[np.float64]
    points: NDArray[np.float64]


def marked_clips(data: str, *, is_test_only: bool = False) -> list[MarkedClip]:
    """The clips of a data set that say where contacts are.

    Parameters
    ----------
    data
        A folder or the name of a layout; the real clips take their points from `real_points.json`.
    is_test_only
        Only those that the data set keeps for testing.

    Raises
    ------
    UserFacingError
        When there are none.
    """
    dataset = open_dataset(data)
    recordings = list(dataset.split().test) if is_test_only else dataset.recordings()
    points = read_real_points()
    clips = []
    for recording in recordings:
        if recording.name in points and not _has_points(recording):
            marks = [Contact(mark.time_s, point=mark.point) for mark in points[recording.name]]
            recording = replace(recording, contacts=tuple(marks))
        if _has_points(recording):
            clips.append(_marked_clip(recording))
    if not clips:
        raise UserFacingError(
            f"No clip in “{data}” says where its contacts are: nothing can be judged by it."
        )
    return clips


def network_points(clip: MarkedClip, model: ContactPointModel, late_s: float = 0.0) -> ContactPoints:
    """Where the network sees the contacts; `late_s` is by how much their times are wrong."""
    config = model.config
    times_s = (clip.times_s + late_s)[:, None] + np.array(PICTURE_OFFSETS_S)
    pictures = Footage().pictures_at(
        clip.recording, times_s.ravel(), PictureFormat(config.width, config.height)
    )
    return model.points(pictures.reshape(*times_s.shape, config.height, config.width))


def motion_points(clip: MarkedClip) -> NDArray[np.float64]:
    """Where the far end of the motion is at each contact, (n, 2); the middle where nothing moves."""
    video = require_video(clip.recording.picture).video
    assert video is not None
    config, reach = MotionGridConfig(), ShotContactsConfig()
    size = config.motion.picture_size(video.width, video.height)
    grids = list(motion_grid(iter_frames(clip.recording.picture, size=size, gray=True), config))
    grid_times_s = np.array([grid.time_s for grid in grids])
    change = np.stack([grid.channels[CHANNELS.index("change")] for grid in grids])
    points = np.full((len(clip.times_s), 2), 0.5)
    for number, time_s in enumerate(clip.times_s):
        place = int(np.argmin(np.abs(grid_times_s - time_s)))
        direction = arm_direction(change[max(0, place - reach.arm) : place + reach.arm])
        end = far_end(change[max(0, place - reach.around) : place + reach.around + 1], direction)
        points[number] = end or (0.5, 0.5)
    return points


def _has_points(recording: Recording) -> bool:
    return any(contact.point is not None and contact.in_picture for contact in recording.contacts)


def _marked_clip(recording: Recording) -> MarkedClip:
    video = require_video(recording.picture).video
    assert video is not None
    seen = [(contact.time_s, contact.point) for contact in recording.contacts if contact.in_picture]
    marks = [(time_s, point) for time_s, point in seen if point is not None]
    return MarkedClip(
        recording,
        video.width / video.height,
        np.array([time_s for time_s, _ in marks]),
        np.array([point for _, point in marks]),
    )
