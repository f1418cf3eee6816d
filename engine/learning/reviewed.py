"""What a person has said about a video by working on its project.

Hits that are shown are contacts; moments without one are none, whether the person removed a hit there, hid it
by the threshold, or agreed that there is nothing. All of that holds only where they have looked. A project
does not record where that was; it shows in what they did: hits they placed, moved, changed, locked, or gave a
sound by hand, and hits of the detector that they removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.learning.example import Example, KnownContact, Stretch
from engine.project.document import Hit, Project
from engine.project.edits.analysis import SAME_MOMENT_S
from engine.project.references import resolve_reference
from engine.project.timebase import samples_to_seconds


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """From what a person did to where they have looked.

    Attributes
    ----------
    around_s
        So much before and after a trace of their work was looked at too.
    longest_gap_s
        Between two traces no further apart than this everything was looked at.
    """

    around_s: float = 2.0
    longest_gap_s: float = 30.0


def video_of(project: Project, folder: Path | None = None) -> Path:
    """Where the video of a project lies; `folder` is the project's, for a relative reference.

    Raises
    ------
    UserFacingError
        When the project has no video, or its file is not there.
    """
    if project.video is None:
        raise UserFacingError("One of the projects has no video, so nothing can be learned from it.")
    path = resolve_reference(project.video.media, folder)
    if path is None:
        raise UserFacingError(
            f"The video “{Path(project.video.media.path).name}” isn't where its project says; "
            "find it again in the project first."
        )
    return path


def removed_times_s(project: Project, found_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which times (n,) the project has no hit at, not even a hidden one."""
    there_s = np.array([_time_s(project, hit) for hit in project.hits], np.float64)
    if not there_s.size:
        return found_s
    distance_s = np.abs(found_s[:, None] - there_s[None, :]).min(axis=1)
    return found_s[distance_s > SAME_MOMENT_S]


def looked_at(
    project: Project, video: Path, removed_s: NDArray[np.float64], config: ReviewConfig | None = None
) -> list[Stretch]:
    """The stretches of the project's video that its person has looked at; empty when they left no trace.

    Parameters
    ----------
    removed_s
        (n,) times of hits of the detector that they removed.
    """
    config = config or ReviewConfig()
    kept_s = [_time_s(project, hit) for hit in project.shown_hits if hit.is_kept]
    end_s = samples_to_seconds(project.length, project.sample_rate)
    stretches: list[Stretch] = []
    for trace_s in np.sort([*removed_s, *kept_s]).tolist():
        start_s, until_s = max(0.0, trace_s - config.around_s), min(end_s, trace_s + config.around_s)
        last = stretches[-1] if stretches else None
        if last is not None and start_s - last.end_s <= config.longest_gap_s - 2 * config.around_s:
            stretches[-1] = Stretch(video, last.start_s, max(last.end_s, until_s))
        elif until_s > start_s:
            stretches.append(Stretch(video, start_s, until_s))
    return stretches


def reviewed_example(project: Project, stretch: Stretch) -> Example:
    """What a project says about a stretch of its video."""
    contacts = (_contact(project, hit) for hit in project.shown_hits)
    return Example(
        stretch,
        tuple(contact for contact in contacts if stretch.start_s <= contact.time_s < stretch.end_s),
    )


def _time_s(project: Project, hit: Hit) -> float:
    return samples_to_seconds(hit.position, project.sample_rate)


def _contact(project: Project, hit: Hit) -> KnownContact:
    # A muted hit may be one that is seen but shall not sound, or a mistake that was silenced.
    return KnownContact(
        _time_s(project, hit),
        samples_to_seconds(hit.length, project.sample_rate),
        hit.action,
        is_seen=not hit.mute,
    )
