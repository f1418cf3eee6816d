"""Edits of hits: where they are, what is struck, which track they are on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.errors import EditError
from engine.project.document import ContactPoint, Hit, MaterialProbability, Project, new_id
from engine.project.document_json import MAX_LEVEL_DB, MIN_LEVEL_DB
from engine.project.edits.checked import (
    clamped,
    hit_position,
    known_track,
    same_or_changed,
    whole,
)
from engine.project.edits.hit_changes import change_hits, known_ids, touched, with_hits
from engine.project.materials import ACTIONS, MATERIALS, Action
from engine.project.shapes import MAX_WHOLE

Ids = Iterable[str] | str
"""Hit ids; a single id may be given as it is."""


def add_hit(
    project: Project,
    position: int,
    *,
    hit_id: str | None = None,
    action: Action = "hit",
    length: int = 0,
    material: str = "",
    level_db: float = -20.0,
    track: str = "",
) -> Project:
    """Place a hit by hand; without a track it goes on the first one."""
    new = hit_id or new_id()
    if new in project.hits_by_id:
        raise EditError(f"There already is a hit “{new}” in the project.")
    _check_action(action)
    _check_material(material)
    hit = Hit(
        id=new,
        position=hit_position(project, position),
        action=action,
        length=whole(length, "length"),
        level_db=clamped(level_db, "level", MIN_LEVEL_DB, MAX_LEVEL_DB),
        material=material,
        material_chosen=bool(material),
        origin="placed",
        track=known_track(project, track).id if track else first_track(project),
    )
    return with_hits(project, (*project.hits, hit))


def remove_hits(project: Project, ids: Ids) -> Project:
    """Remove hits; locked ones stay."""
    wanted = known_ids(project, ids)
    return with_hits(project, [hit for hit in project.hits if hit.id not in wanted or hit.locked])


def move_hits(project: Project, ids: Ids, delta: int) -> Project:
    """Move hits by `delta` samples; at either end of the timeline the group stops and keeps its spacing."""
    wanted = known_ids(project, ids)
    positions = [hit.position for hit in project.hits if hit.id in wanted and not hit.locked]
    if not positions:
        return project
    last = project.length - 1 if project.length else MAX_WHOLE
    shift = whole(delta, "distance", -MAX_WHOLE)
    shift = max(min(shift, last - max(positions)), -min(positions))
    return change_hits(project, wanted, lambda hit: touched(hit, position=hit.position + shift))


def set_position(project: Project, hit_id: str, position: int) -> Project:
    """Put one hit at a position."""
    target = hit_position(project, position)
    return change_hits(project, hit_id, lambda hit: touched(hit, position=target))


def set_material(project: Project, ids: Ids, material: str) -> Project:
    """Say what is struck; "" goes back to what the model thinks."""
    _check_material(material)

    def change(hit: Hit) -> Hit:
        likeliest = max(hit.materials, key=lambda row: row.probability).name if hit.materials else ""
        return touched(hit, material=material or likeliest, material_chosen=bool(material))

    return change_hits(project, ids, change)


def set_materials(project: Project, seen: Mapping[str, Sequence[MaterialProbability]]) -> Project:
    """Say what a model thinks is struck, by hit id; the likeliest material holds.

    What a person chose stays, and a hit is not marked as a person's own by it: a new analysis has another
    look.
    """
    rows = {hit_id: _clean_rows(hit_rows) for hit_id, hit_rows in seen.items()}

    def change(hit: Hit) -> Hit:
        if hit.material_chosen:
            return hit
        materials = rows[hit.id]
        likeliest = max(materials, key=lambda row: row.probability).name if materials else ""
        return same_or_changed(hit, materials=materials, material=likeliest)

    return change_hits(project, list(rows), change)


def set_action(project: Project, ids: Ids, action: Action, length: int = 0) -> Project:
    """Make hits of scratches or the other way round.

    A scratch gets the length given (without one it keeps its own); a hit has none. The sounds that
    filled the old length fill the new one.
    """
    _check_action(action)
    given = whole(length, "length")

    def change(hit: Hit) -> Hit:
        new_length = (given or hit.length) if action == "scratch" else 0
        return _with_length(touched(hit, action=action), new_length)

    return change_hits(project, ids, change)


def set_length(project: Project, hit_id: str, length: int) -> Project:
    """Set how long a scratch lasts; the sounds that filled the old length fill the new one."""
    target = whole(length, "length")
    return change_hits(project, hit_id, lambda hit: _with_length(hit, target))


def set_contact(project: Project, hit_id: str, contact: ContactPoint | None) -> Project:
    """Set where in the picture the contact happens, or that nobody knows."""
    point = contact and ContactPoint(
        clamped(contact.x, "contact point", 0.0, 1.0), clamped(contact.y, "contact point", 0.0, 1.0)
    )
    return change_hits(project, hit_id, lambda hit: touched(hit, contact=point))


def set_mute(project: Project, ids: Ids, mute: bool) -> Project:
    """Silence hits or let them sound; locked ones too."""
    return change_hits(project, ids, lambda hit: touched(hit, mute=bool(mute)), reach_locked=True)


def set_locked(project: Project, ids: Ids, locked: bool) -> Project:
    """Protect hits from edits, filling and new analyses, or release them."""
    return change_hits(project, ids, lambda hit: same_or_changed(hit, locked=bool(locked)), reach_locked=True)


def assign_track(project: Project, ids: Ids, track_id: str) -> Project:
    """Put hits on a track."""
    known_track(project, track_id)
    return change_hits(project, ids, lambda hit: touched(hit, track=track_id))


def first_track(project: Project) -> str:
    """The id of the track that hits go on when nobody says which; "" without any track."""
    return project.tracks[0].id if project.tracks else ""


def _with_length(hit: Hit, length: int) -> Hit:
    clips = tuple(
        replace(clip, length=length) if clip.length == hit.length and length != hit.length else clip
        for clip in hit.clips
    )
    if all(new is old for new, old in zip(clips, hit.clips, strict=True)):
        clips = hit.clips
    return touched(hit, length=length, clips=clips)


def _clean_rows(rows: Sequence[MaterialProbability]) -> tuple[MaterialProbability, ...]:
    for row in rows:
        if row.name not in MATERIALS:
            raise EditError(f"“{row.name}” is not a material; it is one of {', '.join(MATERIALS)}.")
    return tuple(
        MaterialProbability(row.name, clamped(row.probability, "probability", 0.0, 1.0)) for row in rows
    )


def _check_action(action: str) -> None:
    if action not in ACTIONS:
        raise EditError(f"“{action}” is not an action; it is one of {', '.join(ACTIONS)}.")


def _check_material(material: str) -> None:
    if material and material not in MATERIALS:
        raise EditError(f"“{material}” is not a material; it is one of {', '.join(MATERIALS)}.")
