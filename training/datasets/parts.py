"""The recordings that a recipe learns from and chooses by, out of one data set or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import UserFacingError
from training.datasets.manifest import manifest_sha256
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.frame.provenance import digest

_PROTOCOL = "huang-kumar"
"""Of *The Greatest Hits*: the lists of its makers, a fifth of the training videos held out to choose by."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Recordings to train on and to choose by, and a digest of all their files."""

    training: list[Recording]
    validation: list[Recording]
    sha256: str


def opened_parts(folders: Sequence[str], training_clips: int = 0, validation_clips: int = 0) -> Parts:
    """The recordings of all data sets; at most so many of each part, 0 for all.

    Raises
    ------
    UserFacingError
        When none is named, or there are too few.
    """
    if not folders:
        raise UserFacingError("No data set was named: give its folder after the folder for the run.")
    training: list[Recording] = []
    validation: list[Recording] = []
    digests: list[str] = []
    for number, folder in enumerate(folders):
        dataset = open_dataset(folder)
        split = dataset.split(_PROTOCOL if _PROTOCOL in dataset.info.protocols else None)
        digests.append(manifest_sha256((*split.training, *split.validation), dataset.root))
        # Clips of several folders may have the same names.
        prefix = f"{number}/" if len(folders) > 1 else ""
        training += [_renamed(recording, prefix) for recording in split.training]
        validation += [_renamed(recording, prefix) for recording in split.validation]
    training = training[: training_clips or None]
    validation = validation[: validation_clips or None]
    if not training or not validation:
        raise UserFacingError(
            f"The clips in {', '.join(folders)} are too few to be parted into training and validation."
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
