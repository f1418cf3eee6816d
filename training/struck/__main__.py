"""The commands: `python -m training.struck report` and `... train OUT`, from the folder of real data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from engine.analysis.struck_materials import hit_sight
from training.datasets.opening import data_folder
from training.frame.command_line import command_app, run_app
from training.struck.report import report as tables
from training.struck.scenes import LookedScenes, look_at_scenes
from training.struck.train import save
from training.struck.train import train as learn

app = command_app("Tells what is struck: the table of things, and what real scenes add to it.")


@app.command()
def report() -> None:
    """Print what each way to tell materials is worth on real scenes, each told without its source."""
    for table in tables(_scenes()):
        table.show()


@app.command()
def train(out: Annotated[Path, typer.Argument(help="Folder of the checkpoint.")]) -> None:
    """Make the model that ships."""
    scenes = _scenes()
    model = learn(scenes)
    save(model, out, scenes)
    Console().print(f"Learned from {len(scenes.labelled)} hits; temperature {model.config.temperature:g}.")


def _scenes() -> LookedScenes:
    return look_at_scenes(data_folder() / "greatest_hits", hit_sight())


if __name__ == "__main__":
    run_app(app)
