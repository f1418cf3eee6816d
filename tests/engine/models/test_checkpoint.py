"""Checkpoints come back as they were, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.numpy
import torch
from torch import nn

from engine.models import checkpoint as checkpoint_module
from engine.models import whole_folder as whole_folder_module
from engine.models.checkpoint import fill, load_checkpoint, save_checkpoint
from engine.models.description import CheckpointError, ModelDescription
from engine.models.whole_folder import remove_unfinished, replace_folder, whole_folder

DESCRIPTION = ModelDescription(
    network="toy",
    config={"width": 3},
    features={"rate_hz": 30.0},
    classes={"action": ("hit", "scratch")},
    git_commit="abc",
    data_sha256="def",
    metrics={"f1": 0.5},
)


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))


def test_a_checkpoint_comes_back_exactly(network: nn.Module, tmp_path: Path):
    save_checkpoint(tmp_path / "best", network.state_dict(), DESCRIPTION)
    assert {path.name for path in (tmp_path / "best").iterdir()} == {"weights.safetensors", "model.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["best"]
    read = load_checkpoint(tmp_path / "best", "toy")
    assert read.description == DESCRIPTION
    other = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    fill(other, read)
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name])
    # Another implementation reads the same numbers.
    arrays = safetensors.numpy.load_file(tmp_path / "best" / "weights.safetensors")
    assert (arrays["0.weight"] == network[0].weight.detach().numpy()).all()  # type: ignore[index]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_is_refused_on_the_way_out_and_in(value: float, network: nn.Module, tmp_path: Path):
    weights = network.state_dict()
    save_checkpoint(tmp_path / "best", weights, DESCRIPTION)
    broken = {**weights, "0.bias": torch.tensor([1.0, value])}
    with pytest.raises(CheckpointError, match=r"“0\.bias” holds NaN or infinity"):
        save_checkpoint(tmp_path / "best", broken, DESCRIPTION)
    load_checkpoint(tmp_path / "best")
    # Written by something that does not check, with a digest that is right.
    contents = checkpoint_module.tensor_bytes(broken)
    text = checkpoint_module.description_text(
        DESCRIPTION, checkpoint_module.hashlib.sha256(contents).hexdigest()
    )
    replace_folder(tmp_path / "bad", {"weights.safetensors": contents, "model.json": text.encode()})
    with pytest.raises(CheckpointError, match="NaN or infinity"):
        load_checkpoint(tmp_path / "bad")


def test_a_metric_that_is_not_finite_is_refused(network: nn.Module, tmp_path: Path):
    with pytest.raises(CheckpointError, match="“f1” of toy is nan"):
        save_checkpoint(
            tmp_path / "best", network.state_dict(), replace(DESCRIPTION, metrics={"f1": float("nan")})
        )


def _flip_a_bit(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[-1] ^= 1
    path.write_bytes(contents)


def _edit_description(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: _flip_a_bit(folder / "weights.safetensors"), "damaged or exchanged"),
        (lambda folder: (folder / "weights.safetensors").unlink(), "there is no such file"),
        (lambda folder: (folder / "model.json").unlink(), "holds no model.json"),
        (lambda folder: (folder / "model.json").write_text("{"), "can't be read"),
        (lambda folder: (folder / "model.json").write_text("[]"), "does not describe a model"),
        (lambda folder: _edit_description(folder, version=2), "made by a newer one"),
        (lambda folder: _edit_description(folder, metrics=None), "“metrics” is None"),
        (lambda folder: _edit_description(folder, network="other"), "holds a other, not a toy"),
    ],
)
def test_damage_is_noticed(damage, words: str, network: nn.Module, tmp_path: Path):
    save_checkpoint(tmp_path / "best", network.state_dict(), DESCRIPTION)
    damage(tmp_path / "best")
    with pytest.raises(CheckpointError, match=words):
        load_checkpoint(tmp_path / "best", "toy")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (nn.Sequential(nn.Linear(3, 2)), "has “1.bias”, which the network has not"),
        (nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Linear(2, 2)), "lacks “2.bias”"),
        (nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2)), "2 x 3 float32, the network's is 2 x 4 float32"),
        (
            nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).double(),
            "the network's is 2 x 3 float64|2 float64",
        ),
    ],
)
def test_loading_is_strict(other: nn.Module, words: str, network: nn.Module, tmp_path: Path):
    save_checkpoint(tmp_path / "best", network.state_dict(), DESCRIPTION)
    with pytest.raises(CheckpointError, match=words):
        fill(other, load_checkpoint(tmp_path / "best"))


def test_a_full_disk_leaves_the_last_good_one(network: nn.Module, tmp_path: Path):
    save_checkpoint(tmp_path / "latest", network.state_dict(), DESCRIPTION)
    program = (
        "import sys, torch, pathlib, resource\n"
        "from engine.models.checkpoint import save_checkpoint\n"
        "from engine.models.description import CheckpointError, ModelDescription\n"
        "# A limit on the size of files stands for the end of the disk.\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "description, folder = ModelDescription('toy', {}), pathlib.Path(sys.argv[1])\n"
        "try: save_checkpoint(folder, {'w': torch.zeros(5000)}, description)\n"
        "except CheckpointError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "latest")], capture_output=True, text=True, check=True
    )
    assert "can't be written: the file would grow beyond what is allowed" in done.stdout
    assert "untouched" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]
    fill(network, load_checkpoint(tmp_path / "latest"))


@pytest.mark.parametrize("renames_before_the_crash", [0, 1])
def test_a_crash_between_the_renames_loses_nothing(
    renames_before_the_crash: int, tmp_path: Path, monkeypatch
):
    folder = tmp_path / "latest"
    replace_folder(folder, {"one": b"old"})
    true_rename, done = os.rename, []

    class Crash(BaseException):
        pass

    def rename(source: Path, target: Path) -> None:
        if len(done) == renames_before_the_crash:
            raise Crash
        done.append(target)
        true_rename(source, target)

    monkeypatch.setattr(os, "rename", rename)
    # A killed process tidies nothing up.
    monkeypatch.setattr(whole_folder_module.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(Crash):
        replace_folder(folder, {"one": b"new"})
    monkeypatch.undo()
    assert (whole_folder(folder) / "one").read_bytes() == b"old"
    remove_unfinished(folder)
    replace_folder(folder, {"one": b"newer"})
    assert (whole_folder(folder) / "one").read_bytes() == b"newer"
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]
