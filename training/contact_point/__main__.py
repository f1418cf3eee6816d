"""The commands of the contact point.

    python -m training.contact_point train OUT STAGE... --recipe small [--resume] [--loop.steps=500 ...]
    python -m training.contact_point report [DATA...] [--checkpoint OUT/best] [--sheet points.jpg]
    python -m training.contact_point ship OUT/best FOLDER

For several GPUs: `torchrun --nproc-per-node 4 -m training.contact_point train ...`. Exit codes: 0 done,
1 failed (one sentence on standard error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the network that says where in the picture contacts are.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on rendered stages STAGE...; settings of the recipe are changed with --group.name=value."""
    from training.contact_point.recipe import RECIPES, ContactPointRecipe
    from training.contact_point.train import train_contact_point

    settings = recipe_and_folders(ContactPointRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_contact_point(settings, out, resume=resume))


@app.command()
def report(
    data: Annotated[
        list[str] | None, typer.Argument(help="Data sets; the real ones that people marked if left out.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="The model's folder, OUT/best; the one that ships if left out.")
    ] = None,
    sheet: Annotated[Path | None, typer.Option(help="Draw every contact with its points.")] = None,
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
) -> None:
    """Print how far points are from where contacts are, beside the motion's far end and the middle."""
    from training.contact_point.judged import REAL
    from training.contact_point.report import report as print_report

    print_report(checkpoint, data or REAL, is_test_only=test_only, sheet=sheet)


@app.command()
def ship(
    checkpoint: Annotated[Path, typer.Argument(help="The model's folder, OUT/best.")],
    folder: Annotated[Path, typer.Argument(help="Where it goes: resources/models/contact-point.")],
) -> None:
    """Write a checkpoint's weights in half precision."""
    from engine.models.contact_point_net import CONTACT_POINT_NET
    from training.frame.shipping import ship as write

    write(checkpoint, folder, CONTACT_POINT_NET)


if __name__ == "__main__":
    run_app(app)
