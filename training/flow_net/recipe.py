"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.models.flow_net import FlowNetConfig
from training.frame.loop_config import LoopConfig

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets that say when what is struck.
    training_clips, validation_clips
        At most so many of each; 0 takes all.
    cache
        Where the fields of flow are kept, 4 MB per clip of 10 s; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    cache: Path | None = None

    def __post_init__(self) -> None:
        if min(self.training_clips, self.validation_clips) < 0:
            raise ValueError("training_clips and validation_clips must not be below 0")


@dataclass(frozen=True, slots=True)
class VariationConfig:
    """How samples are varied.

    Attributes
    ----------
    mirrored
        Share of the samples that are mirrored.
    least_crop
        At least this share of width and height is shown.
    gain
        Spread of the logarithm of a factor for all velocities.
    noise
        Spread of what is added to velocities, in pictures per second.
    """

    mirrored: float = 0.5
    least_crop: float = 0.7
    gain: float = 0.2
    noise: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.mirrored <= 1 or not 0 < self.least_crop <= 1:
            raise ValueError("mirrored must be in 0..1, least_crop above 0 and at most 1")
        if min(self.gain, self.noise) < 0:
            raise ValueError("gain and noise must not be below 0")


@dataclass(frozen=True, slots=True)
class FlowNetRecipe:
    """Everything about a run.

    Attributes
    ----------
    material_weight
        Of the material's error beside the others: a clip shows one material, and its motion is soon known by
        heart.
    """

    data: DataConfig = field(default_factory=DataConfig)
    network: FlowNetConfig = field(default_factory=FlowNetConfig)
    variations: VariationConfig = field(default_factory=VariationConfig)
    material_weight: float = 0.3
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if self.material_weight < 0:
            raise ValueError("material_weight must not be below 0")
