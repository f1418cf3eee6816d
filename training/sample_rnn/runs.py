"""Runs and models by their folders, as the report and the judging name them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserFacingError
from engine.models.picture_sound import PictureSoundConfig
from engine.models.plain_config import from_plain
from engine.synthesis.sample_rnn.model import GeneratorModel, load_generator
from training.sample_rnn.recipe import SampleRnnRecipe

_ORDER = ("frame", "sequence", "flow", "hits")
"""Variants as tables list them: the paper's, then ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run, or a model that has left its run.

    Attributes
    ----------
    name
        Its variant; the folder's name too, where several are of one.
    folder
        As it was named.
    recipe
        What it was trained with; None for a model alone.
    model
        Its best.
    """

    name: str
    folder: Path
    recipe: SampleRnnRecipe | None
    model: GeneratorModel


def opened_runs(folders: Sequence[Path], *, is_exact: bool) -> list[Run]:
    """Folders of runs, or of models alone, in the order of the variants.

    Parameters
    ----------
    is_exact
        See `load_generator`.

    Raises
    ------
    UserFacingError
        When one is neither, or its model can't be used.
    """
    opened: list[tuple[Path, SampleRnnRecipe | None, GeneratorModel]] = []
    for folder in folders:
        recipe = None if (folder / "model.json").is_file() else _kept_recipe(folder)
        opened.append(
            (folder, recipe, load_generator(folder / "best" if recipe else folder, is_exact=is_exact))
        )
    variants = [model.config.variant for _, _, model in opened]
    runs = [
        Run(
            variant if variants.count(variant) == 1 else f"{variant} ({folder.resolve().name})",
            folder,
            recipe,
            model,
        )
        for variant, (folder, recipe, model) in zip(variants, opened, strict=True)
    ]
    return sorted(runs, key=lambda run: _ORDER.index(run.model.config.variant))


def require_same_sound(runs: Sequence[Run]) -> PictureSoundConfig:
    """The settings of the first; all have the same clocks and levels.

    Raises
    ------
    UserFacingError
        When they have not, or there is none.
    """
    if not runs:
        raise UserFacingError("No run was named.")
    configs = [run.model.config for run in runs]
    if len({(each.sample_rate, each.quantisation, each.samples_per_picture) for each in configs}) > 1:
        raise UserFacingError(
            "These runs can't stand in one table: they differ in sample rate, quantisation, or samples per "
            "picture."
        )
    return configs[0]


def _kept_recipe(folder: Path) -> SampleRnnRecipe:
    path = folder / "latest" / "training.json"
    try:
        return from_plain(SampleRnnRecipe, json.loads(path.read_text(encoding="utf-8"))["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserFacingError(
            f"“{folder}” holds neither a model nor a run: “{path}” can't be read."
        ) from error
