"""Hits as columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.project.document import Hit, MaterialProbability, Project
from engine.project.materials import MATERIALS
from foley_app.timeline.hit_columns import NO_HITS, UNKNOWN_MATERIAL, HitColumns, track_number
from tests.foley_app.timeline.mouse import SECOND


def test_columns_say_what_the_hits_say(project: Project) -> None:
    columns = HitColumns.of(project.shown_hits)
    assert list(columns.position) == [hit.position for hit in project.shown_hits]
    assert columns.length[-1] == SECOND // 2
    assert columns.longest == SECOND // 2
    assert columns.material[0] == MATERIALS.index("wood")
    assert list(columns.is_doubted) == [False, False, True, False, False, False, False]
    assert list(columns.is_locked).index(True) == 4
    assert list(columns.is_sounding) == [True] * 6 + [False]
    assert columns.track[0] == track_number("t")


def test_an_unknown_material_and_a_placed_hit() -> None:
    columns = HitColumns.of([Hit("a", 0, confidence=0.1, origin="placed")])
    assert columns.material[0] == UNKNOWN_MATERIAL
    assert columns.confidence[0] == 1.0


def test_a_guessed_material_is_told_from_a_sure_and_a_chosen_one() -> None:
    guess = (MaterialProbability("tile", 0.3), MaterialProbability("wood", 0.25))
    sure = (MaterialProbability("tile", 0.8),)
    hits = [
        Hit("a", 0, material="tile", materials=guess),
        Hit("b", 1, material="tile", materials=sure),
        Hit("c", 2, material="wood", materials=guess, material_chosen=True),
        Hit("d", 3),
    ]
    assert list(HitColumns.of(hits).is_guessed) == [True, False, False, False]


def test_between_finds_a_scratch_that_began_before(project: Project) -> None:
    columns = HitColumns.of(project.shown_hits)
    found = columns.hits[columns.between(7.2 * SECOND, 7.4 * SECOND)]
    assert [hit.id for hit in found] == ["scratch"]
    assert columns.hits[columns.between(0, SECOND)] == ()


def test_a_previewed_move_is_ordered_and_leaves_the_original(project: Project) -> None:
    columns = HitColumns.of(project.shown_hits)
    moved = columns.moved(frozenset(("h1", "h2")), round(1.5 * SECOND))
    assert [hit.id for hit in moved.hits[:4]] == ["h1", "h3", "h2", "h4"]
    assert moved.position[0] == 2.5 * SECOND
    assert np.all(np.diff(moved.position) >= 0)
    assert columns.position[0] == SECOND


def test_only_changed_hits_are_read_again(project: Project) -> None:
    before = HitColumns.of(project.shown_hits)
    hits = list(project.shown_hits)
    hits[2] = replace(hits[2], mute=True)
    after = HitColumns.of(hits, before)
    np.testing.assert_array_equal(after.rows, HitColumns.of(hits).rows)
    assert not before.is_muted[2]


def test_no_hits_are_no_trouble() -> None:
    assert len(NO_HITS) == 0
    assert NO_HITS.longest == 0
    assert NO_HITS.between(0, 100) == slice(0, 0)
    assert len(NO_HITS.moved(frozenset("a"), 5)) == 0
