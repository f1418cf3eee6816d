"""The document's JSON: nothing lost on the way, nothing wrong let in."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from example_projects import full_project, kit_take, large_project

from engine.errors import ProjectFileError
from engine.project.document import Hit, MediaReference, Project
from engine.project.document_json import TAKE_SHAPE, from_json, to_json
from engine.project.shapes import shape, text


def through_text(project: Project) -> Any:
    return json.loads(json.dumps(to_json(project), allow_nan=False))


def test_the_example_leaves_no_field_at_its_default() -> None:
    """Otherwise a field that gets lost on the way would not be noticed."""
    project = full_project()
    plain = Project("project1")
    same = [
        field.name for field in fields(Project) if getattr(project, field.name) == getattr(plain, field.name)
    ]
    assert same == ["id", "sample_rate"]
    hit, plain_hit = project.hit("b"), Hit("b", 4_800)
    assert [
        field.name for field in fields(Hit) if getattr(hit, field.name) == getattr(plain_hit, field.name)
    ] == [
        "id",
        "position",
    ]


@pytest.mark.parametrize("project", [full_project(), Project("empty"), large_project(50, 100)])
def test_round_trip(project: Project) -> None:
    back = from_json(through_text(project))
    assert back == project
    assert types_of(back) == types_of(project)


def types_of(value: Any) -> Any:
    """The types all the way down: 1 == 1.0 == True would hide a change of type."""
    if is_dataclass(value):
        return type(value), [types_of(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [types_of(part) for part in value]
    return type(value)


def test_whole_numbers_stand_for_numbers() -> None:
    document = through_text(full_project())
    document["project"]["hits"][0]["level_db"] = -12
    level = from_json(document).hit("b").level_db
    assert (level, type(level)) == (-12.0, float)


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        place: Any = body
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        place: Any = body
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


def swap_hits(body: dict[str, Any]) -> None:
    body["hits"].reverse()


WRONG: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    ("text as position", put("hits", 0, "position", value="4800"), "hits, hit 1, position must be a whole"),
    ("fraction as position", put("hits", 0, "position", value=0.5), "position must be a whole"),
    ("true as position", put("hits", 0, "position", value=True), "position must be a whole"),
    ("negative position", put("hits", 0, "position", value=-1), "from 0 to"),
    ("huge position", put("hits", 0, "position", value=10**30), "from 0 to"),
    ("beyond the end", put("length", value=9_000), "beyond the end at 9000"),
    ("nan", put("hits", 1, "level_db", value=math.nan), "level_db must be a number"),
    ("infinity", put("hits", 1, "level_db", value=-math.inf), "level_db must be a number"),
    ("huge number", put("hits", 1, "level_db", value=10**400), "level_db must be a number"),
    ("confidence", put("hits", 1, "confidence", value=1.5), "confidence must be a number from 0 to 1"),
    ("gain", put("hits", 0, "clips", 0, "gain_db", value=25), "hit 1, clips, clip 1, gain_db must"),
    ("pan", put("tracks", 0, "pan", value=-1.1), "tracks, track 1, pan"),
    ("action", put("hits", 0, "action", value="kick"), "one of hit, scratch"),
    ("action of a kind that can't be looked up", put("hits", 0, "action", value=[]), "one of hit, scratch"),
    ("origin", put("hits", 0, "origin", value=None), "one of detected, placed"),
    ("flag", put("hits", 0, "locked", value=1), "true or false"),
    ("null", put("hits", value=None), "hits must be a list"),
    ("object for list", put("hits", value={}), "hits must be a list"),
    ("number for text", put("hits", 0, "material", value=3), "must be a text"),
    ("empty id", put("hits", 0, "id", value=""), "id must not be empty"),
    ("hit twice", put("hits", 1, "id", value="c"), "the id “c” twice"),
    ("track twice", put("tracks", 1, "id", value="feet"), "the id “feet” twice"),
    ("clip twice", put("hits", 0, "clips", 1, "id", value="clip1"), "the id “clip1” twice"),
    ("take twice", put("hits", 0, "clips", 0, "takes", 0, "id", value="file2"), "the id “file2” twice"),
    ("unknown track", put("hits", 1, "track", value="x"), "unknown track “x”"),
    ("unknown take", put("hits", 0, "clips", 0, "active_take", value="x"), "unknown take “x”"),
    ("clip without takes", put("hits", 0, "clips", 0, "takes", value=[]), "at least 1 take"),
    ("order", swap_hits, "ordered by position"),
    ("missing field", drop("hits", 0, "mute"), "lacks “mute”"),
    ("unknown field", put("hits", 0, "smell", value=1), "unknown entry “'smell'”"),
    ("missing top", drop("threshold"), "lacks “threshold”"),
    ("frame rate as number", put("frame_rate", value=25), "must be a fraction"),
    ("frame rate zero", put("frame_rate", value="0/1"), "positive fraction"),
    ("frame rate over zero", put("frame_rate", value="25/0"), "positive fraction"),
    ("frame rate negative", put("frame_rate", value="-25/1"), "must be a fraction"),
    ("drop frame", put("frame_rate", value="25"), "drop_frame does not exist at this frame rate"),
    ("channels", put("channels", value=6), "from 1 to 2"),
    ("video", put("video", "width", value=0), "video, width"),
    ("media", put("video", "media", value="a.mp4"), "video, media must be an object"),
    ("curve rows", put("loudness", "level_db", value=[-80.0]), "3 positions but 1 levels"),
    ("curve order", put("loudness", "frame_positions", value=[0, 5, 5]), "must increase from frame"),
    ("curve nan", put("loudness", "level_db", value=[0.0, math.nan, 0.0]), "numbers from -200 to 60 only"),
    ("curve type", put("loudness", "level_db", value=[0.0, "x", 0.0]), "numbers only"),
    ("curve mixed", put("loudness", "frame_positions", value=[0, 1.5, 2]), "whole numbers only"),
    ("line order", put("loudness", "automation", 1, "position", value=0), "must increase from point"),
    ("parameters", put("generated", 0, "take", "recipe", value={}), "lacks"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_refused_with_its_place(change: Callable[[dict[str, Any]], None], says: str) -> None:
    document = through_text(full_project())
    change(document["project"])
    with pytest.raises(ProjectFileError) as caught:
        from_json(document)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (None, "not a Foley project"),
        ([], "not a Foley project"),
        ({}, "not a Foley project"),
        ({"schema": "foley.analysis", "version": 1, "project": {}}, "not a Foley project"),
        ({"schema": "foley.project", "project": {}}, "“None” is not a version"),
        ({"schema": "foley.project", "version": True, "project": {}}, "is not a version"),
        ({"schema": "foley.project", "version": 0, "project": {}}, "is not a version"),
        ({"schema": "foley.project", "version": 99, "project": {}}, "newer version of Foley"),
        ({"schema": "foley.project", "version": 1}, "holds no project"),
        ({"schema": "foley.project", "version": 1, "project": {}, "more": 1}, "unknown entries"),
    ],
)
def test_what_is_no_project_is_refused(document: Any, says: str) -> None:
    with pytest.raises(ProjectFileError, match=says):
        from_json(document)


BROKEN_DOCUMENTS: dict[str, Project] = {
    "nan": replace(full_project(), threshold=math.nan),
    "text": replace(full_project(), length="long"),  # pyright: ignore
    "list": replace(full_project(), hits=list(full_project().hits)),  # pyright: ignore
    "order": replace(full_project(), hits=full_project().hits[::-1]),
    "zero rate": replace(full_project(), frame_rate=Fraction(0)),
    "float rate": replace(full_project(), frame_rate=25.0),  # pyright: ignore
    "other class": replace(full_project(), video=MediaReference("a")),  # pyright: ignore
    "list of levels": replace(full_project(), loudness=replace(full_project().loudness, level_db=[1.0] * 3)),
}


@pytest.mark.parametrize("project", BROKEN_DOCUMENTS.values(), ids=BROKEN_DOCUMENTS.keys())
def test_a_document_that_could_not_be_read_is_not_written(project: Project) -> None:
    with pytest.raises(ProjectFileError, match="can't be written"):
        to_json(project)


@pytest.mark.parametrize(
    "parameters",
    [(("a", math.nan),), (("a", 1), ("a", 2)), (("", 1),), (("a", None),), (("a",),), {"a": 1}],
)
def test_recipes_hold_plain_named_values(parameters: Any) -> None:
    take = kit_take(1)
    assert take.recipe is not None
    broken = replace(
        full_project().generated[0], take=replace(take, recipe=replace(take.recipe, parameters=parameters))
    )
    with pytest.raises(ProjectFileError, match="recipe, parameters"):
        to_json(replace(full_project(), generated=(broken,)))


def test_the_order_of_parameters_survives() -> None:
    take = kit_take(1)
    assert take.recipe is not None
    turned = replace(take, recipe=replace(take.recipe, parameters=take.recipe.parameters[::-1]))
    assert TAKE_SHAPE.read(json.loads(json.dumps(TAKE_SHAPE.write(turned)))) == turned


def test_a_field_without_a_declaration_is_a_mistake_found_at_once() -> None:
    @dataclass(frozen=True)
    class Pair:
        first: str
        second: str

    with pytest.raises(TypeError, match="second"):
        shape(Pair, first=text())
