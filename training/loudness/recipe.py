"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.models.loudness_net import LevelMeasure
from engine.models.spacetime_lstm import SpacetimeLstmConfig
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import OptimiserName
from training.sound_features.data import DataConfig
from training.sound_features.windows import PictureVariations

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class LoudnessRecipe:
    """Everything about a run.

    Attributes
    ----------
    weights
        What the CNN begins with.
    measure
        "rms" in dBFS, or "sum", Huang and Kumar's own level.
    target
        Whether the linear layer learns the level in dB itself, or without the training levels' mean and in
        units of their spread.
    constant_weight
        How much each window's mean error counts beside the error around it, squared both. 1 is the squared
        error of the paper; a recording's gain is not in its picture, and a small weight leaves it out.
    optimiser
        AdamW with a weight decay of 0 is Adam.
    """

    data: DataConfig = field(default_factory=DataConfig)
    network: SpacetimeLstmConfig = field(default_factory=SpacetimeLstmConfig)
    weights: Literal["imagenet", "scratch"] = "imagenet"
    measure: LevelMeasure = "rms"
    target: Literal["db", "standardised"] = "db"
    constant_weight: float = 1.0
    variations: PictureVariations = field(default_factory=PictureVariations)
    optimiser: OptimiserName = "adamw"
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if not self.network.learns_backbone and self.weights == "scratch":
            raise ValueError("a CNN that begins from scratch has to learn: set network.learns_backbone")
        if self.constant_weight < 0:
            raise ValueError(f"constant_weight is {self.constant_weight:g}, it must not be below 0")
        if self.optimiser == "sgd" and not self.loop.momentum:
            raise ValueError("SGD needs a loop.momentum above 0")
