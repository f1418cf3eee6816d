"""A training run from top to bottom.

Everything random is a function of the seed and the step (`batches`), so a run that was killed goes on from
`latest/` along the very curve it would have followed. In several processes under `torchrun` every step takes
`batch_size` samples from each, and the curve is that of one process with the whole batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.errors import UserFacingError
from engine.models.checkpoint import fill_weights
from training.frame.batches import seed_noise, training_batches, validation_batches
from training.frame.distributed import World, joined
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import (
    learning_rate,
    make_optimiser,
    optimiser_tensors,
    restore_optimiser,
    set_learning_rate,
)
from training.frame.progress import Shown
from training.frame.run_folder import RunFolder, State
from training.frame.task import Batch, Task


def train(
    task: Task, config: LoopConfig, folder: Path, recipe: Mapping[str, Any], *, resume: bool = False
) -> State:
    """Train a network; its checkpoints are in `folder` afterwards.

    Parameters
    ----------
    task
        What is learned, from what.
    config
        How.
    folder
        The run's own folder.
    recipe
        All settings as plain values, `config` under "loop": a run goes on with the same ones only.
    resume
        Go on from the folder's `latest/` if there is one.

    Returns
    -------
    State
        How far it came, and how good.

    Raises
    ------
    UserFacingError
        When there is too little to learn from, the loss is no longer a number, or the disk refuses.
    """
    with joined(config.device) as world:
        network = task.network.to(world.device)
        optimiser = make_optimiser(network, config, task.optimiser)
        run = RunFolder(folder, recipe)
        restored = world.from_first(run.open(resume=resume) if world.is_first else None)
        state = State() if restored is None else restored.state
        if restored is not None:
            fill_weights(network, restored.weights, f"“{folder}”")
            restore_optimiser(network, optimiser, restored.optimiser)
        with Shown(
            folder, state.step, config.steps, tensorboard=config.tensorboard, is_on=world.is_first
        ) as shown:
            _train_loop(task, config, network, optimiser, state, run, world, shown)
    return state


def _train_loop(
    task: Task,
    config: LoopConfig,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    state: State,
    run: RunFolder,
    world: World,
    shown: Shown,
) -> None:
    model = world.parallel(network)
    batches = training_batches(
        task.training,
        config.batch_size,
        config.seed,
        world,
        first_step=state.step,
        steps=config.steps,
        workers=config.workers,
    )
    if _is_out_of_patience(state, config):
        return
    for batch in batches:
        seed_noise(config.seed, state.step, world.rank)
        rate = learning_rate(state.step, config)
        set_learning_rate(optimiser, rate)

        model.train()
        with _precision(config, world):
            losses = task.loss(model, batch)
        optimiser.zero_grad(set_to_none=True)
        losses["loss"].backward()
        gradient = nn.utils.clip_grad_norm_(network.parameters(), config.clip_norm or math.inf)
        optimiser.step()
        state.step += 1
        shown.advance(state.step)

        is_last = state.step == config.steps
        if state.step % config.log_every == 0 or is_last:
            point = world.mean({name: float(value.detach()) for name, value in losses.items()})
            _require_number(point["loss"], state.step)
            shown.point(state.step, point, rate, float(gradient))
            if world.is_first:
                run.log({"step": state.step, **point})

        if state.step % config.validate_every == 0 or is_last:
            state.metrics = validate(task, network, config, world)
            is_best = _judge(state, config)
            shown.validation(state.step, state.metrics, is_best=is_best)
            if world.is_first:
                run.log({"step": state.step, "validation": state.metrics})
                if is_best:
                    run.save_best(network.state_dict(), task.describe(state.metrics))
                _save_latest(task, network, optimiser, state, run)
            if _is_out_of_patience(state, config):
                shown.say(f"No better validation since step {state.best_step}: the training ends here.")
                return
        elif state.step % config.save_every == 0 and world.is_first:
            _save_latest(task, network, optimiser, state, run)


@torch.no_grad()
def validate(task: Task, network: nn.Module, config: LoopConfig, world: World) -> dict[str, float]:
    """Mean losses over all validation samples, and what the task measures beside them.

    The samples and whatever is random are the same each time, and the training notices nothing of it.
    """
    network.eval()
    seed_noise(config.seed, 0, world.rank)
    sums: dict[str, float] = {}
    count = 0
    for batch in validation_batches(
        task.validation, config.batch_size, config.seed, world, workers=config.workers
    ):
        size = _batch_size(batch)
        with _precision(config, world):
            losses = task.loss(network, batch)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + size * float(value)
        count += size
    means = world.mean({name: total / count for name, total in sums.items()}, weight=count)
    measured = task.measure(network) if task.measure is not None and world.is_first else {}
    return means | world.from_first(dict(measured))


def _precision(config: LoopConfig, world: World) -> torch.autocast:
    is_half = config.precision == "bfloat16" or (config.precision == "auto" and world.device.type == "cuda")
    return torch.autocast(world.device.type, torch.bfloat16, enabled=is_half)


def _judge(state: State, config: LoopConfig) -> bool:
    """Take note of a validation; whether it is the best so far."""
    if config.best_by not in state.metrics:
        raise UserFacingError(
            f"The best checkpoint is to be chosen by “{config.best_by}”, which is not among what was "
            f"measured: {', '.join(state.metrics)}."
        )
    value = state.metrics[config.best_by]
    _require_number(value, state.step)
    is_best = state.best is None or (value < state.best if config.best_is == "low" else value > state.best)
    if is_best:
        state.best, state.best_step, state.worse_validations = value, state.step, 0
    else:
        state.worse_validations += 1
    return is_best


def _is_out_of_patience(state: State, config: LoopConfig) -> bool:
    return 0 < config.patience <= state.worse_validations


def _save_latest(
    task: Task, network: nn.Module, optimiser: torch.optim.Optimizer, state: State, run: RunFolder
) -> None:
    run.save_latest(
        network.state_dict(), optimiser_tensors(network, optimiser), state, task.describe(state.metrics)
    )


def _require_number(value: float, step: int) -> None:
    if not math.isfinite(value):
        raise UserFacingError(
            f"After {step} steps the loss is {value}: the training has diverged. `latest/` and `best/` are "
            "from before; a lower learning rate or a smaller clip_norm usually helps."
        )


def _batch_size(batch: Batch) -> int:
    return next(iter(batch.values())).shape[0]
