"""Networks with their first weights, what they say about samples, and their checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import UserFacingError
from engine.features.spectrogram import SpectrogramConfig
from engine.models.backbones import fill_from_imagenet
from engine.models.branches import PictureBranch, PictureBranchConfig, SoundBranch, SoundBranchConfig
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.material_classifier import (
    MATERIAL_CLASSIFIER,
    MaterialClassifier,
    MaterialClassifierConfig,
)
from engine.models.plain_config import from_plain
from training.frame.batches import validation_batches
from training.frame.distributed import DeviceChoice, World
from training.frame.task import Batch, Samples
from training.material.recipe import Weights
from training.material.samples import Source, looked_at

N = TypeVar("N", bound=nn.Module)


def begin_picture(branch: PictureBranch, config: PictureBranchConfig, weights: Weights) -> None:
    """Give a picture branch its first weights.

    Raises
    ------
    UserFacingError
        When they can't be had, or the backbone can't take pictures of this size.
    """
    if weights == "imagenet":
        fill_from_imagenet(branch.backbone, config.backbone)
    size = (config.height, config.width)
    _require_fit(branch, torch.zeros(1, *size, 3, dtype=torch.uint8), f"{config.backbone} for pictures")


def begin_sound(branch: SoundBranch, config: SoundBranchConfig, weights: Weights) -> None:
    """Give a sound branch its first weights; it raises as `begin_picture` does."""
    if weights == "imagenet":
        fill_from_imagenet(branch.backbone, config.backbone)
    spectra = SpectrogramConfig()
    size = (spectra.bins, spectra.frames(spectra.sample_rate))
    _require_fit(branch, torch.zeros(1, *size), f"{config.backbone} for sounds")


def _require_fit(branch: nn.Module, example: Tensor, what: str) -> None:
    branch.eval()
    try:
        with torch.no_grad():
            branch(example)
    except (AssertionError, RuntimeError, ValueError) as error:
        size = " x ".join(str(length) for length in example.shape[1:3])
        raise UserFacingError(f"The backbone {what} can't take {size}: {error}.") from error


def load_classifier(checkpoint: Path) -> MaterialClassifier:
    """A trained classifier.

    Raises
    ------
    CheckpointError
        When it is none.
    """
    kept = load_checkpoint(checkpoint, MATERIAL_CLASSIFIER)
    network = MaterialClassifier(from_plain(MaterialClassifierConfig, kept.description.config, complete=True))
    fill(network, kept)
    return network.eval()


class FrozenFeatures:
    """Features of sources by the backbones that do not learn; each is computed once.

    Parameters
    ----------
    device
        What they are computed on.
    """

    def __init__(self, device: DeviceChoice) -> None:
        self._device: DeviceChoice = device
        self._known: list[tuple[str, Source, Source]] = []

    def of(self, source: Source, branch: PictureBranch | SoundBranch) -> Source:
        """The source itself where the branch learns, else with features in its place."""
        if branch.learns:
            return source
        weights = _digest(branch)
        for known, before, after in self._known:
            if before is source and known == weights:
                return after
        looked = looked_at(source, branch, self._device)
        self._known.append((weights, source, looked))
        return looked


def _digest(network: nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@torch.no_grad()
def answers(
    network: N,
    samples: Samples,
    say: Callable[[N, Batch], Tensor],
    device: DeviceChoice = "auto",
    batch_size: int = 64,
) -> NDArray[np.float64]:
    """What a network says about each sample, (n, ...); the network stays where it is computed.

    Parameters
    ----------
    say
        Makes probabilities of a batch.
    """
    where = torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")
    network.eval().to(where)
    batches = validation_batches(samples, batch_size, 0, World(0, 1, where), workers=0)
    return np.concatenate([say(network, batch).double().cpu().numpy() for batch in batches])
