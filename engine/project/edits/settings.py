"""Edits of the whole project: how it begins, its timecode, channels, threshold, level line, picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.errors import EditError
from engine.project.document import (
    MAX_GAIN_DB,
    MIN_GAIN_DB,
    AutomationPoint,
    MediaReference,
    Project,
    Track,
    Video,
    new_id,
)
from engine.project.document_json import MEDIA_SHAPE, VIDEO_SHAPE
from engine.project.edits.checked import clamped, same_or_changed, whole
from engine.project.shapes import MAX_WHOLE, ShapeError
from engine.project.timebase import SAMPLE_RATE, TimecodeFormat, supports_drop_frame

DEFAULT_START_TIMECODE = "01:00:00:00"
"""Where a programme begins by custom, when the picture itself doesn't say."""


def new_project(
    video: Video,
    *,
    start_timecode: str | None = None,
    channels: int = 2,
    sample_rate: int = SAMPLE_RATE,
    project_id: str | None = None,
) -> Project:
    """A project for a picture, with one track called “Foley”.

    Parameters
    ----------
    start_timecode
        What the picture's own timecode track says; a ";" in it means drop-frame counting where the
        frame rate has that. A label counted at another rate becomes the nearest frame of this one.

    Raises
    ------
    EditError
        When the picture's description is out of range.
    TimecodeError
        When `start_timecode` is no timecode.
    """
    try:
        VIDEO_SHAPE.write(video)
    except ShapeError as error:
        raise EditError(f"The picture can't be used: {error}.") from error
    label = start_timecode or DEFAULT_START_TIMECODE
    drop_frame = ";" in label and supports_drop_frame(video.frame_rate)
    project = Project(
        id=project_id or new_id(),
        sample_rate=sample_rate,
        frame_rate=video.frame_rate,
        drop_frame=drop_frame,
        start_frame=TimecodeFormat(video.frame_rate, drop_frame).parse_nearest(label),
        length=video.length,
        video=video,
        tracks=(Track(id=new_id(), name="Foley"),),
    )
    return set_channels(project, channels)


def set_threshold(project: Project, threshold: float) -> Project:
    """Set the confidence from which detected hits count."""
    return same_or_changed(project, threshold=clamped(threshold, "threshold", 0.0, 1.0))


def set_automation(project: Project, points: Iterable[AutomationPoint]) -> Project:
    """Replace the editor's level line; of two points at one position the later one counts."""
    last = project.length or MAX_WHOLE
    by_position = {
        whole(point.position, "position", 0, last): clamped(
            point.gain_db, "level line", MIN_GAIN_DB, MAX_GAIN_DB
        )
        for point in points
    }
    automation = tuple(AutomationPoint(*pair) for pair in sorted(by_position.items()))
    return same_or_changed(project, loudness=same_or_changed(project.loudness, automation=automation))


def set_channels(project: Project, channels: int) -> Project:
    """Make the project mono (1) or stereo (2)."""
    if channels not in (1, 2):
        raise EditError(f"A project is mono (1) or stereo (2), not {channels!r}.")
    return same_or_changed(project, channels=int(channels))


def set_start_timecode(project: Project, text: str) -> Project:
    """Set the timecode of the first picture; `TimecodeError` when the text is none at this rate."""
    return same_or_changed(project, start_frame=project.timecode.parse(text))


def set_drop_frame(project: Project, drop_frame: bool) -> Project:
    """Count with or without dropped numbers; the first picture keeps its label.

    A label that drop-frame counting skips becomes the next one. `TimecodeError` at rates that have no
    drop-frame counting.
    """
    counted = TimecodeFormat(project.frame_rate, bool(drop_frame))
    label = project.timecode.format(project.start_frame)
    return same_or_changed(project, drop_frame=counted.drop_frame, start_frame=counted.parse_nearest(label))


def set_blend(project: Project, blend: float) -> Project:
    """Hear the hits alone (0), both as their faders say (0.5), the generated tracks alone (1), or between."""
    return same_or_changed(project, blend=clamped(blend, "blend", 0.0, 1.0))


def set_keep_original_audio(project: Project, keep: bool) -> Project:
    """Keep the picture's own sound in an export, or replace it."""
    return same_or_changed(project, keep_original_audio=bool(keep))


def relink_video(project: Project, media: MediaReference) -> Project:
    """Point the project at the place its picture moved to."""
    if project.video is None:
        raise EditError("The project has no picture to relink.")
    try:
        MEDIA_SHAPE.write(media)
    except ShapeError as error:
        raise EditError(f"The picture can't be relinked: {error}.") from error
    return same_or_changed(project, video=replace(project.video, media=media))
