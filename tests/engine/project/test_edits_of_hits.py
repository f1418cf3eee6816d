"""Edits of hits, as tables: what goes in, what must come out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from example_projects import full_project, kit_take, library_take, row_of_hits

from engine.errors import EditError, FoleyError
from engine.project import edits
from engine.project.document import Clip, ContactPoint, Hit, MaterialProbability, Project

Edit = Callable[[Project], Project]


def positions(project: Project) -> dict[str, int]:
    return {hit.id: hit.position for hit in project.hits}


@pytest.mark.parametrize(
    ("ids", "delta", "expected"),
    [
        (["h001"], 100, [0, 9_700, 19_200, 28_800]),
        (["h001", "h002"], -1_000, [0, 8_600, 18_200, 28_800]),
        (["h001", "h002"], -9_700, [0, 0, 9_600, 28_800]),  # the group stops at the start, spaced as it was
        (["h000", "h003"], 10**9, [19_199, 9_600, 19_200, 47_999]),
        (["h003"], 10**9, [0, 9_600, 19_200, 47_999]),
        ("h002", -5_000, [0, 9_600, 14_200, 28_800]),
    ],
)
def test_moving(ids: list[str], delta: int, expected: list[int]) -> None:
    project = row_of_hits(4)
    assert project.length == 48_000
    moved = edits.move_hits(project, ids, delta)
    assert [positions(moved)[f"h00{n}"] for n in range(4)] == expected
    assert list(positions(moved).values()) == sorted(positions(moved).values())


def test_moving_past_a_neighbour_reorders_and_marks_only_what_moved() -> None:
    project = row_of_hits(4)
    moved = edits.move_hits(project, ["h000"], 9_601)
    assert [hit.id for hit in moved.hits] == ["h001", "h000", "h002", "h003"]
    assert [hit.edited for hit in moved.hits] == [False, True, False, False]
    assert moved.hit("h002") is project.hit("h002")
    assert moved.loudness is project.loudness
    assert moved.tracks is project.tracks


def test_hits_at_one_position_are_ordered_by_id() -> None:
    project = edits.set_position(row_of_hits(3), "h002", 0)
    assert [hit.id for hit in project.hits] == ["h000", "h002", "h001"]


@pytest.mark.parametrize(
    ("wanted", "got"), [(-5, 0), (0, 0), (47_999, 47_999), (48_000, 47_999), (10**30, 47_999)]
)
def test_positions_stay_on_the_timeline(wanted: int, got: int) -> None:
    project = row_of_hits(4)
    assert edits.set_position(project, "h001", wanted).hit("h001").position == got
    assert edits.add_hit(project, wanted, hit_id="new").hit("new").position == got


def test_without_a_known_length_there_is_no_end() -> None:
    project = replace(row_of_hits(2), length=0)
    assert edits.set_position(project, "h001", 10**9).hit("h001").position == 10**9


def test_adding() -> None:
    project = row_of_hits(2)
    added = edits.add_hit(
        project, 5_000, hit_id="n", action="scratch", length=480, material="glass", level_db=-9
    )
    assert added.hit("n") == Hit(
        "n",
        5_000,
        action="scratch",
        length=480,
        level_db=-9.0,
        material="glass",
        material_chosen=True,
        origin="placed",
        track="t",
    )
    assert [hit.id for hit in added.hits] == ["h000", "n", "h001"]
    assert added.hits[0] is project.hits[0]
    assert len(edits.add_hit(edits.add_hit(project, 1), 1).hits) == 4


def test_removing_leaves_locked_hits() -> None:
    project = edits.set_locked(row_of_hits(3), ["h001"], True)
    assert [hit.id for hit in edits.remove_hits(project, ["h000", "h001"]).hits] == ["h001", "h002"]


def test_material_is_chosen_and_given_back() -> None:
    believed = (MaterialProbability("cloth", 0.2), MaterialProbability("paper", 0.7))
    hit = Hit("a", 0, material="paper", materials=believed)
    project = Project("p", hits=(hit,))
    chosen = edits.set_material(project, ["a"], "glass")
    assert (chosen.hit("a").material, chosen.hit("a").material_chosen) == ("glass", True)
    assert chosen.hit("a").materials is believed
    back = edits.set_material(chosen, ["a"], "")
    assert (back.hit("a").material, back.hit("a").material_chosen) == ("paper", False)
    confirmed = edits.set_material(project, ["a"], "paper")
    assert confirmed.hit("a").material_chosen
    assert confirmed.hit("a").edited


def test_what_a_model_sees_anew_leaves_the_persons_own_alone() -> None:
    seen = (MaterialProbability("cloth", 0.2), MaterialProbability("paper", 1.2))
    project = edits.set_locked(edits.set_material(row_of_hits(4), ["h000"], "glass"), ["h001"], True)
    after = edits.set_materials(project, {"h000": seen, "h001": seen, "h002": seen, "h003": ()})
    assert after.hit("h000") is project.hit("h000")
    assert after.hit("h001") is project.hit("h001")
    told = after.hit("h002")
    assert (told.material, told.material_chosen, told.edited) == ("paper", False, False)
    assert [row.probability for row in told.materials] == [0.2, 1.0]
    assert (after.hit("h003").material, after.hit("h003").materials) == ("", ())
    assert edits.set_materials(after, {"h002": told.materials}) is after
    with pytest.raises(EditError, match="“jelly” is not a material"):
        edits.set_materials(project, {"h002": [MaterialProbability("jelly", 0.5)]})


def test_a_scratch_carries_its_length_to_the_sounds_that_filled_it() -> None:
    fills = Clip("fills", (kit_take(1),), "take1", length=0)
    trimmed = Clip("trimmed", (kit_take(2),), "take2", length=333)
    project = Project("p", hits=(Hit("a", 0, clips=(fills, trimmed)),))
    scratch = edits.set_action(project, ["a"], "scratch", 4_800)
    assert (scratch.hit("a").action, scratch.hit("a").length) == ("scratch", 4_800)
    assert [clip.length for clip in scratch.hit("a").clips] == [4_800, 333]
    longer = edits.set_length(scratch, "a", 9_600)
    assert [clip.length for clip in longer.hit("a").clips] == [9_600, 333]
    kept = edits.set_action(longer, ["a"], "scratch")
    assert kept is longer
    hit = edits.set_action(longer, ["a"], "hit")
    assert (hit.hit("a").length, [clip.length for clip in hit.hit("a").clips]) == (0, [0, 333])


def test_contact_points_are_brought_into_the_picture() -> None:
    project = row_of_hits(1)
    placed = edits.set_contact(project, "h000", ContactPoint(-0.5, 1.5))
    assert placed.hit("h000").contact == ContactPoint(0.0, 1.0)
    assert edits.set_contact(placed, "h000", None).hit("h000").contact is None


LOCKED_OUT: dict[str, Edit] = {
    "move": lambda p: edits.move_hits(p, ["b"], 100),
    "position": lambda p: edits.set_position(p, "b", 100),
    "remove": lambda p: edits.remove_hits(p, ["b"]),
    "material": lambda p: edits.set_material(p, ["b"], "wood"),
    "action": lambda p: edits.set_action(p, ["b"], "hit"),
    "length": lambda p: edits.set_length(p, "b", 7),
    "contact": lambda p: edits.set_contact(p, "b", None),
    "track": lambda p: edits.assign_track(p, ["b"], "props"),
    "take": lambda p: edits.choose_take(p, "b", kit_take(8)),
    "layer": lambda p: edits.add_layer(p, "b", kit_take(8), 0.0),
    "remove clip": lambda p: edits.remove_clip(p, "b", "clip2"),
    "gain": lambda p: edits.set_gain(p, ["b"], 1.0),
    "nudge": lambda p: edits.nudge_gain(p, ["b"], 1.0),
    "pan": lambda p: edits.set_pan(p, ["b"], 1.0),
    "pitch": lambda p: edits.set_pitch(p, ["b"], 1.0),
    "offset": lambda p: edits.set_offset(p, ["b"], 1),
    "fades": lambda p: edits.set_fades(p, ["b"], 1, 1),
    "fill": lambda p: edits.fill_all(p, {"b": [edits.Candidate(kit_take(8), 0.0)]}, seed=1),
}


@pytest.mark.parametrize("edit", LOCKED_OUT.values(), ids=LOCKED_OUT.keys())
def test_a_locked_hit_is_left_out(edit: Edit) -> None:
    project = full_project()
    assert project.hit("b").locked
    assert edit(project) is project
    assert edit(edits.set_locked(project, ["b"], False)) is not project


def test_muting_and_unlocking_reach_locked_hits() -> None:
    project = full_project()
    assert not edits.set_mute(project, ["b"], False).hit("b").mute
    assert not edits.set_locked(project, ["b"], False).hit("b").locked


def test_locking_alone_does_not_mark_a_hit_as_edited() -> None:
    project = edits.set_locked(row_of_hits(1), ["h000"], True)
    assert not project.hit("h000").edited
    assert project.hit("h000").is_kept


NOTHING_CHANGES: dict[str, Edit] = {
    "move by nothing": lambda p: edits.move_hits(p, ["a", "c"], 0),
    "move nobody": lambda p: edits.move_hits(p, [], 100),
    "same position": lambda p: edits.set_position(p, "a", 9_600),
    "remove nobody": lambda p: edits.remove_hits(p, []),
    "same material": lambda p: edits.set_material(p, ["a"], ""),
    "same action": lambda p: edits.set_action(p, ["a"], "hit"),
    "same length": lambda p: edits.set_length(p, "a", 0),
    "no contact": lambda p: edits.set_contact(p, "a", None),
    "not muted": lambda p: edits.set_mute(p, ["a"], False),
    "not locked": lambda p: edits.set_locked(p, ["a"], False),
    "same track": lambda p: edits.assign_track(p, ["a"], "props"),
    "gain without a sound": lambda p: edits.set_gain(p, ["a"], 3.0),
    "same fader": lambda p: edits.set_track_gain(p, "feet", -3.0),
    "same pan": lambda p: edits.set_track_pan(p, "feet", 0.5),
    "same mute": lambda p: edits.set_track_mute(p, "feet", True),
    "same solo": lambda p: edits.set_track_solo(p, "feet", True),
    "same name": lambda p: edits.rename_track(p, "feet", " Feet "),
    "same threshold": lambda p: edits.set_threshold(p, 0.35),
    "same line": lambda p: edits.set_automation(p, reversed(p.loudness.automation)),
    "same channels": lambda p: edits.set_channels(p, 1),
    "same start": lambda p: edits.set_start_timecode(p, "01:00:00;00"),
    "same counting": lambda p: edits.set_drop_frame(p, True),
    "same blend": lambda p: edits.set_blend(p, 0.75),
    "same original audio": lambda p: edits.set_keep_original_audio(p, True),
    "same picture": lambda p: edits.relink_video(p, p.video.media),  # pyright: ignore
    "same generated gain": lambda p: edits.set_generated_gain(p, "gen1", -6.0),
    "fill with nothing": lambda p: edits.fill_all(p, {}, seed=1),
    "same analysis": lambda p: edits.merge_analysis(
        p, [hit for hit in p.hits if not hit.is_kept], p.loudness, p.analysis_model
    )[0],
}


@pytest.mark.parametrize("edit", NOTHING_CHANGES.values(), ids=NOTHING_CHANGES.keys())
def test_an_edit_that_changes_nothing_returns_the_same_object(edit: Edit) -> None:
    project = full_project()
    assert edit(project) is project


REFUSED: dict[str, Edit] = {
    "unknown hit moved": lambda p: edits.move_hits(p, ["a", "nobody"], 5),
    "unknown hit filled": lambda p: edits.fill_all(p, {}, seed=1, only=["nobody"]),
    "unknown hit sounded": lambda p: edits.choose_take(p, "nobody", kit_take(1)),
    "unknown clip": lambda p: edits.set_gain(p, ["b"], 0.0, clip_id="nobody"),
    "unknown clip for a take": lambda p: edits.choose_take(p, "a", kit_take(1), clip_id="nobody"),
    "unknown track": lambda p: edits.assign_track(p, ["a"], "nobody"),
    "unknown track to add on": lambda p: edits.add_hit(p, 0, track="nobody"),
    "unknown generated": lambda p: edits.remove_generated_track(p, "nobody"),
    "hit id taken": lambda p: edits.add_hit(p, 0, hit_id="a"),
    "track id taken": lambda p: edits.add_track(p, "More", track_id="feet"),
    "track name taken": lambda p: edits.add_track(p, "fEEt"),
    "rename to a taken name": lambda p: edits.rename_track(p, "props", "Feet"),
    "no name": lambda p: edits.rename_track(p, "props", "  "),
    "generated id taken": lambda p: edits.add_generated_track(p, p.generated[0]),
    "material": lambda p: edits.set_material(p, ["a"], "velvet"),
    "action": lambda p: edits.set_action(p, ["a"], "kick"),  # pyright: ignore
    "nan gain": lambda p: edits.nudge_gain(p, ["a"], math.nan),
    "infinite pan": lambda p: edits.set_pan(p, ["a"], math.inf),
    "nan level": lambda p: edits.add_hit(p, 0, level_db=math.nan),
    "nan contact": lambda p: edits.set_contact(p, "a", ContactPoint(math.nan, 0.0)),
    "nan threshold": lambda p: edits.set_threshold(p, math.nan),
    "nan score": lambda p: edits.choose_take(p, "a", replace(kit_take(1), score=math.nan)),
    "take without an id": lambda p: edits.add_layer(p, "a", replace(kit_take(1), id=""), 0.0),
    "text for a number": lambda p: edits.set_pitch(p, ["a"], "3"),  # pyright: ignore
    "fraction of a sample": lambda p: edits.set_position(p, "a", 0.5),  # pyright: ignore
    "yes for a position": lambda p: edits.set_position(p, "a", True),
    "three channels": lambda p: edits.set_channels(p, 3),
    "no timecode": lambda p: edits.set_start_timecode(p, "soon"),
    "skipped timecode": lambda p: edits.set_start_timecode(p, "00:01:00;00"),
    "no picture": lambda p: edits.relink_video(replace(p, video=None), library_take(1).media),  # pyright: ignore
}


@pytest.mark.parametrize("edit", REFUSED.values(), ids=REFUSED.keys())
def test_refused_edits_say_why(edit: Edit) -> None:
    with pytest.raises(FoleyError) as caught:
        edit(full_project())
    assert str(caught.value).startswith(("There ", "The ", "“", "A "))


def test_array_scalars_become_plain_numbers() -> None:
    numpy: Any = pytest.importorskip("numpy")
    project = edits.add_hit(row_of_hits(1), numpy.int64(5), hit_id="n", level_db=numpy.float32(-6.5))
    assert type(project.hit("n").position) is int
    assert type(project.hit("n").level_db) is float


def test_an_unknown_id_changes_nothing_and_is_an_edit_error() -> None:
    with pytest.raises(EditError, match="nobody"):
        edits.remove_hits(full_project(), ["nobody"])
