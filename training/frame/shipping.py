"""From a run's checkpoint to what ships: the same weights in half precision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.models.checkpoint import load_checkpoint, save_checkpoint


def ship(checkpoint: Path, folder: Path, network: str, more: Mapping[str, bytes] | None = None) -> None:
    """Write the weights of a network's checkpoint in half precision.

    Parameters
    ----------
    more
        Further files of the folder, by name.

    Raises
    ------
    CheckpointError
        When the checkpoint can't be read, is of another network, has weights too large for half precision,
        or the disk refuses.
    """
    kept = load_checkpoint(checkpoint, network)
    halves = {
        name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in kept.weights.items()
    }
    save_checkpoint(folder, halves, kept.description, more)
