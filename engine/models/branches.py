"""What looks at a picture and what listens to a second of sound: a backbone each, for networks of several.

Conventions
-----------
Pictures are uint8 (n, height, width, 3) RGB. Spectrograms are levels in dB, float (n, 1025, 44), as
`engine.features.spectrogram` makes them; they go through a network made for pictures as three equal channels,
which is the same as one channel whose weights are the sums of the three. Instead of either, the backbone's
features may be given, float (n, features): where it does not learn, they are computed once.

References
----------
He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition. CVPR 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.backbones import feature_count, make_backbone
from engine.models.spacetime_lstm import normalised

_AT_ONCE = 64
_MIDDLE_DB, _SPREAD_DB = -70.0, 20.0
"""About the mean and the spread of a spectrogram's levels."""


@dataclass(frozen=True, slots=True)
class PictureBranchConfig:
    """What looks at pictures.

    Attributes
    ----------
    backbone
        Its name, see `engine.models.backbones`.
    learns
        Whether it is trained too, or stays as it is.
    width, height
        Of the pictures in pixels.
    """

    backbone: str = "resnet18"
    learns: bool = True
    width: int = 454
    height: int = 256

    def __post_init__(self) -> None:
        feature_count(self.backbone)
        if min(self.width, self.height) < 32:
            raise ValueError(f"pictures are {self.width} x {self.height}, the least is 32 x 32")


@dataclass(frozen=True, slots=True)
class SoundBranchConfig:
    """What listens.

    Attributes
    ----------
    backbone
        Its name, see `engine.models.backbones`.
    learns
        Whether it is trained too, or stays as it is.
    pooled_bins
        Neighbouring frequencies that are averaged to one; 1 takes all 1025.
    """

    backbone: str = "resnet18"
    learns: bool = True
    pooled_bins: int = 1

    def __post_init__(self) -> None:
        feature_count(self.backbone)
        if not 1 <= self.pooled_bins <= 32:
            raise ValueError(f"pooled_bins is {self.pooled_bins}, it must be from 1 to 32")


class _Branch(nn.Module):
    """A backbone that may be left as it is."""

    def __init__(self, backbone: str, learns: bool) -> None:
        super().__init__()
        self.backbone = make_backbone(backbone)
        self.backbone.requires_grad_(learns)
        self.learns = learns
        self.features = feature_count(backbone)

    def train(self, mode: bool = True) -> _Branch:
        """As of any network, but a backbone that does not learn keeps its statistics too."""
        super().train(mode)
        if not self.learns:
            self.backbone.eval()
        return self

    def _seen(self, images: Tensor) -> Tensor:
        if self.learns and torch.is_grad_enabled():
            return self.backbone(images)
        with torch.no_grad():
            return torch.cat([self.backbone(part) for part in images.split(_AT_ONCE)])


class PictureBranch(_Branch):
    """See the module."""

    def __init__(self, config: PictureBranchConfig) -> None:
        super().__init__(config.backbone, config.learns)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures, or their features, to features (n, features)."""
        return pictures if pictures.ndim == 2 else self._seen(normalised(pictures))


class SoundBranch(_Branch):
    """See the module."""

    def __init__(self, config: SoundBranchConfig) -> None:
        super().__init__(config.backbone, config.learns)
        self._pooled_bins = config.pooled_bins

    def forward(self, spectrograms: Tensor) -> Tensor:
        """Spectrograms, or their features, to features (n, features)."""
        if spectrograms.ndim == 2:
            return spectrograms
        levels = (spectrograms.float() - _MIDDLE_DB) / _SPREAD_DB
        if self._pooled_bins > 1:
            levels = functional.avg_pool2d(levels[:, None], (self._pooled_bins, 1), ceil_mode=True)[:, 0]
        return self._seen(levels[:, None].expand(-1, 3, -1, -1))
