"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.models.sound_feature_net import SoundFeatureNetConfig
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import OptimiserName
from training.sound_features.data import DataConfig
from training.sound_features.loss import SoundLossConfig
from training.sound_features.peaks import PeakConfig
from training.sound_features.windows import PictureVariations

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class SoundFeatureRecipe:
    """Everything about a run; `weights` is what the CNN begins with."""

    data: DataConfig = field(default_factory=DataConfig)
    network: SoundFeatureNetConfig = field(default_factory=SoundFeatureNetConfig)
    weights: Literal["imagenet", "scratch"] = "imagenet"
    loss: SoundLossConfig = field(default_factory=SoundLossConfig)
    peaks: PeakConfig = field(default_factory=PeakConfig)
    variations: PictureVariations = field(default_factory=PictureVariations)
    optimiser: OptimiserName = "sgd"
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if not self.network.look.learns_backbone and self.weights == "scratch":
            raise ValueError("a CNN that begins from scratch has to learn: set network.look.learns_backbone")
        if self.optimiser == "sgd" and not self.loop.momentum:
            raise ValueError("SGD needs a loop.momentum above 0")
