"""Hits seen in motion: from grids of motion to contacts, picture by picture.

Every cell of the grid is looked at with its neighbours and a few pictures before and after, by the same
weights everywhere: a stick that stops looks alike in every corner. Then mean and maximum over the cells are
followed over half a second on either side by dilated convolutions.

Conventions
-----------
Grids are `engine.features.dense_flow.MotionGrid`s of one shot at the detector's rate, float (batch, pictures,
channels, rows, columns). Beyond both ends of a shot nothing moves.

References
----------
Bai, Kolter, Koltun: An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence
Modeling. 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.contact_output import ContactOutput, OverTime


@dataclass(frozen=True, slots=True)
class MotionNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    scales
        Per channel of the grids, in its own unit: much smaller values pass as they are, much larger ones as
        their logarithm.
    cell_width, place_width
        Features of a cell, and of a place of 2 x 2 cells.
    cell_reach
        Pictures before and after that a cell is seen with, and a place again.
    width
        Features of a picture.
    dilations
        Distances of the convolutions over time; with twice `cell_reach` they add up to the context on
        either side.
    dropout
        Share of a picture's features left out in training.
    """

    scales: tuple[float, ...] = (2.0, 2.0, 0.1, 0.1, 0.2, 1.0, 0.3, 6.0)
    cell_width: int = 16
    place_width: int = 32
    cell_reach: int = 2
    width: int = 64
    dilations: tuple[int, ...] = (1, 2, 4, 6)
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if not self.scales or min(self.scales) <= 0:
            raise ValueError(f"scales are {self.scales}, each channel needs one above 0")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout {self.dropout:g} must be in 0..1")
        if min(self.cell_width, self.place_width, self.width, *self.dilations) < 1 or self.cell_reach < 0:
            raise ValueError("widths and dilations must be at least 1, cell_reach at least 0")

    @property
    def context(self) -> int:
        """Pictures before and after that the answer for a picture depends on."""
        return 2 * self.cell_reach + sum(self.dilations)


class MotionNet(nn.Module):
    """See the module."""

    def __init__(self, config: MotionNetConfig) -> None:
        super().__init__()
        self.config = config
        channels, cell, place = len(config.scales), config.cell_width, config.place_width
        self.scales: Tensor
        self.register_buffer("scales", torch.tensor(config.scales).view(1, -1, 1, 1))
        self.look = nn.Conv2d(channels, cell, 3, padding=1)
        self.cells_over_time = _CellsOverTime(cell, config.cell_reach)
        self.gather = nn.Conv2d(cell, place, 3, stride=2, padding=1)
        self.places_over_time = _CellsOverTime(place, config.cell_reach)
        self.join = nn.Conv1d(2 * place, config.width, 1)
        self.over_time = OverTime(config.width, config.dilations, config.dropout)

    def forward(self, grids: Tensor) -> ContactOutput:
        """Grids (batch, pictures, channels, rows, columns) to what is said about each picture."""
        return self.said(self.seen(grids))

    def seen(self, grids: Tensor) -> Tensor:
        """What is seen in each picture, (batch, features, pictures), before it is followed over time."""
        batch, pictures = grids.shape[:2]
        cells = torch.asinh(grids.flatten(0, 1).to(self.scales.dtype) / self.scales)
        cells = functional.gelu(self.look(cells))
        cells = self.cells_over_time(cells, batch)
        places = functional.gelu(self.gather(cells))
        places = self.places_over_time(places, batch).flatten(2)
        pooled = torch.cat((places.mean(2), places.amax(2)), 1)
        return pooled.view(batch, pictures, -1).transpose(1, 2)

    def said(self, seen: Tensor) -> ContactOutput:
        """What `seen` gave to what is said about each picture."""
        return self.over_time(self.join(seen))

    @property
    def reach(self) -> int:
        """Pictures before and after that what is seen in a picture depends on."""
        return 2 * self.config.cell_reach


class _CellsOverTime(nn.Module):
    """Adds to each place what the same place shows in the pictures around."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        length = 2 * reach + 1
        self.over_time = nn.Conv2d(width, width, (length, 1), padding=(reach, 0), groups=width)
        self.mix = nn.Conv2d(width, width, 1)

    def forward(self, places: Tensor, batch: int) -> Tensor:
        """Features (batch * pictures, width, rows, columns), of the same shape again."""
        rows, columns = places.shape[2:]
        along = places.view(batch, -1, *places.shape[1:]).transpose(1, 2).flatten(3)
        along = along + functional.gelu(self.mix(self.over_time(along)))
        return along.unflatten(3, (rows, columns)).transpose(1, 2).flatten(0, 1)
