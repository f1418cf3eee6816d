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
from training.sample_rnn.envelopes import heard_decays_db, with_envelopes
from training.sample_rnn.recipe import DataConfig, SampleRnnRecipe
from training.sample_rnn.stretches import Stretches, part_of


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
    if recipe.network.has_envelope:
        network.decays_db.copy_(torch.from_numpy(heard_decays_db(training, recipe.network)))
        training, validation = (with_envelopes(network, clips) for clips in (training, validation))
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
            training,
            recipe.network,
            data.pictures,
            unlabelled=data.unlabelled_materials,
            unseen=data.unseen_pictures,
            is_anywhere=True,
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
    """Cross-entropy in nats per sample, over a stretch whose errors go back through one chunk at a time.

    While learning, one chunk of the stretch is learned from, and what sounds before it is only heard: the
    state is carried on, and each step of the optimiser costs no more than a chunk. The variants that see all
    pictures first learn to look from the first chunk alone; they draw it as often as all others together.
    """
    config = recipe.network
    warm = 0 if config.is_told_at_start else recipe.warm_pictures
    starts = range(warm, batch["pictures"].shape[1] - recipe.chunk_pictures + 1, recipe.chunk_pictures)
    if torch.is_grad_enabled():
        drawn = int(torch.randint(2 * len(starts) if config.is_told_at_start else len(starts), ()))
        starts = [starts[drawn if drawn < len(starts) else 0]]
    nats = torch.stack(chunk_errors(network, batch, recipe, starts)).mean()
    # Several processes that learn together wait for every weight's gradient, also of those without a part.
    unmoved = sum((weights.sum() for weights in network.parameters()), torch.zeros(()))
    return {"loss": nats + 0.0 * unmoved, "nats": nats.detach()}


def chunk_errors(
    network: nn.Module, batch: Batch, recipe: SampleRnnRecipe, starts: Sequence[int]
) -> list[Tensor]:
    """The cross-entropy of the chunks of a stretch that begin at these pictures; all before is only heard."""
    config, errors, reached = recipe.network, list[Tensor](), 0
    plain = plain_network(network)
    states = plain.first_states(batch["pictures"], batch.get("motion"))
    for start in starts:
        if start > reached:
            with torch.no_grad():
                states = plain.hear(*part_of(batch, config, reached, start), states)
        end = start + recipe.chunk_pictures
        samples, pictures, curves = part_of(batch, config, start, end)
        odds, states = network(samples, pictures, curves, None, states)
        states = tuple(state.detach() for state in states)
        wanted = samples[:, config.rnn.context :]
        errors.append(functional.cross_entropy(odds.flatten(0, 1).float(), wanted.flatten()))
        reached = end
    return errors


def plain_network(network: nn.Module) -> PictureSound:
    """The network itself, also when several processes learn together."""
    plain = getattr(network, "module", network)
    assert isinstance(plain, PictureSound)
    return plain
