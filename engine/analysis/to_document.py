"""From an analysis to the document: hits and level curve in samples, and a project for a video."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.analysis.contract import hit_from_json
from engine.analysis.result import Analysis, DetectedHit
from engine.media.probe import require_video
from engine.project.document import (
    ContactPoint,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    Project,
    Video,
)
from engine.project.document_json import HIT_SHAPE
from engine.project.edits import new_project
from engine.project.references import make_reference
from engine.project.timebase import SAMPLE_RATE, TimecodeError, seconds_to_samples, snap_frame_rate


def hits_and_loudness(
    analysis: Analysis, sample_rate: int = SAMPLE_RATE
) -> tuple[tuple[Hit, ...], LoudnessCurve]:
    """What an analysis found, in the document's terms.

    Returns
    -------
    tuple
        The hits and the candidates together, in order of position (the document's threshold tells them
        apart), and the level curve.
    """
    found = sorted((*analysis.hits, *analysis.candidates), key=lambda hit: hit.time_s)
    hits = {hit.id: hit for hit in (document_hit(hit, sample_rate) for hit in found)}
    loudness = LoudnessCurve(
        frame_positions=tuple(
            seconds_to_samples(time_s, sample_rate) for time_s in analysis.frame_times_s.tolist()
        ),
        level_db=tuple(analysis.level_db.tolist()),
    )
    return tuple(hits.values()), loudness


def document_hit(found: DetectedHit, sample_rate: int = SAMPLE_RATE) -> Hit:
    """A found hit in the document's terms; its id follows from its position, so it stays the same."""
    position = seconds_to_samples(found.time_s, sample_rate)
    return Hit(
        id=f"found-{position}",
        position=position,
        action=found.action,
        length=seconds_to_samples(found.duration_s, sample_rate),
        confidence=found.confidence,
        level_db=found.level_db,
        material=found.materials[0][0] if found.materials else "",
        materials=tuple(MaterialProbability(*row) for row in found.materials),
        contact=None if found.contact is None else ContactPoint(*found.contact),
    )


def document_event(event: dict[str, Any], sample_rate: int = SAMPLE_RATE) -> dict[str, Any]:
    """An event of an analysis as the window takes it: a found hit becomes one of the document."""
    if event.get("event") != "hit":
        return event
    return {**event, "hit": HIT_SHAPE.write(document_hit(hit_from_json(event["hit"]), sample_rate))}


def project_from_video(path: Path | str, *, project_folder: Path | None = None) -> Project:
    """An empty project for a video: its size, rate, length and start timecode.

    Parameters
    ----------
    path
        The video.
    project_folder
        Where the project will lie; the video is referred to relative to it. None when it lies nowhere so far.

    Raises
    ------
    MediaError
        When the file is not a video.
    """
    path = Path(path)
    media = require_video(path)
    assert media.video is not None
    video = Video(
        media=make_reference(path, project_folder),
        width=media.video.width,
        height=media.video.height,
        frame_rate=snap_frame_rate(media.video.frame_rate),
        length=seconds_to_samples(media.video.duration_s),
        is_variable_rate=media.video.is_variable_rate,
        has_audio=bool(media.audio),
    )
    try:
        return new_project(video, start_timecode=media.video.start_timecode)
    except TimecodeError:
        # A camera's label that is no timecode says nothing; the project begins where projects begin.
        return new_project(video)
