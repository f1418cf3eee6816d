"""The entrance: a video in, an `Analysis` out, by whichever detector is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.analysis.detectors import default_detector, detectors, load_detector
from engine.analysis.result import Analysis
from engine.errors import MediaError, UserFacingError
from engine.job import SILENT_JOB, Job

__all__ = ["DEFAULT_MODEL", "analyse", "load_detector", "model_names"]

DEFAULT_MODEL = default_detector()


def model_names() -> tuple[str, ...]:
    """The names of the detectors there are."""
    return tuple(entry.name for entry in detectors())


def analyse(
    path: Path | str,
    *,
    model: str = DEFAULT_MODEL,
    threshold: float | None = None,
    job: Job = SILENT_JOB,
) -> Analysis:
    """Find the hits in a video and predict their levels.

    Parameters
    ----------
    path
        The video. Of its sound nothing is used, unless the detector is made for it; the notes only say
        whether there is any.
    model
        Name of the detector.
    threshold
        Confidence from which a moment counts as a hit; None for the detector's own.
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
    # Reading a file's structure needs no decoder of ours until there is something to analyse.
    from engine.analysis.notes import sound_notes
    from engine.media.probe import require_video

    detector = load_detector(model)
    if threshold is None:
        threshold = detector.threshold
    if not 0.0 <= threshold <= 1.0:
        raise UserFacingError(f"A threshold lies between 0 and 1, not at {threshold:g}.")
    job.progress(0.0, "Opening the video")
    media = require_video(path)
    if media.video is not None and media.video.frame_count < 2:
        raise MediaError(f"“{media.path.name}” holds a single picture; hits are found in what moves.")
    analysis = detector.detect(media, threshold, job)
    if analysis.model.name == "sound-onsets":
        return analysis
    return replace(analysis, notes=(*analysis.notes, *sound_notes(media, job)))
