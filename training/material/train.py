"""Training the three classifiers: from the picture, from the sound, from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.description import ModelDescription
from engine.models.material_classifier import (
    MATERIAL_CLASSIFIER,
    MaterialClassifier,
    MaterialClassifierConfig,
)
from engine.models.plain_config import to_plain
from engine.project.materials import MATERIALS
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task
from training.material.data import Parts, opened_parts
from training.material.epochs import in_epochs
from training.material.moments import MomentStore
from training.material.networks import FrozenFeatures, begin_picture, begin_sound
from training.material.recipe import MaterialRecipe
from training.material.samples import (
    ContactSamples,
    Moments,
    Source,
    contact_moments,
    picture_source,
    sound_source,
)

Form = Literal["image", "sound", "multimodal"]
FORMS: tuple[Form, ...] = ("image", "sound", "multimodal")
"""The three networks; each has the folder of its name."""


@dataclass(frozen=True, slots=True)
class Side:
    """The moments of one side of the split, and all that is seen and heard at them."""

    moments: list[Moments]
    pictures: Source
    sounds: Source

    @property
    def materials(self) -> list[int]:
        """Of every contact."""
        return [material for each in self.moments for material in each.materials]


def opened_side(
    recipe: MaterialRecipe, parts: Parts, side: Literal["training", "validation", "test"]
) -> Side:
    """The contacts of a side.

    Raises
    ------
    UserFacingError
        When there is none, or a clip can't be decoded.
    """
    store = MomentStore(recipe.data.cache)
    moments = contact_moments(getattr(parts, side), recipe.data.contacts_per_clip, side)
    size = recipe.picture.width, recipe.picture.height
    return Side(moments, picture_source(store, moments, *size), sound_source(store, moments))


def train_all(recipe: MaterialRecipe, out: Path, *, resume: bool = False) -> dict[str, State]:
    """Train the three networks one after the other; `out/FORM/best` holds each.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, weights can't be had, or a run can't be begun or gone on with.
    """
    parts = opened_parts(recipe.data)
    training, validation = (opened_side(recipe, parts, side) for side in ("training", "validation"))
    features = FrozenFeatures(recipe.loop.device)
    return {
        form: _train_one(recipe, form, out / form, parts, training, validation, features, resume=resume)
        for form in FORMS
    }


def samples_of(
    network: MaterialClassifier, side: Side, features: FrozenFeatures, mirror: float = 0.0
) -> ContactSamples:
    """The contacts as a network takes them."""
    inputs: dict[str, Source] = {}
    if network.sees is not None:
        inputs["pictures"] = features.of(side.pictures, network.sees)
    if network.hears is not None:
        inputs["spectrograms"] = features.of(side.sounds, network.hears)
    return ContactSamples(inputs, side.materials, mirror)


def classifier_loss(network: nn.Module, batch: Batch) -> Losses:
    """Cross-entropy, and the share that is right beside it."""
    logits = said(network, batch)
    right = logits.argmax(1) == batch["material"]
    return {"loss": functional.cross_entropy(logits, batch["material"]), "accuracy": right.float().mean()}


def said(network: nn.Module, batch: Batch) -> Tensor:
    """The logits of a batch, float32 (n, 17)."""
    return network(batch.get("pictures"), batch.get("spectrograms")).float()


def first_network(recipe: MaterialRecipe, form: Form) -> MaterialClassifier:
    """A network with the weights it begins with."""
    torch.manual_seed(recipe.loop.seed)
    config = MaterialClassifierConfig(
        form != "sound", form != "image", recipe.picture, recipe.sound, recipe.embedding
    )
    network = MaterialClassifier(config)
    if network.sees is not None:
        begin_picture(network.sees, recipe.picture, recipe.picture_weights)
    if network.hears is not None:
        begin_sound(network.hears, recipe.sound, recipe.sound_weights)
    return network


def _train_one(
    recipe: MaterialRecipe,
    form: Form,
    out: Path,
    parts: Parts,
    training: Side,
    validation: Side,
    features: FrozenFeatures,
    *,
    resume: bool,
) -> State:
    network = first_network(recipe, form)
    commit = git_commit()

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return ModelDescription(
            MATERIAL_CLASSIFIER,
            to_plain(network.config),
            classes={"material": MATERIALS},
            git_commit=commit,
            data_sha256=parts.sha256,
            metrics=dict(metrics),
        )

    task = Task(
        network,
        classifier_loss,
        samples_of(network, training, features, recipe.mirror),
        samples_of(network, validation, features),
        describe,
        optimiser=recipe.optimiser,
    )
    settings = to_plain(recipe)
    # A run may go on with another cache and, as with other steps, for other epochs.
    del settings["data"]["cache"], settings["epochs"]
    loop = in_epochs(recipe.loop, recipe.epochs, len(task.training))
    settings["loop"] = to_plain(loop)
    return train(task, loop, out, settings, resume=resume)
