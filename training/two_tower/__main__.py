"""The commands of the two-tower class project.

    python -m training.two_tower run OUT DATA... --recipe small [--resume] [--pair_epochs=5 ...]
    python -m training.two_tower report OUT [--test FOLDER]

`run` trains all networks (sound, visual, FC AGG, TT AGG), prints every table and draws every figure to
OUT/figures. DATA is any data set with sound and materials that `training.datasets` opens: *The Greatest
Hits*, a rendered stage. For several GPUs: `torchrun --nproc-per-node 4 -m training.two_tower run ...`. Exit
codes: 0 done, 1 failed (one sentence on standard error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_ends

app = command_app("Trains and judges the networks of the two-tower class project.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The folder of the runs.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the runs in the folder.")] = False,
) -> None:
    """Train on the data sets DATA... and report; settings are changed with --group.name=value."""
    from training.frame.distributed import process_rank
    from training.two_tower.recipe import RECIPES, TwoTowerRecipe
    from training.two_tower.report import report as print_report
    from training.two_tower.train import train_all

    settings = recipe_and_folders(TwoTowerRecipe, RECIPES, recipe, context.args)
    tell_ends(out, lambda: train_all(settings, out, resume=resume))
    if process_rank() == 0:
        print_report(out, cache=settings.data.cache, device=settings.loop.device)


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="The folder of the runs.")],
    test: Annotated[list[str] | None, typer.Option(help="Judge on another data set.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Where pictures and spectrograms are kept.")] = None,
) -> None:
    """Print the tables and draw the figures of networks that were trained."""
    from training.two_tower.report import report as print_report

    print_report(out, test=tuple(test or ()), cache=cache)


if __name__ == "__main__":
    run_app(app)
