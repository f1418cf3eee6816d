"""The entrance: a video in, an `Analysis` out, by whichever detector is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from engine.analysis.detector import BatchDetector, Detector
from engine.analysis.detectors import SOUND_ONSETS, default_detector, detectors, load_detector
from engine.analysis.notes import sound_notes
from engine.analysis.result import Analysis, Note
from engine.errors import MediaError, UserFacingError
from engine.job import SILENT_JOB, Job
from engine.media.probe import MediaInfo, require_video

__all__ = ["DEFAULT_MODEL", "analyse", "analyse_many", "load_detector", "model_names"]

A = TypeVar("A")
B = TypeVar("B")

DEFAULT_MODEL = default_detector()

_FOUND = 0.6
"""So much of the work is done when the hits are found."""
_SEEN = 0.8
"""So much of the rest when they were looked at."""


def model_names() -> tuple[str, ...]:
    """The names of the detectors there are."""
    return tuple(entry.name for entry in detectors())


def analyse(
    path: Path | str,
    *,
    model: str = DEFAULT_MODEL,
    threshold: float | None = None,
    materials: bool = True,
    job: Job = SILENT_JOB,
) -> Analysis:
    """Find the hits in a video, predict their levels, and tell what is struck.

    Parameters
    ----------
    path
        The video. Its sound times nothing, unless the detector is made for it; what is struck is heard as
        well as seen where the sound is that of the hits.
    model
        Name of the detector.
    threshold
        Confidence from which a moment counts as a hit; None for the detector's own.
    materials
        Whether to look at the hits again and tell what is struck; else each is what is struck most often.
    job
        Receives progress and hits as they are found, and is asked about cancellation.

    Raises
    ------
    MediaError
        When the file is not a video that can be decoded, or only a single picture.
    UserFacingError
        When there is no such detector, or the threshold is not within 0..1.
    Cancelled
        When the job was cancelled.
    """
    detector = load_detector(model)
    threshold = _checked_threshold(detector, threshold)
    job.progress(0.0, "Opening the video")
    media = _moving_picture(path)
    found = detector.detect(media, threshold, job.part(0.0, _FOUND) if materials else job)
    return _completed(found, media, materials, job.part(_FOUND, 1.0) if materials else job)


def analyse_many(
    paths: Sequence[Path | str],
    *,
    model: str = DEFAULT_MODEL,
    threshold: float | None = None,
    materials: bool = True,
    job: Job = SILENT_JOB,
) -> list[Analysis | UserFacingError]:
    """`analyse` for several videos; a learned detector looks at them together, several at a time.

    Returns
    -------
    list
        For each video its analysis, or why there is none: one that can't be read does not stop the others.

    Raises
    ------
    UserFacingError
        When there is no such detector, or the threshold is not within 0..1.
    Cancelled
        When the job was cancelled.
    """
    detector = load_detector(model)
    threshold = _checked_threshold(detector, threshold)
    opened = [_or_why_not(_moving_picture, path) for path in paths]
    videos = [media for media in opened if not isinstance(media, UserFacingError)]
    analyses = iter(_detect_many(detector, videos, threshold, job.part(0.0, _FOUND) if materials else job))
    results: list[Analysis | UserFacingError] = []
    for media in opened:
        result = media if isinstance(media, UserFacingError) else next(analyses)
        if isinstance(media, MediaInfo) and isinstance(result, Analysis):
            looking = job.part(_FOUND + (1 - _FOUND) * len(results) / len(opened), 1.0)
            result = _or_why_not(lambda found: _completed(*found), (result, media, materials, looking))
        results.append(result)
    return results


def _detect_many(
    detector: Detector, videos: Sequence[MediaInfo], threshold: float, job: Job
) -> list[Analysis | UserFacingError]:
    if isinstance(detector, BatchDetector):
        return detector.detect_many(videos, threshold, job)
    silent = Job(is_cancelled=job.is_cancelled)
    analyses: list[Analysis | UserFacingError] = []
    for number, media in enumerate(videos):
        job.progress(number / len(videos), f"Analysed {number} of {len(videos)} videos")
        analyses.append(_or_why_not(lambda video: detector.detect(video, threshold, silent), media))
    return analyses


def _or_why_not(function: Callable[[A], B], argument: A) -> B | UserFacingError:
    try:
        return function(argument)
    except UserFacingError as error:
        return error


def _checked_threshold(detector: Detector, threshold: float | None) -> float:
    if threshold is None:
        return detector.threshold
    if not 0.0 <= threshold <= 1.0:
        raise UserFacingError(f"A threshold lies between 0 and 1, not at {threshold:g}.")
    return threshold


def _moving_picture(path: Path | str) -> MediaInfo:
    media = require_video(path)
    if media.video is not None and media.video.frame_count < 2:
        raise MediaError(f"“{media.path.name}” holds a single picture; hits are found in what moves.")
    return media


def _completed(found: Analysis, media: MediaInfo, materials: bool, job: Job) -> Analysis:
    """With what is struck, if that is wanted, and with the notes about sound."""
    if materials:
        found = _with_materials(found, job)
    return _with_sound_notes(found, media, job)


def _with_materials(found: Analysis, job: Job) -> Analysis:
    """With what is struck; where that can't be told the hits stay as they are, and a note says why."""
    from engine.analysis.heard_materials import with_heard_materials
    from engine.analysis.struck_materials import with_materials

    try:
        found = with_materials(found, job.part(0.0, _SEEN))
        return with_heard_materials(found, job.part(_SEEN, 1.0))
    except UserFacingError as error:
        text = f"What is struck could not be looked at, so the materials are guesses. {error}"
        return replace(found, notes=(*found.notes, Note("unseen", text)))


def _with_sound_notes(analysis: Analysis, media: MediaInfo, job: Job) -> Analysis:
    """With the offer to use the video's sound, unless it was used."""
    if analysis.model.name == SOUND_ONSETS:
        return analysis
    return replace(analysis, notes=(*analysis.notes, *sound_notes(media, job)))
