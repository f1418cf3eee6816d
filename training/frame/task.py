"""What a recipe hands to the loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.models.description import ModelDescription
from training.frame.optimisation import OptimiserName

Sample = Mapping[str, NDArray[np.generic]]
"""Arrays by name; the same names, shapes and types for every sample of a set."""

Batch = Mapping[str, Tensor]
"""The arrays of several samples, stacked along a new first axis, on the device of the network."""

Losses = Mapping[str, Tensor]
"""Single numbers by name. The one called "loss" is made smaller; the others are shown beside it."""


class Samples(Protocol):
    """What is learned from, or judged by."""

    def __len__(self) -> int: ...

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """Sample number `index`; whatever is random about it comes from `rng`, and from nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """All that is particular to one recipe.

    Attributes
    ----------
    network
        On the CPU, with its first weights.
    loss
        Of a network and a batch: the losses, each a mean over the batch's samples. A loss divided by
        anything that differs from batch to batch (a count of hits in it, say) would make several processes
        learn something else than one with a larger batch. It must use every parameter.
    training, validation
        The samples.
    describe
        The description for a checkpoint, given what was measured.
    measure
        Further numbers for each validation, of the network in evaluation mode on its device.
    optimiser
        SGD needs a momentum above 0: what it remembers is part of a checkpoint.
    """

    network: nn.Module
    loss: Callable[[nn.Module, Batch], Losses]
    training: Samples
    validation: Samples
    describe: Callable[[Mapping[str, float]], ModelDescription]
    measure: Callable[[nn.Module], Mapping[str, float]] | None = None
    optimiser: OptimiserName = "adamw"
