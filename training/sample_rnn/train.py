"""Training a generator, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.description import ModelDescription
from engine.models.picture_sound import PICTURE_SOUND, PictureSound
from engine.models.plain_config import to_plain
from training.datasets.parts import opened_parts
from training.datasets.recording import Recording
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task
from training.sample_rnn.clips import prepared_clips
from training.sample_rnn.recipe import DataConfig, SampleRnnRecipe
from training.sample_rnn.stretches import Stretches


def train_sample_rnn(recipe: SampleRnnRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the model.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, weights can't be had, or the run can't be begun or gone on with.
    """
    data = recipe.data
    parts = opened_parts(data.folders, data.training_clips, data.validation_clips)
    torch.manual_seed(recipe.loop.seed)
    network = PictureSound(recipe.network)
    training = prepared_clips(_wanted(parts.training, data), recipe.network, data.clip_s, data.cache)
    validation = prepared_clips(_wanted(parts.validation, data), recipe.network, data.clip_s, data.cache)
    commit = git_commit()

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return ModelDescription(
            PICTURE_SOUND,
            to_plain(recipe.network),
            {"looks_every": recipe.network.looks_every},
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        network,
        lambda network, batch: stretch_loss(network, batch, recipe),
        Stretches(
            training, recipe.network, data.pictures, unlabelled=data.unlabelled_materials, is_anywhere=True
        ),
        Stretches(validation, recipe.network, data.pictures, is_anywhere=False),
        describe,
        optimiser=recipe.optimiser,
    )
    settings = to_plain(recipe)
    del settings["data"]["cache"]  # a run may go on with another
    return train(task, recipe.loop, out, settings, resume=resume)


def _wanted(recordings: Sequence[Recording], data: DataConfig) -> list[Recording]:
    """Those of the categories asked for."""
    return [each for each in recordings if not data.categories or each.category in data.categories]


def stretch_loss(network: nn.Module, batch: Batch, recipe: SampleRnnRecipe) -> Losses:
    """Cross-entropy in nats per sample, over a stretch whose errors go back through one chunk at a time."""
    warm = 0 if recipe.network.is_told_at_start else recipe.warm_pictures
    errors = chunk_errors(network, batch, recipe, warm)
    loss = torch.stack(errors).mean()
    return {"loss": loss, "nats": loss.detach()}


def chunk_errors(
    network: nn.Module, batch: Batch, recipe: SampleRnnRecipe, warm_pictures: int
) -> list[Tensor]:
    """The cross-entropy of each chunk of a stretch; the first pictures' sound is only heard."""
    config, samples = recipe.network, batch["samples"]
    pictures, curves = batch["pictures"], batch.get("curves")
    context, states = config.rnn.context, None
    errors: list[Tensor] = []
    count = pictures.shape[1]
    starts = [*([0] if warm_pictures else []), *range(warm_pictures, count, recipe.chunk_pictures)]
    for start, end in zip(starts, [*starts[1:], count], strict=True):
        heard = samples[:, start * config.samples_per_picture : context + end * config.samples_per_picture]
        is_warming = end <= warm_pictures
        steps = slice(start * config.steps_per_picture, end * config.steps_per_picture)
        shown = pictures if config.is_told_at_start else pictures[:, start:end]
        told = None if curves is None else curves[:, steps]
        with torch.set_grad_enabled(torch.is_grad_enabled() and not is_warming):
            odds, states = network(heard, shown, told, batch.get("motion"), states)
        states = tuple(state.detach() for state in states)
        if not is_warming:
            errors.append(functional.cross_entropy(odds.flatten(0, 1).float(), heard[:, context:].flatten()))
    return errors
