"""The settings of a run, all in one place; recipes are TOML files of them in `recipes/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.models.picture_sound import PictureSoundConfig
from training.frame.loop_config import LoopConfig
from training.frame.optimisation import OptimiserName

RECIPES = Path(__file__).resolve().parent / "recipes"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets with sound.
    training_clips, validation_clips
        At most so many of each; 0 takes all.
    categories
        Only clips of these, where a data set has them; none takes all, for a model of several categories.
    clip_s
        Clips are cut to this length; shorter ones are filled by repetition, or left out where a data set does
        not repeat.
    pictures
        A sample lasts so many pictures.
    unlabelled_materials
        A share of the hits whose material is told as unknown, and another whose material is told half surely:
        a detector is not always sure either.
    unseen_pictures
        A share of the samples whose pictures are blank, so that sounds don't hang on the looks of the data.
    cache
        Where sound and what the pictures show are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    categories: tuple[str, ...] = ()
    clip_s: float = 10.0
    pictures: int = 32
    unlabelled_materials: float = 0.2
    unseen_pictures: float = 0.0
    cache: Path | None = None

    def __post_init__(self) -> None:
        if min(self.training_clips, self.validation_clips) < 0:
            raise ValueError("training_clips and validation_clips must not be below 0")
        if self.pictures < 2:
            raise ValueError("a sample lasts at least 2 pictures")
        if not 0 <= self.unseen_pictures <= 1:
            raise ValueError("unseen_pictures must be of 0 to 1")
        if not 0 <= self.unlabelled_materials <= 0.5:
            raise ValueError("unlabelled_materials must be of 0 to 0.5")


@dataclass(frozen=True, slots=True)
class SampleRnnRecipe:
    """Everything about a run.

    Attributes
    ----------
    chunk_pictures
        Errors go back through so many pictures' sound, and no further; the state is carried on.
    warm_pictures
        At least the first so many of a sample are only heard: a sample begins anywhere in its clip, and the
        state there is unknown. Not for the variants that see all pictures first; theirs begin where their
        window does.
    optimiser
        AdamW with a weight decay of 0 is Adam.
    """

    data: DataConfig = field(default_factory=DataConfig)
    network: PictureSoundConfig = field(default_factory=PictureSoundConfig)
    chunk_pictures: int = 1
    warm_pictures: int = 1
    optimiser: OptimiserName = "adamw"
    loop: LoopConfig = field(default_factory=LoopConfig)

    def __post_init__(self) -> None:
        warm = 0 if self.network.is_told_at_start else self.warm_pictures
        if min(self.chunk_pictures - 1, warm) < 0 or warm + self.chunk_pictures > self.data.pictures:
            raise ValueError(
                "a sample of data.pictures must hold warm_pictures and a chunk of chunk_pictures"
            )
