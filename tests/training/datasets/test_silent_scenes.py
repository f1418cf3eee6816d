"""The scenes and points marked by eye."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.media.probe import probe
from tests.training.datasets.tiny_folders import write_clip
from training.datasets import DatasetError, open_dataset
from training.datasets.impacts import Impacts
from training.datasets.real_points import read_real_points
from training.datasets.silent_scenes import CERTAINTIES, SilentScenes, read_marks


def mark(**changes: Any) -> dict[str, Any]:
    return {
        "time_s": 0.5,
        "material": "wood",
        "action": "hit",
        "point": [0.5, 0.5],
        "certainty": "likely",
    } | changes


def write_marks(path: Path, *marks: dict[str, Any]) -> Path:
    scene = {"sha256": "0", "sees": "A table.", "contacts": list(marks)}
    path.write_text(json.dumps({"scenes": {"scene_02": scene}}))
    return path


def test_every_scene_is_marked_and_opens(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "greatest_hits" / "silent")
    assert isinstance(dataset, SilentScenes)
    recordings = dataset.recordings()
    assert len(recordings) == 21 and not dataset.problems
    for recording in recordings:
        marks = dataset.marks[recording.name].contacts
        assert recording.contacts == tuple(each.contact for each in marks)
        assert recording.contacts and recording.sound is None and recording.source == recording.name
    split = dataset.split()
    assert not split.training and not split.validation and len(split.test) == 21


def test_the_marks_that_come_with_the_program_say_how_certain_they_are() -> None:
    marked = [each for scene in read_marks().values() for each in scene.contacts]
    assert {each.certainty for each in marked} == set(CERTAINTIES)
    assert all(each.or_material != each.contact.material for each in marked)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"material": "cheese"}, "“cheese” is none of"),
        ({"or_material": "cheese"}, "“cheese” is none of"),
        ({"action": "kick"}, "“kick” is none of: hit, scratch"),
        ({"certainty": "sure"}, "“sure” is none of: certain, likely, guess"),
        ({"point": [1.2, 0.5]}, "outside the picture"),
        ({"point": [0.5]}, "scene_02"),
        ({"time_s": "soon"}, "soon"),
    ],
)
def test_a_mark_that_can_not_be_right(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    path = write_marks(tmp_path / "marks.json", mark(**wrong))
    with pytest.raises(DatasetError, match=said):
        read_marks(path)


def test_marks_come_in_order_of_time(tmp_path: Path) -> None:
    path = write_marks(tmp_path / "marks.json", mark(time_s=1), mark(time_s=0.2, or_material="rock"))
    contacts = read_marks(path)["scene_02"].contacts
    assert [each.contact.time_s for each in contacts] == [0.2, 1]
    assert [each.or_material for each in contacts] == ["rock", None]


def test_another_file_of_the_same_name_is_not_the_scene(tmp_path: Path) -> None:
    write_clip(tmp_path / "scene_02.mp4", pictures=6)
    assert isinstance(open_dataset(tmp_path), Impacts)
    dataset = open_dataset(tmp_path, "silent-scenes")
    with pytest.raises(DatasetError, match="is not the file its contacts were marked on"):
        dataset.recordings()


def test_a_scene_alone_is_recognised(shared_data: Path, tmp_path: Path) -> None:
    shutil.copy(shared_data / "greatest_hits" / "silent" / "scene_04.mp4", tmp_path)
    dataset = open_dataset(tmp_path)
    assert [recording.name for recording in dataset.recordings()] == ["scene_04"]
    assert {problem.kind for problem in dataset.problems} == {"missing"}


def test_points_lie_within_the_real_clips(shared_data: Path) -> None:
    points = read_real_points()
    assert len(points) == 9
    for name, marks in points.items():
        duration_s = probe(shared_data / "greatest_hits" / "clips" / f"{name}.mp4").duration_s
        assert len(marks) >= 3 and marks[-1].time_s <= duration_s
        assert all(0 < value < 1 for each in marks for value in each.point)


def test_a_point_outside_the_picture_is_said(tmp_path: Path) -> None:
    path = tmp_path / "points.json"
    path.write_text(json.dumps({"clips": {"a": [{"time_s": 1, "point": [0.5, 1.5]}]}}))
    with pytest.raises(DatasetError, match="“a” has a point outside the picture"):
        read_real_points(path)
    path.write_text(json.dumps({"clips": {"a": [{"time_s": 1}]}}))
    with pytest.raises(DatasetError, match="the points of “a” can't be read"):
        read_real_points(path)
