from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.learning.example import Stretch
from engine.learning.reviewed import looked_at, removed_times_s, reviewed_example, video_of
from engine.project import edits
from engine.project.document import Project
from tests.engine.project.example_projects import full_project, row_of_hits

RATE = 48_000
VIDEO = Path("reel.mp4")
NOTHING = np.zeros(0)


def reel(seconds: int = 100) -> Project:
    """A hit every second, h000 at 0 s; nobody has touched any."""
    return row_of_hits(seconds, spacing=RATE)


def spans(stretches: list[Stretch]) -> list[tuple[float, float]]:
    return [(stretch.start_s, stretch.end_s) for stretch in stretches]


def test_an_untouched_project_was_not_looked_at():
    assert looked_at(reel(), VIDEO, NOTHING) == []


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        (["h010"], [(8, 12)]),
        (["h000"], [(0, 2)]),
        (["h010", "h040"], [(8, 42)]),
        (["h010", "h041"], [(8, 12), (39, 43)]),
        (["h099"], [(97, 100.5)]),
    ],
)
def test_looked_at_is_what_lies_between_traces(touched: list[str], expected: list[tuple[float, float]]):
    project = replace(reel(), length=round(100.5 * RATE))
    project = (
        edits.move_hits(project, touched, 10)
        if touched != ["h000"]
        else edits.set_mute(project, touched, True)
    )
    shown = [
        (round(start_s), end_s if end_s == 100.5 else round(end_s))
        for start_s, end_s in spans(looked_at(project, VIDEO, NOTHING))
    ]
    assert shown == expected


def test_placed_and_locked_hits_and_removed_ones_are_traces():
    placed = edits.add_hit(reel(), round(20.5 * RATE))
    assert spans(looked_at(placed, VIDEO, NOTHING)) == [(18.5, 22.5)]
    locked = edits.set_locked(reel(), "h030", True)
    assert spans(looked_at(locked, VIDEO, NOTHING)) == [(28, 32)]
    assert spans(looked_at(reel(), VIDEO, np.array([50.0]))) == [(48, 52)]


def test_what_was_found_and_is_no_more_was_removed():
    project = edits.remove_hits(reel(10), ["h003"])
    found_s = np.array([2.02, 3.01, 9.5])
    assert removed_times_s(project, found_s).tolist() == [3.01, 9.5]
    everything = edits.remove_hits(project, [hit.id for hit in project.hits])
    assert removed_times_s(everything, found_s).tolist() == found_s.tolist()


def test_a_hidden_hit_is_not_removed_and_no_contact():
    project = replace(reel(10), threshold=0.95)
    assert removed_times_s(project, np.array([3.0])).size == 0
    project = edits.set_locked(project, "h005", True)
    example = reviewed_example(project, Stretch(VIDEO, 0.0, 9.0))
    assert example.seen_s.tolist() == [5.0]


def test_contacts_are_what_is_shown_in_the_stretch():
    project = edits.set_mute(edits.add_hit(reel(10), round(2.5 * RATE)), "h003", True)
    project = edits.set_action(project, "h004", "scratch", length=RATE // 2)
    example = reviewed_example(project, Stretch(VIDEO, 2.0, 5.0))
    assert example.seen_s.tolist() == [2.0, 2.5, 4.0]
    assert example.unseen_s.tolist() == [3.0], "a muted hit may be a mistake or not"
    scratch = example.contacts[-1]
    assert (scratch.action, scratch.duration_s) == ("scratch", 0.5)


def test_a_project_without_its_video_is_told(tmp_path: Path):
    with pytest.raises(UserFacingError, match="has no video"):
        video_of(reel())
    with pytest.raises(UserFacingError, match=r"straße.*isn't where its project says"):
        video_of(full_project(), tmp_path)
    (tmp_path / "clips").mkdir()
    video = tmp_path / "clips" / "straße \U0001f941.mp4"
    video.touch()
    assert video_of(full_project(), tmp_path) == video
