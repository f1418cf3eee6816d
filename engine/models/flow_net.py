"""What happens in a third of a second of motion: the temporal network of two streams, on stacked flow.

Ten fields of optical flow lie on top of each other as twenty channels of one picture, and a convolutional
network says when in them something is struck, whether it is hit or scratched, and what it is made of. What it
knows just before saying so are the features of a motion. Where in the picture it happens is no matter: of the
last convolution's places the mean and the largest answer are taken, which a few clips suffice to learn.

Conventions
-----------
Fields are those of `engine.features.flow_fields`. A stack is (2 * steps, rows, columns), field after field, x
before y, in the order of time; a stack around a moment has as many steps before it as after it.

References
----------
Simonyan, Zisserman: Two-Stream Convolutional Networks for Action Recognition in Videos. NIPS 2014.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.bundled import bundled_models_folder
from engine.features.flow_fields import FlowFieldConfig
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.description import read_description
from engine.models.plain_config import from_plain
from engine.project.materials import ACTIONS, MATERIALS

FLOW_NET = "flow-net"
FLOW_NAME = "flow"

WHAT = ("nothing", *ACTIONS)
"""What may happen in a stack."""


@dataclass(frozen=True, slots=True)
class FlowNetConfig:
    """Sizes of the network.

    Attributes
    ----------
    fields
        What it looks at.
    steps
        Fields in a stack.
    scale
        Much smaller velocities pass as they are, much larger ones as their logarithm.
    widths
        Channels of the convolutions; the first and the last halve rows and columns.
    features
        Of a motion.
    dropout
        Share of the features left out in training.
    """

    fields: FlowFieldConfig = field(default_factory=FlowFieldConfig)
    steps: int = 10
    scale: float = 0.1
    widths: tuple[int, ...] = (32, 48, 64)
    features: int = 64
    dropout: float = 0.3

    def __post_init__(self) -> None:
        if self.steps < 2 or self.steps % 2:
            raise ValueError(f"steps is {self.steps}, it must be even")
        if self.scale <= 0 or not 0 <= self.dropout < 1:
            raise ValueError("scale must be above 0, dropout in 0..1")
        if len(self.widths) < 2 or min(*self.widths, self.features) < 1:
            raise ValueError("there are at least two widths; they and features must be at least 1")

    @property
    def duration_s(self) -> float:
        """How long a stack lasts."""
        return self.steps / self.fields.rate_hz


class FlowOutput(NamedTuple):
    """What is said about stacks, as logits.

    Attributes
    ----------
    when
        (batch, steps): whether something is struck while this field passes, each for itself.
    what
        (batch, 3), see `WHAT`.
    material
        (batch, 17), of what is struck.
    """

    when: Tensor
    what: Tensor
    material: Tensor


class FlowNet(nn.Module):
    """See the module."""

    def __init__(self, config: FlowNetConfig) -> None:
        super().__init__()
        self.config = config
        first, *between, last = config.widths
        stages = [_stage(2 * config.steps, first, size=5, stride=2)]
        incoming = first
        for width in between:
            stages.append(_stage(incoming, width, size=3, stride=1))
            incoming = width
        self.stages = nn.Sequential(*stages, _stage(incoming, last, size=3, stride=2))
        self.join = nn.Linear(2 * last, config.features)
        self.drop = nn.Dropout(config.dropout)
        self.when = nn.Linear(config.features, config.steps)
        self.what = nn.Linear(config.features, len(WHAT))
        self.material = nn.Linear(config.features, len(MATERIALS))

    def features(self, stacks: Tensor) -> Tensor:
        """Stacks (batch, 2 * steps, rows, columns) to features (batch, features), 0 or more."""
        seen = self.stages(torch.asinh(stacks.to(self.join.weight.dtype) / self.config.scale))
        return functional.relu(self.join(torch.cat((seen.mean((2, 3)), seen.amax((2, 3))), 1)))

    def forward(self, stacks: Tensor) -> FlowOutput:
        """See `features` and `FlowOutput`."""
        features = self.drop(self.features(stacks))
        return FlowOutput(self.when(features), self.what(features), self.material(features))


@dataclass(frozen=True, slots=True, eq=False)
class FlowModel:
    """A trained network.

    Attributes
    ----------
    network
        In evaluation mode.
    version
        Changes whenever its weights do.
    """

    network: FlowNet
    version: str

    @property
    def config(self) -> FlowNetConfig:
        """Of the network."""
        return self.network.config


def load_flow_model(folder: Path | None = None) -> FlowModel:
    """The model that ships with the program, or the one in a folder.

    Its weights may lie there in half precision; it computes in single.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or of another network.
    ConfigError
        When its settings are not those of this program.
    """
    if folder is None:
        return _bundled_model()
    checkpoint = load_checkpoint(folder, FLOW_NET)
    network = FlowNet(from_plain(FlowNetConfig, checkpoint.description.config, complete=True))
    if any(tensor.dtype == torch.float16 for tensor in checkpoint.weights.values()):
        network.half()
    fill(network, checkpoint)
    return FlowModel(network.float().eval(), read_description(checkpoint.folder)[1][:16])


@lru_cache(maxsize=1)
def _bundled_model() -> FlowModel:
    return load_flow_model(bundled_models_folder() / FLOW_NAME)


def stacks_of(fields: NDArray[np.floating], starts: NDArray[np.integer], steps: int) -> NDArray[np.floating]:
    """Stacks (n, 2 * steps, rows, columns) that begin with the fields of these numbers."""
    stacked = fields[np.asarray(starts)[:, None] + np.arange(steps)]
    return stacked.reshape(len(starts), 2 * steps, *fields.shape[2:])


def _stage(incoming: int, outgoing: int, *, size: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(incoming, outgoing, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outgoing),
        nn.ReLU(inplace=True),
    )
