"""A new analysis enters the project without destroying work."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import index

from engine.errors import EditError
from engine.project.document import (
    MAX_GAIN_DB,
    MIN_GAIN_DB,
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
    within 50 ms of a hit that stays. A new one takes over the sounds of the one that was found at the same
    moment, of the same action and material. The level curve is the new one, the editor's line on it stays.

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
    sounded = [hit for hit in project.hits if not hit.is_kept and hit.clips]
    sounded_positions = [hit.position for hit in sounded]
    taken_over: set[str] = set()
    added: list[Hit] = []
    for found in hits:
        hit = _clean(project, found)
        if kept_positions[_near(kept_positions, hit.position, closest)]:
            continue
        if hit.id in taken:
            hit = replace(hit, id=new_id())
        taken.add(hit.id)
        near = sounded[_near(sounded_positions, hit.position, closest)]
        before = _same_contact(hit, [old for old in near if old.id not in taken_over])
        if before is not None:
            taken_over.add(before.id)
            hit = _with_sounds_of(hit, before)
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


def _near(positions: Sequence[int], position: int, distance: int) -> slice:
    """Which of the positions, in order, are no further away than that."""
    return slice(bisect_left(positions, position - distance), bisect_right(positions, position + distance))


def _same_contact(hit: Hit, before: Sequence[Hit]) -> Hit | None:
    """The nearest of the hits before it that differs from it by no more than a detector's view."""
    same = [old for old in before if (old.action, old.material) == (hit.action, hit.material)]
    return min(same, key=lambda old: abs(old.position - hit.position), default=None)


def _with_sounds_of(hit: Hit, before: Hit) -> Hit:
    """A found hit with the sounds of the one before it, at its own level and length."""
    louder_db = hit.level_db - before.level_db
    clips = tuple(
        same_or_changed(
            clip,
            gain_db=min(max(clip.gain_db + louder_db, MIN_GAIN_DB), MAX_GAIN_DB),
            length=hit.length if hit.action == "scratch" else clip.length,
        )
        for clip in before.clips
    )
    return replace(hit, clips=clips)


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
