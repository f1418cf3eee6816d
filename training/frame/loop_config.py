"""The settings of the loop, the same for every recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.frame.distributed import DeviceChoice


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """How a network is trained.

    Attributes
    ----------
    seed
        Of everything random: first weights, order, variations, dropout.
    device
        "auto" takes a GPU where there is one.
    precision
        "auto" computes in bfloat16 on a GPU and in float32 on a CPU.
    workers
        Processes that prepare samples; 0 prepares them in between.
    steps
        After so many the training ends.
    batch_size
        Samples per step and process.
    learning_rate, warmup_steps, last_rate_share
        The highest rate; over how many steps it rises; what share of it is left at the end.
    weight_decay, momentum, square_momentum
        AdamW's; the momenta are its betas. SGD takes the first two.
    clip_norm
        Longer gradients are shortened to this length; 0 leaves them.
    log_every, validate_every, save_every
        Steps between two points of the curve, two validations, and two `latest/` checkpoints.
    best_by, best_is
        Which number of the validation decides what `best/` is, and whether it should be low or high.
    patience
        The training ends after so many validations without a better one; 0 never ends it early.
    tensorboard
        Whether to write logs for TensorBoard.
    """

    seed: int = 0
    device: DeviceChoice = "auto"
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    workers: int = 0
    steps: int = 1000
    batch_size: int = 32
    learning_rate: float = 1e-3
    warmup_steps: int = 50
    last_rate_share: float = 0.01
    weight_decay: float = 0.01
    momentum: float = 0.9
    square_momentum: float = 0.99
    clip_norm: float = 1.0
    log_every: int = 10
    validate_every: int = 100
    save_every: int = 100
    best_by: str = "loss"
    best_is: Literal["low", "high"] = "low"
    patience: int = 0
    tensorboard: bool = True

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "log_every", "validate_every", "save_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, it must be at least 1")
        for name in ("seed", "workers", "warmup_steps", "weight_decay", "clip_norm", "patience"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, it must not be below 0")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate is {self.learning_rate:g}, it must be above 0")
        for name in ("last_rate_share", "momentum", "square_momentum"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must be from 0 to 1")


HARMLESS_TO_CHANGE = (
    "device",
    "precision",
    "workers",
    "steps",
    "log_every",
    "save_every",
    "patience",
    "tensorboard",
)
"""Settings with which a run may go on although they differ from those it began with."""
