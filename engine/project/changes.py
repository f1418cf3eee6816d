"""What differs between two versions of the document, as JSON, found by identity and so at once.

The form, with every part left out that is empty:
`{"set": {field: value}, "loudness": {field: value}, "hits": {"gone": [ids], "put": [hits]}}`.
Edits share whatever they leave alone, so only objects that are not the very same are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.project.document import Project
from engine.project.document_json import HIT_SHAPE, LOUDNESS_FIELDS, PROJECT_FIELDS
from engine.project.shapes import Codec, ShapeError

Changes = dict[str, Any]

_APART = ("hits", "loudness")


def changes_between(before: Project, after: Project) -> Changes:
    """What turns `before` into `after`; empty when nothing does.

    Raises
    ------
    ShapeError
        When a changed value breaks the document's rules.
    """
    changes: Changes = {}
    written = {
        name: _written(codec, getattr(after, name), name)
        for name, codec in PROJECT_FIELDS.items()
        if name not in _APART and getattr(before, name) != getattr(after, name)
    }
    if written:
        changes["set"] = written
    curve = {
        name: _written(codec, getattr(after.loudness, name), f"loudness, {name}")
        for name, codec in LOUDNESS_FIELDS.items()
        if getattr(before.loudness, name) is not getattr(after.loudness, name)
    }
    if curve:
        changes["loudness"] = curve
    if before.hits is not after.hits:
        old = before.hits_by_id
        put = [
            _written(HIT_SHAPE, hit, f"hit “{hit.id}”") for hit in after.hits if old.get(hit.id) is not hit
        ]
        gone = [hit_id for hit_id in old if hit_id not in after.hits_by_id]
        parts = {name: part for name, part in (("gone", gone), ("put", put)) if part}
        if parts:
            changes["hits"] = parts
    return changes


def replay(body: dict[str, Any], steps: Iterable[Changes]) -> dict[str, Any]:
    """The JSON body of a project after changes in order; the one handed in is left as it is.

    Works on JSON alone, so that changes written by an older version of the program can be replayed
    before the result is upgraded.

    Raises
    ------
    ShapeError
        When a change doesn't fit what is there.
    """
    try:
        result = dict(body)
        curve = dict(body["loudness"])
        hits = {hit["id"]: hit for hit in body["hits"]}
        for changes in steps:
            result.update(changes.get("set", {}))
            curve.update(changes.get("loudness", {}))
            of_hits = changes.get("hits", {})
            for hit_id in of_hits.get("gone", ()):
                del hits[hit_id]
            hits.update((hit["id"], hit) for hit in of_hits.get("put", ()))
        result["loudness"] = curve
        result["hits"] = sorted(hits.values(), key=lambda hit: (hit["position"], hit["id"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ShapeError(f"doesn't fit its changes ({error!r})", "project") from error
    return result


def with_changes(project: Project, changes: Changes) -> Project:
    """The project after changes; whatever they leave alone is shared, as an edit would share it.

    Raises
    ------
    ShapeError
        When a change is not of the form that `changes_between` gives.
    """
    values: dict[str, Any] = {}
    for name, written in changes.get("set", {}).items():
        values[name] = PROJECT_FIELDS[name].read(written)
    if "loudness" in changes:
        curve = {name: LOUDNESS_FIELDS[name].read(part) for name, part in changes["loudness"].items()}
        values["loudness"] = replace(project.loudness, **curve)
    if "hits" in changes:
        put = {hit.id: hit for hit in map(HIT_SHAPE.read, changes["hits"].get("put", ()))}
        away = {*put, *changes["hits"].get("gone", ())}
        hits = [*(hit for hit in project.hits if hit.id not in away), *put.values()]
        values["hits"] = tuple(sorted(hits, key=lambda hit: (hit.position, hit.id)))
    return replace(project, **values) if values else project


def _written(codec: Codec[Any], value: Any, name: str) -> Any:
    try:
        return codec.write(value)
    except ShapeError as error:
        raise error.inside(name) from error
