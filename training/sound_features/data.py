"""What the recipes on spacetime pictures learn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import UserFacingError
from training.datasets.manifest import manifest_sha256
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.frame.provenance import digest

_PROTOCOL = "huang-kumar"
"""Of *The Greatest Hits*: the lists of its makers, a fifth of the training videos held out to choose by."""


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


@dataclass(frozen=True, slots=True)
class Parts:
    """Recordings to train on and to choose by, and a digest of all their files."""

    training: list[Recording]
    validation: list[Recording]
    sha256: str


def opened_parts(data: DataConfig) -> Parts:
    """The recordings of all data sets.

    Raises
    ------
    UserFacingError
        When none is named, or there are too few.
    """
    if not data.folders:
        raise UserFacingError("No data set was named: give its folder after the folder for the run.")
    training: list[Recording] = []
    validation: list[Recording] = []
    digests: list[str] = []
    for number, folder in enumerate(data.folders):
        dataset = open_dataset(folder)
        split = dataset.split(_PROTOCOL if _PROTOCOL in dataset.info.protocols else None)
        digests.append(manifest_sha256((*split.training, *split.validation), dataset.root))
        # Clips of several folders may have the same names.
        prefix = f"{number}/" if len(data.folders) > 1 else ""
        training += [_renamed(recording, prefix) for recording in split.training]
        validation += [_renamed(recording, prefix) for recording in split.validation]
    training = training[: data.training_clips or None]
    validation = validation[: data.validation_clips or None]
    if not training or not validation:
        raise UserFacingError(
            f"The clips in {', '.join(data.folders)} are too few to be parted into training and validation."
        )
    return Parts(training, validation, digest(digests))


def recordings_to_judge(data: str, *, is_test_only: bool) -> list[Recording]:
    """All recordings of a data set, or those it keeps for testing."""
    dataset = open_dataset(data)
    if not is_test_only:
        return dataset.recordings()
    return list(dataset.split(_PROTOCOL if _PROTOCOL in dataset.info.protocols else None).test)


def _renamed(recording: Recording, prefix: str) -> Recording:
    return replace(recording, name=prefix + recording.name, source=prefix + recording.source)
