"""What the pictures at a project's hits show: as somebody saw them before, or by looking now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.analysis.sights import Place, SightCache
from engine.errors import UserFacingError
from engine.job import SILENT_JOB, Job
from engine.models.sight import SightFeatures, joined_features
from engine.project.document import Hit, Project
from engine.project.references import resolve_reference
from engine.project.timebase import samples_to_seconds, seconds_to_samples


@dataclass(frozen=True, slots=True, eq=False)
class SeenHits:
    """Looks at hits.

    Attributes
    ----------
    rows
        By hit id, the row of its look.
    features
        The looks.
    """

    rows: Mapping[str, int]
    features: SightFeatures


def seen_hits(
    project: Project,
    hits: Sequence[Hit],
    *,
    folder: Path | None = None,
    looks_now: bool = False,
    job: Job = SILENT_JOB,
) -> SeenHits:
    """What is known of the pictures at hits of a project's video.

    Parameters
    ----------
    folder
        Where the project lies; None when it refers to its video absolutely.
    looks_now
        Whether hits that nobody looked at so far are looked at. One that can't be, because the video is gone
        or damaged, is left out, as all are without this.

    Raises
    ------
    Cancelled
        When the job was cancelled.
    """
    if project.video is None:
        return SeenHits({}, joined_features(()))
    video = project.video.media.content_hash
    places = [place_of(hit, project.sample_rate) for hit in hits]
    with SightCache() as cache:
        found = cache.find(video, places)
        missing = [number for number, look in enumerate(found) if look is None]
        if missing and looks_now:
            looks = _look(project, [hits[number] for number in missing], folder, job)
            if looks is not None:
                cache.keep(video, [places[number] for number in missing], looks)
                # As they will be found the next time, to the last digit: the same hit gets the same sounds.
                found = cache.find(video, places)
    known = [(hit.id, look) for hit, look in zip(hits, found, strict=True) if look is not None]
    return SeenHits(
        {hit_id: row for row, (hit_id, _) in enumerate(known)}, joined_features([look for _, look in known])
    )


def place_of(hit: Hit, sample_rate: int) -> Place:
    """Where a hit of a document is looked at."""
    position = seconds_to_samples(samples_to_seconds(hit.position, sample_rate))
    return Place(position, None if hit.contact is None else (hit.contact.x, hit.contact.y))


def _look(project: Project, hits: Sequence[Hit], folder: Path | None, job: Job) -> SightFeatures | None:
    from engine.analysis.struck_materials import Moment, hit_sight

    assert project.video is not None
    path = resolve_reference(project.video.media, folder)
    if path is None:
        return None
    moments = [
        Moment(
            samples_to_seconds(hit.position, project.sample_rate),
            hit.action,
            None if hit.contact is None else (hit.contact.x, hit.contact.y),
        )
        for hit in hits
    ]
    try:
        return hit_sight().look(path, moments, job).features
    except UserFacingError:
        # Sounds are recommended without; what is wrong with the video is said where it is opened.
        return None
