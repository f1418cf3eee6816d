"""What the network is to make small, as means over the pictures of a batch."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from engine.models.motion_net import MotionOutput
from training.frame.task import Batch, Losses


@dataclass(frozen=True, slots=True)
class LossConfig:
    """How much each part counts.

    Attributes
    ----------
    positive
        How much more a missed contact counts than a found one that is none.
    offset, level, scratch
        Weights of those parts; that of the onset is 1.
    """

    positive: float = 3.0
    offset: float = 0.5
    level: float = 0.05
    scratch: float = 0.2

    def __post_init__(self) -> None:
        for name in ("positive", "offset", "level", "scratch"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must not be below 0")


def contact_loss(network: nn.Module, batch: Batch, config: LossConfig) -> Losses:
    """Losses of a batch of `Windows`.

    Every part is a sum over pictures divided by the number of all pictures, whatever their weights, so that
    batches can be halved and averaged.
    """
    said: MotionOutput = network(batch["grids"])
    onset = _binary(said.onset.float(), batch["onset"], config.positive)
    scratch = _binary(said.scratch.float(), batch["scratch"], 1.0)
    offset = functional.smooth_l1_loss(said.offset.float(), batch["offset"], reduction="none", beta=0.5)
    level = functional.smooth_l1_loss(said.level.float(), batch["level"], reduction="none")
    parts = {
        "onset": (onset * batch["onset_weight"]).mean(),
        "offset": (offset * batch["near_weight"]).mean(),
        "level": (level * batch["level_weight"]).mean(),
        "scratch": (scratch * batch["scratch_weight"]).mean(),
    }
    total = (
        parts["onset"]
        + config.offset * parts["offset"]
        + config.level * parts["level"]
        + config.scratch * parts["scratch"]
    )
    return {"loss": total, **{name: part.detach() for name, part in parts.items()}}


def _binary(log_odds: Tensor, wanted: Tensor, positive: float) -> Tensor:
    """Cross entropy with soft labels, that of the wanted part times `positive`."""
    return -(
        positive * wanted * functional.logsigmoid(log_odds) + (1 - wanted) * functional.logsigmoid(-log_odds)
    )
