"""What the networks are to make small, as means over the pictures of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.contact_output import ContactOutput


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
    level: float = 0.15
    scratch: float = 0.2

    def __post_init__(self) -> None:
        for name in ("positive", "offset", "level", "scratch"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must not be below 0")


def detector_loss(network: nn.Module, batch: Mapping[str, Tensor], config: LossConfig) -> dict[str, Tensor]:
    """The sum over the networks of a `HitNet` of what each does wrong by itself, for a batch of `Windows`."""
    apart = network(batch["grids"], batch["pictures"], batch["backdrop"], apart=True)
    losses = [contact_loss(said, batch, config) for said in apart]
    summed = {"loss": torch.stack([loss["loss"] for loss in losses]).sum()}
    parts = (name for name in losses[0] if name != "loss")
    return summed | {name: torch.stack([loss[name] for loss in losses]).mean() for name in parts}


def contact_loss(said: ContactOutput, batch: Mapping[str, Tensor], config: LossConfig) -> dict[str, Tensor]:
    """Losses of what one network says.

    Every part is a sum over pictures divided by the number of all pictures, whatever their weights, so that
    batches can be halved and averaged.
    """
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
