"""The loop: the same curve after a kill and in several processes, the best kept, trouble told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import UserFacingError
from engine.models import checkpoint as checkpoint_module
from engine.models.checkpoint import load_checkpoint
from engine.models.description import CheckpointError
from tests.conftest import ROOT
from tests.training.frame.toy_run import CONFIG, Points, run_toy, squared_error, toy_task
from training.frame.run_folder import read_curve
from training.frame.task import Batch, Losses

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
TOY = ["-m", "tests.training.frame.toy_run"]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_loss_falls_and_the_folder_is_complete(tmp_path: Path):
    config = replace(CONFIG, steps=120, validate_every=40, save_every=40)
    state = run_toy(tmp_path, config)
    curve = [point["loss"] for point in read_curve(tmp_path) if "loss" in point]
    assert len(curve) == 120
    assert np.mean(curve[-20:]) < 0.1 * np.mean(curve[:5])
    assert state.step == 120 and state.best is not None and state.best < 0.1
    assert {path.name for path in tmp_path.iterdir()} == {"latest", "best", "curve.jsonl"}
    assert {path.name for path in (tmp_path / "latest").iterdir()} == {
        "weights.safetensors",
        "model.json",
        "optimiser.safetensors",
        "training.json",
    }
    assert load_checkpoint(tmp_path / "best", "line").description.metrics["loss"] == state.best


def test_killed_and_resumed_gives_the_same_curve(tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run_toy(whole, task=toy_task(dropout=0.3))
    killed = subprocess.run(
        [sys.executable, *TOY, str(broken), "4", "--dropout=0.3", "--die-at-step=5"],
        cwd=ROOT,
        env=ENVIRONMENT,
    )
    assert killed.returncode == -9
    assert read_curve(broken)[-1]["step"] == 4
    with pytest.raises(UserFacingError, match="already holds a run; add --resume"):
        run_toy(broken, task=toy_task(dropout=0.3))
    # A line that the kill tore in two.
    with (broken / "curve.jsonl").open("a") as file:
        file.write('{"step": 5, "lo')
    run_toy(broken, task=toy_task(dropout=0.3), resume=True)
    assert read_curve(broken) == read_curve(whole)
    for name, tensor in load_checkpoint(whole / "latest").weights.items():
        assert torch.equal(tensor, load_checkpoint(broken / "latest").weights[name])


def test_points_beyond_the_checkpoint_are_cut_off(tmp_path: Path):
    config = replace(CONFIG, save_every=100, steps=5)
    run_toy(tmp_path / "whole", config)
    task = toy_task()

    class Stopped(Exception):
        pass

    done = 0

    def stopping(network: nn.Module, batch: Batch) -> Losses:
        nonlocal done
        done += network.training
        if done == 5:
            raise Stopped
        return squared_error(network, batch)

    with pytest.raises(Stopped):
        run_toy(tmp_path / "broken", config, replace(task, loss=stopping))
    # Saved with the validation after step 3; step 4 is done again.
    run_toy(tmp_path / "broken", config, resume=True)
    assert read_curve(tmp_path / "broken") == read_curve(tmp_path / "whole")


def test_two_processes_follow_the_curve_of_the_doubled_batch(tmp_path: Path):
    run_toy(tmp_path / "one", replace(CONFIG, batch_size=4))
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    subprocess.run(
        [sys.executable, *torchrun, *TOY, str(tmp_path / "two"), "2"], cwd=ROOT, env=ENVIRONMENT, check=True
    )
    one, two = read_curve(tmp_path / "one"), read_curve(tmp_path / "two")
    assert [point["step"] for point in one] == [point["step"] for point in two]
    for single, double in zip(one, two, strict=True):
        single, double = single.get("validation", single), double.get("validation", double)
        assert double["loss"] == pytest.approx(single["loss"], rel=1e-5)
    weights = load_checkpoint(tmp_path / "two" / "latest").weights
    for name, tensor in load_checkpoint(tmp_path / "one" / "latest").weights.items():
        torch.testing.assert_close(tensor, weights[name], rtol=1e-4, atol=1e-6)


def test_validation_is_the_mean_over_all_samples_and_disturbs_nothing(tmp_path: Path):
    task = toy_task(dropout=0.3)
    often = run_toy(tmp_path / "often", replace(CONFIG, validate_every=1), task)
    points = Points(7)
    draws = [points.draw(index, np.random.default_rng((0, 2, index))) for index in range(7)]
    batch = {name: torch.from_numpy(np.stack([draw[name] for draw in draws])) for name in ("x", "y")}
    with torch.no_grad():
        expected = float(squared_error(task.network.eval(), batch)["loss"])
    assert often.metrics["loss"] == pytest.approx(expected, rel=1e-5)
    run_toy(tmp_path / "seldom", replace(CONFIG, validate_every=6), toy_task(dropout=0.3))

    def losses(folder: str) -> list[float]:
        return [point["loss"] for point in read_curve(tmp_path / folder) if "loss" in point]

    assert losses("often") == losses("seldom")


def test_the_best_is_kept_and_patience_ends(tmp_path: Path):
    scores = iter([0.2, 0.6, 0.6, 0.5, 0.9])
    task = replace(toy_task(), measure=lambda network: {"score": next(scores)})
    config = replace(CONFIG, steps=50, validate_every=2, best_by="score", best_is="high", patience=2)
    state = run_toy(tmp_path, config, task)
    assert (state.step, state.best, state.best_step, state.worse_validations) == (8, 0.6, 4, 2)
    assert load_checkpoint(tmp_path / "best").description.metrics["score"] == 0.6
    assert load_checkpoint(tmp_path / "latest").description.metrics["score"] == 0.5
    # Resuming changes nothing: patience is over.
    assert run_toy(tmp_path, config, task, resume=True).step == 8


def test_gradients_are_clipped(tmp_path: Path):
    task = toy_task()
    before = [parameter.detach().clone() for parameter in task.network.parameters()]
    # With plain momentum-free AdamW the size of a step hardly depends on the gradient's, so look at that.
    seen: list[float] = []

    def loss(network: nn.Module, batch: Batch) -> Losses:
        if network.training and all(one.grad is not None for one in network.parameters()):
            seen.append(float(nn.utils.get_total_norm([one.grad for one in network.parameters()])))  # type: ignore[misc]
        return {"loss": 1000 * squared_error(network, batch)["loss"]}

    run_toy(tmp_path, replace(CONFIG, clip_norm=0.5), replace(task, loss=loss))
    assert seen and seen == pytest.approx([0.5] * len(seen), rel=1e-3)
    assert any(not torch.equal(old, new) for old, new in zip(before, task.network.parameters(), strict=True))


def test_other_settings_do_not_go_on(tmp_path: Path):
    run_toy(tmp_path, replace(CONFIG, steps=3))
    assert run_toy(tmp_path, replace(CONFIG, steps=4), resume=True).step == 4
    with pytest.raises(UserFacingError, match=r"loop\.learning_rate = 0\.05, and now it is 0\.1"):
        run_toy(tmp_path, replace(CONFIG, learning_rate=0.1), resume=True)


@pytest.mark.parametrize("name", ["optimiser.safetensors", "training.json", "weights.safetensors"])
def test_a_damaged_checkpoint_is_not_gone_on_from(name: str, tmp_path: Path):
    run_toy(tmp_path, replace(CONFIG, steps=2))
    path = tmp_path / "latest" / name
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(CheckpointError, match=r"damaged|can't be read"):
        run_toy(tmp_path, replace(CONFIG, steps=4), resume=True)


def test_a_diverged_loss_ends_the_run_and_keeps_the_last_good_checkpoint(tmp_path: Path):
    done = 0

    def diverging(network: nn.Module, batch: Batch) -> Losses:
        nonlocal done
        done += network.training
        losses = squared_error(network, batch)
        return {"loss": losses["loss"] * float("nan")} if done == 3 else losses

    with pytest.raises(UserFacingError, match=r"After 3 steps the loss is nan: the training has diverged"):
        run_toy(tmp_path, task=replace(toy_task(), loss=diverging))
    assert json.loads((tmp_path / "latest" / "training.json").read_text())["state"]["step"] == 2
    load_checkpoint(tmp_path / "latest")


def test_a_full_disk_ends_the_run_and_leaves_the_last_good_checkpoint(tmp_path: Path, monkeypatch):
    true_replace, done = checkpoint_module.replace_folder, []

    def filling_up(folder: Path, files: dict[str, bytes]) -> None:
        done.append(folder)
        if len(done) == 4:
            raise OSError(28, "No space left on device")
        true_replace(folder, files)

    monkeypatch.setattr(checkpoint_module, "replace_folder", filling_up)
    with pytest.raises(CheckpointError, match=r"can't be written: the disk is full\. The one that was there"):
        run_toy(tmp_path)
    monkeypatch.undo()
    run_toy(tmp_path, resume=True)
    run_toy(tmp_path / "whole")
    assert read_curve(tmp_path) == read_curve(tmp_path / "whole")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"batch_size": 21}, "20 samples to train on, and one step takes 21"),
        ({"best_by": "f1"}, "chosen by “f1”, which is not among what was measured: largest, loss"),
    ],
)
def test_what_can_not_be_trained_is_said(changes: dict[str, object], words: str, tmp_path: Path):
    with pytest.raises(UserFacingError, match=words):
        run_toy(tmp_path, replace(CONFIG, **changes))


def test_a_gpu_that_is_not_there(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(UserFacingError, match="needs a GPU of its own, and torch sees 0"):
        run_toy(tmp_path, replace(CONFIG, device="cuda"))
    assert run_toy(tmp_path, replace(CONFIG, device="auto", steps=1)).step == 1


def test_workers_prepare_the_same_samples(tmp_path: Path):
    run_toy(tmp_path / "alone")
    run_toy(tmp_path / "helped", replace(CONFIG, workers=1))
    assert read_curve(tmp_path / "alone") == read_curve(tmp_path / "helped")


def test_tensorboard_shows_the_curve(tmp_path: Path):
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run_toy(tmp_path, replace(CONFIG, tensorboard=True))
    events = event_accumulator.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    shown = [event.value for event in events.Scalars("training/loss")]
    assert shown == pytest.approx([point["loss"] for point in read_curve(tmp_path) if "loss" in point])
    assert [event.step for event in events.Scalars("validation/loss")] == [3, 6]
