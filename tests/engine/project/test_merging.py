"""A new analysis replaces what nobody touched and keeps the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from example_projects import kit_take, row_of_hits

from engine.errors import EditError
from engine.project import edits
from engine.project.document import (
    AutomationPoint,
    ContactPoint,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    Project,
)

CURVE = LoudnessCurve((0, 1920), (-40.0, -20.0))


def test_kept_hits_stay_and_detected_ones_are_replaced() -> None:
    project = row_of_hits(5)  # 200 ms apart
    project = edits.move_hits(project, ["h001"], 7)
    project = edits.set_locked(project, ["h002"], True)
    project = edits.add_hit(project, 30_000, hit_id="placed")
    found = [Hit("n1", 100), Hit("n2", 9_607 + 2_400), Hit("n3", 9_607 + 2_401), Hit("n4", 40_000)]
    merged, report = edits.merge_analysis(project, found, CURVE, "motion 2")
    assert [hit.id for hit in merged.hits] == ["n1", "h001", "n3", "h002", "placed", "n4"]
    assert report == edits.MergeReport(added=3, removed=3, kept=3)
    for kept in ("h001", "h002", "placed"):
        assert merged.hit(kept) is project.hit(kept)
    assert {hit.track for hit in merged.hits} == {"t"}
    assert merged.analysis_model == "motion 2"
    assert merged.loudness == CURVE


def test_the_editors_line_survives_and_the_analysis_brings_none() -> None:
    project = edits.set_automation(row_of_hits(1), [AutomationPoint(5, -3.0)])
    curve = replace(CURVE, automation=(AutomationPoint(9, 9.0),))
    merged, _ = edits.merge_analysis(project, [], curve, "m")
    assert merged.loudness.automation == (AutomationPoint(5, -3.0),)
    assert merged.hits == ()


@pytest.mark.parametrize(
    "touch",
    [
        lambda p: edits.set_material(p, ["h000"], "wood"),
        lambda p: edits.choose_take(p, "h000", kit_take(1)),
        lambda p: edits.set_mute(p, ["h000"], True),
        lambda p: edits.set_action(p, ["h000"], "scratch", 100),
        lambda p: edits.set_contact(p, "h000", ContactPoint(0.5, 0.5)),
        lambda p: edits.set_position(p, "h000", 3),
        lambda p: edits.nudge_gain(edits.add_layer(p, "h000", kit_take(1), 0.0), ["h000"], 1.0),
    ],
)
def test_every_kind_of_work_on_a_hit_keeps_it(touch: Any) -> None:
    project = touch(row_of_hits(2))
    merged, report = edits.merge_analysis(project, [], CURVE, "m")
    assert [hit.id for hit in merged.hits] == ["h000"]
    assert report == edits.MergeReport(added=0, removed=1, kept=1)


def test_filling_alone_does_not_keep_a_hit() -> None:
    project = row_of_hits(2)
    filled = edits.fill_all(project, {"h000": [edits.Candidate(kit_take(1), 0.0)]}, seed=1)
    merged, _ = edits.merge_analysis(filled, [], CURVE, "m")
    assert merged.hits == ()


def sounded(*positions: int, **fields: Any) -> Project:
    """Hits of wood at these positions, each with a sound at -6 dB."""
    hits = [Hit(f"old{at}", at, material="wood", level_db=-20.0, **fields) for at in positions]
    project = edits.merge_analysis(row_of_hits(3), hits, CURVE, "m")[0]
    candidates = {hit.id: [edits.Candidate(kit_take(hit.position), -6.0, 960)] for hit in hits}
    return edits.fill_all(project, candidates, seed=1, gain_variation_db=0.0)


def test_what_is_found_again_keeps_its_sound_at_its_new_level() -> None:
    project = sounded(9_600)
    [clip] = project.hit("old9600").clips
    again = Hit("new", 9_600 + 2_400, material="wood", level_db=-17.0)
    merged, report = edits.merge_analysis(project, [again], CURVE, "m 2")
    assert merged.hit("new").clips == (replace(clip, gain_db=clip.gain_db + 3.0),)
    assert not merged.hit("new").is_kept
    assert report == edits.MergeReport(added=1, removed=1, kept=0)


def test_a_scratch_that_is_found_again_sounds_as_long_as_it_is_now() -> None:
    project = sounded(9_600, action="scratch", length=4_800)
    again = Hit("new", 9_600, "scratch", 7_200, material="wood", level_db=-20.0)
    merged, _ = edits.merge_analysis(project, [again], CURVE, "m 2")
    assert [clip.length for clip in merged.hit("new").clips] == [7_200]


@pytest.mark.parametrize(
    "other",
    [
        Hit("new", 9_600 + 2_401, material="wood"),
        Hit("new", 9_600, material="glass"),
        Hit("new", 9_600, "scratch", 4_800, material="wood"),
    ],
    ids=["another moment", "another material", "another action"],
)
def test_another_hit_takes_no_sound_over(other: Hit) -> None:
    merged, _ = edits.merge_analysis(sounded(9_600), [other], CURVE, "m 2")
    assert merged.hit("new").clips == ()


def test_one_sound_goes_to_one_hit_and_the_nearest_gives_it() -> None:
    project = sounded(9_600, 11_000)
    found = [Hit(name, at, material="wood") for name, at in (("a", 10_900), ("b", 11_100), ("c", 11_200))]
    merged, _ = edits.merge_analysis(project, found, CURVE, "m 2")
    of_each = [[clip.take.recipe.seed for clip in hit.clips if clip.take.recipe] for hit in merged.hits]
    assert of_each == [[11_000], [9_600], []]


def test_an_analysis_that_finds_the_same_changes_no_hit() -> None:
    project = sounded(9_600, 19_200)
    found = [replace(hit, clips=()) for hit in project.hits]
    merged, _ = edits.merge_analysis(project, found, CURVE, "m")
    assert all(new is old for new, old in zip(merged.hits, project.hits, strict=True))


def test_ids_stay_unique_and_hits_lie_on_the_timeline() -> None:
    project = edits.add_hit(row_of_hits(1), 5_000, hit_id="x")
    found = [Hit("x", 10**9), Hit("x", 12_000), Hit("late", 11_000, track="nowhere")]
    merged, report = edits.merge_analysis(project, found, CURVE, "m")
    assert report.added == 3
    assert len({hit.id for hit in merged.hits}) == 4
    assert [hit.position for hit in merged.hits] == [5_000, 11_000, 12_000, project.length - 1]
    assert {hit.track for hit in merged.hits} == {"t"}


def test_numbers_of_a_model_become_plain_ones_in_range() -> None:
    numpy: Any = pytest.importorskip("numpy")
    found = Hit(
        "n",
        numpy.int64(480),
        confidence=numpy.float32(1.0000001),
        level_db=numpy.float64(-7.5),
        materials=(MaterialProbability("wood", numpy.float32(0.25)),),
        contact=ContactPoint(numpy.float32(0.5), 1.2),
        origin="placed",
        locked=True,
    )
    merged, _ = edits.merge_analysis(row_of_hits(1), [found], CURVE, "m")
    assert merged.hit("n") == Hit(
        "n",
        480,
        confidence=1.0,
        level_db=-7.5,
        materials=(MaterialProbability("wood", 0.25),),
        contact=ContactPoint(0.5, 1.0),
        track="t",
    )
    assert type(merged.hit("n").confidence) is float


@pytest.mark.parametrize(
    ("hit", "curve"),
    [
        (Hit("n", 0, confidence=math.nan), CURVE),
        (Hit("n", 0, level_db=-math.inf), CURVE),
        (Hit("", 0), CURVE),
        (Hit("n", 0, materials=(MaterialProbability("wood", math.nan),)), CURVE),
        (Hit("n", 0), LoudnessCurve((0,), (math.nan,))),
        (Hit("n", 0), LoudnessCurve((0.5,), (-1.0,))),  # pyright: ignore
        (Hit("n", 0), LoudnessCurve((0, 1), (-1.0,))),
        (Hit("n", 0), LoudnessCurve((1, 0), (-1.0, -1.0))),
    ],
)
def test_a_broken_analysis_is_refused(hit: Hit, curve: LoudnessCurve) -> None:
    project: Project = row_of_hits(1)
    with pytest.raises(EditError, match=r"analysis|must be a number"):
        edits.merge_analysis(project, [hit], curve, "m")
