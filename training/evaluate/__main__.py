"""Scores, beside what the papers print, and the figures they show.

    python -m training.evaluate sanity
    python -m training.evaluate hits
    python -m training.evaluate hits FOLDER --model motion-baseline --figures FOLDER --gallery FOLDER
    python -m training.evaluate levels FOLDER --model motion-baseline --figure levels.png
    python -m training.evaluate sound-material --train STAGE_FOLDER --test FOLDER --figure confusion.png
    python -m training.evaluate materials predictions.json --figure confusion.png
    python -m training.evaluate recommend predictions.json --figure top_k.png
    python -m training.evaluate library-match --figure top_k.png
    python -m training.evaluate sounds TRUE_FOLDER GENERATED_FOLDER --centred
    python -m training.evaluate co-appearance annotations.json --figure matrix.png

FOLDER is any data set that `training.datasets` opens, or the name of a layout. Predictions of models that
are no detector come in a file: see `training.evaluate.predictions`. The exit code is 2 when nothing could
be scored.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from engine.errors import UserFacingError

NOTHING_SCORED = 2

app = typer.Typer(
    help="The papers' measures as tables and figures.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DataArgument = Annotated[str, typer.Argument(metavar="FOLDER", help="A data set, or the name of a layout.")]
FigureOption = Annotated[Path | None, typer.Option(help="Draw it: a .png, .pdf or .svg.")]
ModelOption = Annotated[list[str], typer.Option("--model", help="A detector; may be given several times.")]
PredictionsOption = Annotated[
    list[Path], typer.Option("--predictions", help="A file of predictions; may be given several times.")
]


@app.command()
def sanity(
    data: Annotated[Path | None, typer.Option(help="The data folder; the usual one when left out.")] = None,
    figure: FigureOption = None,
    seed: int = 0,
) -> None:
    """Chance, oracle, random, and an SVM on real recordings."""
    from training.evaluate import sanity as task

    task.run(data, figure, seed)


@app.command()
def hits(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="A data set, or the name of a layout; the real clips.")
    ] = "greatest-hits-clips",
    model: ModelOption = [],  # noqa: B006 - typer asks for a list
    predictions: PredictionsOption = [],  # noqa: B006
    figure: FigureOption = None,
    clips: Annotated[bool, typer.Option(help="List clips and failures one by one.")] = True,
    figures: Annotated[Path | None, typer.Option(help="A folder for all figures.")] = None,
    gallery: Annotated[
        Path | None, typer.Option(help="A folder for contact sheets of misses and false alarms.")
    ] = None,
) -> None:
    """How well detectors find contacts, how sure they may be, how loud they say it is."""
    from training.evaluate import hits as task

    task.run(folder, model, predictions, figure, clips, figures=figures, gallery=gallery)


@app.command()
def levels(
    folder: DataArgument,
    model: ModelOption = [],  # noqa: B006
    predictions: PredictionsOption = [],  # noqa: B006
    figure: FigureOption = None,
) -> None:
    """How well level curves are predicted."""
    from training.evaluate import levels as task

    task.run(folder, _models(model, predictions), predictions, figure)


@app.command("sound-material")
def sound_material(
    train: Annotated[list[str], typer.Option("--train", help="Data set, recordings, or “kit”; repeatable.")],
    test: Annotated[str | None, typer.Option(help="The same; the real clips when left out.")] = None,
    word: Annotated[str, typer.Option(help="material, action, reaction or hardness.")] = "material",
    action: Annotated[str, typer.Option(help="Only sounds of this action, or “all”.")] = "hit",
    c: Annotated[float | None, typer.Option(help="The SVM's C; chosen when left out.")] = None,
    features: Annotated[str, typer.Option(help="shape, or cochleagram as in the paper.")] = "shape",
    figure: FigureOption = None,
) -> None:
    """An SVM trained on some sounds, tested on others."""
    from training.evaluate import sound_material as task

    task.run(train, test, word, None if action == "all" else action, c, features, figure)


@app.command()
def materials(predictions: Path, figure: FigureOption = None) -> None:
    """How well materials are told."""
    from training.evaluate import materials as task

    task.run(predictions, figure)


@app.command()
def recommend(predictions: list[Path], figure: FigureOption = None) -> None:
    """How good recommended sounds are."""
    from training.evaluate import recommend as task

    task.run(predictions, figure)


@app.command("library-match")
def library_match(
    data: Annotated[
        list[str], typer.Option("--data", help="A data set whose contacts have materials; repeatable.")
    ] = [],  # noqa: B006
    library: Annotated[
        Path | None, typer.Option(help="Sounds in a folder for each material; the data folder's own.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A detector; the usual one when left out.")] = None,
    figure: FigureOption = None,
    held_out: Annotated[
        bool, typer.Option(help="Analyse each clip by what never learned from its source video.")
    ] = True,
) -> None:
    """How well the program's sounds suit real contacts, with the library's names hidden and shown."""
    from training.evaluate import library_match as task

    task.run(data or (task.REAL, task.SILENT), library, model, figure, held_out=held_out)


@app.command()
def sounds(
    true: Annotated[Path, typer.Argument(help="A folder of true sounds.")],
    generated: Annotated[Path, typer.Argument(help="A folder of generated ones, of the same names.")],
    centred: Annotated[bool, typer.Option(help="Each is one impact, the contact in its middle.")] = False,
) -> None:
    """How near generated sounds are to true ones."""
    from training.evaluate import sounds as task

    task.run(true, generated, centred)


@app.command("co-appearance")
def co_appearance(
    data: Annotated[str, typer.Argument(help="A data set, or an annotations.json.")],
    figure: FigureOption = None,
) -> None:
    """Which materials are struck in one video."""
    from training.evaluate import co_appearance as task

    task.run(data, figure)


def _models(models: list[str], predictions: list[Path]) -> list[str]:
    """The detectors asked for; the usual one when nothing else is."""
    from engine.analysis.analyse import DEFAULT_MODEL

    return models or ([] if predictions else [DEFAULT_MODEL])


def main() -> None:
    """Run a task; what a person can act on is one sentence, not a traceback."""
    logging.basicConfig(format="%(message)s", level=logging.ERROR)
    try:
        app()
    except UserFacingError as error:
        Console(stderr=True).print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
        sys.exit(NOTHING_SCORED)


if __name__ == "__main__":
    main()
