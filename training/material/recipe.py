"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.models.branches import PictureBranchConfig, SoundBranchConfig
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import OptimiserName
from training.material.data import DataConfig

RECIPES = Path(__file__).resolve().parent / "recipes"

Weights = Literal["imagenet", "scratch"]


@dataclass(frozen=True, slots=True)
class MaterialRecipe:
    """Everything about a run.

    Attributes
    ----------
    picture, sound
        What looks and what listens.
    picture_weights, sound_weights
        What their backbones begin with.
    embedding
        Numbers of each of the multimodal network's two embeddings.
    mirror
        How often pictures are mirrored in training; only where their backbone learns.
    epochs
        How often the samples are gone through; there is a validation after each. 0 takes the loop's own
        steps.
    optimiser
        AdamW with a weight decay of 0 is Adam.
    """

    data: DataConfig = field(default_factory=DataConfig)
    picture: PictureBranchConfig = field(default_factory=PictureBranchConfig)
    sound: SoundBranchConfig = field(default_factory=SoundBranchConfig)
    picture_weights: Weights = "imagenet"
    sound_weights: Weights = "imagenet"
    embedding: int = 128
    mirror: float = 0.0
    epochs: int = 25
    optimiser: OptimiserName = "adamw"
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        require_learning("picture", self.picture.learns, self.picture_weights)
        require_learning("sound", self.sound.learns, self.sound_weights)
        require_training(self.epochs, self.mirror, self.optimiser, self.loop)


def require_learning(branch: str, learns: bool, weights: Weights) -> None:
    """Refuse a backbone that knows nothing and learns nothing.

    Raises
    ------
    ValueError
        Naming the branch.
    """
    if not learns and weights == "scratch":
        raise ValueError(f"the {branch} backbone begins from scratch, so it has to learn")


def require_training(epochs: int, mirror: float, optimiser: OptimiserName, loop: LoopConfig) -> None:
    """Refuse what no training can be done with.

    Raises
    ------
    ValueError
        Naming the setting.
    """
    if epochs < 0:
        raise ValueError(f"epochs is {epochs}, it must not be below 0")
    if not 0 <= mirror <= 1:
        raise ValueError(f"mirror is {mirror:g}, it must be from 0 to 1")
    if optimiser == "sgd" and not loop.momentum:
        raise ValueError("SGD needs a loop.momentum above 0")
