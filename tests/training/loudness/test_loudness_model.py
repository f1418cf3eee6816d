"""The model of loudness through its own commands, on films of falling blocks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import UserFacingError
from engine.models.backbones import make_backbone
from engine.models.checkpoint import load_checkpoint
from tests.training.sound_features.sounding_blocks import write_sounding_blocks
from training.frame.run_folder import read_curve
from training.loudness import movement
from training.loudness.__main__ import app

pytestmark = pytest.mark.usefixtures("quiet")

SMALL = [
    "--network.hidden=16",
    "--data.pictures=20",
    "--data.stride=10",
    "--network.width=48",
    "--network.height=36",
    "--loop.batch_size=4",
    "--loop.device=cpu",
    "--loop.warmup_steps=2",
    "--loop.learning_rate=0.01",
    "--loop.log_every=1",
    "--loop.tensorboard=false",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loudness")
    write_sounding_blocks(folder / "blocks", 8)
    return folder


def train(place: Path, out: str, recipe: str, *words: str) -> None:
    arguments = ["train", str(place / out), str(place / "blocks"), "--recipe", recipe]
    cache = f"--data.cache={place / 'seen'}"
    result = CliRunner().invoke(app, [*arguments, cache, *SMALL, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_joint_training_and_its_report(place: Path):
    train(place, "joint", "moving", "--loop.steps=30", "--loop.validate_every=30")
    curve = [point["loss"] for point in read_curve(place / "joint") if "loss" in point]
    assert len(curve) == 30 and np.mean(curve[-5:]) < 0.7 * np.mean(curve[:5])
    kept = load_checkpoint(place / "joint" / "best", "loudness-net").description
    assert kept.metrics["explained"] > 0.1 and kept.features["pictures"] == 20
    assert -60 < kept.config["level_db"] < -30

    figure, predictions = place / "levels.png", place / "levels.json"
    words = ["--data", str(place / "blocks"), "--cache", str(place / "seen")]
    words += ["--figure", str(figure), "--predictions", str(predictions)]
    result = CliRunner().invoke(
        app,
        ["report", str(place / "joint" / "best"), *words],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert "joint/best" in result.output and "follows the sound" in result.output
    assert figure.stat().st_size > 10_000
    clips = json.loads(predictions.read_text())["clips"]
    assert len(clips) == 8 and len(clips["block_0"]["level_db"]) == 60


def test_a_frozen_cnn_looks_once(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.loudness.train.fill_from_imagenet", lambda backbone, name: None)
    words = [
        "--network.backbone=small",
        "--network.layers=3",
        "--measure=sum",
        "--optimiser=sgd",
        "--loop.steps=4",
    ]
    words += ["--loop.learning_rate=1e-4", "--loop.validate_every=2"]
    train(place, "frozen", "small", *words, "--loop.save_every=2")
    torch.manual_seed(0)
    start = make_backbone("small").state_dict()
    kept = load_checkpoint(place / "frozen" / "best").weights
    assert all(torch.equal(kept[f"body.backbone.{name}"], weight) for name, weight in start.items())
    # Go on: the windows are on disk, and nobody looks again; SGD remembers its momentum.
    monkeypatch.setattr("training.sound_features.front_end._write_features", None)
    train(place, "frozen", "small", *words, "--loop.steps=6", "--resume")
    assert read_curve(place / "frozen")[-1]["step"] == 6


def test_settings_that_can_not_be(place: Path):
    with pytest.raises(UserFacingError, match="begins from scratch has to learn"):
        train(place, "never", "small", "--weights=scratch")
    with pytest.raises(UserFacingError, match="SGD needs"):
        train(place, "never", "moving", "--optimiser=sgd", "--loop.momentum=0")
    assert not (place / "never").exists()


def test_movement_tells_the_mean_from_the_truth():
    true = np.array([0.0, 4.0, 0.0, -4.0])
    still = movement.evaluate([(true, np.full(4, -30.0))])
    assert (still.movement, still.explained) == (0.0, 0.0) and "hardly more than the mean" in still.verdict
    follows = movement.evaluate([(true, 0.5 * true - 20)])
    assert (follows.movement, follows.explained) == (0.5, 0.75) and "follows" in follows.verdict
    against = movement.evaluate([(true, -true)])
    assert against.explained == -3.0 and "not with the sound" in against.verdict
    with pytest.raises(ValueError, match="never change"):
        movement.evaluate([(np.ones(3), true[:3])])
