"""The commands of the two-tower model and the probability that a sound fits a hit.

    python -m training.fit prepare PREPARED STAGE... [--library FOLDER] [--per-clip 2]
    python -m training.fit train OUT PREPARED [--steps 0] [--contrast within] [--share 0.5]
    python -m training.fit report PREPARED [--checkpoint OUT]

`prepare` looks and listens once; what is there already is kept, so it can be stopped and go on. OUT is what
the program loads from `resources/models/two-tower`. Exit codes: 0 done, 1 failed (one sentence on standard
error says why), 130 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, run_app

app = command_app("Trains and judges the two-tower model and the weights of what makes a sound fit.")


@app.command()
def prepare(
    prepared: Annotated[Path, typer.Argument(help="The folder for what is prepared.")],
    stages: Annotated[list[Path], typer.Argument(help="Rendered stages.")],
    library: Annotated[
        Path | None, typer.Option(help="A folder of recordings per material; the data folder's if left out.")
    ] = None,
    per_clip: Annotated[int, typer.Option(min=1, help="Hits of each rendered clip.")] = 2,
) -> None:
    """Look at hits and listen to sounds of STAGES, of the library, of the kit and of real scenes."""
    from training.datasets.opening import data_folder
    from training.fit.prepare import prepare_all

    prepare_all(prepared, stages, library or data_folder() / "sounds", data_folder(), per_clip)


@app.command()
def train(
    out: Annotated[Path, typer.Argument(help="The folder for the checkpoint; what is there is replaced.")],
    prepared: Annotated[Path, typer.Argument(help="What `prepare` made.")],
    steps: Annotated[int, typer.Option(min=0, help="0: the towers know the materials alone.")] = 0,
    contrast: Annotated[str, typer.Option(help="“within” a material, or “all”.")] = "within",
    share: Annotated[float, typer.Option(min=0.0, max=2.0, help="How long the learned part is.")] = 0.5,
) -> None:
    """Train the towers, fit the weights, and print what they come to."""
    from training.fit.runs import train_and_tell

    train_and_tell(out, prepared, steps=steps, contrast=contrast, share=share)


@app.command()
def report(
    prepared: Annotated[Path, typer.Argument(help="What `prepare` made.")],
    checkpoint: Annotated[
        Path | None, typer.Option(help="The model's folder; what ships when left out.")
    ] = None,
) -> None:
    """Print how good recommendations are on real hits."""
    from training.fit.runs import tell

    tell(prepared, checkpoint)


if __name__ == "__main__":
    run_app(app)
