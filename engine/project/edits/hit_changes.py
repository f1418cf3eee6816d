"""How edits reach hits: by id, past locked ones, kept in order, marked as the person's own.

A locked hit keeps its time, its sound and its properties: every edit leaves it out, and only locking,
muting and the removal of its track reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from engine.errors import EditError
from engine.project.document import Hit, Project
from engine.project.edits.checked import differing


def known_ids(project: Project, ids: Iterable[str] | str) -> frozenset[str]:
    """The ids as a set; `EditError` when one is not in the project."""
    wanted = frozenset((ids,) if isinstance(ids, str) else ids)
    for hit_id in wanted:
        if hit_id not in project.hits_by_id:
            raise EditError(f"There is no hit “{hit_id}” in the project.")
    return wanted


def known_hit(project: Project, hit_id: str) -> Hit:
    """The hit with this id; `EditError` when there is none."""
    hit = project.hits_by_id.get(hit_id)
    if hit is None:
        raise EditError(f"There is no hit “{hit_id}” in the project.")
    return hit


def touched(hit: Hit, **changes: Any) -> Hit:
    """The hit as a person changed it: a detected one is marked, so that a new analysis keeps it."""
    needed = differing(hit, changes)
    if not needed:
        return hit
    return replace(hit, **needed, edited=hit.edited or hit.origin == "detected")


def change_hits(
    project: Project,
    ids: Iterable[str] | str,
    change: Callable[[Hit], Hit],
    *,
    reach_locked: bool = False,
) -> Project:
    """The project with `change` applied to the hits named; the very same one when nothing differs."""
    wanted = known_ids(project, ids)
    return with_hits(
        project,
        [
            change(hit) if hit.id in wanted and (reach_locked or not hit.locked) else hit
            for hit in project.hits
        ],
    )


def with_hits(project: Project, hits: Iterable[Hit]) -> Project:
    """The project with these hits, in order; the very same one when they are the ones it has."""
    ordered = tuple(sorted(hits, key=lambda hit: (hit.position, hit.id)))
    if len(ordered) == len(project.hits) and all(
        new is old for new, old in zip(ordered, project.hits, strict=True)
    ):
        return project
    return replace(project, hits=ordered)
