"""Kill a process that writes, at random moments, and look at what is on the disk.

Run as `python killed_writers.py saves|edits FOLDER KILLS SEED`; writes a JSON report. It is a process of
its own, without threads, because it forks its writers: that makes a kill cost milliseconds.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from example_projects import row_of_hits

from engine.project.document import Project
from engine.project.journal import Journal
from engine.project.recovery import discard, recover
from engine.project.storage import load_project, previous_path, save_project

_ACKNOWLEDGED = struct.Struct("<I")
_MOST_WRITES = 5
_LONGEST_WAIT_S = 0.006


def revision(number: int) -> Project:
    """A project that says which one it is, both at its beginning and at its end."""
    return replace(row_of_hits(40), start_frame=number, analysis_model=str(number))


def number_of(project: Project) -> int:
    """Which revision a project is; a mixture of two is none."""
    if project.analysis_model != str(project.start_frame):
        raise ValueError(f"revision {project.start_frame} ends like {project.analysis_model}")
    return project.start_frame


def kill_once(write_forever: Callable[[Callable[[int], None]], None], chance: random.Random) -> list[int]:
    """Fork a writer, kill it a random moment after a random few writes, return what it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write_until_killed(write_forever, writing)
    os.close(writing)
    received = b""
    with os.fdopen(reading, "rb") as pipe:
        for _ in range(chance.randrange(_MOST_WRITES)):
            received += pipe.read(_ACKNOWLEDGED.size)
        time.sleep(chance.uniform(0.0, _LONGEST_WAIT_S))
        os.kill(child, signal.SIGKILL)
        received += pipe.read()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the writer ended by itself")
    whole = len(received) // _ACKNOWLEDGED.size * _ACKNOWLEDGED.size
    return [number for (number,) in _ACKNOWLEDGED.iter_unpack(received[:whole])]


def _write_until_killed(write_forever: Callable[[Callable[[int], None]], None], pipe: int) -> NoReturn:
    try:
        write_forever(lambda number: void(os.write(pipe, _ACKNOWLEDGED.pack(number))))
    finally:
        os._exit(1)


def void(_: object) -> None:
    """Forget a result."""


def kill_savers(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    """Kill processes that save one project over and over."""
    path = folder / "scene.foley"
    newest = acknowledged = 0
    lost: list[str] = []
    for _ in range(kills):
        first = newest + 1

        def save_forever(acknowledge: Callable[[int], None], first: int = first) -> None:
            number = first
            while True:
                save_project(revision(number), path)
                acknowledge(number)
                number += 1

        numbers = kill_once(save_forever, chance)
        acknowledged += len(numbers)
        newest = numbers[-1] if numbers else newest
        try:
            found = number_of(load_project(path)) if newest or path.exists() else 0
            if previous_path(path).exists():
                number_of(load_project(previous_path(path)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            lost.append(f"after {newest}: {error}")
            continue
        if not newest <= found <= newest + 1:
            lost.append(f"{newest} was acknowledged, {found} is on the disk")
        newest = max(newest, found)
    return {"kills": kills, "acknowledged": acknowledged, "lost": lost}


def kill_editors(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    """Kill processes that journal their edits and save now and then, and restore what each left."""
    path = folder / "scene.foley"
    acknowledged = restored = 0
    lost: list[str] = []
    for _ in range(kills):

        def edit_forever(acknowledge: Callable[[int], None]) -> None:
            journal = Journal(folder, "scene", wait_s=0.0)
            journal.begin(revision(0))
            for number in itertools.count(1):
                journal.record(revision(number), f"Edit {number}")
                if number % 3 == 0:
                    if not journal.flush():
                        raise RuntimeError(journal.failure)
                    acknowledge(number)
                if number % 50 == 0:
                    save_project(revision(number), path)
                    journal.mark_saved(revision(number), path)

        numbers = kill_once(edit_forever, chance)
        acknowledged += len(numbers)
        newest = numbers[-1] if numbers else 0
        try:
            found = recover(folder)
            for one in found:
                discard(one)
            projects = [one.project for one in found if one.project is not None]
            saved = [load_project(path)] if path.exists() else []
            number = max((number_of(project) for project in (*projects, *saved)), default=0)
            path.unlink(missing_ok=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            lost.append(f"after {newest}: {error}")
            continue
        restored += len(projects)
        if number < newest:
            lost.append(f"{newest} was acknowledged, {number} was restored")
        if len(found) > 1 or len(projects) != len(found):
            lost.append(f"after {newest}: {[one.description for one in found]}")
    litter = [
        left.name for left in folder.iterdir() if not left.name.startswith(("scene.foley", ".scene.foley"))
    ]
    return {
        "kills": kills,
        "acknowledged": acknowledged,
        "restored": restored,
        "lost": lost,
        "litter": litter,
    }


if __name__ == "__main__":
    kind, folder, kills, seed = sys.argv[1:]
    killers = {"saves": kill_savers, "edits": kill_editors}
    report = killers[kind](Path(folder), int(kills), random.Random(seed))
    sys.stdout.write(json.dumps(report))
