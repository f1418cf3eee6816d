"""The second pass over a video: where each hit is, what its picture shows, and so what is struck.

Hits of one shot know of each other. What the pictures show is kept for whoever
recommends sounds (`engine.analysis.sights`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.analysis.moment_pictures import pictures_around_moments
from engine.analysis.result import Analysis, ModelVersion
from engine.analysis.sights import Place, SightCache
from engine.errors import UserFacingError
from engine.features.still import STILL_OFFSETS_S, shows_the_same, still_picture
from engine.job import SILENT_JOB, Job
from engine.media.decode import iter_frames
from engine.media.probe import require_video
from engine.models.contact_point_net import PICTURE_OFFSETS_S, ContactPointModel, load_contact_point_model
from engine.models.sight import Sight, SightFeatures, joined_features, load_sight
from engine.models.struck import StruckModel, load_struck
from engine.project.document import Hit, Project
from engine.project.materials import MATERIALS, Action
from engine.project.references import content_hash, resolve_reference
from engine.project.timebase import samples_to_seconds, seconds_to_samples

_SHORTER_SIDE = 256
"""Pictures are looked at in the size that the data set's have, or in their own where that is less."""
_TOGETHER = 16
_LEAD_S = 1.5
"""Decoding begins so long before the first moment."""

_OFFSETS_S = tuple(sorted({*PICTURE_OFFSETS_S, *STILL_OFFSETS_S}))
_CONTACT = [_OFFSETS_S.index(offset_s) for offset_s in PICTURE_OFFSETS_S]
_STILL = [_OFFSETS_S.index(offset_s) for offset_s in STILL_OFFSETS_S]


@dataclass(frozen=True, slots=True)
class Moment:
    """A hit as far as it is known: when, hit or scratch, and where, if that is known."""

    time_s: float
    action: Action = "hit"
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SeenMoments:
    """What is seen of n moments.

    Attributes
    ----------
    points
        (n, 2) float64: x and y of the contact in 0..1.
    features
        What their still pictures show.
    shots
        (n,) int: moments of one shot have one number.
    """

    points: NDArray[np.float64]
    features: SightFeatures
    shots: NDArray[np.int_]


class HitSight:
    """The two networks that look at a hit.

    Parameters
    ----------
    contact
        Tells where it is.
    sight
        Tells what is to be seen there.
    """

    def __init__(self, contact: ContactPointModel, sight: Sight) -> None:
        self._contact = contact
        self._sight = sight

    def look(self, path: Path, moments: Sequence[Moment], job: Job = SILENT_JOB) -> SeenMoments:
        """Look at moments of a video, in any order.

        Raises
        ------
        MediaError
            When the video can't be decoded.
        Cancelled
            When the job was cancelled.
        """
        order = sorted(range(len(moments)), key=lambda number: moments[number].time_s)
        ordered = [moments[number] for number in order]
        points = [np.zeros((0, 2))]
        features: list[SightFeatures] = []
        shots: list[int] = []
        last: NDArray[np.uint8] | None = None
        for pictures in _batches(_pictures(path, ordered, job)):
            job.progress(len(shots) / len(ordered), "Looking at what is struck")
            stills = [still_picture([shown[place] for place in _STILL], _MOMENT) for shown in pictures]
            batch = ordered[len(shots) : len(shots) + len(pictures)]
            points.append(self._points(batch, pictures))
            features.append(self._sight.look(stills, points[-1]))
            for still in stills:
                is_new = last is not None and not shows_the_same(last, still)
                shots.append((shots[-1] if shots else 0) + is_new)
                last = still
        back = np.argsort(order)
        return SeenMoments(
            np.concatenate(points)[back], joined_features(features)[back], np.array(shots, int)[back]
        )

    def _points(
        self, moments: Sequence[Moment], pictures: Sequence[list[NDArray[np.uint8]]]
    ) -> NDArray[np.float64]:
        """Where the contacts are: as told, else as the network sees it."""
        gray = [[cv2.cvtColor(shown[place], cv2.COLOR_RGB2GRAY) for place in _CONTACT] for shown in pictures]
        found = self._contact.points(np.array(gray, np.uint8)).points.astype(np.float64)
        for number, moment in enumerate(moments):
            if moment.point is not None:
                found[number] = moment.point
        return found


def struck_materials(model: StruckModel, seen: SeenMoments, moments: Sequence[Moment]) -> NDArray[np.float64]:
    """What is struck at each of n moments, those of one shot knowing of each other: probabilities (n, 17)."""
    alone = model.materials(seen.features, [moment.action for moment in moments])
    together = np.zeros(alone.shape)
    times_s = np.array([moment.time_s for moment in moments])
    for shot in np.unique(seen.shots):
        rows = np.flatnonzero(seen.shots == shot)
        rows = rows[np.argsort(times_s[rows], kind="stable")]
        together[rows] = model.in_one_shot(alone[rows])
    return together


