"""Fill all: round robin against an exhaustive search, determinism, variation, what stays untouched."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Hashable, Sequence
from dataclasses import replace

import pytest
from example_projects import kit_take, library_take, row_of_hits

from engine.errors import EditError
from engine.project import edits
from engine.project.document import MAX_GAIN_DB, Clip, Project
from engine.project.edits.round_robin import Slot, deal


def offers(project: Project, count: int, gain_db: float = -6.0) -> dict[str, list[edits.Candidate]]:
    """The same `count` sounds for every hit."""
    row = [edits.Candidate(kit_take(number), gain_db) for number in range(count)]
    return {hit.id: row for hit in project.hits}


def sounds(project: Project) -> list[Hashable]:
    return [edits.sound_key(hit.clips[0].take) for hit in project.hits if hit.clips]


def repeats(row: Sequence[Hashable | None], window: int) -> int:
    """How many pairs of the same sound lie within `window` places in a row."""
    return sum(
        1
        for first, second in itertools.combinations(range(len(row)), 2)
        if second - first < window and row[first] is not None and row[first] == row[second]
    )


def played(slots: Sequence[Slot], chosen: Sequence[int | None]) -> list[Hashable | None]:
    return [
        slot.fixed if option is None else slot.options[option]
        for slot, option in zip(slots, chosen, strict=True)
    ]


@pytest.mark.parametrize("window", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("seed", range(5))
def test_no_sound_twice_within_the_window(window: int, seed: int) -> None:
    project = row_of_hits(60)
    filled = edits.fill_all(project, offers(project, 6), seed=seed, avoid_repeat_within=window)
    assert len(sounds(filled)) == 60
    assert repeats(sounds(filled), window) == 0


def test_dealing_finds_a_way_wherever_an_exhaustive_search_does() -> None:
    chance = random.Random(11)
    avoidable = 0
    for _ in range(400):
        window = chance.choice([2, 3, 4])
        slots = [
            Slot(fixed=chance.choice("ABCD"))
            if chance.random() < 0.2
            else Slot(options=tuple(chance.sample("ABCD", chance.randint(1, 3))))
            for _ in range(7)
        ]
        choices = [range(len(slot.options)) if slot.options else [None] for slot in slots]
        every_row = [repeats(played(slots, chosen), window) for chosen in itertools.product(*choices)]
        got = repeats(played(slots, deal(slots, window)), window)
        if min(every_row) == 0:
            avoidable += 1
            assert got == 0, (slots, window)
    assert 50 < avoidable < 350


def test_greedy_choice_that_leads_to_a_dead_end_is_undone() -> None:
    slots = [Slot(options=("A", "B")), Slot(options=("A",)), Slot(options=("A", "B", "C"))]
    assert played(slots, deal(slots, 3)) == ["B", "A", "C"]


def test_when_a_repeat_cannot_be_avoided_the_sound_heard_longest_ago_comes() -> None:
    project = row_of_hits(30)
    filled = edits.fill_all(project, offers(project, 3), seed=1, avoid_repeat_within=9)
    assert repeats(sounds(filled), 3) == 0  # three sounds can at best go round


def test_a_sound_that_stays_is_not_repeated_beside() -> None:
    project = row_of_hits(9)
    for hit_id in ("h003", "h007"):
        project = edits.choose_take(project, hit_id, kit_take(0))
    project = edits.set_locked(project, ["h003"], True)
    filled = edits.fill_all(
        project,
        offers(project, 6),
        seed=3,
        only=[hit.id for hit in project.hits if hit.id != "h007"],
    )
    assert filled.hit("h003") is project.hit("h003")
    assert filled.hit("h007") is project.hit("h007")
    assert repeats(sounds(filled), 4) == 0


def test_the_same_file_under_two_names_is_the_same_sound() -> None:
    first, second = library_take(1, "x"), replace(library_take(1, "y"), name="Another name")
    assert edits.sound_key(first) == edits.sound_key(second) != edits.sound_key(library_take(2))
    assert (
        edits.sound_key(kit_take(1)) == edits.sound_key(kit_take(1, "other")) != edits.sound_key(kit_take(2))
    )


def test_a_seed_decides_everything() -> None:
    project = row_of_hits(40)
    once = edits.fill_all(project, offers(project, 8), seed=5)
    assert edits.fill_all(project, offers(project, 8), seed=5) == once
    assert edits.fill_all(once, offers(project, 8), seed=5) is once
    other = edits.fill_all(project, offers(project, 8), seed=6)
    assert sum(a != b for a, b in zip(sounds(once), sounds(other), strict=True)) > 10


def test_better_candidates_come_more_often() -> None:
    project = row_of_hits(400)
    filled = edits.fill_all(project, offers(project, 8), seed=5)
    counts = [sounds(filled).count(edits.sound_key(kit_take(number))) for number in range(8)]
    assert counts[0] > counts[3] > counts[7] > 0


def test_only_sounds_of_the_best_ones_material_are_dealt() -> None:
    project = row_of_hits(30)
    row = [
        edits.Candidate(replace(kit_take(number), material=material), -6.0)
        for number, material in enumerate(["wood", "metal", "wood", "wood", "dirt"])
    ]
    filled = edits.fill_all(project, {hit.id: row for hit in project.hits}, seed=5)
    assert {hit.clips[0].take.material for hit in filled.hits} == {"wood"}
    assert len(set(sounds(filled))) == 3


def test_where_names_tell_no_material_what_sounds_alike_is_dealt() -> None:
    project = row_of_hits(30)
    takes = [
        replace(kit_take(n), material=material) for n, material in enumerate(["", "", "wood", "", "metal"])
    ]
    heard = ["wood", "metal", "glass", "wood", "wood"]
    row = [edits.Candidate(take, -6.0, 0, like) for take, like in zip(takes, heard, strict=True)]
    filled = edits.fill_all(project, {hit.id: row for hit in project.hits}, seed=5)
    played = {hit.clips[0].take.id for hit in filled.hits}
    assert played == {takes[0].id, takes[2].id, takes[3].id}


def test_gain_and_pitch_vary_within_their_ranges() -> None:
    project = row_of_hits(300)
    filled = edits.fill_all(
        project, offers(project, 8), seed=1, gain_variation_db=2.0, pitch_variation_semitones=0.5
    )
    gains = [hit.clips[0].gain_db + 6.0 for hit in filled.hits]
    pitches = [hit.clips[0].pitch_semitones for hit in filled.hits]
    assert -2.0 <= min(gains) < -1.8 < 1.8 < max(gains) <= 2.0
    assert -0.5 <= min(pitches) < -0.45 < 0.45 < max(pitches) <= 0.5
    plain = edits.fill_all(
        project, offers(project, 8), seed=1, gain_variation_db=0, pitch_variation_semitones=0
    )
    assert {(hit.clips[0].gain_db, hit.clips[0].pitch_semitones) for hit in plain.hits} == {(-6.0, 0.0)}
    loud = edits.fill_all(project, offers(project, 8, gain_db=500.0), seed=1)
    assert {hit.clips[0].gain_db for hit in loud.hits} == {MAX_GAIN_DB}


def test_what_a_person_shaped_stays() -> None:
    project = row_of_hits(1)
    clip = Clip(
        "c", (kit_take(70), kit_take(71)), "take71", offset=-9, start=4, pan=0.5, fade_in=3, fade_out=8
    )
    layer = Clip("d", (kit_take(72),), "take72")
    shaped = replace(project, hits=(replace(project.hits[0], clips=(clip, layer)),))
    filled = edits.fill_all(shaped, offers(project, 3), seed=1)
    new, same = filled.hits[0].clips
    assert same is layer
    assert (new.id, new.offset, new.start, new.pan, new.fade_in, new.fade_out) == ("c", -9, 0, 0.5, 3, 8)
    assert len(new.takes) == 1
    assert not filled.hits[0].edited


def test_hidden_hits_and_hits_without_candidates_are_left() -> None:
    project = row_of_hits(4)
    project = replace(project, hits=(replace(project.hits[0], confidence=0.1), *project.hits[1:]))
    candidates = offers(project, 6)
    candidates["gone"] = candidates["h001"]
    del candidates["h002"]
    filled = edits.fill_all(project, candidates, seed=1)
    assert [bool(hit.clips) for hit in filled.hits] == [False, True, False, True]
    assert [filled.hits[0], filled.hits[2]] == [project.hits[0], project.hits[2]]
    assert edits.fill_all(project, candidates, seed=1, only=["h000"]).hits[0].clips


def test_a_scratch_is_filled_and_a_given_length_counts() -> None:
    project = edits.set_action(row_of_hits(2), ["h000", "h001"], "scratch", 4_800)
    candidates = {
        "h000": [edits.Candidate(kit_take(1), 0.0)],
        "h001": [edits.Candidate(kit_take(2), 0.0, length=99)],
    }
    filled = edits.fill_all(project, candidates, seed=1)
    assert [hit.clips[0].length for hit in filled.hits] == [4_800, 99]


def test_a_candidate_with_a_broken_gain_is_refused() -> None:
    project = row_of_hits(2)
    with pytest.raises(EditError, match="gain"):
        edits.fill_all(project, offers(project, 2, gain_db=math.nan), seed=1)
