"""`foley library`: what lies in folders of one's own sounds, by name and by ear."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foley_app import terminal
from foley_app.texts import counted

if TYPE_CHECKING:
    from engine.library.sound import LibrarySound

FoldersArgument = Annotated[
    list[Path], typer.Argument(metavar="FOLDER...", help="Folders of your own sounds.", readable=False)
]
_SURE_FROM = 0.5


def library(
    folders: FoldersArgument,
    show_all: Annotated[bool, typer.Option("--list", help="Show every sound.")] = False,
    listening: Annotated[
        bool, typer.Option("--listen/--no-listen", help="Listen to sounds nobody has listened to yet.")
    ] = True,
) -> None:
    """Read and listen to the sounds of FOLDER...; what is found is remembered for the window too."""
    from engine.library.bundled_ear import NOBODY_LISTENS, bundled_ear, bundled_fit, load_listener
    from engine.library.listening import heard_table, listen
    from engine.soundtrack import scan_library

    with terminal.progress_bar() as job:
        found = scan_library(folders, job.part(0.0, 0.3))
        problems = list(found.problems)
        if listening:
            listener = load_listener()
            if listener is None:
                problems.append(NOBODY_LISTENS)
            else:
                problems += listen(found.sounds, listener, job.part(0.3, 1.0)).problems
        sounds = heard_table(found.sounds, bundled_ear(), bundled_fit()).sounds
    for problem in problems:
        terminal.say(problem)
    if show_all:
        _show(sorted(sounds, key=lambda sound: sound.path))
    terminal.tell(_summary(sounds))


def _show(sounds: list[LibrarySound]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("sound", "named", "sounds like", "action", "length"):
        table.add_column(title, overflow="fold")
    for sound in sounds:
        heard = ", ".join(f"{name} {probability:.0%}" for name, probability in sound.heard_materials[:3])
        table.add_row(
            escape(str(sound.path)), sound.material, heard, sound.action, f"{sound.duration_s:.2f} s"
        )
    Console().print(table)


def _summary(sounds: tuple[LibrarySound, ...]) -> str:
    named = Counter(sound.material for sound in sounds)
    lines = [f"{counted(len(sounds), 'sound')}."]
    if told := _counts(named):
        lines.append(f"By name: {told}.")
    nameless = [sound for sound in sounds if not sound.material]
    if nameless:
        lines.append(f"{counted(len(nameless), 'sound')} whose names tell no material, {_by_ear(nameless)}.")
    return "\n".join(lines)


def _by_ear(nameless: list[LibrarySound]) -> str:
    heard = [sound.heard_materials[0] for sound in nameless if sound.heard_materials]
    if not heard:
        return "not listened to"
    sure = Counter(name for name, probability in heard if probability >= _SURE_FROM)
    told = [_counts(sure)] if sure else []
    if unsure := len(heard) - sure.total():
        told.append(f"{unsure} not sure")
    if unheard := len(nameless) - len(heard):
        told.append(f"{unheard} not listened to")
    return f"by ear: {', '.join(told)}"


def _counts(materials: Counter[str]) -> str:
    rows = sorted(
        ((count, name) for name, count in materials.items() if name), key=lambda row: (-row[0], row[1])
    )
    return ", ".join(f"{count} {name}" for count, name in rows)
