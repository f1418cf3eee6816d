"""The commands of the generators of soundtracks.

    python -m training.sample_rnn train OUT DATA... --recipe soundtrack [--resume] [--loop.steps=500 ...]
    python -m training.sample_rnn report RUN... [--test DATA] [--figure curves.png]
    python -m training.sample_rnn judge RUN... [--data DATA] [--sounds FOLDER] [--figure spectrograms.png]
    python -m training.sample_rnn ship OUT/best FOLDER [--title ...] [--made-from ...]

DATA is any data set with sound that `training.datasets` opens: VEGAS, *The Greatest Hits*, a folder of your
own clips, a rendered stage. RUN is the folder of a run, or a model alone. Exit codes: 0 done, 1 failed (one
sentence on standard error says why), 130 stopped.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from training.frame.command_line import command_app, recipe_and_folders, run_app, tell_end

app = command_app("Trains and judges the generators of soundtracks.")

Runs = Annotated[list[Path], typer.Argument(help="Folders of runs, or of models alone.")]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The run's folder.")],
    recipe: Annotated[str, typer.Option(help="The name of a recipe, or a TOML file.")] = "soundtrack",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
) -> None:
    """Train on the data sets DATA...; settings of the recipe are changed with --group.name=value."""
    from training.sample_rnn.recipe import RECIPES, SampleRnnRecipe
    from training.sample_rnn.train import train_sample_rnn

    settings = recipe_and_folders(SampleRnnRecipe, RECIPES, recipe, context.args)
    tell_end(out, lambda: train_sample_rnn(settings, out, resume=resume))


@app.command()
def report(
    runs: Runs,
    data: Annotated[list[str] | None, typer.Option(help="What was learned from; as the run says.")] = None,
    test: Annotated[
        list[str] | None,
        typer.Option(help="Data sets whose test clips are held out; else what the best was chosen by."),
    ] = None,
    clips: Annotated[int, typer.Option(min=1, help="At most so many of each side.")] = 40,
    cache: Annotated[Path | None, typer.Option(help="Where sound and pictures' features are kept.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw how the runs learned.")] = None,
) -> None:
    """Print cross-entropies in nats per sample, on clips that were learned from and on others."""
    from training.sample_rnn.report import report as print_report

    print_report(
        runs, data=tuple(data or ()), test=tuple(test or ()), clips=clips, cache=cache, figure=figure
    )


@app.command()
def judge(
    runs: Runs,
    data: Annotated[str, typer.Option(help="A data set with sound and known hits.")] = "greatest-hits-clips",
    test_only: Annotated[
        bool, typer.Option("--test-only", help="Only the clips that the data set keeps for testing.")
    ] = False,
    clips: Annotated[int, typer.Option(min=0, help="At most so many; 0 takes all.")] = 12,
    seeds: Annotated[int, typer.Option(min=1, help="Takes per clip.")] = 3,
    temperature: Annotated[float, typer.Option(help="Less is tamer, more is wilder.")] = 1.0,
    exact: Annotated[bool, typer.Option("--exact", help="With weights as exact as they are.")] = False,
    threads: Annotated[int, typer.Option(min=1, help="Takes are shared out among so many.")] = 1,
    sounds: Annotated[Path | None, typer.Option(help="Folder for the sounds, as WAV files.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw spectrograms of one clip.")] = None,
    figure_clip: Annotated[str, typer.Option(help="Its name; the first when left out.")] = "",
) -> None:
    """Print how well the sounds that are made for whole clips fit their true hits."""
    from training.sample_rnn.judge import JudgeSettings
    from training.sample_rnn.judge import judge as print_judgement

    settings = JudgeSettings(
        data, test_only, clips, seeds, temperature, exact, threads, sounds, figure, figure_clip
    )
    print_judgement(runs, settings)


@app.command()
def ship(
    checkpoint: Annotated[Path, typer.Argument(help="The model's folder, OUT/best.")],
    folder: Annotated[Path, typer.Argument(help="Where it goes: resources/models/soundtrack.")],
    title: Annotated[str, typer.Option(help="What it is, in a few words.")] = "",
    made_from: Annotated[str, typer.Option(help="What it learned from.")] = "",
) -> None:
    """Write a checkpoint's weights in half precision, with what a person is told about them."""
    from engine.models.origin import ORIGIN_FILE, Origin
    from engine.models.picture_sound import PICTURE_SOUND
    from training.frame.shipping import ship as write

    origin = Origin(title, made_from, made_on=date.today().isoformat())
    write(checkpoint, folder, PICTURE_SOUND, {ORIGIN_FILE: origin.to_bytes()})


if __name__ == "__main__":
    run_app(app)