def with_materials(analysis: Analysis, job: Job = SILENT_JOB) -> Analysis:
    """The analysis with contact points and materials as they are seen at its hits and candidates.

    Raises
    ------
    UserFacingError
        When the video can't be decoded, or a model can't be used.
    Cancelled
        When the job was cancelled.
    """
    found = (*analysis.hits, *analysis.candidates)
    if not found:
        return analysis
    model, moments = struck_model(), [Moment(hit.time_s, hit.action) for hit in found]
    seen = hit_sight().look(analysis.video.path, moments, job)
    materials = struck_materials(model, seen, moments)
    _keep(analysis.video.path, [hit.time_s for hit in found], seen)
    told = [
        replace(hit, contact=(float(x), float(y)), materials=ranked(row))
        for hit, (x, y), row in zip(found, seen.points, materials, strict=True)
    ]
    count = len(analysis.hits)
    return replace(
        analysis,
        hits=tuple(told[:count]),
        candidates=tuple(told[count:]),
        model=ModelVersion(analysis.model.name, f"{analysis.model.version}+{model.version}"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SeenHitsAgain:
    """What is seen of n hits of a project: contact points (n, 2) in 0..1, and probabilities (n, 17)."""

    points: NDArray[np.float64]
    materials: NDArray[np.float64]


def see_hits(
    project: Project, hits: Sequence[Hit], folder: Path | None = None, job: Job = SILENT_JOB
) -> SeenHitsAgain:
    """Look at hits of a project: those a person placed, or whose contact point they moved.

    Parameters
    ----------
    folder
        Where the project lies; None when it refers to its video absolutely.

    Raises
    ------
    UserFacingError
        When the video is gone, or can't be decoded, or a model can't be used.
    """
    assert project.video is not None
    path = resolve_reference(project.video.media, folder)
    if path is None:
        raise UserFacingError(f"The video “{project.video.media.path}” is not where it was.")
    moments = [
        Moment(
            samples_to_seconds(hit.position, project.sample_rate),
            hit.action,
            None if hit.contact is None else (hit.contact.x, hit.contact.y),
        )
        for hit in hits
    ]
    seen = hit_sight().look(path, moments, job)
    _keep(path, [moment.time_s for moment in moments], seen)
    # Not as hits of one shot: a person looks at one thing, and wants to know of that one.
    materials = struck_model().materials(seen.features, [moment.action for moment in moments])
    return SeenHitsAgain(seen.points, materials.astype(np.float64))


@cache
def hit_sight() -> HitSight:
    """The networks that ship with the program.

    Raises
    ------
    UserFacingError
        When one can't be used.
    """
    return HitSight(load_contact_point_model(), load_sight())


@cache
def struck_model() -> StruckModel:
    """What tells materials, as it ships with the program.

    Raises
    ------
    UserFacingError
        When it can't be used.
    """
    return load_struck()


def ranked(probabilities: NDArray[np.floating]) -> tuple[tuple[str, float], ...]:
    """(name, probability) of all 17 materials, the likeliest first; they sum to 1."""
    shares = np.asarray(probabilities, np.float64) / float(np.sum(probabilities))
    return tuple((MATERIALS[place], float(shares[place])) for place in np.argsort(-shares, kind="stable"))


_MOMENT = STILL_OFFSETS_S.index(0.0)


def _pictures(path: Path, moments: Sequence[Moment], job: Job) -> Iterator[list[NDArray[np.uint8]]]:
    times_s = [moment.time_s for moment in moments]
    if not times_s:
        return iter(())
    video = require_video(path).video
    assert video is not None
    scale = min(1.0, _SHORTER_SIDE / min(video.width, video.height))
    size = (max(1, round(video.width * scale)), max(1, round(video.height * scale)))
    # A hit may lie behind the last picture, which then is what is looked at.
    start_s = max(0.0, min(times_s[0], video.duration_s) - _LEAD_S)
    frames = iter_frames(path, size=size, start_s=start_s, job=job)
    return pictures_around_moments(frames, times_s, _OFFSETS_S)


def _batches(pictures: Iterator[list[NDArray[np.uint8]]]) -> Iterator[list[list[NDArray[np.uint8]]]]:
    batch: list[list[NDArray[np.uint8]]] = []
    for shown in pictures:
        batch.append(shown)
        if len(batch) == _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _keep(path: Path, times_s: Sequence[float], seen: SeenMoments) -> None:
    places = [
        Place(seconds_to_samples(time_s), (float(x), float(y)))
        for time_s, (x, y) in zip(times_s, seen.points, strict=True)
    ]
    with SightCache() as kept:
        kept.keep(content_hash(path), places, seen.features)
