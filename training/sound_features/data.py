"""What the recipes on spacetime pictures learn from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets.
    training_clips, validation_clips
        At most so many of each; 0 takes all.
    pictures
        In a window.
    stride
        Pictures from the beginning of a window to that of the next.
    cache
        Where decoded pictures and features are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    pictures: int = 100
    stride: int = 100
    cache: Path | None = None

    def __post_init__(self) -> None:
        if min(self.training_clips, self.validation_clips) < 0:
            raise ValueError("training_clips and validation_clips must not be below 0")
        if min(self.pictures, self.stride) < 1:
            raise ValueError("pictures and stride must be at least 1")
