"""Training the network that hears, from sounds to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from engine.models.checkpoint import fill_weights, load_checkpoint, save_checkpoint
from engine.models.description import ModelDescription
from engine.models.plain_config import from_plain, to_plain
from engine.models.sound_net import SOUND_NET, SoundNet, SoundNetConfig
from engine.project.materials import ACTIONS, MATERIALS
from training.datasets.parts import opened_parts
from training.frame.loop import train
from training.frame.provenance import digest, git_commit
from training.frame.run_folder import State
from training.frame.task import Batch, Losses, Sample, Task
from training.heard.examples import (
    Examples,
    clip_examples,
    kit_examples,
    recorded_examples,
    scene_examples,
    together,
)
from training.heard.recipe import HeardRecipe
from training.heard.variations import SoundVariations, varied

_TRAINING_SCENES, _VALIDATION_SCENES = 1, 2
_TEMPERATURES = np.geomspace(0.4, 4.0, 60)
_FINISHED = "model"


class SoundSamples:
    """Pictures of sounds, changed anew each time.

    Parameters
    ----------
    examples
        What is learned from.
    variations
        None leaves them as they are.
    copies
        How often each is heard in an epoch; None: once.
    """

    def __init__(
        self, examples: Examples, variations: SoundVariations | None, copies: NDArray[np.int64] | None = None
    ) -> None:
        self.examples = examples
        self._variations = variations
        self._rows = np.repeat(np.arange(len(examples)), 1 if copies is None else copies)
        known = examples.materials[self._rows]
        counts = np.maximum(np.bincount(known[known >= 0], minlength=len(MATERIALS)), 1)
        # Every material counts the same, and one example at most ten times another.
        weights = np.minimum(counts.mean() / counts, 10.0)
        self._weights = np.append(weights, 0.0).astype(np.float32)

    def __len__(self) -> int:
        return len(self._rows)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `training.frame.task.Samples`."""
        row = self._rows[index]
        picture = self.examples.pictures[row].astype(np.float32)
        if self._variations is not None:
            picture = varied(picture, rng, self._variations)
        material = self.examples.materials[row]
        return {
            "picture": picture,
            "material": np.asarray(material),
            "action": np.asarray(self.examples.actions[row]),
            "weight": np.asarray(self._weights[material]),
        }


