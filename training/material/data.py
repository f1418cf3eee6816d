"""Which recordings are learned from, chosen by and judged on, and which of their contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.errors import UserFacingError
from training.datasets.manifest import manifest_sha256
from training.datasets.opening import open_dataset
from training.datasets.recording import Contact, Recording
from training.datasets.splits import hold_out
from training.frame.provenance import digest

PROTOCOL = "two-tower"
"""Of *The Greatest Hits*: the lists of its makers, a fifth of the training videos held out to choose by."""

_VALIDATION_SHARE = 0.2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from.

    Attributes
    ----------
    folders
        Data sets.
    test
        Data sets to judge on. Then all of `folders` is for training, a fifth of it held out to choose by;
        without any, each data set's own split is taken.
    training_clips, validation_clips, test_clips
        At most so many of each, spread evenly; 0 takes all.
    contacts_per_clip
        At most so many of each clip, spread evenly; 0 takes all.
    cache
        Where pictures and spectrograms are kept; in the user's cache folder when left out.
    """

    folders: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    training_clips: int = 0
    validation_clips: int = 0
    test_clips: int = 0
    contacts_per_clip: int = 0
    cache: Path | None = None

    def __post_init__(self) -> None:
        for name in ("training_clips", "validation_clips", "test_clips", "contacts_per_clip"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be below 0")


@dataclass(frozen=True, slots=True)
class Parts:
    """Recordings to train on, to choose by and to judge on, and a digest of the files of the first two."""

    training: list[Recording]
    validation: list[Recording]
    test: list[Recording]
    sha256: str


def opened_parts(data: DataConfig) -> Parts:
    """The recordings of all data sets.

    Raises
    ------
    UserFacingError
        When none is named, there are too few, or one would be learned from and judged on.
    """
    if not data.folders:
        raise UserFacingError("No data set was named: give its folder after the folder for the run.")
    training: list[Recording] = []
    validation: list[Recording] = []
    test: list[Recording] = []
    digests: list[str] = []
    for number, folder in enumerate(data.folders):
        dataset = open_dataset(folder)
        if data.test:
            kept, held = hold_out(dataset.recordings(), _VALIDATION_SHARE, f"validation/{PROTOCOL}")
            judged: Sequence[Recording] = ()
        else:
            split = dataset.split(PROTOCOL if PROTOCOL in dataset.info.protocols else None)
            kept, held, judged = list(split.training), list(split.validation), split.test
        digests.append(manifest_sha256((*kept, *held), dataset.root))
        # Clips of several folders may have the same names.
        prefix = f"{number}/" if len(data.folders) > 1 else ""
        training += _renamed(kept, prefix)
        validation += _renamed(held, prefix)
        test += _renamed(judged, prefix)
    test += [recording for folder in data.test for recording in open_dataset(folder).recordings()]
    _require_apart([*training, *validation], test)
    parts = Parts(
        spread(training, data.training_clips),
        spread(validation, data.validation_clips),
        spread(test, data.test_clips),
        digest(digests),
    )
    if not parts.training or not parts.validation or not parts.test:
        raise UserFacingError(
            f"The clips in {', '.join(data.folders)} are too few to be parted into training, validation and "
            "test."
        )
    return parts


def labelled_contacts(recording: Recording, most: int) -> list[Contact]:
    """The contacts of a recording that can be seen and whose material is known; at most so many, 0 for all.

    A recording without sound has none: it can't be heard what was struck.
    """
    if recording.sound is None:
        return []
    return spread(
        [each for each in recording.contacts if each.in_picture and each.material is not None], most
    )


def spread(row: Sequence[T], most: int) -> list[T]:
    """At most so many of a row, evenly from its beginning to its end; 0 takes all."""
    if not most or len(row) <= most:
        return list(row)
    return [row[int(place)] for place in np.linspace(0, len(row) - 1, most).round()]


def _renamed(recordings: Sequence[Recording], prefix: str) -> list[Recording]:
    return [
        replace(recording, name=prefix + recording.name, source=prefix + recording.source)
        for recording in recordings
    ]


def _require_apart(learned: Sequence[Recording], judged: Sequence[Recording]) -> None:
    pictures = {recording.picture.resolve() for recording in learned}
    for recording in judged:
        if recording.picture.resolve() in pictures:
            raise UserFacingError(
                f"“{recording.name}” is learned from and judged on; give the test another data set."
            )
