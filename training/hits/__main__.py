"""The detector's commands.

    python -m training.hits train OUT DATA... --recipe small [--resume] [--loop.steps=500 ...]
    python -m training.hits leave-one-out OUT DATA... --recipe adapt --data.start=RUN/best
    python -m training.hits join OUT RUN/best ADAPTED/best --settings FOLDS/settings.json
    python -m training.hits report OUT/best [--data FOLDER]

DATA is any data set that `training.datasets` opens, a rendered stage for one. For several GPUs or machines:
`torchrun --nproc-per-node 4 -m training.hits train ...`. Exit codes: 0 done, 1 failed (one sentence on
standard error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the detector of contacts.")

_REAL_CLIPS = "greatest-hits-clips"

CacheOption = Annotated[
    Path | None, typer.Option(help="Where views of clips are kept; the user's cache folder when left out.")
]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on the data sets DATA...; settings of the recipe are changed with --group.name=value."""
    from training.hits.recipe import RECIPES, HitsRecipe
    from training.hits.train import train_detector

    settings = recipe_and_folders(HitsRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_detector(settings, out, resume=resume))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def leave_one_out(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The folder of the folds; those that are there are kept.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "adapt",
    source: Annotated[
        list[str] | None, typer.Option(help="Only the fold without this source; may be given several times.")
    ] = None,
    name: Annotated[str, typer.Option(help="What tables call this.")] = "hit-net",
) -> None:
    """Train without each real source in turn, and find the contacts of its clips."""
    from training.hits.leave_one_out import leave_one_out as train_folds
    from training.hits.recipe import RECIPES, HitsRecipe

    settings = recipe_and_folders(HitsRecipe, RECIPES, recipe, context.args)
    result = train_folds(settings, out, name, source or ())
    if result is not None:
        print(f"{out / 'predictions.json'}: {len(result.finder.clips)} clips")


@app.command()
def join(
    out: Annotated[Path, typer.Argument(help="The folder of the new detector.")],
    detectors: Annotated[list[Path], typer.Argument(help="Those whose networks it averages.")],
    settings: Annotated[
        Path | None, typer.Option(help="How contacts are picked and levels made, as leave-one-out writes it.")
    ] = None,
) -> None:
    """Make one detector of several."""
    from training.hits.joining import join as join_detectors

    join_detectors(out, detectors, settings)
    print(f"{len(detectors)} detectors joined: {out}")


@app.command()
def report(
    checkpoint: Annotated[Path, typer.Argument(help="The detector's folder, OUT/best.")],
    data: Annotated[str, typer.Option(help="A data set whose contacts are known.")] = _REAL_CLIPS,
    cache: CacheOption = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Write what was found, for training.evaluate.")
    ] = None,
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
    figures: Annotated[Path | None, typer.Option(help="A folder for figures.")] = None,
    gallery: Annotated[Path | None, typer.Option(help="A folder for contact sheets of failures.")] = None,
) -> None:
    """Print how well a trained detector finds the contacts of labelled clips."""
    from training.hits.report import report as print_report

    print_report(
        checkpoint,
        data,
        cache=cache,
        predictions=predictions,
        is_test_only=test_only,
        figures=figures,
        gallery=gallery,
    )


if __name__ == "__main__":
    run_app(app)
