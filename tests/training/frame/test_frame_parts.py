"""The frame's parts: order of samples, learning rate, optimiser's state, what processes tell each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.models.description import CheckpointError
from training.frame.batches import training_batches, validation_batches
from training.frame.distributed import World
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import (
    learning_rate,
    make_optimiser,
    optimiser_tensors,
    restore_optimiser,
)
from training.frame.task import Sample

CPU = torch.device("cpu")
ALONE = World(0, 1, CPU)


class Numbers:
    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        return {"index": np.array(index), "noise": np.array(rng.random())}


def _steps(world: World, batch_size: int, first_step: int = 0, count: int = 10) -> list[dict[str, list]]:
    batches = training_batches(
        Numbers(count), batch_size, 7, world, first_step=first_step, steps=8, workers=0
    )
    return [{name: tensor.tolist() for name, tensor in batch.items()} for batch in batches]


def test_every_epoch_shows_every_sample_once_in_an_order_of_its_own():
    steps = _steps(ALONE, 2)
    epochs = [[index for step in steps[start : start + 5] for index in step["index"]] for start in (0, 5)]
    assert sorted(epochs[0]) == list(range(10))
    assert len(set(epochs[1])) == 6
    assert epochs[0][:6] != epochs[1]


def test_a_later_start_sees_the_same():
    assert _steps(ALONE, 2, first_step=3) == _steps(ALONE, 2)[3:]


def test_processes_share_a_step():
    whole = _steps(ALONE, 4)
    first, second = _steps(World(0, 2, CPU), 2), _steps(World(1, 2, CPU), 2)
    for one, left, right in zip(whole, first, second, strict=True):
        assert one == {name: left[name] + right[name] for name in one}


def test_validation_is_shared_without_loss_or_doubles():
    def indices(rank: int, size: int) -> list[int]:
        batches = validation_batches(Numbers(7), 2, 0, World(rank, size, CPU), workers=0)
        return [index for batch in batches for index in batch["index"].tolist()]

    assert indices(0, 1) == list(range(7))
    assert sorted(indices(0, 2) + indices(1, 2)) == list(range(7))


def test_the_learning_rate_rises_and_falls():
    config = LoopConfig(learning_rate=1.0, warmup_steps=4, steps=104, last_rate_share=0.1)
    assert [learning_rate(step, config) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]
    torch_rates = torch.optim.lr_scheduler.CosineAnnealingLR(
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0), 100, eta_min=0.1
    )
    for step in range(4, 104):
        assert learning_rate(step, config) == pytest.approx(torch_rates.get_last_lr()[0], abs=1e-6)
        torch_rates.optimizer.step()
        torch_rates.step()


def test_weight_decay_is_for_matrices_only():
    network = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
    optimiser = make_optimiser(network, LoopConfig(weight_decay=0.3))
    decays = {
        id(parameter): group["weight_decay"]
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    assert {name: decays[id(one)] for name, one in network.named_parameters()} == {
        "0.weight": 0.3,
        "0.bias": 0.0,
        "1.weight": 0.0,
        "1.bias": 0.0,
    }


def test_the_optimiser_state_of_another_network_is_refused():
    network, config = nn.Linear(2, 2), LoopConfig()
    optimiser = make_optimiser(network, config)
    network(torch.ones(1, 2)).sum().backward()
    optimiser.step()
    tensors = optimiser_tensors(network, optimiser)
    assert set(tensors) == {
        f"{name}/{kind}" for name in ("weight", "bias") for kind in ("step", "exp_avg", "exp_avg_sq")
    }
    other = nn.Linear(2, 2, bias=False)
    with pytest.raises(CheckpointError, match="“bias” is in one of them only"):
        restore_optimiser(other, make_optimiser(other, config), tensors)


def test_means_without_other_processes():
    assert ALONE.mean({"loss": 3.0, "error": 1.0}, weight=5) == {"error": 1.0, "loss": 3.0}
    assert ALONE.from_first({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(("name", "value"), [("batch_size", 0), ("patience", -1), ("momentum", 1.5)])
def test_settings_out_of_range(name: str, value: float):
    with pytest.raises(ValueError, match=name):
        replace(LoopConfig(), **{name: value})
