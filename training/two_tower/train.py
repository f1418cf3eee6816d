"""Training all networks of the two-tower class project, family by family.

First the sound network and the two visual networks, without and with positive weights; from their backbones
FC AGG and TT AGG, which learn whether a sound fits a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.evaluation import multilabel
from engine.models.checkpoint import load_checkpoint
from engine.models.description import ModelDescription
from engine.models.material_classifier import (
    MATERIAL_CLASSIFIER,
    MaterialClassifier,
    MaterialClassifierConfig,
)
from engine.models.pair_net import PAIR_NET, Aggregation, PairNet, PairNetConfig
from engine.models.plain_config import to_plain
from engine.project.materials import MATERIALS
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Task
from training.material.data import Parts, opened_parts
from training.material.epochs import in_epochs
from training.material.networks import FrozenFeatures, answers, begin_picture, begin_sound, load_classifier
from training.material.samples import ContactSamples
from training.material.train import classifier_loss
from training.two_tower.recipe import Family, TwoTowerRecipe
from training.two_tower.samples import PairSamples, PictureSamples
from training.two_tower.videos import Videos, opened_videos

System = Literal["sound", "visual", "visual-weighted", "fc-agg", "tt-agg"]
SYSTEMS: tuple[System, ...] = ("sound", "visual", "visual-weighted", "fc-agg", "tt-agg")
"""The networks of a family; each has the folder of its name."""

_AGGREGATIONS: dict[System, Aggregation] = {"fc-agg": "fc", "tt-agg": "tt"}
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class _Run:
    """What the trainings of one family share."""

    recipe: TwoTowerRecipe
    family: Family
    out: Path
    parts: Parts
    training: Videos
    validation: Videos
    features: FrozenFeatures
    resume: bool
    commit: str


def train_all(recipe: TwoTowerRecipe, out: Path, *, resume: bool = False) -> dict[str, State]:
    """Train every network of every family; `out/FAMILY/SYSTEM/best` holds each.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, weights can't be had, or a run can't be begun or gone on with.
    """
    parts = opened_parts(recipe.data)
    training, validation = (opened_videos(recipe, parts, side) for side in ("training", "validation"))
    features = FrozenFeatures(recipe.loop.device)
    states: dict[str, State] = {}
    commit = git_commit()
    for family in recipe.families:
        run = _Run(recipe, family, out / family.name, parts, training, validation, features, resume, commit)
        for system in SYSTEMS:
            states[f"{family.name}/{system}"] = _TRAININGS[system](run, system)
    return states


def visual_loss(network: nn.Module, batch: Batch, positive_weights: Tensor) -> Losses:
    """Binary cross-entropy of all 17 answers, those of yes weighted; the share that is right beside it."""
    logits, present = network(batch["pictures"]).float(), batch["present"]
    weights = positive_weights.to(logits.device)
    loss = functional.binary_cross_entropy_with_logits(logits, present, pos_weight=weights)
    return {"loss": loss, "accuracy": ((logits >= 0) == (present > 0)).float().mean()}


def positive_weights(present: NDArray[np.bool_]) -> Tensor:
    """How many pictures are without a material for one with it, float32 (17,); 1 for one that none has."""
    having = present.sum(axis=0)
    ratio = np.where(having, (len(present) - having) / np.maximum(having, 1), 1.0)
    return torch.from_numpy(np.maximum(ratio, _LEAST_PROBABILITY)).float()


def pair_loss(network: nn.Module, batch: Batch) -> Losses:
    """Binary cross-entropy of how probably a sound fits a picture; the share that is right beside it."""
    fits = batch["fits"]
    said = network(batch["pictures"], batch["spectrograms"]).float()
    safe = said.clamp(_LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    loss = -(fits * safe.log() + (1 - fits) * (1 - safe).log()).mean()
    return {"loss": loss, "accuracy": ((said >= 0.5) == (fits > 0)).float().mean()}


def sound_samples(
    network: MaterialClassifier | PairNet, videos: Videos, features: FrozenFeatures
) -> ContactSamples:
    """All sounds with their materials, as a network takes them."""
    assert network.hears is not None
    return ContactSamples(
        {"spectrograms": features.of(videos.sounds, network.hears)}, videos.materials.tolist()
    )


def picture_samples(
    network: MaterialClassifier | PairNet, videos: Videos, features: FrozenFeatures, mirror: float = 0.0
) -> PictureSamples:
    """All pictures with their materials, as a network takes them."""
    assert network.sees is not None
    return PictureSamples(videos, features.of(videos.pictures, network.sees), mirror)


def pair_samples(
    network: PairNet, videos: Videos, features: FrozenFeatures, mirror: float = 0.0
) -> PairSamples:
    """Balanced pairs, as a network takes them."""
    pictures, sounds = features.of(videos.pictures, network.sees), features.of(videos.sounds, network.hears)
    return PairSamples(videos, pictures, sounds, mirror)


def present_probabilities(network: MaterialClassifier, batch: Batch) -> Tensor:
    """Which materials are in pictures, (n, 17)."""
    return network(batch["pictures"]).float().sigmoid()


def better_visual(out: Path) -> Path:
    """The checkpoint of the visual network with the higher F1 on validation videos."""
    checkpoints = [out / system / "best" for system in ("visual", "visual-weighted")]
    return max(checkpoints, key=lambda each: load_checkpoint(each).description.metrics.get("f1", 0.0))


def _train_sound(run: _Run, system: System) -> State:
    config = run.recipe.sound_of(run.family)
    torch.manual_seed(run.recipe.loop.seed)
    network = MaterialClassifier(MaterialClassifierConfig(sees=False, sound=config))
    assert network.hears is not None
    begin_sound(network.hears, config, run.recipe.sound_weights)
    task = Task(
        network,
        classifier_loss,
        sound_samples(network, run.training, run.features),
        sound_samples(network, run.validation, run.features),
        partial(_described, run, MATERIAL_CLASSIFIER, network.config),
        optimiser=run.recipe.optimiser,
    )
    return _trained(run, system, task, run.recipe.sound_epochs)


def _train_visual(run: _Run, system: System) -> State:
    config = run.recipe.picture_of(run.family)
    torch.manual_seed(run.recipe.loop.seed)
    network = MaterialClassifier(MaterialClassifierConfig(hears=False, picture=config))
    assert network.sees is not None
    begin_picture(network.sees, config, run.recipe.picture_weights)
    is_weighted = system == "visual-weighted"
    weights = positive_weights(run.training.present) if is_weighted else torch.ones(len(MATERIALS))
    validation = picture_samples(network, run.validation, run.features)
    device = run.recipe.loop.device

    def measured(model: nn.Module) -> dict[str, float]:
        assert isinstance(model, MaterialClassifier)
        scores = multilabel.evaluate(
            run.validation.present, answers(model, validation, present_probabilities, device)
        )
        return {"f1": scores.f1, "macro_f1": scores.macro_f1, "map": scores.mean_average_precision}

    task = Task(
        network,
        partial(visual_loss, positive_weights=weights),
        picture_samples(network, run.training, run.features, run.recipe.mirror),
        validation,
        partial(_described, run, MATERIAL_CLASSIFIER, network.config),
        measured,
        run.recipe.optimiser,
    )
    return _trained(run, system, task, run.recipe.visual_epochs)


def _train_pairs(run: _Run, system: System) -> State:
    recipe, family = run.recipe, run.family
    torch.manual_seed(recipe.loop.seed)
    network = PairNet(
        PairNetConfig(
            _AGGREGATIONS[system],
            recipe.picture_of(family),
            recipe.sound_of(family),
            recipe.embedding,
            recipe.hidden,
        )
    )
    if recipe.towers_begin == "classifiers":
        seeing, hearing = load_classifier(better_visual(run.out)), load_classifier(run.out / "sound" / "best")
        assert seeing.sees is not None
        assert hearing.hears is not None
        network.sees.load_state_dict(seeing.sees.state_dict())
        network.hears.load_state_dict(hearing.hears.state_dict())
    else:
        begin_picture(network.sees, network.config.picture, recipe.picture_weights)
        begin_sound(network.hears, network.config.sound, recipe.sound_weights)
    task = Task(
        network,
        pair_loss,
        pair_samples(network, run.training, run.features, recipe.mirror),
        pair_samples(network, run.validation, run.features),
        partial(_described, run, PAIR_NET, network.config),
        optimiser=recipe.optimiser,
    )
    return _trained(run, system, task, run.recipe.pair_epochs)


_TRAININGS: dict[System, Callable[[_Run, System], State]] = {
    "sound": _train_sound,
    "visual": _train_visual,
    "visual-weighted": _train_visual,
    "fc-agg": _train_pairs,
    "tt-agg": _train_pairs,
}


def _described(run: _Run, network: str, config: object, metrics: Mapping[str, float]) -> ModelDescription:
    return ModelDescription(
        network,
        to_plain(config),
        classes={"material": MATERIALS} if network == MATERIAL_CLASSIFIER else {},
        git_commit=run.commit,
        data_sha256=run.parts.sha256,
        metrics=dict(metrics),
    )


def _trained(run: _Run, system: System, task: Task, epochs: int) -> State:
    settings = to_plain(run.recipe)
    # A run may go on with another cache and, as with other steps, for other epochs.
    del settings["data"]["cache"]
    for name in ("sound_epochs", "visual_epochs", "pair_epochs"):
        del settings[name]
    loop = in_epochs(run.recipe.loop, epochs, len(task.training))
    settings["loop"] = to_plain(loop)
    return train(task, loop, run.out / system, settings, resume=run.resume)
