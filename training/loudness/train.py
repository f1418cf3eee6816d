"""Training the model of loudness, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.evaluation import level_curves
from engine.models.backbones import fill_from_imagenet
from engine.models.description import ModelDescription
from engine.models.loudness_net import LOUDNESS_NET, LoudnessNet, LoudnessNetConfig
from engine.models.plain_config import to_plain
from training.datasets.parts import opened_parts
from training.datasets.recording import Recording
from training.datasets.samples import WindowPlace, places_of_windows
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task
from training.loudness import movement
from training.loudness.level_targets import refused, true_levels_db
from training.loudness.recipe import LoudnessRecipe
from training.sound_features.front_end import FrontEnd
from training.sound_features.windows import WindowSamples


def train_loudness(recipe: LoudnessRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the model.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, weights can't be had, or the run can't be begun or gone on with.
    """
    data = recipe.data
    parts = opened_parts(data.folders, data.training_clips, data.validation_clips)
    torch.manual_seed(recipe.loop.seed)
    network = LoudnessNet(LoudnessNetConfig(recipe.network, recipe.measure))
    if recipe.weights == "imagenet":
        fill_from_imagenet(network.body.backbone, recipe.network.backbone)
    front_end = FrontEnd(network.body, recipe.data.cache)
    training_places, training_levels = _windows(parts.training, recipe, front_end)
    validation_places, validation_levels = _windows(parts.validation, recipe, front_end)
    if recipe.target == "standardised":
        every = np.concatenate(training_levels)
        network.config = LoudnessNetConfig(
            recipe.network, recipe.measure, round(float(every.mean()), 3), round(float(every.std()), 3)
        )
    for recordings, places in (
        (parts.training, training_places),
        (parts.validation, validation_places),
    ):
        front_end.prepare(network.body, recordings, places, recipe.data.pictures, recipe.loop.device)
    validation = WindowSamples(
        front_end, parts.validation, validation_places, recipe.data.pictures, validation_levels, None
    )
    commit = git_commit()
    config = network.config

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return ModelDescription(
            LOUDNESS_NET,
            to_plain(config),
            {"pictures": recipe.data.pictures},
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        network,
        lambda network, batch: level_loss(network, batch, config.level_spread_db, recipe.constant_weight),
        WindowSamples(
            front_end,
            parts.training,
            training_places,
            recipe.data.pictures,
            training_levels,
            recipe.variations,
        ),
        validation,
        describe,
        lambda network: _measure(network, validation),
        recipe.optimiser,
    )
    settings = to_plain(recipe)
    del settings["data"]["cache"]  # a run may go on with another
    return train(task, recipe.loop, out, settings, resume=resume)


def level_loss(network: nn.Module, batch: Batch, spread_db: float, constant_weight: float = 1.0) -> Losses:
    """Mean squared error in the units that the linear layer learns; in dB², and around means, beside it."""
    error_db = network(batch["pictures"], batch.get("first")) - batch["target"]
    constant_db2 = error_db.mean(1).square().mean()
    around_db2 = error_db.var(1, correction=0).mean()
    return {
        "loss": (around_db2 + constant_weight * constant_db2) / spread_db**2,
        "mse_db2": (around_db2 + constant_db2).detach(),
        "around_db2": around_db2.detach(),
    }


def _windows(
    recordings: Sequence[Recording], recipe: LoudnessRecipe, front_end: FrontEnd
) -> tuple[list[WindowPlace], list[NDArray[np.float32]]]:
    """Where windows begin, and their true levels."""
    step_s, count = recipe.network.step_s, recipe.data.pictures
    places, _ = places_of_windows(
        recordings,
        count * step_s,
        recipe.data.stride * step_s,
        lambda recording: refused(recording, recipe.measure),
    )
    levels = [
        true_levels_db(
            front_end.footage, recordings[place.recording], place.start_s, count, step_s, recipe.measure
        ).astype(np.float32)
        for place in places
    ]
    return places, levels


@torch.no_grad()
def _measure(network: nn.Module, validation: WindowSamples) -> dict[str, float]:
    """What one number for all would not score: see `movement`."""
    device = next(network.parameters()).device
    rng = np.random.default_rng(0)
    pairs: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    for index in range(len(validation)):
        sample = validation.draw(index, rng)
        inputs = [
            torch.from_numpy(sample[name])[None].to(device)
            for name in ("pictures", "first")
            if name in sample
        ]
        pairs.append((np.asarray(sample["target"], np.float64), network(*inputs)[0].cpu().numpy()))
    moved = movement.evaluate(pairs)
    correlation = level_curves.evaluate(pairs).correlation_within
    return {
        "explained": moved.explained,
        "movement": moved.movement,
        # A curve that never moves has no correlation.
        "correlation": 0.0 if np.isnan(correlation) else correlation,
    }
