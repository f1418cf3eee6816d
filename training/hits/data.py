"""What a run learns from and chooses by: rendered clips, real ones, and silent ones that it labels itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from engine.errors import UserFacingError
from engine.learning.windows import LearningShot, Windows
from engine.models.hits import HitModel
from engine.models.shot_view import ShotView
from training.datasets.manifest import manifest_sha256
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.frame.provenance import digest
from training.frame.task import Sample, Samples
from training.hits.clips import learning_shots
from training.hits.recipe import HitsRecipe
from training.hits.self_training import self_labelled
from training.hits.view_cache import ViewCache

_VIDEO_SUFFIXES = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"}


@dataclass(frozen=True, slots=True, eq=False)
class LearningData:
    """See the module.

    Attributes
    ----------
    training, validation
        Windows to learn from, and to judge by.
    recordings
        The clips that `validation` is of.
    views
        Of those clips, by name.
    sha256
        Digest of all files.
    """

    training: Samples
    validation: Windows
    recordings: Sequence[Recording]
    views: Mapping[str, list[ShotView]]
    sha256: str


def learning_data(
    recipe: HitsRecipe, start: HitModel | None = None, without_source: str | None = None
) -> LearningData:
    """Read what a recipe names.

    Parameters
    ----------
    start
        The detector that silent clips are labelled by.
    without_source
        Real clips of this source are left out: the run will be judged by them.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from.
    """
    data, cache = recipe.data, ViewCache(recipe.view, recipe.network.rate_hz, recipe.data.cache)
    training, validation, digests = _rendered(recipe)
    training, shots, _ = _shots(training, recipe, cache)
    validation, validation_shots, views = _shots(validation, recipe, cache)
    samples: Samples = Windows(shots, data.window, recipe.targets, recipe.variations)
    real_shots: list[LearningShot] = []
    for folder in data.real:
        dataset = open_dataset(folder)
        known = [recording for recording in dataset.recordings() if recording.source != without_source]
        digests.append(manifest_sha256(known, dataset.root))
        real_shots += _shots(known, recipe, cache)[1]
    for folder in data.silent:
        assert start is not None
        clips = silent_recordings(Path(folder))
        digests.append(manifest_sha256(clips, Path(folder)))
        silent, _ = cache.load(clips, data.processes)
        real_shots += [shot for views_ in silent.values() for shot in self_labelled(start, views_)]
    if real_shots:
        real = Windows(real_shots, data.window, recipe.targets, recipe.variations)
        samples = Mixed(samples, real, data.real_share)
    return LearningData(
        samples,
        Windows(validation_shots, data.window, recipe.targets, None),
        validation,
        views,
        digest(digests),
    )


class Mixed:
    """Samples of two sets, the second one's few drawn again and again so that they are a share of all.

    Parameters
    ----------
    many, few
        The sets.
    share
        Of `few` among all.
    """

    def __init__(self, many: Samples, few: Samples, share: float) -> None:
        self._many, self._few = many, few
        self._count = round(len(many) / (1 - share))

    def __len__(self) -> int:
        return self._count

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        if index < len(self._many):
            return self._many.draw(index, rng)
        return self._few.draw(int(rng.integers(len(self._few))), rng)


def silent_recordings(folder: Path) -> list[Recording]:
    """The videos in a folder, of which nothing is known.

    Raises
    ------
    UserFacingError
        When there is none.
    """
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in _VIDEO_SUFFIXES)
    if not paths:
        raise UserFacingError(f"There is no video in “{folder}”.")
    return [Recording(path.stem, path.stem, path, None, 0.0) for path in paths]


def _rendered(recipe: HitsRecipe) -> tuple[list[Recording], list[Recording], list[str]]:
    """What to train and to validate on, and digests of the files."""
    folders = recipe.data.folders
    if not folders:
        raise UserFacingError("No data set was named: give its folder after the folder for the run.")
    training: list[Recording] = []
    validation: list[Recording] = []
    digests: list[str] = []
    for number, folder in enumerate(folders):
        dataset = open_dataset(folder)
        split = dataset.split()
        used = (*split.training, *split.validation)
        digests.append(manifest_sha256(used, dataset.root))
        # Clips of several folders may have the same names.
        prefix = f"{number}/" if len(folders) > 1 else ""
        training += [_renamed(recording, prefix) for recording in split.training]
        validation += [_renamed(recording, prefix) for recording in split.validation]
    training = training[: recipe.data.training_clips or None]
    validation = validation[: recipe.data.validation_clips or None]
    if not validation:
        raise UserFacingError(
            f"The clips in {', '.join(folders)} are too few to be parted into training and validation."
        )
    return training, validation, digests


def _renamed(recording: Recording, prefix: str) -> Recording:
    return replace(recording, name=prefix + recording.name, source=prefix + recording.source)


def _shots(
    recordings: Sequence[Recording], recipe: HitsRecipe, cache: ViewCache
) -> tuple[list[Recording], list[LearningShot], dict[str, list[ShotView]]]:
    """The usable recordings, their shots to learn from, and the views of each."""
    views, broken = cache.load(recordings, recipe.data.processes)
    console = Console(stderr=True)
    for clip in broken:
        console.print(f"left out: {clip.name}: {clip.reason}", highlight=False, soft_wrap=True)
    if broken:
        console.print(f"{len(broken)} of {len(recordings)} clips are left out.", highlight=False)
    usable = [recording for recording in recordings if recording.name in views]
    shots = [
        shot
        for recording in usable
        for shot in learning_shots(recording, views[recording.name], recipe.network.rate_hz)
    ]
    return usable, shots, views
