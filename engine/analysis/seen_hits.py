"""What the pictures at a project's hits show, as far as somebody has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.sights import Place, SightCache
from engine.models.sight import SightFeatures, joined_features
from engine.project.document import Hit, Project
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


def seen_hits(project: Project, hits: Sequence[Hit]) -> SeenHits:
    """What is known of the pictures at hits of a project's video; a hit nobody looked at is left out."""
    if project.video is None:
        return SeenHits({}, joined_features(()))
    places = [place_of(hit, project.sample_rate) for hit in hits]
    with SightCache() as cache:
        found = cache.find(project.video.media.content_hash, places)
    known = [(hit.id, look) for hit, look in zip(hits, found, strict=True) if look is not None]
    return SeenHits(
        {hit_id: row for row, (hit_id, _) in enumerate(known)}, joined_features([look for _, look in known])
    )


def place_of(hit: Hit, sample_rate: int) -> Place:
    """Where a hit of a document is looked at."""
    position = seconds_to_samples(samples_to_seconds(hit.position, sample_rate))
    return Place(position, None if hit.contact is None else (hit.contact.x, hit.contact.y))
