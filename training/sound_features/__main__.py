"""The commands of the prediction of sound features.

    python -m training.sound_features train OUT DATA... --recipe small [--resume] [--loop.steps=500 ...]
    python -m training.sound_features report OUT/best [--data FOLDER] [--predictions FILE]

DATA is any data set that `training.datasets` opens. For several GPUs:
`torchrun --nproc-per-node 4 -m training.sound_features train ...`. Exit codes: 0 done, 1 failed (one sentence
on standard error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the prediction of sound features.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on the data sets DATA...; settings of the recipe are changed with --group.name=value."""
    from training.sound_features.recipe import RECIPES, SoundFeatureRecipe
    from training.sound_features.train import train_sound_features

    settings = recipe_and_folders(SoundFeatureRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_sound_features(settings, out, resume=resume))


@app.command()
def report(
    checkpoint: Annotated[Path, typer.Argument(help="The model's folder, OUT/best.")],
    data: Annotated[str, typer.Option(help="A data set whose contacts are known.")] = "greatest-hits-clips",
    predictions: Annotated[Path | None, typer.Option(help="Write them for training.evaluate.")] = None,
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Where decoded pictures and features are kept.")] = None,
) -> None:
    """Print how well contacts are detected in the predicted sound."""
    from training.sound_features.report import report as print_report

    print_report(checkpoint, data, predictions=predictions, is_test_only=test_only, cache=cache)


if __name__ == "__main__":
    run_app(app)
