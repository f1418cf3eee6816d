"""A training and a report, from what was prepared to the tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import torch

from engine.bundled import bundled_models_folder
from engine.errors import UserFacingError
from engine.models.blow_shape import load_blow_shapes
from engine.models.two_tower import TWO_TOWER, TwoTowerConfig, load_two_tower
from training.fit.judged import judge
from training.fit.report import fits_without_source, libraries, match_table, own_sounds_table
from training.fit.towers import Contrast, TowerRecipe
from training.fit.train import Prepared, begun_fit, load_prepared, save_towers, trained
from training.fit.weights import ByHand


def train_and_tell(out: Path, prepared: Path, *, steps: int, contrast: str, share: float) -> None:
    """Train, write the checkpoint, print the tables.

    Raises
    ------
    UserFacingError
        When nothing was prepared, or the contrast is none.
    """
    if contrast not in get_args(Contrast):
        raise UserFacingError(f"The contrast is “within” or “all”, not “{contrast}”.")
    given = load_prepared(prepared)
    recipe = TowerRecipe(steps=steps, contrast="all" if contrast == "all" else "within")
    config = TwoTowerConfig(sound_width=given.data.recordings.vector.shape[1], share=share)
    if not steps:
        config = replace(config, share=0.0, hidden=1)
    torch.set_num_threads(1)
    towers, shapes = trained(given, recipe, config, ByHand())
    hits = given.real.judged(towers)
    offered = libraries(towers, shapes, given.data, recipe)
    fits = fits_without_source(
        begun_fit(given.data, shapes, ByHand()), hits, given.data.recordings, offered[1].cues
    )
    metrics: dict[str, float] = {}
    for name, library in zip(("seen", "unseen", "named"), offered, strict=True):
        scores = judge(hits, given.data.recordings, library.cues, fits)
        metrics |= {
            f"{name}_top_1": scores.top_1,
            f"{name}_precision_5": scores.precision,
            f"{name}_nearness": scores.nearness,
            f"{name}_calibration_error": scores.calibration.error,
        }
    save_towers(out, towers, shapes, given, metrics)
    _tell(given, out, recipe)


def tell(prepared: Path, checkpoint: Path | None) -> None:
    """Print the tables of a checkpoint, or of what ships."""
    _tell(load_prepared(prepared), checkpoint or bundled_models_folder() / TWO_TOWER, TowerRecipe())


def _tell(given: Prepared, checkpoint: Path, recipe: TowerRecipe) -> None:
    towers, shapes = load_two_tower(checkpoint), load_blow_shapes(checkpoint)
    found = given.real
    match_table(
        towers, shapes, given.data, found.judged(towers), recipe, f"Sounds for {len(found)} real hits"
    ).show()
    own_sounds_table(towers, given.data).show()
