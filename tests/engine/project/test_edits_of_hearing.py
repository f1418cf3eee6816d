"""Edits of what is heard: hits, takes, both; one take of several."""

from __future__ import annotations

from dataclasses import replace

import pytest
from example_projects import kit_take

from engine.errors import EditError
from engine.project import edits
from engine.project.document import GeneratedTrack, Project, Track


def project_of(*takes: GeneratedTrack, solo: bool = False) -> Project:
    return Project("p", length=480_000, tracks=(Track("t", "Foley", solo=solo),), generated=takes)


def take(name: str, position: int = 0, length: int = 480_000, **more: bool) -> GeneratedTrack:
    return GeneratedTrack(name, name, kit_take(1), position, length, **more)


def heard(project: Project) -> list[str]:
    return [one.id for one in project.generated if not one.mute]


def test_one_side_alone_or_both_and_no_solo_against_it() -> None:
    project = project_of(take("a", solo=True), solo=True)
    hits = edits.hear_hits(project)
    assert (hits.blend, hits.generated[0].solo, hits.tracks[0].solo) == (0.0, False, True)
    takes = edits.hear_takes(project)
    assert (takes.blend, takes.generated[0].solo, takes.tracks[0].solo) == (1.0, True, False)
    both = edits.hear_both(hits)
    assert (both.blend, both.generated[0].solo, both.tracks[0].solo) == (0.5, False, False)
    assert edits.hear_both(both) is both


def test_a_chosen_take_silences_those_of_the_same_stretch() -> None:
    takes = (take("a"), take("b", solo=True), take("early", 0, 1000), take("late", 240_000, 1000))
    assert heard(edits.choose_generated(project_of(*takes), "b")) == ["b"]
    early = edits.choose_generated(project_of(*takes), "early")
    assert heard(early) == ["early", "late"]
    assert not early.generated[1].solo
    assert edits.choose_generated(early, "early") is early


def test_a_take_of_unknown_length_lasts_to_its_end() -> None:
    project = project_of(take("a", 0, 0), take("b", 400_000, 1000))
    assert heard(edits.choose_generated(project, "b")) == ["b"]


def test_an_unknown_take_is_refused() -> None:
    with pytest.raises(EditError, match="no generated track “x”"):
        edits.choose_generated(replace(project_of(), generated=()), "x")
