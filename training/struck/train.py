"""What ships: the table, and the correction learned from all labelled hits of the real scenes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from engine.models.sight import WEIGHTS_SHA256
from engine.models.struck import STRUCK, StruckModel
from engine.project.materials import MATERIALS
from training.frame.provenance import git_commit
from training.struck.fitting import corrected, table_model
from training.struck.judging import best_temperature, told_by_others
from training.struck.scenes import LookedScenes


def train(scenes: LookedScenes) -> StruckModel:
    """The model learned from all labelled hits; its temperature is that which suits sources left out."""
    base = table_model()
    told = told_by_others(scenes, lambda looks: corrected(base, looks), calibrate=False)
    model = corrected(base, scenes.looks(scenes.labelled))
    return StruckModel(model.weights, replace(model.config, temperature=best_temperature(told)))


def save(model: StruckModel, folder: Path, scenes: LookedScenes) -> None:
    """Write a model's checkpoint, in half precision.

    Raises
    ------
    CheckpointError
        When the disk refuses.
    """
    weights = {
        name: torch.from_numpy(np.asarray(getattr(model.weights, name))).half()
        for name in ("table", "prior", "mean", "correction")
    }
    labels = sorted(
        f"{hit.clip} {hit.time_s:.3f} {hit.material}" for hit in scenes.hits if hit.material is not None
    )
    description = ModelDescription(
        STRUCK,
        to_plain(model.config),
        features={"sight": WEIGHTS_SHA256},
        classes={"material": MATERIALS},
        git_commit=git_commit(),
        data_sha256=hashlib.sha256("\n".join(labels).encode()).hexdigest(),
    )
    save_checkpoint(folder, weights, description)
