"""What a data set holds, what is wrong with it, and how it is split.

    python -m training.datasets check FOLDER
    python -m training.datasets split FOLDER --protocol owens --names

FOLDER may also be the name of a layout: its usual folder in the data folder is then taken. The exit code of
`check` is 0 when everything can be used, 1 when something is missing, broken or mislabelled, 2 when there is
nothing to use or to open.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from engine.errors import MediaError, UserFacingError
from training.datasets.folder import FolderDataset
from training.datasets.manifest import manifest_sha256, wrong_checksums
from training.datasets.opening import LAYOUTS, open_dataset
from training.datasets.recording import DatasetError, Problem, Recording

NOTHING_TO_USE, SOMETHING_WRONG = 2, 1

_SHOWN = 20
_STYLES = {"missing": "yellow", "broken": "red", "mislabelled": "red", "doubtful": "cyan"}

app = typer.Typer(
    help="Look at the data sets models learn from.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

FolderArgument = Annotated[str, typer.Argument(metavar="FOLDER", help="A folder, or the name of a layout.")]
LayoutOption = Annotated[str | None, typer.Option(help=f"Read it as one of: {', '.join(LAYOUTS)}.")]


@app.command()
def check(
    folder: FolderArgument,
    layout: LayoutOption = None,
    decode: Annotated[
        bool, typer.Option(help="Decode every picture; takes long, finds damage inside.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="List every problem, not the first twenty.")] = False,
) -> None:
    """Say what is usable, missing or broken."""
    console = Console()
    dataset = open_dataset(folder, layout, strict=False)
    problems = [*dataset.problems, *wrong_checksums(dataset)]
    try:
        recordings = dataset.recordings()
    except DatasetError as error:
        _print_problems(console, problems, every)
        console.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
        raise typer.Exit(NOTHING_TO_USE) from error
    if decode:
        problems += list(_damaged(recordings, console))
    _print_facts(console, dataset, recordings, problems)
    _print_problems(console, problems, every)
    if any(problem.kind != "doubtful" for problem in problems):
        raise typer.Exit(SOMETHING_WRONG)


@app.command()
def split(
    folder: FolderArgument,
    layout: LayoutOption = None,
    protocol: Annotated[str | None, typer.Option(help="Whose split; the first there is if not said.")] = None,
    names: Annotated[bool, typer.Option("--names", help="List the clips of each side.")] = False,
) -> None:
    """Part a data set as a paper did it."""
    console = Console()
    dataset = open_dataset(folder, layout, strict=False)
    parted = dataset.split(protocol)
    sides = {"training": parted.training, "validation": parted.validation, "test": parted.test}
    table = Table(title=f"{dataset.info.name}: {parted.protocol}")
    for heading in ("", "clips", "sources", "minutes", "contacts"):
        table.add_column(heading, justify="left" if not heading else "right")
    for side, recordings in sides.items():
        table.add_row(side, *_counts(recordings))
    console.print(table)
    others = [other for other in dataset.info.protocols if other != parted.protocol]
    if others:
        console.print(f"Other protocols: {', '.join(others)}")
    if names:
        for side, recordings in sides.items():
            for recording in recordings:
                print(f"{side}\t{recording.name}")


def _print_facts(
    console: Console, dataset: FolderDataset, recordings: Sequence[Recording], problems: Sequence[Problem]
) -> None:
    info = dataset.info
    contacts = [contact for recording in recordings for contact in recording.contacts]
    materials = Counter(contact.material or "unlabelled" for contact in contacts)
    actions = Counter(contact.action or "unlabelled" for contact in contacts)
    categories = Counter(recording.category for recording in recordings if recording.category)
    kinds = Counter(problem.kind for problem in problems)
    clips, sources, minutes, count = _counts(recordings)
    table = Table(title=info.name, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    rows = {
        "folder": str(dataset.root),
        "usable clips": f"{clips} of {sources} sources, {minutes} minutes",
        "with sound": str(sum(recording.sound is not None for recording in recordings)),
        "contacts": count,
        "timing": ", ".join(sorted({recording.timing for recording in recordings})),
        "materials": _tally(materials),
        "actions": _tally(actions),
        "categories": _tally(categories),
        "problems": _tally(kinds) or "none",
        "splits": ", ".join(info.protocols),
        "cite": info.citation,
        "licence": info.licence,
        "from": info.address,
        "manifest": manifest_sha256(recordings, dataset.root),
    }
    for name, text in rows.items():
        if text:
            table.add_row(name, escape(text))
    console.print(table)


def _print_problems(console: Console, problems: Sequence[Problem], every: bool) -> None:
    if not problems:
        return
    table = Table(title="Problems")
    for heading in ("kind", "clip", "what"):
        table.add_column(heading, overflow="fold")
    shown = problems if every else problems[:_SHOWN]
    for problem in shown:
        style = _STYLES[problem.kind]
        table.add_row(f"[{style}]{problem.kind}[/]", escape(problem.name), escape(problem.reason))
    console.print(table)
    if len(problems) > len(shown):
        console.print(f"{len(problems) - len(shown)} more; --all lists them.")


def _damaged(recordings: Sequence[Recording], console: Console) -> Iterator[Problem]:
    """Clips of which not every picture and sample can be decoded."""
    from engine.media.audio import audio_blocks
    from engine.media.decode import iter_frames
    from engine.media.packet_index import indexed_pictures

    for recording in track(recordings, "Decoding", console=console):
        try:
            announced = len(indexed_pictures(recording.picture).index.pts)
            decoded = sum(1 for _ in iter_frames(recording.picture, size=(16, 16), gray=True))
            if decoded < announced:
                yield Problem(
                    recording.name, f"only {decoded} of its {announced} pictures can be decoded.", "broken"
                )
            if recording.sound is not None:
                for _ in audio_blocks(recording.sound):
                    pass
        except MediaError as error:
            yield Problem(recording.name, str(error), "broken")


def _counts(recordings: Sequence[Recording]) -> tuple[str, str, str, str]:
    """Clips, sources, minutes and contacts."""
    return (
        str(len(recordings)),
        str(len({recording.source for recording in recordings})),
        f"{sum(recording.duration_s for recording in recordings) / 60:.1f}",
        str(sum(len(recording.contacts) for recording in recordings)),
    )


def _tally(counts: Counter[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counts.most_common())


def main() -> None:
    """Run a command; what a person can act on is printed as a sentence."""
    logging.disable(logging.WARNING)  # the tables say the same, in full
    try:
        app()
    except UserFacingError as error:
        print(error, file=sys.stderr)
        sys.exit(NOTHING_TO_USE)


if __name__ == "__main__":
    main()
