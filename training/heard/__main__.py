"""The commands of the network that hears.

    python -m training.heard train OUT [STAGE...] --recipe small --data.recordings=FOLDER [--resume]
    python -m training.heard report [--model OUT/model] [--data CLIPS]
    python -m training.heard fusion

STAGE is any data set that `training.datasets` opens and that has sound; scenes without a picture are made
beside it. FOLDER has a folder of recordings per material. `OUT/model` is what the program loads from
`resources/models/sound-net`. Exit codes: 0 done, 1 failed (one sentence on standard error says why), 130
stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the network that hears what is struck.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on scenes, recordings and STAGE...; settings are changed with --group.name=value."""
    from training.heard.recipe import RECIPES, HeardRecipe
    from training.heard.train import train_ear

    settings = recipe_and_folders(HeardRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_ear(settings, out, resume=resume))


@app.command()
def report(
    model: Annotated[Path | None, typer.Option(help="A trained network; what ships when left out.")] = None,
    data: Annotated[str, typer.Option(help="A data set with sound and labels.")] = "greatest-hits-clips",
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
    figure: Annotated[Path | None, typer.Option(help="Draw the confusion matrix.")] = None,
) -> None:
    """Print how well materials are heard."""
    from training.heard.report import report as print_report

    print_report(model, data, is_test_only=test_only, figure=figure)


@app.command()
def fusion() -> None:
    """Print what the eye, the ear, and both together tell of the real clips."""
    from training.heard.fusion import report as print_fusion

    print_fusion()


if __name__ == "__main__":
    run_app(app)
