"""Rendered clips: their truth, and renderings that are not whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.datasets.tiny_folders import stage_truth, write_stage
from training.datasets import DatasetError, open_dataset
from training.datasets.greatest_hits import GreatestHits
from training.datasets.stage import Stage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shards = {"shard_0000": ["s0000", "s0001", "s0002"], "shard_0001": ["s0003", "s0004", "s0005"]}
    return write_stage(tmp_path, shards)


def change_truth(folder: Path, change: dict[str, Any]) -> None:
    path = folder / "shard_0000" / "s0000_truth.json"
    path.write_text(json.dumps({**stage_truth(), **change}))


def test_the_truth_is_read_whole(folder: Path) -> None:
    dataset = open_dataset(folder)
    assert isinstance(dataset, Stage)
    recording = dataset.recordings()[0]
    hit, scratch = recording.contacts
    assert (hit.time_s, hit.material, hit.action, hit.reaction) == (0.5125, "wood", "hit", "static")
    assert (hit.strength, hit.point, hit.in_picture) == (0.7, (0.25, 0.75), True)
    assert (scratch.duration_s, scratch.point, scratch.in_picture) == (0.4, None, False)
    assert scratch.turns_s == (1.4, 1.5)
    assert recording.timing == "exact"
    assert recording.near_misses_s == (0.9,)
    assert recording.level_db == (-40.0,) * 60
    assert recording.sound == folder / "shard_0000" / "s0000_denoised.wav"
    assert recording.category == "table"
    assert list(dataset.problems) == []


def test_a_clip_of_an_older_stage_says_no_scene(folder: Path) -> None:
    truth = stage_truth()
    del truth["set"]
    (folder / "shard_0000" / "s0000_truth.json").write_text(json.dumps(truth))
    assert [recording.category for recording in Stage(folder).recordings()[:2]] == [None, "table"]


def test_the_split_follows_the_lists(folder: Path) -> None:
    parted = Stage(folder).split()
    assert [recording.name for recording in parted.test] == ["s0003", "s0004", "s0005"]
    assert (len(parted.training), len(parted.validation)) == (2, 1)


def test_recipes_for_the_original_layout_read_it_too(folder: Path) -> None:
    recording = GreatestHits(folder).recordings()[0]
    assert [(contact.time_s, contact.material) for contact in recording.contacts] == [
        (0.5, "wood"),
        (1.0, None),
    ]


def test_a_rendering_that_was_stopped_is_told(folder: Path) -> None:
    (folder / "stage.json").write_text(json.dumps({"version": 1, "clips": 100}))
    dataset = Stage(folder)
    assert len(dataset.recordings()) == 6
    (problem,) = dataset.problems
    assert (problem.name, problem.kind) == ("stage.json", "missing")
    assert problem.reason.startswith("100 clips were to be rendered, and 6 can be used")
    (folder / "stage.json").write_text("{}")
    with pytest.raises(DatasetError, match="does not say how many clips"):
        Stage(folder).recordings()


def test_a_clip_without_its_truth_does_not_count(folder: Path) -> None:
    (folder / "shard_0000" / "s0000_truth.json").unlink()
    dataset = Stage(folder)
    assert len(dataset.recordings()) == 5
    assert ("s0000", "missing") in [(problem.name, problem.kind) for problem in dataset.problems]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"version": 2}, "has version 2, and this program reads version 1"),
        ({"level_db": [-40.0] * 59}, "has 59 levels, but the clip 60 pictures"),
        ({"contacts": [{"material": "wood"}]}, "does not hold what it should"),
        ({"contacts": 3}, "does not hold what it should"),
    ],
)
def test_a_truth_that_does_not_belong_breaks_its_clip(
    folder: Path, change: dict[str, Any], expected: str
) -> None:
    change_truth(folder, change)
    dataset = Stage(folder)
    assert len(dataset.recordings()) == 5
    assert (dataset.problems[0].name, dataset.problems[0].kind) == ("s0000", "broken")
    assert expected in dataset.problems[0].reason


def test_a_truth_cut_off_while_writing_breaks_its_clip(folder: Path) -> None:
    path = folder / "shard_0000" / "s0000_truth.json"
    path.write_text(path.read_text()[:40])
    dataset = Stage(folder)
    assert len(dataset.recordings()) == 5
    assert "is not JSON, or it was cut off" in dataset.problems[0].reason


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"material": "jelly"}, "contact 1 of “s0000_truth.json” has the unknown material “jelly”"),
        ({"time_s": 2.2}, "is at 2.2 s, but the clip lasts 2.00 s"),
    ],
)
def test_a_wrong_contact_is_an_error(folder: Path, change: dict[str, Any], expected: str) -> None:
    change_truth(folder, {"contacts": [{**stage_truth()["contacts"][0], **change}]})
    with pytest.raises(DatasetError, match=expected):
        Stage(folder).recordings()
