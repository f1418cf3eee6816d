"""Clips whose times come from their sound, and labels without footage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.datasets.tiny_folders import write_clip
from training.datasets import DatasetError, open_dataset
from training.datasets.annotations import read_annotations
from training.datasets.greatest_hits_clips import GreatestHitsClips


def label(*events: list[Any], source: str = "s", certainty: str = "matched") -> dict[str, Any]:
    return {"source_video": source, "start_s": 0.0, "label_certainty": certainty, "events": list(events)}


def truth(*onsets_s: float, levels: int = 60) -> dict[str, Any]:
    return {"onsets_s": list(onsets_s), "level_db_30fps": [-30.0] * levels}


def write_clips(folder: Path, truths: dict[str, Any], labels: dict[str, Any]) -> Path:
    for name in truths:
        write_clip(folder / "clips" / name)
    (folder / "clips" / "truth.json").write_text(json.dumps(truths))
    (folder / "clips" / "labels.json").write_text(json.dumps(labels))
    return folder


def test_times_come_from_the_sound_and_words_from_the_nearest_label(tmp_path: Path) -> None:
    write_clips(
        tmp_path,
        {"a.mp4": truth(0.5, 1.0, 1.5)},
        {"a.mp4": label([0.47, "metal", "hit"], [1.02, "None", "None"], [1.7, "wood", "scratch"])},
    )
    dataset = open_dataset(tmp_path)
    assert isinstance(dataset, GreatestHitsClips)
    recording = dataset.recordings()[0]
    assert [(contact.time_s, contact.material, contact.action) for contact in recording.contacts] == [
        (0.5, "metal", "hit"),
        (1.0, None, None),
        (1.5, None, None),
    ]
    assert recording.timing == "audio"
    assert recording.level_db == (-30.0,) * 60
    assert "the annotated scratch at 1.7 s has no onset" in dataset.problems[0].reason
    assert open_dataset(tmp_path / "clips").recordings()[0].contacts == recording.contacts


def test_clips_of_one_source_stay_together(tmp_path: Path) -> None:
    names = [f"{letter}.mp4" for letter in "abcdef"]
    write_clips(
        tmp_path,
        {name: truth(0.5) for name in names},
        {name: label(source=f"video {number // 2}") for number, name in enumerate(names)},
    )
    parted = GreatestHitsClips(tmp_path).split("owens")
    assert (len(parted.training), len(parted.test)) == (4, 2)
    assert len({recording.source for recording in parted.test}) == 1


def test_what_is_doubtful_or_missing_is_told(tmp_path: Path) -> None:
    write_clips(
        tmp_path,
        {"a.mp4": truth(0.5, levels=50), "b.mp4": truth(), "gone.mp4": truth(0.5)},
        {"a.mp4": label(certainty="guess"), "x.mp4": label()},
    )
    (tmp_path / "clips" / "gone.mp4").unlink()
    write_clip(tmp_path / "clips" / "other.mp4")
    dataset = GreatestHitsClips(tmp_path)
    recordings = {recording.name: recording for recording in dataset.recordings()}
    assert set(recordings) == {"a", "b"}
    assert recordings["a"].level_db is None
    assert recordings["b"].contacts == ()
    assert sorted((problem.name, problem.kind) for problem in dataset.problems) == [
        ("a", "doubtful"),
        ("a", "doubtful"),
        ("b", "doubtful"),
        ("gone", "missing"),
        ("other", "missing"),
        ("x", "missing"),
    ]


@pytest.mark.parametrize(
    ("onset_s", "event", "expected"),
    [
        (0.5, [0.5, "wodd", "hit"], "event 1 in “labels.json” has the unknown material “wodd”"),
        (0.5, [3.0, "wood", "hit"], "a contact at 3 s, but the clip lasts 2.00 s"),
        (2.5, [0.5, "wood", "hit"], "an onset at 2.5 s, but the clip lasts 2.00 s"),
    ],
)
def test_wrong_labels_are_errors(tmp_path: Path, onset_s: float, event: list[Any], expected: str) -> None:
    write_clips(tmp_path, {"a.mp4": truth(onset_s)}, {"a.mp4": label(event)})
    with pytest.raises(DatasetError, match=expected):
        GreatestHitsClips(tmp_path).recordings()


@pytest.mark.parametrize("damage", ["[]", "{", '{"a.mp4": {}}', '{"a.mp4": {"onsets_s": ["x"]}}'])
def test_a_truth_that_is_none_is_an_error(tmp_path: Path, damage: str) -> None:
    write_clips(tmp_path, {"a.mp4": truth()}, {})
    (tmp_path / "clips" / "truth.json").write_text(damage)
    with pytest.raises(DatasetError, match=r"truth\.json"):
        GreatestHitsClips(tmp_path).recordings()


def test_annotations_without_footage(tmp_path: Path) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(
        json.dumps({"v": {"duration_s": 10, "events": [[2.0, "None", "scratch"], [1.0, "water", "hit"]]}})
    )
    (video,) = read_annotations(path)
    assert (video.name, video.duration_s) == ("v", 10)
    assert [(contact.time_s, contact.material, contact.action) for contact in video.contacts] == [
        (1.0, "water", "hit"),
        (2.0, None, "scratch"),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"duration_s": 1, "events": [[2.0, "wood", "hit"]]}, "the clip lasts 1.00 s"),
        ({"duration_s": 1, "events": [[0.5, "jelly", "hit"]]}, "unknown material “jelly”"),
        ({"duration_s": 1, "events": [[0.5, "wood"]]}, "does not hold “duration_s” and “events”"),
        ({"events": []}, "does not hold “duration_s” and “events”"),
        (None, "does not hold “duration_s” and “events”"),
    ],
)
def test_wrong_annotations_are_errors(tmp_path: Path, entry: Any, expected: str) -> None:
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps({"v": entry}))
    with pytest.raises(DatasetError, match=expected):
        read_annotations(path)


def test_the_real_clips(clips: Path) -> None:
    dataset = GreatestHitsClips(clips.parent)
    recordings = dataset.recordings()
    assert [recording.name for recording in recordings] == [
        "gh_10",
        "gh_20",
        "gh_32",
        "gh_334",
        "gh_69",
        "gh_70",
        "gh_76",
    ]
    assert sum(len(recording.contacts) for recording in recordings) == 84
    by_name = {recording.name: recording for recording in recordings}
    assert by_name["gh_69"].source == by_name["gh_70"].source
    assert all(len(recording.level_db or ()) == 300 for recording in recordings)


def test_the_real_annotations(shared_data: Path) -> None:
    videos = read_annotations(shared_data / "greatest_hits" / "annotations.json")
    assert len(videos) == 971
    contacts = [contact for video in videos for contact in video.contacts]
    assert sum(contact.material is None and contact.action is None for contact in contacts) == 14_867
    assert sum(contact.material == "wood" and contact.action == "hit" for contact in contacts) == 2_893
