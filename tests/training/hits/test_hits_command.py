"""The small detector through its own commands, on films of falling blocks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.features.dense_flow import MotionGridConfig
from engine.models.checkpoint import load_checkpoint
from tests.training.hits.falling_blocks import PICTURES, write_falling_blocks
from training.datasets import catalogue
from training.datasets.opening import open_dataset
from training.frame.run_folder import read_curve
from training.hits import grid_cache
from training.hits.__main__ import app
from training.hits.grid_cache import GridCache

SMALL = [
    "--network.cell_width=6",
    "--network.place_width=8",
    "--network.width=16",
    "--network.dropout=0",
    "--data.window=48",
    "--data.processes=1",
    "--loop.batch_size=6",
    "--loop.device=cpu",
    "--loop.warmup_steps=4",
    "--loop.learning_rate=0.01",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
    "--variations.shift=1",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the films in `blocks` and their grids in `grids`."""
    folder = tmp_path_factory.mktemp("hits")
    write_falling_blocks(folder / "blocks", 12)
    return folder


@pytest.fixture(autouse=True)
def quiet(place: Path, monkeypatch: pytest.MonkeyPatch):
    """The user's own cache stays out of it, and one thread is enough."""
    monkeypatch.setattr(catalogue, "cache_folder", lambda: place / "cache")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def train(place: Path, out: str, *words: str) -> None:
    arguments = ["train", str(place / out), str(place / "blocks"), f"--data.cache={place / 'grids'}"]
    result = CliRunner().invoke(app, [*arguments, *SMALL, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_training_and_report(place: Path):
    train(place, "run", "--loop.steps=40", "--loop.validate_every=40")
    curve = [point["loss"] for point in read_curve(place / "run") if "loss" in point]
    assert len(curve) == 40 and np.mean(curve[-5:]) < 0.7 * np.mean(curve[:5])
    description = load_checkpoint(place / "run" / "best", "motion-net").description
    assert description.metrics["f1_50ms"] >= 0.5
    assert description.config["picking"]["threshold"] == description.metrics["threshold"]
    assert description.classes == {"action": ("hit", "scratch")} and len(description.data_sha256) == 64

    predictions = place / "predictions.json"
    words = ["--data", str(place / "blocks"), "--cache", str(place / "grids")]
    result = CliRunner().invoke(
        app,
        ["report", str(place / "run" / "best"), *words, "--predictions", str(predictions)],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    for row in ("metronome", "run/best", "motion-baseline", "in hindsight", "block_3"):
        assert row in result.output
    clips = json.loads(predictions.read_text())["clips"]
    assert len(clips) == 12 and len(clips["block_0"]["level_db"]) == PICTURES


def test_resumed_it_follows_the_same_curve(place: Path):
    words = ["--loop.validate_every=2", "--loop.save_every=2"]
    train(place, "whole", "--loop.steps=4", *words)
    train(place, "parts", "--loop.steps=4", "--loop.patience=0", *words)
    # What lies beyond the checkpoint of step 2 is done again.
    latest = place / "parts" / "latest"
    assert json.loads((latest / "training.json").read_text())["state"]["step"] == 4
    assert read_curve(place / "parts") == read_curve(place / "whole")
    with pytest.raises(UserFacingError, match="already holds a run"):
        train(place, "parts", "--loop.steps=4", *words)
    train(place, "parts", "--loop.steps=6", "--resume", *words)
    assert read_curve(place / "parts")[-1]["step"] == 6


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--loop.stepz=3"], "did you mean “steps”"),
        (["--recipe=large"], "There are small"),
        (["--network.scales=[1.0]"], "1 scales, and a grid 8 channels"),
        (["--variations.mirror=2"], "mirror is 2, it must be from 0 to 1"),
    ],
)
def test_settings_that_can_not_be(words: list[str], message: str, place: Path):
    with pytest.raises(UserFacingError, match=message):
        train(place, "never", *words)
    assert not (place / "never").exists()


def test_without_data(place: Path):
    with pytest.raises(UserFacingError, match="No data set was named"):
        CliRunner().invoke(app, ["train", str(place / "never")], catch_exceptions=False)


def test_broken_clips_are_named_and_left_out(place: Path, capsys: pytest.CaptureFixture[str]):
    recordings = open_dataset(place / "blocks").recordings()
    broken = place / "broken.mp4"
    broken.write_bytes(b"no video")
    recordings[0] = replace(recordings[0], picture=broken)
    cache = GridCache(MotionGridConfig(), 30.0, place / "grids")
    found, problems = cache.load(recordings, processes=1)
    assert len(found) == len(recordings) - 1
    assert [problem.name for problem in problems] == [recordings[0].name]
    with pytest.raises(UserFacingError, match=rf"Of 1 clips none can be used\. {recordings[0].name}"):
        cache.load(recordings[:1])


def test_grids_are_computed_once_and_damage_is_made_good(place: Path, monkeypatch: pytest.MonkeyPatch):
    picture = open_dataset(place / "blocks").recordings()[0].picture
    folder = place / "other_grids"
    cache = GridCache(MotionGridConfig(), 30.0, folder)
    [first] = cache.sequences(picture)
    assert first.channels.dtype == np.float16 and first.channels.shape == (PICTURES, 8, 9, 12)
    computed: list[Path] = []
    true_compute = grid_cache.compute_sequences

    def counted(path: Path, *others):
        computed.append(path)
        return true_compute(path, *others)

    monkeypatch.setattr(grid_cache, "compute_sequences", counted)
    [again] = cache.sequences(picture)
    np.testing.assert_array_equal(again.channels, first.channels)
    assert not computed
    [kept] = folder.rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:1000])
    [mended] = cache.sequences(picture)
    np.testing.assert_array_equal(mended.channels, first.channels)
    assert computed == [picture]
    GridCache(MotionGridConfig(columns=8, rows=6), 30.0, folder).sequences(picture)
    assert len(computed) == 2 and len(list(folder.rglob("*.npz"))) == 2


def test_several_processes_compute_the_same(place: Path):
    recordings = open_dataset(place / "blocks").recordings()[:2]
    alone, _ = GridCache(MotionGridConfig(), 30.0, place / "alone").load(recordings, processes=1)
    together, _ = GridCache(MotionGridConfig(), 30.0, place / "together").load(recordings, processes=2)
    for name, [sequence] in alone.items():
        np.testing.assert_array_equal(together[name][0].channels, sequence.channels)
