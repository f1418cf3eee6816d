"""Whatever is edited in whatever order: valid documents, untouched snapshots, shared parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from example_projects import full_project, kit_take, library_take
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FoleyError
from engine.project import edits
from engine.project.changes import changes_between, replay
from engine.project.document import (
    AutomationPoint,
    ContactPoint,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    Project,
)
from engine.project.document_json import from_json, to_json
from engine.project.materials import ACTIONS, MATERIALS

Edit = Callable[[Project], Project]

HIT_IDS = ("a", "b", "c", "x", "y", "nobody")
whole = st.one_of(st.integers(-1_000, 500_000), st.integers(-(10**12), 10**30))
number = st.one_of(st.floats(-100.0, 100.0), st.floats())
ids = st.lists(st.sampled_from(HIT_IDS[:-1]), max_size=4)
one_id = st.sampled_from(HIT_IDS)
track_id = st.sampled_from(["feet", "props", "t2", "nowhere"])
clip_id = st.sampled_from([None, None, "clip1", "clip2"])
take = st.builds(lambda n, kit: kit_take(n) if kit else library_take(n), st.integers(0, 5), st.booleans())
flag = st.booleans()
point = st.builds(AutomationPoint, whole, number)
candidate = st.builds(edits.Candidate, take, st.floats(-90.0, 30.0), st.integers(0, 9_999))
found_hit = st.builds(
    Hit,
    st.sampled_from(("n1", "n2", "a", "x")),
    st.integers(-5, 600_000),
    confidence=st.floats(-0.5, 1.5),
    contact=st.none() | st.builds(ContactPoint, st.floats(0, 1), st.floats(0, 1)),
)
material_row = st.builds(MaterialProbability, st.sampled_from(["", *MATERIALS]), number)
curve = st.builds(
    lambda levels: LoudnessCurve(tuple(range(0, len(levels) * 10, 10)), tuple(levels)),
    st.lists(st.floats(-80.0, 0.0), max_size=4),
)


def call(
    edit: Callable[..., Any], *arguments: st.SearchStrategy[Any], **named: Any
) -> st.SearchStrategy[Edit]:
    """An edit with drawn arguments, waiting for its project; named after what it does."""

    def bind(drawn: Sequence[Any], drawn_by_name: dict[str, Any]) -> Edit:
        def bound(project: Project) -> Project:
            return edit(project, *drawn, **drawn_by_name)

        bound.__name__ = f"{edit.__name__}{tuple(drawn)}{drawn_by_name or ''}"
        bound.__repr__ = lambda: bound.__name__  # pyright: ignore
        return bound

    return st.builds(bind, st.tuples(*arguments), st.fixed_dictionaries(named))


def merge(project: Project, hits: list[Hit], level: LoudnessCurve) -> Project:
    return edits.merge_analysis(project, hits, level, "model")[0]


ANY_EDIT = st.one_of(
    call(edits.add_hit, whole, hit_id=st.sampled_from(["x", "y"]), level_db=number, length=whole,
         action=st.sampled_from(ACTIONS), material=st.sampled_from(["", *MATERIALS])),
    call(edits.move_hits, ids, whole),
    call(edits.set_position, one_id, whole),
    call(edits.remove_hits, ids),
    call(edits.set_material, ids, st.sampled_from(["", *MATERIALS])),
    call(edits.set_materials, st.dictionaries(one_id, st.lists(material_row, max_size=3), max_size=3)),
    call(edits.set_action, ids, st.sampled_from(ACTIONS), whole),
    call(edits.set_length, one_id, whole),
    call(edits.set_contact, one_id, st.none() | st.builds(ContactPoint, number, number)),
    call(edits.set_mute, ids, flag),
    call(edits.set_locked, ids, flag),
    call(edits.assign_track, ids, track_id),
    call(edits.choose_take, one_id, take, clip_id=clip_id, gain_db=st.none() | number, length=whole),
    call(edits.add_layer, one_id, take, number),
    call(edits.remove_clip, one_id, st.sampled_from(["clip1", "clip2"])),
    call(edits.set_gain, ids, number, clip_id),
    call(edits.nudge_gain, ids, number),
    call(edits.set_pan, ids, number, clip_id),
    call(edits.set_pitch, ids, number, clip_id),
    call(edits.set_offset, ids, whole, clip_id),
    call(edits.set_fades, ids, whole, whole, clip_id),
    call(edits.fill_all, st.dictionaries(one_id, st.lists(candidate, max_size=4), max_size=4),
         seed=st.integers(0, 3), avoid_repeat_within=st.integers(0, 5), only=st.none() | ids),
    call(edits.add_track, st.sampled_from(["Moves", "feet", " "]), track_id=st.just("t2")),
    call(edits.rename_track, track_id, st.sampled_from(["Moves", "Feet", ""])),
    call(edits.remove_track, track_id),
    call(edits.set_track_gain, track_id, number),
    call(edits.set_track_pan, track_id, number),
    call(edits.set_track_solo, track_id, flag),
    call(edits.move_generated_track, st.just("gen1"), whole),
    call(edits.remove_generated_track, st.just("gen1")),
    call(edits.set_threshold, number),
    call(edits.set_blend, number),
    call(edits.set_automation, st.lists(point, max_size=4)),
    call(edits.set_channels, st.integers(0, 3)),
    call(edits.set_start_timecode, st.sampled_from(["00:01:00;02", "10:00:00:00", "00:01:00:00", "x"])),
    call(edits.set_drop_frame, flag),
    call(merge, st.lists(found_hit, max_size=4), curve),
)  # fmt: skip


def text_of(project: Project) -> str:
    return json.dumps(to_json(project), allow_nan=False)


def through_changes(start: Project, end: Project) -> Project:
    """`end`, from `start` and what differs, by way of text."""
    document = to_json(start)
    changes = json.loads(json.dumps(changes_between(start, end), allow_nan=False))
    return from_json({**document, "project": replay(document["project"], [changes])})


@settings(max_examples=200, deadline=None)
@given(st.lists(ANY_EDIT, max_size=8))
def test_any_sequence_of_edits(sequence: list[Edit]) -> None:
    project = full_project()
    snapshots: list[tuple[Project, str]] = [(project, text_of(project))]
    for edit in sequence:
        before = project
        try:
            project = edit(before)
        except FoleyError as error:
            assert str(error)
            continue
        # A valid document that a file brings back as it is: ordering, ranges, references.
        assert from_json(json.loads(text_of(project))) == project
        # The same object or a different one, and what is equal is shared.
        assert (project == before) == (project is before)
        for hit in project.hits:
            old = before.hits_by_id.get(hit.id)
            assert old is None or (hit == old) == (hit is old)
        # A locked hit keeps its time and its sounds.
        for hit in before.hits:
            if hit.locked:
                after = project.hit(hit.id)
                assert replace(after, locked=True, mute=hit.mute, track=hit.track, edited=hit.edited) == hit
        # What changed is enough to go forward, and to undo.
        assert through_changes(before, project) == project
        assert through_changes(project, before) == before
        snapshots.append((project, text_of(project)))
    # Undo is going back to a snapshot: none was touched by what came after.
    for snapshot, text in snapshots:
        assert text_of(snapshot) == text
    first, last = snapshots[0][0], snapshots[-1][0]
    assert through_changes(first, last) == last


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_EDIT, max_size=6))
def test_many_steps_replayed_in_one_go(sequence: list[Edit]) -> None:
    project = start = full_project()
    steps = []
    for edit in sequence:
        before = project
        try:
            project = edit(before)
        except FoleyError:
            continue
        steps.append(changes_between(before, project))
    document = to_json(start)
    text = json.dumps(document)
    assert from_json({**document, "project": replay(document["project"], steps)}) == project
    assert json.dumps(document) == text


def test_nothing_differs_from_itself() -> None:
    project = full_project()
    assert changes_between(project, project) == {}


def test_changes_hold_only_what_differs() -> None:
    before = full_project()
    after = edits.set_threshold(edits.move_hits(before, ["a"], 5), 0.9)
    after = edits.remove_hits(after, ["c"])
    changes = changes_between(before, after)
    assert changes.keys() == {"set", "hits"}
    assert changes["set"] == {"threshold": 0.9}
    assert changes["hits"]["gone"] == ["c"]
    assert [hit["id"] for hit in changes["hits"]["put"]] == ["a"]
    line = changes_between(before, edits.set_automation(before, []))
    assert line == {"loudness": {"automation": []}}
