"""The commands of the network of stacked flow.

    python -m training.flow_net train OUT STAGE... --recipe small [--resume] [--loop.steps=500 ...]
    python -m training.flow_net report DATA... [--checkpoint OUT/best] [--test-only]
    python -m training.flow_net ship OUT/best FOLDER

Exit codes: 0 done, 1 failed (one sentence on standard error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the network that describes motion by stacks of optical flow.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on the data sets STAGE...; settings of the recipe are changed with --group.name=value."""
    from training.flow_net.recipe import RECIPES, FlowNetRecipe
    from training.flow_net.train import train_flow_net

    settings = recipe_and_folders(FlowNetRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_flow_net(settings, out, resume=resume))


@app.command()
def report(
    data: Annotated[list[str], typer.Argument(help="Data sets that say when what is struck.")],
    checkpoint: Annotated[
        Path | None, typer.Option(help="The model's folder, OUT/best; the one that ships if left out.")
    ] = None,
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(help="Where fields of flow are kept; in the user's cache folder if left out."),
    ] = None,
) -> None:
    """Print how well it tells what happens, beside what needs no picture."""
    from training.flow_net.report import report as print_report

    print_report(checkpoint, data, is_test_only=test_only, cache=cache)


@app.command()
def ship(
    checkpoint: Annotated[Path, typer.Argument(help="The model's folder, OUT/best.")],
    folder: Annotated[Path, typer.Argument(help="Where it goes: resources/models/flow.")],
) -> None:
    """Write a checkpoint's weights in half precision."""
    from engine.models.flow_net import FLOW_NET
    from training.frame.shipping import ship as write

    write(checkpoint, folder, FLOW_NET)


if __name__ == "__main__":
    run_app(app)
