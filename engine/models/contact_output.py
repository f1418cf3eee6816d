"""What a network that watches for contacts says about each picture, and the layers that say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional


class ContactOutput(NamedTuple):
    """What is said about each picture, each (batch, pictures).

    Attributes
    ----------
    onset
        Log odds that a contact is near: about 1 at the nearest picture, falling off within two.
    offset
        How many pictures after this one it is; meaningful within two pictures of a contact.
    level
        The sound's level while the picture is shown, (dB - LEVEL_DB) / LEVEL_SPREAD_DB.
    scratch
        Log odds that the contact scratches; meaningful where the offset is.
    """

    onset: Tensor
    offset: Tensor
    level: Tensor
    scratch: Tensor


LEVEL_DB, LEVEL_SPREAD_DB = -30.0, 12.0
"""Levels are learned in this unit, around this level."""

_RARE = -2.5
"""Contacts are rare: to begin with, none is expected."""


class OverTime(nn.Module):
    """Follows what was seen in each picture over time, and says what it means.

    Parameters
    ----------
    width
        Features of a picture.
    dilations
        Distances of the convolutions; their sum is how far the answer looks to either side.
    dropout
        Share of a picture's features left out in training.
    """

    def __init__(self, width: int, dilations: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_DilatedBlock(width, dilation, dropout) for dilation in dilations)
        self.heads = nn.Conv1d(width, len(ContactOutput._fields), 1)
        with torch.no_grad():
            assert self.heads.bias is not None
            self.heads.bias.zero_()
            self.heads.bias[0] = _RARE

    def forward(self, features: Tensor) -> ContactOutput:
        """Features (batch, width, pictures) to what is said about each picture."""
        for block in self.blocks:
            features = block(features)
        return ContactOutput(*self.heads(features).unbind(1))


class _DilatedBlock(nn.Module):
    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.over_time = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor) -> Tensor:
        """Features (batch, width, pictures), of the same shape again."""
        normed = self.norm(features.transpose(1, 2)).transpose(1, 2)
        return features + self.dropout(self.mix(functional.gelu(self.over_time(normed))))
