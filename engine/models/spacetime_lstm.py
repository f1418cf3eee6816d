"""What the loudness and the sound feature networks have in common: a CNN on each picture, an LSTM over time.

A spacetime picture holds three consecutive gray pictures as its channels, so that a CNN made for colour sees
motion. Its features go through an LSTM, and a linear layer makes numbers of them, one row per picture or
several. The first picture of a window may be seen in colour too; its features are added to those of every
picture. With a lag the LSTM has seen some pictures more before it answers for one.

Conventions
-----------
Windows are uint8 (batch, pictures, height, width, 3), first pictures uint8 (batch, height, width, 3). Instead
of pictures their features may be given, float (batch, pictures, features), as `look` makes them: where the
CNN does not learn, they are computed once.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 5.
Huang, Kumar: How Loud are Silent Films?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from engine.features.picture import IMAGENET_MEAN, IMAGENET_SPREAD
from engine.models.backbones import FEATURES, BackboneName, make_backbone

InputForm = Literal["spacetime", "differences"]

_PICTURES_AT_ONCE = 64
_CHANGE_SPREAD, _DEVIATION_SPREAD = 0.05, 0.2
"""About what a moving picture's change, and its deviation from the mean picture, amount to; white is 1."""


@dataclass(frozen=True, slots=True)
class SpacetimeLstmConfig:
    """Sizes of the network and of its pictures.

    Attributes
    ----------
    backbone
        The CNN.
    learns_backbone
        Whether it is trained too, or stays as it is.
    width, height, step_s
        Of the pictures in pixels, and the time from one to the next.
    form
        "spacetime" gives the CNN the three gray pictures; "differences" gives it the change since the picture
        before, the deviation from the window's mean picture, and the change to the picture after.
    sees_first
        Whether the first picture is seen in colour.
    layers, hidden
        Of the LSTM.
    rows_per_picture
        How often each picture's features go through the LSTM: sounds have three frames per picture.
    lag
        Pictures that are seen before the answer for one is given.
    """

    backbone: BackboneName = "resnet18"
    learns_backbone: bool = True
    width: int = 224
    height: int = 224
    step_s: float = 1 / 30
    form: InputForm = "spacetime"
    sees_first: bool = False
    layers: int = 1
    hidden: int = 256
    rows_per_picture: int = 1
    lag: int = 0

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 32:
            raise ValueError(f"pictures are {self.width} x {self.height}, the least is 32 x 32")
        if min(self.layers, self.hidden, self.rows_per_picture) < 1 or self.lag < 0:
            raise ValueError("layers, hidden and rows_per_picture must be at least 1, lag at least 0")
        if self.step_s <= 0:
            raise ValueError(f"step_s is {self.step_s:g}, it must be above 0")

    @property
    def features(self) -> int:
        """How many numbers the LSTM gets per picture."""
        return FEATURES[self.backbone] * (2 if self.sees_first else 1)


class SpacetimeLstm(nn.Module):
    """See the module; `outputs` is how many numbers a row has."""

    def __init__(self, config: SpacetimeLstmConfig, outputs: int) -> None:
        super().__init__()
        self.config = config
        self.backbone = make_backbone(config.backbone)
        self.backbone.requires_grad_(config.learns_backbone)
        self.lstm = nn.LSTM(config.features, config.hidden, config.layers, batch_first=True)
        self.head = nn.Linear(config.hidden, outputs)

    def forward(self, pictures: Tensor, first: Tensor | None = None) -> Tensor:
        """Windows, or their features, to rows (batch, pictures * rows_per_picture, outputs)."""
        config = self.config
        features = self.look(pictures) if pictures.ndim == 5 else pictures
        if config.sees_first:
            assert first is not None
            of_first = self.look_at_first(first) if first.ndim == 4 else first
            features = torch.cat((features, of_first[:, None].expand(-1, features.shape[1], -1)), 2)
        if config.lag:
            # After the last picture nothing new comes.
            features = torch.cat((features, features[:, -1:].expand(-1, config.lag, -1)), 1)
        features = features.repeat_interleave(config.rows_per_picture, 1)
        seen, _ = self.lstm(features)
        return self.head(seen[:, config.lag * config.rows_per_picture :])

    def look(self, pictures: Tensor) -> Tensor:
        """Features (batch, pictures, n) of windows."""
        flat = (differences(pictures) if self.config.form == "differences" else normalised(pictures)).flatten(
            0, 1
        )
        return self._features(flat).unflatten(0, pictures.shape[:2])

    def look_at_first(self, first: Tensor) -> Tensor:
        """Features (batch, n) of first pictures in colour."""
        return self._features(normalised(first))

    def train(self, mode: bool = True) -> SpacetimeLstm:
        """As of any network, but a CNN that does not learn keeps its statistics too."""
        super().train(mode)
        if not self.config.learns_backbone:
            self.backbone.eval()
        return self

    def _features(self, pictures: Tensor) -> Tensor:
        if self.config.learns_backbone and torch.is_grad_enabled():
            return self.backbone(pictures)
        with torch.no_grad():
            return torch.cat([self.backbone(part) for part in pictures.split(_PICTURES_AT_ONCE)])


def normalised(pictures: Tensor) -> Tensor:
    """Pictures uint8 (..., height, width, 3) as CNNs take them, float32 (..., 3, height, width)."""
    mean = torch.tensor(IMAGENET_MEAN, device=pictures.device)
    spread = torch.tensor(IMAGENET_SPREAD, device=pictures.device)
    return ((pictures / 255 - mean) / spread).movedim(-1, -3)


def differences(windows: Tensor) -> Tensor:
    """What changes in windows uint8 (batch, pictures, height, width, 3): float32 (batch, pictures, 3, ...).

    A picture's channels are its change since the one before, its deviation from the mean over the window, and
    the change to the one after, each over a spread of its own.
    """
    before, this, after = (windows / 255).unbind(-1)
    deviation = this - this.mean(1, keepdim=True)
    return torch.stack(
        (
            (this - before) / _CHANGE_SPREAD,
            deviation / _DEVIATION_SPREAD,
            (after - this) / _CHANGE_SPREAD,
        ),
        2,
    )
