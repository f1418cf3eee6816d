"""One process or many: what `torchrun` says, and the few things processes tell each other.

Without `torchrun` a run is one process. Under it every process sees its share of each batch, and
`DistributedDataParallel` averages their gradients, so that all keep the same weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from engine.errors import UserFacingError

DeviceChoice = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class World:
    """Which of how many processes this is, and what it computes on."""

    rank: int
    size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes files and shows progress."""
        return self.rank == 0

    def parallel(self, network: nn.Module) -> nn.Module:
        """The network, its gradients averaged over all processes."""
        if self.size == 1:
            return network
        devices = [self.device] if self.device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=devices)

    def mean(self, values: Mapping[str, float], weight: float = 1.0) -> dict[str, float]:
        """Means over all processes, which name the same values; `weight` is how much this one's count."""
        names = sorted(values)
        row = torch.tensor([*(values[name] * weight for name in names), weight], dtype=torch.float64)
        if self.size > 1:
            row = row.to(self.device)
            dist.all_reduce(row)
        sums, total = row[:-1].tolist(), float(row[-1])
        return {name: value / total for name, value in zip(names, sums, strict=True)}

    def from_first(self, value: Any) -> Any:
        """What the first process passes in, in every process."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return box[0]


@contextmanager
def joined(choice: DeviceChoice = "auto") -> Iterator[World]:
    """Join the other processes, if there are any, and leave them at the end.

    Raises
    ------
    UserFacingError
        When a GPU is asked for and there is none for this process.
    """
    rank, size = process_rank(), process_count()
    device = _device(choice, int(os.environ.get("LOCAL_RANK", "0")))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if size > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(rank, size, device)
    finally:
        if size > 1:
            dist.destroy_process_group()


def process_count() -> int:
    """How many processes train together, before they have joined too."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def process_rank() -> int:
    """Which process this is, before they have joined and after they have parted."""
    return int(os.environ.get("RANK", "0"))


def _device(choice: DeviceChoice, local_rank: int) -> torch.device:
    count = torch.cuda.device_count() if choice != "cpu" else 0
    if choice == "cpu" or (choice == "auto" and not count):
        return torch.device("cpu")
    if local_rank >= count:
        raise UserFacingError(
            f"Process {local_rank} of this machine needs a GPU of its own, and torch sees {count}; "
            "start fewer processes or train on the CPU with --loop.device=cpu."
        )
    return torch.device("cuda", local_rank)
