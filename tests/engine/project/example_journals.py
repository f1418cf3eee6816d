"""Journals that tests begin, crash and look into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.project import edits
from engine.project.document import Project
from engine.project.journal import Journal
from engine.project.recovery import RecoveredProject, recover

Start = Callable[..., Journal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Begins journals in `tmp_path / "journals"`, and ends what a test left open."""
    journals: list[Journal] = []

    def begin(project: Project, path: Path | None = None, **options: Any) -> Journal:
        unsaved_edits = options.pop("unsaved_edits", 0)
        journal = Journal(tmp_path / "journals", project.id, **{"wait_s": 0.0, **options})
        journals.append(journal)
        journal.begin(project, path, unsaved_edits=unsaved_edits)
        return journal

    yield begin
    for journal in journals:
        journal.close(keep=True)


def crash(journal: Journal) -> None:
    """End a journal as a killed program does: the file stays, the lock is gone."""
    journal.close(keep=True)


def only(folder: Path) -> RecoveredProject:
    (found,) = recover(folder)
    return found


def moved(project: Project, count: int) -> Iterator[Project]:
    """The project after one, two, ... `count` moves of its first hit."""
    first = project.hits[0].id
    for _ in range(count):
        project = edits.move_hits(project, [first], 10)
        yield project
