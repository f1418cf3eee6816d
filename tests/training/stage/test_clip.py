"""A whole clip of the stage, from its number to what a recipe reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.errors import Cancelled
from engine.features.loudness import frame_levels_db
from engine.job import Job
from engine.media.audio import read_audio
from engine.project.timebase import SAMPLE_RATE
from training.datasets.stage import Stage as StageDataset
from training.stage.__main__ import app
from training.stage.clip import render_clip
from training.stage.options import StageOptionError, StageOptions
from training.stage.shards import Stage, render_stage
from training.stage.writer import clip_files

TINY = StageOptions(128, 96, 2.0)


def test_what_is_rendered_is_read_as_a_data_set(tmp_path: Path) -> None:
    render_stage(Stage(tmp_path, 2, 4, TINY), processes=1)
    dataset = StageDataset(tmp_path)
    recordings = dataset.recordings()
    assert [recording.name for recording in recordings] == ["stage-4-000000", "stage-4-000001"]
    assert not [problem for problem in dataset.problems if problem.kind != "doubtful"]
    for recording in recordings:
        assert recording.duration_s == pytest.approx(2.0) and recording.timing == "exact"
        truth = json.loads((tmp_path / "shard_0000" / f"{recording.name}_truth.json").read_text())
        assert [contact.time_s for contact in recording.contacts] == [
            entry["time_s"] for entry in truth["contacts"]
        ]
        assert recording.level_db is not None and recording.sound is not None
        samples = read_audio(recording.sound, sample_rate=SAMPLE_RATE, channels=1)
        measured = frame_levels_db(samples, SAMPLE_RATE, [number / 30 for number in range(60)])
        assert recording.level_db == pytest.approx(measured, abs=0.01)


def test_a_clip_depends_on_its_number_and_seed_only(tmp_path: Path) -> None:
    contents = {}
    for folder, seed, index in (("a", 4, 1), ("b", 4, 1), ("c", 5, 1)):
        render_clip(tmp_path / folder, seed, index, TINY)
        files = clip_files(tmp_path / folder, f"stage-{seed}-{index:06d}")
        contents[folder] = [path.read_bytes() for path in files]
    assert contents["a"] == contents["b"]
    assert all(one != other for one, other in zip(contents["a"], contents["c"], strict=True))


def test_a_stopped_clip_leaves_nothing(tmp_path: Path) -> None:
    asked = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > 10

    with pytest.raises(Cancelled):
        render_clip(tmp_path, 4, 1, TINY, Job(is_cancelled=is_cancelled))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"width": 345}, "even number from 64 to 1920 px, 345 is not"),
        ({"height": 32}, "even number from 64"),
        ({"duration_s": 0.2}, "lasts 1 to 60 s, 0.2 s"),
        ({"textures": Path("nowhere")}, "“nowhere” is not a folder: there are no textures"),
    ],
)
def test_impossible_options_are_refused(values: dict, told: str) -> None:
    with pytest.raises(StageOptionError, match=told):
        StageOptions(**values)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["render", str(tmp_path), "--clips", "1", "--size", "large"])
    assert ended.exit_code == 1 and "WIDTHxHEIGHT" in ended.output
    ended = CliRunner().invoke(
        app, ["render", str(tmp_path), "--clips", "1", "--sounds", str(tmp_path / "x")]
    )
    assert ended.exit_code == 1 and "no sounds to use" in ended.output
    assert list(tmp_path.iterdir()) == []
