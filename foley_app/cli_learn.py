"""`foley learn`: detectors of one's own, from corrections and from footage with sound."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foley_app import terminal

if TYPE_CHECKING:
    from engine.learning.own_detector import OwnDetector

learn_app = typer.Typer(
    name="learn",
    help="Teach a detector of your own, in minutes and without a GPU.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameOption = Annotated[
    str, typer.Option("--name", help="What the new detector is called.", show_default=False)
]
BaseOption = Annotated[str, typer.Option("--base", help="The detector it is made from.")]
KeepAnywayOption = Annotated[
    bool, typer.Option("--keep-anyway", help="Keep the new detector even if it is no better.")
]


@learn_app.command()
def corrections(
    projects: Annotated[
        list[Path], typer.Argument(metavar="PROJECT...", help=".foley projects.", readable=False)
    ],
    name: NameOption,
    base: BaseOption = "hit-net",
    keep_anyway: KeepAnywayOption = False,
) -> None:
    """Learn from what you placed, moved, locked and removed in PROJECT..."""
    from engine.learning.own_detector import learn_corrections
    from engine.project.storage import load_project

    loaded = [(load_project(path), path.resolve().parent) for path in projects]
    with terminal.progress_bar() as job:
        learned = learn_corrections(loaded, name, base, job, keep_anyway=keep_anyway)
    _tell(learned)


@learn_app.command()
def footage(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Videos, or folders of them.", readable=False)
    ],
    name: NameOption,
    base: BaseOption = "hit-net",
    keep_anyway: KeepAnywayOption = False,
) -> None:
    """Learn from videos by their production sound: it says when things are hit, and how loud."""
    from engine.learning.own_detector import learn_footage

    with terminal.progress_bar() as job:
        learned = learn_footage(paths, name, base, job, keep_anyway=keep_anyway)
    _tell(learned)


def _tell(learned: OwnDetector) -> None:
    terminal.tell(learned.summary)
    if learned.is_kept:
        terminal.tell(f"Use it with --model {shlex.quote(learned.name)}.")
    else:
        terminal.tell("With --keep-anyway it is kept all the same.")
