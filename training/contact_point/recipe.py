"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.models.contact_point_net import ContactPointNetConfig
from training.contact_point.variations import VariationConfig
from training.frame.loop_config import LoopConfig

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets that say where contacts are: rendered stages.
    training_clips, validation_clips
        At most so many of each; 0 takes all.
    width, height
        In which decoded pictures are kept; larger than the network's, so that a part fills it.
    cache
        Where they are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    width: int = 144
    height: int = 108
    cache: Path | None = None

    def __post_init__(self) -> None:
        if min(self.training_clips, self.validation_clips) < 0:
            raise ValueError("training_clips and validation_clips must not be below 0")
        if min(self.width, self.height) < 16:
            raise ValueError("width and height must be at least 16")


@dataclass(frozen=True, slots=True)
class ContactPointRecipe:
    """Everything about a run.

    Attributes
    ----------
    start
        A checkpoint whose weights the network begins with.
    spread_cells
        What the map should show: a Gaussian of this standard deviation in cells around the contact.
    """

    data: DataConfig = field(default_factory=DataConfig)
    network: ContactPointNetConfig = field(default_factory=ContactPointNetConfig)
    variations: VariationConfig = field(default_factory=VariationConfig)
    start: Path | None = None
    spread_cells: float = 1.0
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if self.spread_cells <= 0:
            raise ValueError(f"spread_cells is {self.spread_cells:g}, it must be above 0")
