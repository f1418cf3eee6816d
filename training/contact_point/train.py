"""Training the network that says where contacts are, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.checkpoint import fill, load_checkpoint
from engine.models.contact_point_net import CONTACT_POINT_NET, NEAR, ContactPointModel, ContactPointNet
from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from training.contact_point.errors import point_errors
from training.contact_point.recipe import ContactPointRecipe
from training.contact_point.samples import ContactPointSamples
from training.datasets.parts import opened_parts
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task


def train_contact_point(recipe: ContactPointRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the model.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, the weights to begin with do not fit, or the run can't be begun
        or gone on with.
    """
    data = recipe.data
    parts = opened_parts(data.folders, data.training_clips, data.validation_clips)
    torch.manual_seed(recipe.loop.seed)
    network = ContactPointNet(recipe.network)
    if recipe.start is not None:
        fill(network, load_checkpoint(recipe.start, CONTACT_POINT_NET))
    validation = ContactPointSamples(parts.validation, data, recipe.network, None)
    commit = git_commit()

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return ModelDescription(
            CONTACT_POINT_NET,
            to_plain(recipe.network),
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        network,
        lambda network, batch: map_loss(network, batch, recipe.spread_cells),
        ContactPointSamples(parts.training, data, recipe.network, recipe.variations),
        validation,
        describe,
        lambda network: _measure(network, validation),
    )
    settings = to_plain(recipe)
    del settings["data"]["cache"]  # a run may go on with another
    return train(task, recipe.loop, out, settings, resume=resume)


def map_loss(network: nn.Module, batch: Batch, spread_cells: float) -> Losses:
    """Cross-entropy between the map and a Gaussian around the contact, above what the Gaussian itself has."""
    logits: Tensor = network(batch["pictures"])
    wanted = wanted_maps(batch["point"], (logits.shape[1], logits.shape[2]), spread_cells).flatten(1)
    said = functional.log_softmax(logits.float().flatten(1), 1)
    entropy = torch.special.entr(wanted).sum(1)
    return {"loss": (-(wanted * said).sum(1) - entropy).mean()}


def wanted_maps(points: Tensor, grid: tuple[int, int], spread_cells: float) -> Tensor:
    """Gaussians around points (n, 2), (n, rows, columns); each sums to 1."""
    rows, columns = grid
    x = torch.arange(columns, device=points.device) + 0.5 - columns * points[:, :1]
    y = torch.arange(rows, device=points.device) + 0.5 - rows * points[:, 1:]
    across, down = (torch.exp(-0.5 * (away / spread_cells).square()) for away in (x, y))
    maps = down[:, :, None] * across[:, None, :]
    return maps / maps.sum((1, 2), keepdim=True)


@torch.no_grad()
def _measure(network: nn.Module, validation: ContactPointSamples) -> dict[str, float]:
    """Errors in shares of the picture's width, on validation clips as they are."""
    assert isinstance(network, ContactPointNet)
    device = str(next(network.parameters()).device)
    pictures = np.stack([validation.pictures(index) for index in range(len(validation))])
    said = ContactPointModel(network, device).points(pictures)
    true = np.array([place.contact.point for place in validation.places])
    errors = point_errors(said.points, true)
    return {
        "median_error": float(np.median(errors)),
        "near": float((errors <= NEAR).mean()),
        "confidence": float(said.confidence.mean()),
    }
