"""What changed between two projects, as JSON: an edit travels to the player without the whole document.

Changes are found by identity, which edits keep for whatever they leave alone; that costs microseconds
and gives the player a project that shares its unchanged hits with the one before, so that the mixer can
skip them by identity too.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from engine.errors import ProjectFileError
from engine.project.document import LoudnessCurve, Project
from engine.project.document_json import HIT_SHAPE, PROJECT_FIELDS
from engine.project.shapes import ShapeError

# The player doesn't draw the predicted curve, and it has a row for every picture.
_NO_CURVE = LoudnessCurve()


def changes_between(before: Project, after: Project) -> dict[str, Any]:
    """What turns `before` into `after`, for `with_changes`; the predicted level curve is left out."""
    changed: dict[str, Any] = {}
    for field in fields(Project):
        name = field.name
        old, new = getattr(before, name), getattr(after, name)
        if name in ("hits", "loudness") or old is new or old == new:
            continue
        changed[name] = PROJECT_FIELDS[name].write(new)
    if before.loudness.automation is not after.loudness.automation:
        changed["loudness"] = PROJECT_FIELDS["loudness"].write(
            replace(_NO_CURVE, automation=after.loudness.automation)
        )
    if before.hits is not after.hits:
        known = {id(hit) for hit in before.hits}
        kept = after.hits_by_id
        changed["hits"] = {
            "changed": [HIT_SHAPE.write(hit) for hit in after.hits if id(hit) not in known],
            "removed": [hit.id for hit in before.hits if hit.id not in kept],
        }
    return changed


def with_changes(project: Project, changed: dict[str, Any]) -> Project:
    """The project after the changes; hits that did not change are the same objects.

    Raises
    ------
    ProjectFileError
        When the changes don't have the document's form.
    """
    values: dict[str, Any] = {}
    try:
        for name, written in changed.items():
            if name == "hits":
                come = {hit.id: hit for hit in map(HIT_SHAPE.read, written["changed"])}
                gone = {*come, *written["removed"]}
                hits = [*(hit for hit in project.hits if hit.id not in gone), *come.values()]
                values["hits"] = tuple(sorted(hits, key=lambda hit: (hit.position, hit.id)))
            else:
                values[name] = PROJECT_FIELDS[name].read(written)
    except ShapeError as error:
        raise ProjectFileError(f"The edit can't be read: {error}.") from error
    return replace(project, **values) if values else project
