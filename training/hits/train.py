"""Training the detector, from clips to a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from engine.evaluation import contacts
from engine.evaluation.onsets import TOLERANCES_S
from engine.learning.loss import detector_loss
from engine.models.description import ModelDescription
from engine.models.hit_net import HitNet
from engine.models.hits import HitModel, hit_description, load_hit_model
from engine.models.picking import PickingConfig
from engine.models.plain_config import to_plain
from engine.project.materials import ACTIONS
from training.frame.loop import train
from training.frame.provenance import git_commit
from training.frame.run_folder import State
from training.frame.task import Task
from training.hits.data import LearningData, learning_data
from training.hits.detection import calibrated, clip_contacts, find_candidates
from training.hits.recipe import HitsRecipe


def train_detector(
    recipe: HitsRecipe, out: Path, *, resume: bool = False, without_source: str | None = None
) -> State:
    """Train as the recipe says; `out/best` holds the detector.

    Parameters
    ----------
    without_source
        Real clips of this source are left out.

    Raises
    ------
    UserFacingError
        When there is nothing to learn from, or the run can't be begun or gone on with.
    """
    start = None if recipe.data.start is None else load_hit_model(recipe.data.start)
    data = learning_data(recipe, start, without_source)
    torch.manual_seed(recipe.loop.seed)
    network = _network(recipe, start)
    commit = git_commit()

    def measure(network: nn.Module) -> dict[str, float]:
        assert isinstance(network, HitNet)
        return _measure(network, recipe, data)

    def describe(metrics: Mapping[str, float]) -> ModelDescription:
        return hit_description(
            network.config,
            recipe.view,
            _picking(recipe, metrics),
            metrics,
            git_commit=commit,
            data_sha256=data.sha256,
        )

    task = Task(
        network,
        lambda network, batch: detector_loss(network, batch, recipe.loss),
        data.training,
        data.validation,
        describe,
        measure,
    )
    settings = to_plain(recipe)
    for name in ("processes", "cache"):  # a run may go on with others
        del settings["data"][name]
    return train(task, recipe.loop, out, settings, resume=resume)


def _network(recipe: HitsRecipe, start: HitModel | None) -> HitNet:
    """Fresh, or with the weights of `start`; its dropout is the recipe's."""
    if start is None:
        return HitNet(recipe.network)
    config = replace(
        start.network.config,
        motion=replace(start.network.config.motion, dropout=recipe.network.motion.dropout),
        pictures=replace(start.network.config.pictures, dropout=recipe.network.pictures.dropout),
    )
    network = HitNet(config)
    network.load_state_dict(start.network.state_dict())
    return network


def _measure(network: HitNet, recipe: HitsRecipe, data: LearningData) -> dict[str, float]:
    """Scores on whole validation clips, with the threshold and the shift that suit them best."""
    found = {
        recording.name: find_candidates(network, data.views[recording.name], recipe.picking)
        for recording in data.recordings
    }
    picking, _ = calibrated(recipe.picking, data.recordings, found)
    clips = [
        clip_contacts(
            recording, found[recording.name], picking.threshold, picking.shift_s - recipe.picking.shift_s
        )
        for recording in data.recordings
    ]
    report = contacts.evaluate(clips, draws=1)
    scores: dict[str, float] = {}
    for tolerance_s, score in zip(TOLERANCES_S, report.scores, strict=True):
        scores[f"f1_{1000 * tolerance_s:.0f}ms"] = score.f1.value
    for action in ACTIONS:
        scores[f"{action}_recall"] = report.scores[1].recall_of[action].recall
    return {**scores, "threshold": picking.threshold, "shift_s": picking.shift_s}


def _picking(recipe: HitsRecipe, metrics: Mapping[str, float]) -> PickingConfig:
    """The recipe's, with what the validation clips ask for."""
    picking = recipe.picking
    if not metrics:
        return picking
    threshold = metrics["threshold"]
    return replace(
        picking,
        threshold=threshold,
        least_confidence=min(picking.least_confidence, threshold),
        shift_s=metrics["shift_s"],
    )
