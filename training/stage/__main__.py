"""The stage's commands.

    python -m training.stage render OUT --clips N --seed S
    python -m training.stage preview [OUT]
    python -m training.stage compare OUT

Exit codes: 0 done, 1 failed (one sentence on standard error says why), 130 stopped.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.errors import Cancelled, UserFacingError
from engine.job import Job
from training.stage.options import TOOLS, StageOptionError, StageOptions
from training.stage.shards import Stage, render_stage

DEFAULT_PREVIEW = Path("out") / "stage-preview"

app = typer.Typer(
    help="Renders clips of a stick that hits and scratches things, with sound and exact truth.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Another seed gives other clips.")]
ProcessesOption = Annotated[
    int | None,
    typer.Option("--processes", min=1, help="Clips worked on at once; by default one per processor."),
]
TexturesOption = Annotated[
    Path | None, typer.Option("--textures", help="A folder with one folder of pictures per material.")
]
SoundsOption = Annotated[
    Path | None, typer.Option("--sounds", help="A folder with one folder of recordings per material.")
]
SizeOption = Annotated[str, typer.Option("--size", help="Width and height of the pictures.")]
ToolsOption = Annotated[
    str,
    typer.Option("--tools", help=f"What strikes, separated by commas: {', '.join(TOOLS)}. Mostly a stick."),
]
SecondsOption = Annotated[float, typer.Option("--seconds", help="How long each clip is.")]


@app.command()
def render(
    out: Annotated[Path, typer.Argument(help="The folder to fill; a started one is gone on with.")],
    clips: Annotated[int, typer.Option("--clips", min=1, help="How many clips there shall be.")],
    seed: SeedOption = 0,
    processes: ProcessesOption = None,
    textures: TexturesOption = None,
    sounds: SoundsOption = None,
    size: SizeOption = "344x256",
    seconds: SecondsOption = 10.0,
    tools: ToolsOption = "",
) -> None:
    """Render clips in the layout of The Greatest Hits."""
    with _told_in_a_sentence():
        options = _options(size, seconds, textures, sounds, tools)
        _tell_unusable(sounds)
        _render(Stage(out, clips, seed, options), processes)


@app.command()
def preview(
    out: Annotated[
        Path, typer.Argument(help="Rendered clips; where there are none, some are rendered first.")
    ] = DEFAULT_PREVIEW,
    clips: Annotated[int, typer.Option("--clips", min=1, help="How many clips are shown.")] = 8,
    seed: SeedOption = 0,
    processes: ProcessesOption = None,
    textures: TexturesOption = None,
    sounds: SoundsOption = None,
    tools: ToolsOption = "",
) -> None:
    """Write a contact sheet, and a film with the truth drawn on it."""
    with _told_in_a_sentence():
        from training.stage.preview import rendered_clips, write_contact_sheet, write_film

        if not rendered_clips(out):
            _render(Stage(out, clips, seed, _options("344x256", 10.0, textures, sounds, tools)), processes)
        shown = rendered_clips(out)[:clips]
        sheet, film = out / "contact_sheet.png", out / "preview.mp4"
        write_contact_sheet(sheet, shown)
        write_film(film, shown)
        print(f"The frames around contacts are in {sheet}, the film with the truth in {film}.")


@app.command()
def compare(
    out: Annotated[Path, typer.Argument(help="A folder of rendered clips.")],
    real: Annotated[
        Path | None, typer.Option("--real", help="The folder of real data; by default the shared one.")
    ] = None,
) -> None:
    """Write spectrograms of real and rendered blows on the same materials side by side."""
    with _told_in_a_sentence():
        from training.stage.comparison import default_real_clips, write_spectrograms

        sheet = out / "spectrograms.png"
        materials = write_spectrograms(sheet, out, default_real_clips() if real is None else real)
        print(f"The spectrograms of {', '.join(materials)} are in {sheet}.")


def _options(
    size: str, seconds: float, textures: Path | None, sounds: Path | None, tools: str
) -> StageOptions:
    try:
        width, height = (int(side) for side in size.lower().split("x"))
    except ValueError:
        raise StageOptionError(
            f"A size is given as WIDTHxHEIGHT, for example 344x256, not “{size}”."
        ) from None
    kinds = tuple(dict.fromkeys(kind.strip() for kind in tools.split(",") if kind.strip()))
    return StageOptions(width, height, seconds, textures, sounds, kinds)


def _tell_unusable(sounds: Path | None) -> None:
    """Say which recordings are left out."""
    if sounds is not None:
        from training.stage.sound.recordings import read_shelf

        for sentence in read_shelf(sounds).unusable:
            print(f"Left out: {sentence}", file=sys.stderr)


def _render(stage: Stage, processes: int | None) -> None:
    stopped: list[int] = []

    def stop(number: int, _: object) -> None:
        if stopped:
            # Asked twice: now, whatever is lost.
            os._exit(128 + number)
        stopped.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("clips", total=stage.clips)
            job = Job(
                on_progress=lambda fraction, _: progress.update(bar, completed=round(fraction * stage.clips)),
                is_cancelled=lambda: bool(stopped),
            )
            rendered = render_stage(stage, processes=processes or os.cpu_count() or 1, job=job)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    print(f"{rendered} clips were rendered; {stage.folder} holds {stage.clips}.")


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except UserFacingError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    except Cancelled as error:
        print("Stopped; give the same command again to go on.", file=sys.stderr)
        raise typer.Exit(130) from error


if __name__ == "__main__":
    app()
