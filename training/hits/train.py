"""Training the small detector, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from rich.console import Console
from torch import nn

from engine.errors import UserFacingError
from engine.evaluation import contacts
from engine.evaluation.onsets import TOLERANCES_S
from engine.models.description import ModelDescription
from engine.models.motion_hits import GridSequence
from engine.models.motion_net import MOTION_NET, MotionNet
from engine.models.plain_config import to_plain
from engine.project.materials import ACTIONS
from training.datasets.manifest import manifest_sha256
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.frame.loop import train
from training.frame.provenance import digest, git_commit
from training.frame.run_folder import State
from training.frame.task import Task
from training.hits.detection import calibrated, clip_contacts, find_candidates
from training.hits.grid_cache import GridCache
from training.hits.loss import contact_loss
from training.hits.recipe import HitsRecipe
from training.hits.windows import LearningClip, Windows, learning_clips


def train_detector(recipe: HitsRecipe, out: Path, *, resume: bool = False) -> State:
    """Train as the recipe says; `out/best` holds the detector.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, or the run can't be begun or gone on with.
    """
    training, validation, data_sha256 = _recordings(recipe)
    cache = GridCache(recipe.features, recipe.network.rate_hz, recipe.data.cache)
    training, training_clips, _ = _clips(training, recipe, cache)
    validation, validation_clips, sequences = _clips(validation, recipe, cache)
    torch.manual_seed(recipe.loop.seed)
    network = MotionNet(recipe.network)
    commit = git_commit()

    def measure(network: nn.Module) -> dict[str, float]:
        assert isinstance(network, MotionNet)
        return _measure(network, recipe, validation, sequences)

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return _description(recipe, metrics, commit, data_sha256)

    task = Task(
        network,
        lambda network, batch: contact_loss(network, batch, recipe.loss),
        Windows(training_clips, recipe.data.window, recipe.targets, recipe.variations),
        Windows(validation_clips, recipe.data.window, recipe.targets, None),
        describe,
        measure,
    )
    settings = to_plain(recipe)
    for name in ("processes", "cache"):  # a run may go on with others
        del settings["data"][name]
    return train(task, recipe.loop, out, settings, resume=resume)


def _recordings(recipe: HitsRecipe) -> tuple[list[Recording], list[Recording], str]:
    """What to train and to validate on, and a digest of all files."""
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
    return training, validation, digest(digests)


def _renamed(recording: Recording, prefix: str) -> Recording:
    return replace(recording, name=prefix + recording.name, source=prefix + recording.source)


def _clips(
    recordings: Sequence[Recording], recipe: HitsRecipe, cache: GridCache
) -> tuple[list[Recording], list[LearningClip], dict[str, list[GridSequence]]]:
    """The usable recordings, their shots to learn from, and the grids of each."""
    sequences, broken = cache.load(recordings, recipe.data.processes)
    console = Console(stderr=True)
    for clip in broken:
        console.print(f"left out: {clip.name}: {clip.reason}", highlight=False, soft_wrap=True)
    if broken:
        console.print(f"{len(broken)} of {len(recordings)} clips are left out.", highlight=False)
    usable = [recording for recording in recordings if recording.name in sequences]
    clips = [
        clip
        for recording in usable
        for clip in learning_clips(recording, sequences[recording.name], recipe.network)
    ]
    return usable, clips, sequences


def _measure(
    network: MotionNet,
    recipe: HitsRecipe,
    recordings: Sequence[Recording],
    sequences: Mapping[str, list[GridSequence]],
) -> dict[str, float]:
    """Scores on whole validation clips, with the threshold and the shift that suit them best."""
    found = {
        recording.name: find_candidates(network, sequences[recording.name], recipe.picking)
        for recording in recordings
    }
    picking, _ = calibrated(recipe.picking, recordings, found)
    clips = [
        clip_contacts(
            recording, found[recording.name], picking.threshold, picking.shift_s - recipe.picking.shift_s
        )
        for recording in recordings
    ]
    report = contacts.evaluate(clips, draws=1)
    scores: dict[str, float] = {}
    for tolerance_s, score in zip(TOLERANCES_S, report.scores, strict=True):
        scores[f"f1_{1000 * tolerance_s:.0f}ms"] = score.f1.value
    for action in ACTIONS:
        scores[f"{action}_recall"] = report.scores[1].recall_of[action].recall
    return {**scores, "threshold": picking.threshold, "shift_s": picking.shift_s}


def _description(
    recipe: HitsRecipe, metrics: Mapping[str, float], commit: str, data_sha256: str
) -> ModelDescription:
    picking = recipe.picking
    if metrics:
        threshold = metrics["threshold"]
        picking = replace(
            picking,
            threshold=threshold,
            least_confidence=min(picking.least_confidence, threshold),
            shift_s=metrics["shift_s"],
        )
    return ModelDescription(
        MOTION_NET,
        {"network": to_plain(recipe.network), "picking": to_plain(picking)},
        to_plain(recipe.features),
        {"action": ACTIONS},
        commit,
        data_sha256,
        dict(metrics),
    )
