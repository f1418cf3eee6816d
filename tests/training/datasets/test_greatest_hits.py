"""The original layout of The Greatest Hits, and what people do to it."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from tests.training.datasets.tiny_folders import CLEAN_RATE, write_clip, write_vis_data, write_wave
from training.datasets import DatasetError, open_dataset
from training.datasets.greatest_hits import GreatestHits


def kinds_of(dataset: GreatestHits) -> list[tuple[str, str]]:
    return [(problem.name, problem.kind) for problem in dataset.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [f"2015-02-16-16-5{number}" for number in range(4)]
    return write_vis_data(tmp_path, names, lists={"train.txt": names[:3], "test.txt": names[3:]})


def test_what_the_files_say(folder: Path) -> None:
    dataset = open_dataset(folder)
    assert isinstance(dataset, GreatestHits)
    recording = dataset.recordings()[0]
    assert recording.name == recording.source == "2015-02-16-16-50"
    assert recording.picture.name == "2015-02-16-16-50_denoised.mp4"
    assert recording.sound == folder / "2015-02-16-16-50_denoised.wav"
    assert recording.duration_s == pytest.approx(2.0)
    assert [
        (contact.time_s, contact.material, contact.action, contact.reaction) for contact in recording.contacts
    ] == [(0.5, "wood", "hit", "static"), (1.0, None, None, None)]
    assert recording.timing == "annotated"
    assert kinds_of(dataset) == []


def test_the_lists_are_the_split_and_a_fifth_is_held_out_on_demand(tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(7)]
    write_vis_data(tmp_path, names, lists={"train.txt": names[:5], "test.txt": names[5:]})
    dataset = GreatestHits(tmp_path)
    own = dataset.split()
    assert [recording.name for recording in own.training] == names[:5]
    assert [recording.name for recording in own.test] == names[5:]
    assert own.validation == ()
    for protocol in ("huang-kumar", "two-tower"):
        later = dataset.split(protocol)
        assert (len(later.training), len(later.validation), len(later.test)) == (4, 1, 2)
        assert later.test == own.test


def test_names_in_lists_may_carry_endings_and_folders(folder: Path) -> None:
    (folder / "test.txt").write_text("vis-data/2015-02-16-16-53_denoised.mp4\r\n")
    assert [recording.name for recording in GreatestHits(folder).split().test] == ["2015-02-16-16-53"]


def test_an_archive_that_unpacked_into_a_folder_of_its_own(folder: Path, tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "vis-data-256"
    inner.parent.mkdir()
    inner.mkdir()
    for path in folder.glob("*.*"):
        if path.is_file():
            path.rename(inner / path.name)
    dataset = open_dataset(inner.parent)
    assert len(dataset.split().training) == 3


def test_without_lists_the_split_is_drawn_and_that_is_said(tmp_path: Path) -> None:
    dataset = GreatestHits(write_vis_data(tmp_path, ["a", "b", "c", "d"]))
    parted = dataset.split("owens")
    assert (len(parted.training), len(parted.test)) == (3, 1)
    assert kinds_of(dataset) == [("train.txt", "doubtful")]


def test_broken_and_missing_clips_are_named_and_counted(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "2015-02-16-16-50_denoised.mp4").write_bytes(b"no video at all" * 100)
    (folder / "2015-02-16-16-51_times.txt").unlink()
    with (folder / "train.txt").open("a") as file:
        file.write("2015-09-09\n")
    whole = (folder / "2015-02-16-16-52_denoised.mp4").read_bytes()
    (folder / "2015-02-16-16-52_denoised.mp4").write_bytes(whole[: len(whole) // 2])
    dataset = GreatestHits(folder)
    with caplog.at_level(logging.WARNING):
        assert [recording.name for recording in dataset.recordings()] == ["2015-02-16-16-53"]
    assert kinds_of(dataset) == [
        ("2015-02-16-16-50", "broken"),
        ("2015-02-16-16-51", "missing"),
        ("2015-02-16-16-52", "broken"),
        ("2015-09-09", "missing"),
    ]
    assert "clips used 1, missing or broken 4" in caplog.text
    assert "2015-02-16-16-50" in caplog.text


def test_the_camera_picture_serves_where_the_other_is_missing(folder: Path) -> None:
    (folder / "2015-02-16-16-50_denoised.mp4").unlink()
    recording = GreatestHits(folder).recordings()[0]
    assert recording.picture.name == "2015-02-16-16-50_mic.mp4"


@pytest.mark.parametrize("damage", ["missing", "no sound file", "cut off", "too short"])
def test_the_sound_in_the_video_serves_where_the_wave_file_does_not(folder: Path, damage: str) -> None:
    wave = folder / "2015-02-16-16-50_denoised.wav"
    contents = wave.read_bytes()
    wave.unlink()
    if damage == "no sound file":
        wave.write_bytes(b"nothing" * 50)
    elif damage == "cut off":
        wave.write_bytes(contents[: len(contents) // 3])
    elif damage == "too short":
        write_wave(wave, np.zeros(CLEAN_RATE, np.float32))
    dataset = GreatestHits(folder)
    recording = dataset.recordings()[0]
    assert recording.sound == recording.picture
    assert bool(dataset.problems) == (damage != "missing")


def test_a_clip_without_any_sound_is_told(folder: Path) -> None:
    (folder / "2015-02-16-16-50_denoised.wav").unlink()
    write_clip(folder / "2015-02-16-16-50_denoised.mp4", with_sound=False)
    dataset = GreatestHits(folder)
    assert dataset.recordings()[0].sound is None
    assert kinds_of(dataset) == [("2015-02-16-16-50", "doubtful")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1.5 wodd hit static", "line 2 of “v_times.txt” has the unknown material “wodd”; known are plastic"),
        ("1.5 wood kick static", "unknown action “kick”; known are hit, scratch and None"),
        ("1.5 wood hit explode", "unknown reaction “explode”"),
        ("2.5 wood hit static", "has a contact at 2.5 s, but the clip lasts 2.00 s"),
        ("-1 wood hit static", "has a contact at -1 s"),
        ("nan wood hit static", "has a contact at nan s"),
        ("1.5 wood hit", "is “1.5 wood hit”, not “time material action reaction”"),
        ("soon wood hit static", "not “time material action reaction”"),
    ],
)
def test_a_wrong_label_is_an_error_that_names_it(tmp_path: Path, line: str, expected: str) -> None:
    write_vis_data(tmp_path, ["v"], f"0.5 wood hit static\n{line}\n", {"train.txt": ["v"], "test.txt": ["v"]})
    with pytest.raises(DatasetError, match=r"^v: ") as caught:
        GreatestHits(tmp_path).recordings()
    assert expected in str(caught.value)
    lenient = GreatestHits(tmp_path, strict=False)
    kept = lenient.recordings()[0].contacts
    assert kept[0].material == "wood"
    assert ("v", "mislabelled") in kinds_of(lenient)


def test_a_contact_with_an_unknown_word_stays_a_contact(tmp_path: Path) -> None:
    write_vis_data(tmp_path, ["v"], "0.5 wodd hit static\n")
    contact = GreatestHits(tmp_path, strict=False).recordings()[0].contacts[0]
    assert (contact.material, contact.action) == (None, "hit")


def test_a_video_in_both_lists_is_a_leak(folder: Path) -> None:
    (folder / "test.txt").write_text("2015-02-16-16-53\n2015-02-16-16-50\n")
    with pytest.raises(DatasetError, match="leaks: “2015-02-16-16-50”"):
        GreatestHits(folder).split("two-tower")


def test_an_empty_data_set_says_why(tmp_path: Path) -> None:
    write_vis_data(tmp_path, ["v"])
    (tmp_path / "v_denoised.mp4").write_bytes(b"x" * 300)
    with pytest.raises(DatasetError, match="Missing or broken: 1; the first is “v”"):
        GreatestHits(tmp_path).recordings()


def test_an_unknown_protocol_names_the_known_ones(folder: Path) -> None:
    with pytest.raises(DatasetError, match="no split called “zhou”; there is: owens, huang-kumar, two-tower"):
        GreatestHits(folder).split("zhou")
