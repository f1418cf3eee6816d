"""A new analysis enters the project without destroying work."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import index

from engine.errors import EditError
from engine.project.document import (
    ContactPoint,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    Project,
    new_id,
)
from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE, MAX_LEVEL_DB, MIN_LEVEL_DB, check_loudness
from engine.project.edits.checked import clamped, hit_position, same_or_changed, whole
from engine.project.edits.hit_changes import with_hits
from engine.project.edits.hits import first_track
from engine.project.shapes import ShapeError

SAME_MOMENT_S = 0.05
"""A found hit this close to one that is kept is the same contact, found again."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a new analysis changed, in numbers of hits."""

    added: int
    removed: int
    kept: int


def merge_analysis(
    project: Project, hits: Iterable[Hit], loudness: LoudnessCurve, model: str
) -> tuple[Project, MergeReport]:
    """Replace what the last analysis found by what a new one did.

    Placed, edited and locked hits stay. Detected ones nobody touched go, and the new ones come, except
    within 50 ms of a hit that stays. The level curve is the new one, the editor's line on it stays.

    Parameters
    ----------
    hits
        In any order. Positions are brought onto the timeline, shares into 0..1; an id that is taken is
        replaced by a fresh one, and a hit without a known track goes on the first.
    loudness
        The new curve; its own automation is ignored.

    Raises
    ------
    EditError
        When a number is NaN or of the wrong kind; the project is left as it was.
    """
    kept = [hit for hit in project.hits if hit.is_kept]
    kept_positions = [hit.position for hit in kept]
    closest = round(SAME_MOMENT_S * project.sample_rate)
    taken = {hit.id for hit in kept}
    added: list[Hit] = []
    for found in hits:
        hit = _clean(project, found)
        if _is_near(kept_positions, hit.position, closest):
            continue
        if hit.id in taken:
            hit = replace(hit, id=new_id())
        taken.add(hit.id)
        added.append(_same_as_before(project, hit))
    curve = _clean_curve(loudness)
    merged = same_or_changed(
        with_hits(project, (*kept, *added)),
        loudness=same_or_changed(
            project.loudness, frame_positions=curve.frame_positions, level_db=curve.level_db
        ),
        analysis_model=model,
    )
    return merged, MergeReport(len(added), len(project.hits) - len(kept), len(kept))


def _clean_curve(curve: LoudnessCurve) -> LoudnessCurve:
    try:
        clean = LoudnessCurve(tuple(map(index, curve.frame_positions)), tuple(map(float, curve.level_db)))
        LOUDNESS_SHAPE.write(clean)
        check_loudness(clean)
    except (ShapeError, TypeError) as error:
        raise EditError(f"The level curve of the analysis can't be used: {error}.") from error
    return clean


def _is_near(positions: Sequence[int], position: int, distance: int) -> bool:
    first = bisect_left(positions, position - distance)
    return first < len(positions) and positions[first] <= position + distance


def _same_as_before(project: Project, hit: Hit) -> Hit:
    old = project.hits_by_id.get(hit.id)
    return old if old is not None and old == hit else hit


def _clean(project: Project, hit: Hit) -> Hit:
    """A found hit as plain numbers in range: models give array scalars and shares of 1.0000001."""
    contact = hit.contact and ContactPoint(
        clamped(hit.contact.x, "contact point", 0.0, 1.0), clamped(hit.contact.y, "contact point", 0.0, 1.0)
    )
    clean = replace(
        hit,
        position=hit_position(project, hit.position),
        length=whole(hit.length, "length"),
        confidence=clamped(hit.confidence, "confidence", 0.0, 1.0),
        level_db=clamped(hit.level_db, "level", MIN_LEVEL_DB, MAX_LEVEL_DB),
        materials=tuple(
            MaterialProbability(row.name, clamped(row.probability, "probability", 0.0, 1.0))
            for row in hit.materials
        ),
        contact=contact,
        origin="detected",
        edited=False,
        locked=False,
        track=hit.track if hit.track in project.tracks_by_id else first_track(project),
    )
    try:
        HIT_SHAPE.write(clean)
    except ShapeError as error:
        raise EditError(f"A hit of the analysis can't be used: {error}.") from error
    return clean
