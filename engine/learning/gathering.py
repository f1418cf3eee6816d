"""What there is to learn from: the stretches of videos that projects and production sound tell about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.job import Job
from engine.learning.example import Stretch
from engine.learning.footage import HeardStretch, heard_example, listen
from engine.learning.learner import Material
from engine.learning.reviewed import looked_at, removed_times_s, reviewed_example, video_of
from engine.learning.shots import WatchedStretch, watch
from engine.learning.sound_match import SoundFit, SoundMatchConfig, pooled_fit, sound_fit
from engine.media.probe import probe
from engine.models.hits import HitModel
from engine.project.document import Project

MOST_S = 600.0
"""No more than so many seconds are learned from at a time; of more, pieces are drawn by lot."""

FindHits = Callable[[Project, Path, Job], NDArray[np.float64]]
"""When the detector finds hits in a project's video, from the project's threshold on; empty when the project
was analysed with another one."""


@dataclass(slots=True)
class Gathered:
    """What was gathered.

    Attributes
    ----------
    material
        Examples, and how the detector sees them.
    total_s
        How many seconds there would have been.
    left_out
        Sentences on what was left out, and why.
    """

    material: list[Material] = field(default_factory=list)
    total_s: float = 0.0
    left_out: list[str] = field(default_factory=list)


def from_projects(
    projects: Sequence[tuple[Project, Path | None]], model: HitModel, find_hits: FindHits, job: Job
) -> Gathered:
    """What the corrections in projects tell.

    Parameters
    ----------
    projects
        Each with the folder it lies in, if any.
    find_hits
        See `FindHits`; what it finds and a project has no more was removed.

    Raises
    ------
    UserFacingError
        When a project's video is not there, or there are no corrections in any.
    MediaError
        When a video can't be decoded.
    """
    gathered = Gathered()
    reviewed: list[tuple[Project, Stretch]] = []
    for number, (project, folder) in enumerate(projects):
        video = video_of(project, folder)
        part = job.part(0.5 * number / len(projects), 0.5 * (number + 1) / len(projects))
        part.progress(0.0, f"Looking for corrections in “{video.name}”")
        removed_s = removed_times_s(project, find_hits(project, video, part))
        stretches = looked_at(project, video, removed_s)
        if not stretches:
            gathered.left_out.append(f"In the project of “{video.name}” nothing was corrected.")
        reviewed += [(project, stretch) for stretch in stretches]
    if not reviewed:
        raise UserFacingError(
            "There are no corrections to learn from yet: place, move or remove hits, or lock those that are "
            "right."
        )
    gathered.total_s = sum(stretch.duration_s for _, stretch in reviewed)
    pieces = [(project, piece) for project, stretch in reviewed for piece in stretch.pieces()]
    chosen = _drawn([piece.duration_s for _, piece in pieces])
    for number, index in enumerate(chosen):
        project, piece = pieces[index]
        part = job.part(0.5 + 0.5 * number / len(chosen), 0.5 + 0.5 * (number + 1) / len(chosen))
        watched = _watched(piece, model, part)
        gathered.material.append(Material(reviewed_example(project, piece), watched))
    return gathered


def from_footage(
    videos: Sequence[Path], model: HitModel, job: Job, config: SoundMatchConfig | None = None
) -> Gathered:
    """What the sound of videos tells.

    Videos that can't be read, have no sound, or a sound that does not belong to their picture, are left out.

    Raises
    ------
    UserFacingError
        When nothing is left.
    """
    config = config or SoundMatchConfig()
    gathered = Gathered()
    pieces = _pieces_of_videos(videos, gathered, job.part(0.0, 0.1))
    heard: list[tuple[HeardStretch, WatchedStretch, SoundFit]] = []
    for number, piece in enumerate(pieces):
        part = job.part(0.1 + 0.9 * number / len(pieces), 0.1 + 0.9 * (number + 1) / len(pieces))
        try:
            sound = listen(piece, part)
            watched = _watched(piece, model, part)
        except MediaError as error:
            gathered.left_out.append(str(error))
            continue
        heard.append((sound, watched, sound_fit(watched.times_s, watched.likely, sound.onsets_s, config)))
    for sound, watched in _belonging(heard, gathered, config):
        gathered.material.append(
            Material(heard_example(sound, watched.times_s, watched.likely, config), watched)
        )
    if not any(len(one.example.seen_s) for one in gathered.material):
        reasons = " ".join(gathered.left_out[:3])
        raise UserFacingError(f"There is nothing to learn from here. {reasons}".rstrip())
    return gathered


def _pieces_of_videos(videos: Sequence[Path], gathered: Gathered, job: Job) -> list[Stretch]:
    """Pieces of the videos that have a sound, in an order drawn by lot, until there are enough."""
    pieces: list[Stretch] = []
    most_of_one_s = max(MOST_S / max(len(videos), 1), 60.0)
    for number, index in enumerate(np.random.default_rng(0).permutation(len(videos))):
        video = videos[int(index)]
        job.progress(number / len(videos), f"Listening to “{video.name}”")
        try:
            media = probe(video)
        except MediaError as error:
            gathered.left_out.append(str(error))
            continue
        if media.video is None or not media.audio:
            missing = "no picture" if media.video is None else "no sound"
            gathered.left_out.append(f"“{video.name}” has {missing}.")
            continue
        stretch = Stretch(video, 0.0, media.video.duration_s)
        own = stretch.pieces()
        gathered.total_s += stretch.duration_s
        chosen = _drawn([piece.duration_s for piece in own], most_of_one_s)
        pieces += [own[piece] for piece in chosen]
        if sum(piece.duration_s for piece in pieces) >= MOST_S:
            break
    return pieces


def _belonging(
    heard: Sequence[tuple[HeardStretch, WatchedStretch, SoundFit]],
    gathered: Gathered,
    config: SoundMatchConfig,
) -> list[tuple[HeardStretch, WatchedStretch]]:
    """Those whose sound belongs to their picture; pieces with few onsets are judged together."""
    few = [fit for _, _, fit in heard if 0 < fit.onsets < config.enough_onsets]
    do_few_fit = pooled_fit(few) >= config.least_pooled_fit
    kept: list[tuple[HeardStretch, WatchedStretch]] = []
    refused: dict[Path, str] = {}
    quiet: list[tuple[HeardStretch, WatchedStretch]] = []
    for sound, watched, fit in heard:
        name = sound.stretch.video.name
        if not fit.onsets:
            quiet.append((sound, watched))
        elif fit.fit >= config.least_fit if fit.onsets >= config.enough_onsets else do_few_fit:
            kept.append((sound, watched))
        elif fit.late_fit >= config.late_fit and abs(fit.late_s) > 2 * config.same_s:
            when = "late" if fit.late_s > 0 else "early"
            refused[sound.stretch.video] = (
                f"The sound of “{name}” is {1000 * abs(fit.late_s):.0f} ms {when}; bring it in step first."
            )
        else:
            refused.setdefault(
                sound.stretch.video,
                f"The sound of “{name}” does not fit its picture; it may be music, or another take.",
            )
    # Where a video's sound tells of contacts elsewhere, its silence tells that there are none.
    telling = {sound.stretch.video for sound, _ in kept}
    silent = dict.fromkeys(sound.stretch.video for sound, _ in quiet)
    kept += [pair for pair in quiet if pair[0].stretch.video in telling]
    gathered.left_out += [why for video, why in refused.items() if video not in telling]
    gathered.left_out += [
        f"In the sound of “{video.name}” nothing is struck."
        for video in silent
        if video not in telling and video not in refused
    ]
    return sorted(kept, key=lambda pair: (str(pair[0].stretch.video), pair[0].stretch.start_s))


def _watched(piece: Stretch, model: HitModel, job: Job) -> WatchedStretch:
    job.progress(0.0, f"Looking at “{piece.video.name}”")
    return watch(piece, model, job)


def _drawn(durations_s: Sequence[float], most_s: float = MOST_S) -> list[int]:
    """All of them, or as many drawn by lot as are no longer than that together; in order."""
    if sum(durations_s) <= most_s:
        return list(range(len(durations_s)))
    order = np.random.default_rng(0).permutation(len(durations_s))
    chosen: list[int] = []
    left_s = most_s
    for index in order.tolist():
        if durations_s[index] <= left_s or not chosen:
            chosen.append(index)
            left_s -= durations_s[index]
    return sorted(chosen)