def train_ear(recipe: HeardRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/model` holds the network afterwards, in half precision.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, or the run can't be begun or gone on with.
    """
    training, copies, validation, sha256 = gathered(recipe)
    torch.manual_seed(recipe.loop.seed)
    network = SoundNet(recipe.network)
    commit = git_commit()

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return description(recipe.network, commit, sha256, metrics)

    task = Task(
        network,
        lambda network, batch: heard_loss(network, batch, recipe.label_smoothing, recipe.action_weight),
        SoundSamples(training, recipe.variations, copies),
        SoundSamples(validation, None),
        describe,
        lambda network: measured(network, validation),
    )
    state = train(task, recipe.loop, out, to_plain(recipe), resume=resume)
    finish(out, validation if recipe.fits_temperature else None)
    return state


def gathered(recipe: HeardRecipe) -> tuple[Examples, NDArray[np.int64], Examples, str]:
    """Sounds to learn from and how often each is heard, sounds to choose by, and a digest of all."""
    data = recipe.data
    learned = [scene_examples(data.scenes, _TRAINING_SCENES, data.recordings, data.without_makers)]
    chosen_by = [
        scene_examples(data.validation_scenes, _VALIDATION_SCENES, data.recordings, data.without_makers)
    ]
    sources = [f"{data.scenes} scenes", f"{data.kit_per_material} of the kit"]
    if data.folders:
        parts = opened_parts(data.folders)
        learned.append(clip_examples(parts.training))
        chosen_by.append(clip_examples(parts.validation))
        sources.append(parts.sha256)
    if data.kit_per_material:
        learned.append(kit_examples(data.kit_per_material))
    copies = [np.ones(sum(len(part) for part in learned), np.int64)]
    if data.recordings is not None and data.recording_copies:
        recorded = recorded_examples(data.recordings, data.without_makers)
        learned.append(recorded)
        copies.append(np.full(len(recorded), data.recording_copies))
        sources += [f"recorded {source}" for source in recorded.sources]
    return together(learned), np.concatenate(copies), together(chosen_by), digest(sources)


def heard_loss(network: nn.Module, batch: Batch, smoothing: float, action_weight: float) -> Losses:
    """Cross entropy of materials, each counting the same, and of actions where they are known."""
    _, materials, actions = network(batch["picture"])
    of_material = functional.cross_entropy(
        materials, batch["material"].clamp(min=0), reduction="none", label_smoothing=smoothing
    )
    of_action = functional.cross_entropy(actions, batch["action"].clamp(min=0), reduction="none")
    material = (of_material * batch["weight"]).mean()
    action = (of_action * (batch["action"] >= 0)).mean()
    return {
        "loss": material + action_weight * action,
        "material": material.detach(),
        "action": action.detach(),
    }


@torch.no_grad()
def measured(network: nn.Module, examples: Examples) -> dict[str, float]:
    """Class-averaged accuracy of materials, and accuracy of actions."""
    materials, actions = scores(network, examples)
    known, acted = examples.materials >= 0, examples.actions >= 0
    found = materials.argmax(1)
    shares = [
        float((found[examples.materials == place] == place).mean())
        for place in np.unique(examples.materials[known])
    ]
    return {
        "material_class_averaged": float(np.mean(shares)),
        "action_accuracy": float((actions.argmax(1) == examples.actions)[acted].mean()),
    }


@torch.no_grad()
def scores(network: nn.Module, examples: Examples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A network's scores of materials (n, 17) and actions (n, 2), on the device it lies on."""
    device = next(network.parameters()).device
    said = [
        network(torch.from_numpy(examples.pictures[first : first + 256].astype(np.float32)).to(device))[1:]
        for first in range(0, len(examples), 256)
    ]
    materials, actions = zip(*said, strict=True)
    return torch.cat(materials).cpu().numpy(), torch.cat(actions).cpu().numpy()


def finish(out: Path, validation: Examples | None) -> None:
    """Write `out/model`: the best network in half precision, its temperature fitted if there is what to."""
    checkpoint = load_checkpoint(out / "best", SOUND_NET)
    config = from_plain(SoundNetConfig, checkpoint.description.config["network"], complete=True)
    network = SoundNet(config).eval()
    fill_weights(network, checkpoint.weights, f"“{checkpoint.folder}”")
    if validation is not None:
        temperature = best_temperature(scores(network, validation)[0], validation.materials)
        config = replace(config, temperature=temperature)
    described = description(
        config,
        checkpoint.description.git_commit,
        checkpoint.description.data_sha256,
        checkpoint.description.metrics,
    )
    half = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.weights.items()
    }
    save_checkpoint(out / _FINISHED, half, described)


def best_temperature(materials: NDArray[np.floating], true: NDArray[np.int64]) -> float:
    """What to divide scores (n, 17) by, so that the true materials are as probable as can be."""
    known = true >= 0
    losses = []
    for temperature in _TEMPERATURES:
        divided = materials[known] / temperature
        divided = divided - divided.max(1, keepdims=True)
        logarithms = divided - np.log(np.exp(divided).sum(1, keepdims=True))
        losses.append(-logarithms[np.arange(known.sum()), true[known]].mean())
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def description(
    config: SoundNetConfig, commit: str, sha256: str, metrics: Mapping[str, float]
) -> ModelDescription:
    """What a checkpoint says about itself."""
    return ModelDescription(
        SOUND_NET,
        {"network": to_plain(config)},
        classes={"materials": MATERIALS, "actions": ACTIONS},
        git_commit=commit,
        data_sha256=sha256,
        metrics=dict(metrics),
    )
