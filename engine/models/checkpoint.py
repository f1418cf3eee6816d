"""Checkpoints: a folder with `weights.safetensors` and `model.json`, loaded strictly or not at all.

Nothing is ever unpickled. The weights must have the digest that `model.json` states, be finite, and fit the
network in every name, shape and type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.models.description import (
    DESCRIPTION_FILE,
    CheckpointError,
    ModelDescription,
    description_text,
    read_description,
)
from engine.models.whole_folder import replace_folder, whole_folder
from engine.project.durable import reason

WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint as read: its weights by name, on the CPU, and what they are."""

    folder: Path
    weights: Mapping[str, Tensor]
    description: ModelDescription


def save_checkpoint(
    folder: Path,
    weights: Mapping[str, Tensor],
    description: ModelDescription,
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Write a checkpoint, in one piece: until it is whole on the disk, the one that was there stays.

    Parameters
    ----------
    folder
        Where; what is there is replaced.
    weights
        A network's `state_dict()`.
    more
        Further files of the folder, by name: what only its training needs.

    Raises
    ------
    CheckpointError
        When weights are NaN or infinite, or the disk refuses, being full for example.
    """
    require_finite(weights, f"The weights of {description.network}")
    contents = tensor_bytes(weights)
    text = description_text(description, hashlib.sha256(contents).hexdigest())
    files = {WEIGHTS_FILE: contents, DESCRIPTION_FILE: text.encode(), **(more or {})}
    try:
        replace_folder(folder, files)
    except OSError as error:
        kept = "The one that was there is untouched." if whole_folder(folder).exists() else ""
        raise CheckpointError(
            f"The checkpoint “{folder}” can't be written: {reason(error)}. {kept}".rstrip()
        ) from error


def load_checkpoint(folder: Path, network: str | None = None) -> Checkpoint:
    """Read a checkpoint.

    Parameters
    ----------
    network
        Which network it must be of; any when None.

    Raises
    ------
    CheckpointError
        When it is missing, damaged, not finite, or of another network.
    """
    folder = whole_folder(folder)
    description, weights_sha256 = read_description(folder)
    if network is not None and description.network != network:
        raise CheckpointError(f"“{folder}” holds a {description.network}, not a {network}.")
    path = folder / WEIGHTS_FILE
    try:
        contents = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"“{path}” can't be read: {reason(error)}.") from error
    if hashlib.sha256(contents).hexdigest() != weights_sha256:
        raise CheckpointError(
            f"“{path}” is not the file that its {DESCRIPTION_FILE} describes: it was damaged or exchanged."
        )
    weights = tensors_of(contents, path)
    require_finite(weights, f"“{path}”")
    return Checkpoint(folder, weights, description)


def fill(network: nn.Module, checkpoint: Checkpoint) -> None:
    """Give a network the weights of a checkpoint.

    Raises
    ------
    CheckpointError
        When a name, a shape or a type differs.
    """
    fill_weights(network, checkpoint.weights, f"“{checkpoint.folder}”")


def fill_weights(network: nn.Module, weights: Mapping[str, Tensor], source: str) -> None:
    """Give a network weights by name; `source` is where they come from, for the error `fill` raises too."""
    wanted = network.state_dict()
    missing = sorted(wanted.keys() - weights.keys())
    unknown = sorted(weights.keys() - wanted.keys())
    if missing or unknown:
        problem = f"lacks “{missing[0]}”" if missing else f"has “{unknown[0]}”, which the network has not"
        raise CheckpointError(f"{source} does not fit the network: it {problem}.")
    for name, tensor in weights.items():
        there = wanted[name]
        if tensor.shape != there.shape or tensor.dtype != there.dtype:
            raise CheckpointError(
                f"{source} does not fit the network: “{name}” is {_kind(tensor)}, "
                f"the network's is {_kind(there)}."
            )
    network.load_state_dict(dict(weights), strict=True)


def require_finite(tensors: Mapping[str, Tensor], what: str) -> None:
    """Refuse NaN and infinity.

    Raises
    ------
    CheckpointError
        Naming the tensor.
    """
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{what} can't be used: “{name}” holds NaN or infinity. The training has probably diverged."
            )


def tensor_bytes(tensors: Mapping[str, Tensor]) -> bytes:
    """Tensors in the safetensors form; a tensor that shares memory with another is written by itself."""
    return safetensors.torch.save(
        {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    )


def tensors_of(contents: bytes, path: Path) -> dict[str, Tensor]:
    """The tensors that `tensor_bytes` wrote; `path` is named when they can't be read.

    Raises
    ------
    CheckpointError
        When they are damaged.
    """
    try:
        return safetensors.torch.load(contents)
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise CheckpointError(f"“{path}” is damaged: {error}.") from error


def _kind(tensor: Tensor) -> str:
    shape = " x ".join(str(size) for size in tensor.shape) or "a single number"
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"
