"""The detector of contacts: two views of the same shot, each followed by networks of their own, averaged.

Grids of motion and small pictures err differently, and so do networks that began from other weights: the
average of all of them is better than each. Every one of them is trained by itself, on the same windows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.models.contact_output import ContactOutput
from engine.models.motion_net import MotionNet, MotionNetConfig
from engine.models.picture_net import PictureNet, PictureNetConfig

HIT_NET = "hit-net"


@dataclass(frozen=True, slots=True)
class HitNetConfig:
    """Which networks there are.

    Attributes
    ----------
    rate_hz
        Pictures per second they are made for.
    motion, pictures
        Sizes of those on each view.
    motion_nets, picture_nets
        How many of each; both views count the same, however many networks follow them.
    """

    rate_hz: float = 30.0
    motion: MotionNetConfig = field(default_factory=MotionNetConfig)
    pictures: PictureNetConfig = field(default_factory=PictureNetConfig)
    motion_nets: int = 1
    picture_nets: int = 1

    def __post_init__(self) -> None:
        if self.rate_hz <= 0:
            raise ValueError(f"rate_hz {self.rate_hz:g} must be above 0")
        if min(self.motion_nets, self.picture_nets) < 0 or self.motion_nets + self.picture_nets < 1:
            raise ValueError("there must be at least one network on one of the views")

    @property
    def context(self) -> int:
        """Pictures before and after that the answer for a picture depends on."""
        reaches = [self.motion.context] * (self.motion_nets > 0)
        reaches += [self.pictures.context] * (self.picture_nets > 0)
        return max(reaches)


class HitNet(nn.Module):
    """See the module."""

    def __init__(self, config: HitNetConfig) -> None:
        super().__init__()
        self.config = config
        self.on_motion = nn.ModuleList(MotionNet(config.motion) for _ in range(config.motion_nets))
        self.on_pictures = nn.ModuleList(PictureNet(config.pictures) for _ in range(config.picture_nets))

    def forward(
        self, grids: Tensor, pictures: Tensor, backdrop: Tensor, *, apart: bool = False
    ) -> ContactOutput | list[ContactOutput]:
        """What all of them say about each picture.

        Parameters
        ----------
        grids
            (batch, pictures, channels, rows, columns).
        pictures
            (batch, pictures, height, width), 0..255.
        backdrop
            (batch, height, width).
        apart
            What each says by itself, those on motion first, instead of what they say together. Here and not
            in a method of its own, because gradients are averaged over processes only if this is called.
        """
        on_motion = [network(grids) for network in self.on_motion]
        on_pictures = [network(pictures, backdrop) for network in self.on_pictures]
        return [*on_motion, *on_pictures] if apart else averaged(on_motion, on_pictures)


def averaged(on_motion: list[ContactOutput], on_pictures: list[ContactOutput]) -> ContactOutput:
    """What the networks say together; both views count the same, however many networks follow them."""
    views = [view for view in (on_motion, on_pictures) if view]
    return ContactOutput(*_mean([ContactOutput(*_mean(view)) for view in views]))


def _mean(outputs: list[ContactOutput]) -> list[Tensor]:
    return [torch.stack(parts).mean(0) for parts in zip(*outputs, strict=True)]
