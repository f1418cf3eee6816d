"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.models.sound_net import SoundNetConfig
from training.frame.loop_config import LoopConfig
from training.heard.variations import SoundVariations

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is listened to.

    Attributes
    ----------
    folders
        Data sets with sound and labels, rendered stages for example; none is needed.
    scenes, validation_scenes
        How many scenes without a picture, four sounds each, to learn from and to choose by.
    recordings
        A folder with a folder of recordings per material; laid over some of the scenes' things, and learned
        from themselves.
    recording_copies
        How often each of them is heard in an epoch, every time in another way.
    without_makers
        Whose recordings are left out altogether: what their names begin with.
    kit_per_material
        Sounds of the kit as it is, of each material.
    """

    folders: tuple[str, ...] = ()
    scenes: int = 1600
    validation_scenes: int = 204
    recordings: Path | None = None
    recording_copies: int = 3
    without_makers: tuple[str, ...] = ()
    kit_per_material: int = 40

    def __post_init__(self) -> None:
        for name in ("scenes", "validation_scenes", "recording_copies", "kit_per_material"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, it must not be below 0")
        if not self.validation_scenes and not self.folders:
            raise ValueError("there is nothing to choose by: give validation_scenes, or folders")


@dataclass(frozen=True, slots=True)
class HeardRecipe:
    """Everything about a run.

    Attributes
    ----------
    label_smoothing
        How much of each label is spread over all materials: many a thing sounds of what it lies on.
    action_weight
        How much hit or scratch counts beside the material.
    fits_temperature
        Whether probabilities are made true for what is chosen by. Made sounds are told better than real ones,
        so that what is true of them is too sure of real ones; with smoothed labels and no temperature the
        real clips' come out about right.
    """

    data: DataConfig = field(default_factory=DataConfig)
    network: SoundNetConfig = field(default_factory=SoundNetConfig)
    variations: SoundVariations = field(default_factory=SoundVariations)
    label_smoothing: float = 0.1
    action_weight: float = 0.3
    fits_temperature: bool = False
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise ValueError(f"label_smoothing is {self.label_smoothing:g}, it must be from 0 to below 1")
        if self.action_weight < 0:
            raise ValueError(f"action_weight is {self.action_weight:g}, it must not be below 0")
