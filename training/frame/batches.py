"""Which samples make up which step: a function of seed and step alone.

Every epoch goes through the samples once in an order of its own. A step takes `batch_size` samples per
process, and the last samples of an epoch that make up no whole step are left out. Each sample's random
numbers come from (seed, step, place in the step). So a run that goes on after a kill, or in another number
of processes with the same total, sees exactly the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from engine.errors import UserFacingError
from training.frame.distributed import World
from training.frame.task import Batch, Sample, Samples

_TRAINING, _VALIDATION, _NOISE = 1, 2, 3
"""Apart from the seed itself, what keeps the streams of random numbers apart."""


class _Draws(Dataset[Any]):
    """The samples as torch's loader wants them; a key is (sample, *what its random numbers come from)."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def __getitem__(self, key: tuple[int, ...]) -> Sample:
        return self._samples.draw(key[0], np.random.default_rng(key[1:]))


class _TrainingSteps:
    """The keys of each step from `first_step` up to `steps`, for one process."""

    def __init__(
        self, count: int, batch_size: int, seed: int, world: World, first_step: int, steps: int
    ) -> None:
        self._count, self._batch_size, self._seed, self._world = count, batch_size, seed, world
        self._first_step, self._steps = first_step, steps

    def __len__(self) -> int:
        return max(0, self._steps - self._first_step)

    def __iter__(self) -> Iterator[list[tuple[int, ...]]]:
        together = self._batch_size * self._world.size
        steps_per_epoch = self._count // together
        shown_epoch, order = -1, np.zeros(0, np.int64)
        for step in range(self._first_step, self._steps):
            epoch, place = divmod(step, steps_per_epoch)
            if epoch != shown_epoch:
                order = np.random.default_rng((self._seed, _TRAINING, epoch)).permutation(self._count)
                shown_epoch = epoch
            first = self._world.rank * self._batch_size
            places = range(first, first + self._batch_size)
            yield [
                (int(order[place * together + here]), self._seed, _TRAINING, step, here) for here in places
            ]


def training_batches(
    samples: Samples, batch_size: int, seed: int, world: World, *, first_step: int, steps: int, workers: int
) -> Iterator[Batch]:
    """This process's batches of the steps `first_step` .. `steps` - 1.

    Raises
    ------
    UserFacingError
        When there are fewer samples than one step takes.
    """
    together = batch_size * world.size
    if len(samples) < together:
        raise UserFacingError(
            f"There are {len(samples)} samples to train on, and one step takes {together}; add clips or "
            "lower the batch size."
        )
    keys = _TrainingSteps(len(samples), batch_size, seed, world, first_step, steps)
    yield from _loaded(samples, keys, world, workers)


def validation_batches(
    samples: Samples, batch_size: int, seed: int, world: World, *, workers: int
) -> Iterator[Batch]:
    """This process's share of all samples, the same batches with the same random numbers every time.

    Raises
    ------
    UserFacingError
        When some process would have none.
    """
    if len(samples) < world.size:
        raise UserFacingError(
            f"There are {len(samples)} samples to validate on for {world.size} processes; each needs one."
        )
    own = range(world.rank, len(samples), world.size)
    keys = [
        [(index, seed, _VALIDATION, index) for index in own[start : start + batch_size]]
        for start in range(0, len(own), batch_size)
    ]
    yield from _loaded(samples, keys, world, workers)


def seed_noise(seed: int, step: int, rank: int) -> None:
    """Set what torch draws in a step (dropout, say); nothing has to be kept for a resumed run to agree."""
    torch.manual_seed(int(np.random.SeedSequence((seed, _NOISE, step, rank)).generate_state(1)[0]))


def _loaded(samples: Samples, keys: Any, world: World, workers: int) -> Iterator[Batch]:
    is_gpu = world.device.type == "cuda"
    loader = DataLoader(
        _Draws(samples), batch_sampler=keys, num_workers=workers, collate_fn=_stacked, pin_memory=is_gpu
    )
    for batch in loader:
        yield {name: tensor.to(world.device, non_blocking=is_gpu) for name, tensor in batch.items()}


def _stacked(samples: Sequence[Sample]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(np.stack([sample[name] for sample in samples])) for name in samples[0]}
