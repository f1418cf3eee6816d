"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.models.branches import PictureBranchConfig, SoundBranchConfig
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import OptimiserName
from training.material.data import DataConfig
from training.material.recipe import Weights, require_learning, require_training

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class Family:
    """What looks and what listens in one set of networks; `name` is that of its folder."""

    name: str
    picture_backbone: str
    sound_backbone: str

    def __post_init__(self) -> None:
        if not self.name.replace("-", "").isalnum():
            raise ValueError(f"a family's name is letters, digits and hyphens, not “{self.name}”")


@dataclass(frozen=True, slots=True)
class TwoTowerRecipe:
    """Everything about a run.

    Attributes
    ----------
    data
        `contacts_per_clip` is the number of sounds of each video.
    families
        The sets of networks; each has a sound network, two visual ones, FC AGG and TT AGG.
    width, height
        Of the pictures in pixels.
    pooled_bins
        Neighbouring frequencies that are averaged to one; 1 takes all 1025.
    learns_pictures, learns_sounds
        Whether the backbones are trained too, or stay as they are.
    picture_weights, sound_weights
        What the backbones of the sound network and of the visual ones begin with.
    towers_begin
        FC AGG and TT AGG begin with the backbones that the classifiers ended with, or with those they began
        with.
    embedding, hidden
        See `engine.models.pair_net`.
    mirror
        How often pictures are mirrored in training; only where their backbone learns.
    sound_epochs, visual_epochs, pair_epochs
        How often the sounds, the pictures and the pairs are gone through; there is a validation after each. 0
        takes the loop's own steps.
    optimiser
        AdamW with a weight decay of 0 is Adam.
    """

    data: DataConfig = field(default_factory=lambda: DataConfig(contacts_per_clip=10))
    families: tuple[Family, ...] = (Family("resnet", "resnet18", "resnet18"),)
    width: int = 224
    height: int = 224
    pooled_bins: int = 1
    learns_pictures: bool = True
    learns_sounds: bool = True
    picture_weights: Weights = "imagenet"
    sound_weights: Weights = "imagenet"
    towers_begin: Literal["classifiers", "backbones"] = "classifiers"
    embedding: int = 128
    hidden: int = 128
    mirror: float = 0.5
    sound_epochs: int = 30
    visual_epochs: int = 30
    pair_epochs: int = 30
    optimiser: OptimiserName = "sgd"
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        names = [family.name for family in self.families]
        if not names or len(set(names)) < len(names):
            raise ValueError("there must be a family, and no two of one name")
        require_learning("picture", self.learns_pictures, self.picture_weights)
        require_learning("sound", self.learns_sounds, self.sound_weights)
        for epochs in (self.sound_epochs, self.visual_epochs, self.pair_epochs):
            require_training(epochs, self.mirror, self.optimiser, self.loop)

    def picture_of(self, family: Family) -> PictureBranchConfig:
        """What looks."""
        return PictureBranchConfig(family.picture_backbone, self.learns_pictures, self.width, self.height)

    def sound_of(self, family: Family) -> SoundBranchConfig:
        """What listens."""
        return SoundBranchConfig(family.sound_backbone, self.learns_sounds, self.pooled_bins)
