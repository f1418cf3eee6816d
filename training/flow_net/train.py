"""Training the network of stacked flow, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from engine.models.description import ModelDescription
from engine.models.flow_net import FLOW_NET, WHAT, FlowNet, FlowOutput
from engine.models.plain_config import to_plain
from engine.project.materials import MATERIALS
from training.datasets.parts import opened_parts
from training.flow_net.recipe import FlowNetRecipe
from training.flow_net.samples import FlowSamples, flow_clips
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task


def train_flow_net(recipe: FlowNetRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the model.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, or the run can't be begun or gone on with.
    """
    data, config = recipe.data, recipe.network
    parts = opened_parts(data.folders, data.training_clips, data.validation_clips)
    torch.manual_seed(recipe.loop.seed)
    training, validation = (
        flow_clips(recordings, config.fields, data.cache) for recordings in (parts.training, parts.validation)
    )
    commit = git_commit()

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return ModelDescription(
            FLOW_NET,
            to_plain(config),
            classes={"what": WHAT, "material": MATERIALS},
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        FlowNet(config),
        lambda network, batch: stack_loss(network, batch, recipe.material_weight),
        FlowSamples(training, config, recipe.variations),
        FlowSamples(validation, config, None),
        describe,
    )
    settings = to_plain(recipe)
    del settings["data"]["cache"]  # a run may go on with another
    return train(task, recipe.loop, out, settings, resume=resume)


def stack_loss(network: nn.Module, batch: Batch, material_weight: float) -> Losses:
    """How unlikely what happens in a stack is by what the network says, in nats.

    Beside it are its parts.
    """
    said: FlowOutput = network(batch["stack"])
    when = functional.binary_cross_entropy_with_logits(
        said.when.float(), batch["when"], reduction="none"
    ).sum(1)
    # What is ignored has no error.
    what = functional.cross_entropy(said.what.float(), batch["what"], ignore_index=-1, reduction="none")
    material = functional.cross_entropy(
        said.material.float(), batch["material"], ignore_index=-1, reduction="none"
    )
    return {
        "loss": (when + what + material_weight * material).mean(),
        "when": when.mean().detach(),
        "what": what.mean().detach(),
        "material": material.mean().detach(),
    }
