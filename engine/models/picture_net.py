"""Hits seen in pictures: from small gray pictures to contacts, picture by picture.

A picture comes in four ways: what changed since the one before, what changes until the next one, how it
differs from the shot's backdrop, and itself. A light two-dimensional network looks at each picture and, by
passing a share of its features on to the neighbouring pictures, at what happens next to it in time. Mean and
maximum over the places are followed over half a second on either side by dilated convolutions.

Conventions
-----------
Pictures are gray, 0..255, (batch, pictures, height, width), of one shot at the detector's rate. The backdrop
(batch, height, width) is the median over the shot, or a long part of it. Before the first and after the last
picture nothing changes.

References
----------
Lin, Gan, Han: TSM: Temporal Shift Module for Efficient Video Understanding. ICCV 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.contact_output import ContactOutput, OverTime

_GRAY_LEVELS = 32.0
"""Gray levels are counted in so many."""
_LEAST_SPREAD = 0.3
"""Of a picture's brightness, in `_GRAY_LEVELS`: a flat picture stays flat."""
_CHANNELS = 4
_SHIFTED_SHARE = 8
"""One in so many features is passed on to the picture before, as many to the one after."""

SEEN_REACH = 1 + 4
"""What is seen in a picture depends on so many beside it: its changes, and what is passed on four times."""


@dataclass(frozen=True, slots=True)
class PictureNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    widths
        Features of a place on its three scales: a quarter, an eighth, a sixteenth of the picture's size.
    width
        Features of a picture.
    dilations
        Distances of the convolutions over time.
    dropout
        Share of a picture's features left out in training.
    """

    widths: tuple[int, int, int] = (24, 40, 64)
    width: int = 64
    dilations: tuple[int, ...] = (1, 2, 4, 6)
    dropout: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout {self.dropout:g} must be in 0..1")
        if min(self.widths) < _SHIFTED_SHARE or min(self.width, *self.dilations) < 1:
            raise ValueError(f"widths must be at least {_SHIFTED_SHARE}, width and dilations at least 1")

    @property
    def context(self) -> int:
        """Pictures before and after that the answer for a picture depends on."""
        return SEEN_REACH + sum(self.dilations)


class PictureNet(nn.Module):
    """See the module."""

    def __init__(self, config: PictureNetConfig) -> None:
        super().__init__()
        self.config = config
        fine, middle, coarse = config.widths
        self.look = _Convolution(_CHANNELS, fine, size=7, stride=4)
        self.look_again = _Convolution(fine, fine)
        self.gather = _Convolution(fine, middle, stride=2)
        self.gather_again = _Convolution(middle, middle)
        self.survey = _Convolution(middle, coarse, stride=2)
        self.join = nn.Conv1d(2 * (middle + coarse), config.width, 1)
        self.dropout = nn.Dropout(config.dropout)
        self.over_time = OverTime(config.width, config.dilations, config.dropout)

    def forward(self, pictures: Tensor, backdrop: Tensor) -> ContactOutput:
        """Pictures (batch, pictures, height, width) and backdrop (batch, height, width) to what is said."""
        return self.said(self.seen(pictures, backdrop))

    def seen(self, pictures: Tensor, backdrop: Tensor) -> Tensor:
        """What is seen in each picture, (batch, features, pictures), before it is followed over time."""
        batch, count = pictures.shape[:2]
        with torch.no_grad():
            channels = _channels(pictures.to(self.join.weight.dtype), backdrop.to(self.join.weight.dtype))
        places = self.look(channels)
        places = places + self.look_again(_passed_on(places, batch))
        places = self.gather(_passed_on(places, batch))
        places = places + self.gather_again(_passed_on(places, batch))
        survey = self.survey(_passed_on(places, batch))
        pooled = [pool for seen in (survey, places) for pool in (seen.mean((2, 3)), seen.amax((2, 3)))]
        return torch.cat(pooled, 1).view(batch, count, -1).transpose(1, 2)

    def said(self, seen: Tensor) -> ContactOutput:
        """What `seen` gave to what is said about each picture."""
        return self.over_time(self.dropout(self.join(seen)))

    @property
    def reach(self) -> int:
        """Pictures before and after that what is seen in a picture depends on."""
        return SEEN_REACH


class _Convolution(nn.Module):
    def __init__(self, incoming: int, outgoing: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(incoming, outgoing, size, stride, size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outgoing)

    def forward(self, places: Tensor) -> Tensor:
        return functional.relu(self.norm(self.conv(places)), inplace=True)


def _channels(pictures: Tensor, backdrop: Tensor) -> Tensor:
    """The four ways of each picture, (batch * pictures, 4, height, width), softly limited."""
    pictures, backdrop = pictures / _GRAY_LEVELS, backdrop[:, None] / _GRAY_LEVELS
    change = 4 * (pictures[:, 1:] - pictures[:, :-1])
    since = functional.pad(change, (0, 0, 0, 0, 1, 0))
    until = functional.pad(change, (0, 0, 0, 0, 0, 1))
    mean = backdrop.mean((2, 3), keepdim=True)
    spread = backdrop.std((2, 3), keepdim=True) + _LEAST_SPREAD
    itself = (pictures - mean) / spread
    channels = torch.stack((since, until, 2 * (pictures - backdrop), itself), 2).flatten(0, 1)
    return channels / (1 + 0.3 * channels.abs())


def _passed_on(places: Tensor, batch: int) -> Tensor:
    """Features (batch * pictures, width, rows, columns), a share of them those of the pictures beside."""
    along = places.view(batch, -1, *places.shape[1:])
    share = places.shape[1] // _SHIFTED_SHARE
    later = functional.pad(along[:, 1:, :share], (0, 0, 0, 0, 0, 0, 0, 1))
    earlier = functional.pad(along[:, :-1, share : 2 * share], (0, 0, 0, 0, 0, 0, 1, 0))
    return torch.cat((later, earlier, along[:, :, 2 * share :]), 2).flatten(0, 1)
