"""A run that takes a moment: a line through noisy points, with dropout when asked for.

Also a program, so that it can be killed, or run in several processes under `torchrun`:
`toy_run FOLDER BATCH_SIZE [--resume] [--dropout=X] [--die-at-step=N]`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from training.frame.loop import train
from training.frame.loop_config import LoopConfig
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Sample, Task

CONFIG = LoopConfig(
    device="cpu",
    steps=6,
    batch_size=4,
    learning_rate=0.05,
    warmup_steps=2,
    log_every=1,
    validate_every=3,
    save_every=1,
    tensorboard=False,
)


class Points:
    """Points near a line; the noise on each is drawn anew every time."""

    def __init__(self, count: int = 20) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        x = np.array([index / self._count, 1 - index / self._count], np.float32)
        y = np.array([3 * x[0] - 1 + rng.normal(scale=0.1)], np.float32)
        return {"x": x, "y": y}


def squared_error(network: nn.Module, batch: Batch) -> Losses:
    error = (network(batch["x"]) - batch["y"]) ** 2
    return {"loss": error.mean(), "largest": error.detach().max()}


def describe(metrics: Mapping[str, float]) -> ModelDescription:
    return ModelDescription("line", {"width": 8}, metrics=dict(metrics))


def toy_task(dropout: float = 0.0) -> Task:
    torch.manual_seed(5)
    network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))
    return Task(network, squared_error, Points(), Points(7), describe)


def run_toy(folder: Path, config: LoopConfig = CONFIG, task: Task | None = None, *, resume=False) -> State:
    return train(task or toy_task(), config, folder, {"loop": to_plain(config)}, resume=resume)


def _dying(task: Task, step: int) -> Task:
    """The task, killed in the middle of a step."""
    done = 0

    def loss(network: nn.Module, batch: Batch) -> Losses:
        nonlocal done
        done += network.training
        if done == step and network.training:
            os.kill(os.getpid(), signal.SIGKILL)
        return task.loss(network, batch)

    return replace(task, loss=loss)


def main(folder: str, batch_size: str, *words: str) -> None:
    torch.set_num_threads(1)
    values = dict(word.split("=") for word in words if "=" in word)
    task = toy_task(float(values.get("--dropout", "0")))
    if "--die-at-step" in values:
        task = _dying(task, int(values["--die-at-step"]))
    run_toy(Path(folder), replace(CONFIG, batch_size=int(batch_size)), task, resume="--resume" in words)


if __name__ == "__main__":
    main(*sys.argv[1:])
