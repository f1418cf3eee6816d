"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.features.dense_flow import CHANNELS, MotionGridConfig
from engine.models.motion_hits import PickingConfig
from engine.models.motion_net import MotionNetConfig
from training.frame.loop_config import LoopConfig
from training.hits.loss import LossConfig
from training.hits.targets import TargetConfig
from training.hits.variations import VariationConfig

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets; each is split as it says itself.
    training_clips, validation_clips
        At most so many of each; 0 takes all.
    window
        Pictures in a window.
    processes
        How many compute grids at a time.
    cache
        Where grids are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    window: int = 128
    processes: int = 1
    cache: Path | None = None

    def __post_init__(self) -> None:
        for name in ("training_clips", "validation_clips"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, it must not be below 0")
        if self.window < 1 or self.processes < 1:
            raise ValueError(f"window {self.window} and processes {self.processes} must be at least 1")


@dataclass(frozen=True, slots=True)
class HitsRecipe:
    """Everything about a run."""

    data: DataConfig = field(default_factory=DataConfig)
    features: MotionGridConfig = field(default_factory=MotionGridConfig)
    network: MotionNetConfig = field(default_factory=MotionNetConfig)
    targets: TargetConfig = field(default_factory=TargetConfig)
    variations: VariationConfig = field(default_factory=VariationConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    picking: PickingConfig = field(default_factory=PickingConfig)
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if len(self.network.scales) != len(CHANNELS):
            raise ValueError(
                f"the network has {len(self.network.scales)} scales, and a grid {len(CHANNELS)} channels"
            )
