"""Does this sound belong to this picture? The two networks of the two-tower class project.

Both bring the features of a picture and of a sound to embeddings. FC AGG reads the two side by side through
fully connected layers. TT AGG, the two-tower network, makes both of unit length; their dot product, from
-1..1 brought to 0..1, is the probability. Only its embeddings can be kept in an index, where the sounds
nearest to a picture are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.branches import PictureBranch, PictureBranchConfig, SoundBranch, SoundBranchConfig

PAIR_NET = "pair-net"

Aggregation = Literal["fc", "tt"]


@dataclass(frozen=True, slots=True)
class PairNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    aggregation
        "fc" for FC AGG, "tt" for TT AGG.
    picture, sound
        The towers' branches.
    embedding
        Numbers that each tower gives.
    hidden
        Of the layer that FC AGG reads both through.
    """

    aggregation: Aggregation = "tt"
    picture: PictureBranchConfig = field(default_factory=lambda: PictureBranchConfig(width=224, height=224))
    sound: SoundBranchConfig = field(default_factory=SoundBranchConfig)
    embedding: int = 128
    hidden: int = 128

    def __post_init__(self) -> None:
        if min(self.embedding, self.hidden) < 1:
            raise ValueError("embedding and hidden must be at least 1")


class PairNet(nn.Module):
    """See the module."""

    def __init__(self, config: PairNetConfig) -> None:
        super().__init__()
        self.config = config
        self.sees, self.hears = PictureBranch(config.picture), SoundBranch(config.sound)
        self.of_picture = nn.Linear(self.sees.features, config.embedding)
        self.of_sound = nn.Linear(self.hears.features, config.embedding)
        self.fc = (
            nn.Sequential(
                nn.Linear(2 * config.embedding, config.hidden), nn.ReLU(), nn.Linear(config.hidden, 1)
            )
            if config.aggregation == "fc"
            else None
        )

    def forward(self, pictures: Tensor, spectrograms: Tensor) -> Tensor:
        """Pairs of pictures and spectrograms, or of their features, to probabilities (n,)."""
        return self.fit(self.picture_embedding(pictures), self.sound_embedding(spectrograms))

    def picture_embedding(self, pictures: Tensor) -> Tensor:
        """Pictures, or their features, to embeddings (n, embedding)."""
        return self._embedding(self.of_picture(self.sees(pictures)))

    def sound_embedding(self, spectrograms: Tensor) -> Tensor:
        """Spectrograms, or their features, to embeddings (n, embedding)."""
        return self._embedding(self.of_sound(self.hears(spectrograms)))

    def fit(self, pictures: Tensor, sounds: Tensor) -> Tensor:
        """Probabilities (n,) that the sounds belong to the pictures, both as embeddings (n, embedding)."""
        if self.fc is None:
            return (1 + (pictures * sounds).sum(1)) / 2
        return self.fc(torch.cat((pictures, sounds), 1))[:, 0].float().sigmoid()

    def _embedding(self, projected: Tensor) -> Tensor:
        if self.fc is None:
            return functional.normalize(projected.float(), dim=1)
        return functional.relu(projected)
