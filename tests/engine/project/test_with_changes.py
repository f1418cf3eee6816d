"""An edit on its way to another process."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.project import edits
from engine.project.changes import changes_between, with_changes
from engine.project.document import AutomationPoint, LoudnessCurve, MediaReference, Project, Video
from engine.project.shapes import ShapeError


@pytest.fixture
def project() -> Project:
    video = Video(MediaReference("a.mp4"), 64, 48, Fraction(25), 480_000)
    project = edits.new_project(video)
    for number in range(5):
        project = edits.add_hit(project, 1000 * number, hit_id=f"h{number}")
    return project


def test_an_edited_hit_travels_alone_and_the_others_stay_the_same_objects(project: Project) -> None:
    edited = edits.move_hits(project, ["h1"], 2500)
    changes = changes_between(project, edited)
    assert [hit["id"] for hit in changes["hits"]["put"]] == ["h1"]
    received = with_changes(project, changes)
    assert received == edited
    assert received.hits_by_id["h3"] is project.hits_by_id["h3"]
    assert received.tracks is project.tracks


def test_removed_and_added_hits_and_other_fields_arrive(project: Project) -> None:
    edited = edits.remove_hits(project, ["h0", "h4"])
    edited = edits.add_hit(edited, 1500, hit_id="new")
    edited = edits.set_track_gain(edited, edited.tracks[0].id, -6.0)
    edited = edits.set_threshold(edited, 0.7)
    assert with_changes(project, changes_between(project, edited)) == edited


def test_of_the_level_curve_only_what_changed_travels(project: Project) -> None:
    before = replace(project, loudness=LoudnessCurve((0, 1920), (-30.0, -20.0)))
    edited = edits.set_automation(before, [AutomationPoint(5, -3.0)])
    changes = changes_between(before, edited)
    assert list(changes["loudness"]) == ["automation"]
    assert with_changes(before, changes) == edited


def test_nothing_changed_is_the_same_project(project: Project) -> None:
    assert with_changes(project, changes_between(project, project)) is project


def test_what_is_no_change_is_refused(project: Project) -> None:
    with pytest.raises(ShapeError):
        with_changes(project, {"set": {"threshold": "high"}})
