"""The level of a silent film's sound in dB, picture by picture: a CNN, an LSTM, a linear layer.

References
----------
Huang, Kumar: How Loud are Silent Films?
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor, nn

from engine.models.spacetime_lstm import SpacetimeLstm, SpacetimeLstmConfig

LOUDNESS_NET = "loudness-net"

LevelMeasure = Literal["rms", "sum"]


@dataclass(frozen=True, slots=True)
class LoudnessNetConfig:
    """Sizes of the network, and what its levels are.

    Attributes
    ----------
    look
        The CNN and the LSTM.
    measure
        "rms" in dBFS, or "sum", the level of a sum over 16-bit samples as Huang and Kumar measure.
    level_db, level_spread_db
        The linear layer says (level - level_db) / level_spread_db; with 0 and 1 it says the level itself.
    """

    look: SpacetimeLstmConfig = field(default_factory=SpacetimeLstmConfig)
    measure: LevelMeasure = "rms"
    level_db: float = 0.0
    level_spread_db: float = 1.0

    def __post_init__(self) -> None:
        if self.level_spread_db <= 0:
            raise ValueError(f"level_spread_db is {self.level_spread_db:g}, it must be above 0")
        if self.look.rows_per_picture != 1:
            raise ValueError("a picture has one level: rows_per_picture must be 1")


class LoudnessNet(nn.Module):
    """See the module."""

    def __init__(self, config: LoudnessNetConfig) -> None:
        super().__init__()
        self.config = config
        self.body = SpacetimeLstm(config.look, 1)

    def forward(self, pictures: Tensor, first: Tensor | None = None) -> Tensor:
        """Windows, or their features (see `spacetime_lstm`), to levels in dB (batch, pictures)."""
        said = self.body(pictures, first)[..., 0]
        return said.float() * self.config.level_spread_db + self.config.level_db
