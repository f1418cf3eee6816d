"""The commands of the generators of soundtracks.

    python -m training.sample_rnn train OUT DATA... --recipe small_hits [--resume] [--loop.steps=500 ...]

DATA is any data set with sound that `training.datasets` opens: VEGAS, *The Greatest Hits*, a folder of your
own clips, a rendered stage. Exit codes: 0 done, 1 failed (one sentence on standard error says why), 130
stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains the generators of soundtracks.")


@app.callback()
def commands() -> None:
    """Trains the generators of soundtracks."""


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "small_hits",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on the data sets DATA...; settings of the recipe are changed with --group.name=value."""
    from training.sample_rnn.recipe import RECIPES, SampleRnnRecipe
    from training.sample_rnn.train import train_sample_rnn

    settings = recipe_and_folders(SampleRnnRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_sample_rnn(settings, out, resume=resume))


if __name__ == "__main__":
    run_app(app)
