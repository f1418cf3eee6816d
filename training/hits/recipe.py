"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.features.dense_flow import CHANNELS
from engine.learning.loss import LossConfig
from engine.learning.targets import TargetConfig
from engine.learning.windows import VariationConfig
from engine.models.hit_net import HitNetConfig
from engine.models.picking import PickingConfig
from engine.models.shot_view import ViewConfig
from training.frame.loop_config import LoopConfig

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets; each is split as it says itself.
    real
        Data sets of which every clip is learned from, whatever their splits say; only with `start`.
    silent
        Folders of clips that nobody labelled: what the detector at `start` is sure of, is learned.
    real_share
        How many of the windows are of `real` and `silent` clips.
    start
        The checkpoint whose weights are gone on from.
    training_clips, validation_clips
        At most so many of `folders`; 0 takes all.
    window
        Pictures in a window.
    processes
        How many look at clips at a time.
    cache
        Where views of clips are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    real: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    real_share: float = 0.5
    start: Path | None = None
    training_clips: int = 0
    validation_clips: int = 0
    window: int = 72
    processes: int = 1
    cache: Path | None = None

    def __post_init__(self) -> None:
        for name in ("training_clips", "validation_clips"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, it must not be below 0")
        if self.window < 1 or self.processes < 1:
            raise ValueError(f"window {self.window} and processes {self.processes} must be at least 1")
        if not 0 < self.real_share < 1:
            raise ValueError(f"real_share is {self.real_share:g}, it must be between 0 and 1")
        if (self.real or self.silent) and self.start is None:
            raise ValueError("real and silent clips are too few to begin with: name a checkpoint to start at")


@dataclass(frozen=True, slots=True)
class HitsRecipe:
    """Everything about a run."""

    data: DataConfig = field(default_factory=DataConfig)
    view: ViewConfig = field(default_factory=ViewConfig)
    network: HitNetConfig = field(default_factory=HitNetConfig)
    targets: TargetConfig = field(default_factory=TargetConfig)
    variations: VariationConfig = field(default_factory=VariationConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    picking: PickingConfig = field(default_factory=PickingConfig)
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if len(self.network.motion.scales) != len(CHANNELS):
            raise ValueError(
                f"the network has {len(self.network.motion.scales)} scales, and a grid has {len(CHANNELS)} "
                "channels"
            )
