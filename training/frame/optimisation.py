"""The optimiser, its learning rate as a function of the step, and its state as plain tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn

from engine.models.description import CheckpointError
from training.frame.loop_config import LoopConfig

OptimiserName = Literal["adamw", "sgd"]


def make_optimiser(
    network: nn.Module, config: LoopConfig, name: OptimiserName = "adamw"
) -> torch.optim.Optimizer:
    """AdamW, or SGD with momentum; weight decay leaves biases, scales and other vectors alone."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [one for one in parameters if one.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [one for one in parameters if one.ndim < 2], "weight_decay": 0.0},
    ]
    if name == "sgd":
        return torch.optim.SGD(groups, lr=config.learning_rate, momentum=config.momentum)
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=(config.momentum, config.square_momentum))


def learning_rate(step: int, config: LoopConfig) -> float:
    """Rises linearly over the first steps, then falls along half a cosine to its last value."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    falling = 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
    return config.learning_rate * (config.last_rate_share + (1 - config.last_rate_share) * falling)


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give all parameters this rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def optimiser_tensors(network: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What the optimiser remembers, by parameter and kind: "0.weight/exp_avg"."""
    names: dict[Tensor, str] = {parameter: name for name, parameter in network.named_parameters()}
    return {
        f"{names[parameter]}/{kind}": tensor
        for parameter, kinds in optimiser.state.items()
        for kind, tensor in kinds.items()
    }


def restore_optimiser(
    network: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Make the optimiser remember what `optimiser_tensors` gave.

    Raises
    ------
    CheckpointError
        When it remembers other parameters than the network has.
    """
    parameters = dict(network.named_parameters())
    kinds_of: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        parameter_name, _, kind = name.rpartition("/")
        kinds_of.setdefault(parameter_name, {})[kind] = tensor
    trained = {name for name, parameter in parameters.items() if parameter.requires_grad}
    if kinds_of.keys() != trained:
        odd = sorted(kinds_of.keys() ^ trained)[0]
        raise CheckpointError(
            f"The optimiser's state does not fit the network: “{odd}” is in one of them only."
        )
    for name, kinds in kinds_of.items():
        parameter = parameters[name]
        # Counts of steps stay on the CPU, where the optimiser wants them.
        optimiser.state[parameter] = {
            kind: tensor.clone() if kind == "step" else tensor.to(parameter.device, copy=True)
            for kind, tensor in kinds.items()
        }
