"""What programs that ended badly left behind, offered to the person and never forced on them.

The list names each project, what restoring brings back, and the last good save beside it. Opening a
restored project is counted before it is tried, so that one that ends the program again is not opened in
a loop; a journal that can't be read is said to be so, and an empty project is never offered as a find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from engine.errors import FoleyError
from engine.project.changes import replay
from engine.project.document import Project
from engine.project.document_json import read_document
from engine.project.durable import reason
from engine.project.file_lock import FileLock
from engine.project.journal_file import (
    SUFFIX,
    JournalFileError,
    LastEdit,
    lock_path,
    note_opening,
    openings_of,
    read_journal,
    remove_journal,
)


@dataclass(frozen=True, slots=True)
class RecoveredProject:
    """One project that was open when a program ended without saving it.

    Attributes
    ----------
    project
        The document with every edit that reached the disk; None when it can't be restored.
    project_path
        The file of the last save, as it was called then; None when it was never saved.
    edits
        How many edits beyond the last save it holds.
    lost_edits
        How many it does not hold although they were written, because the journal is damaged there.
    last
        The last edit it holds.
    openings
        How often somebody already tried to open it. After the first time, offer the last save first.
    problem
        Why it can't be restored, or not all of it; "" when all is well.
    """

    journal_path: Path
    project: Project | None
    project_path: Path | None
    edits: int
    lost_edits: int
    last: LastEdit
    openings: int
    problem: str

    @property
    def name(self) -> str:
        """What a person calls it."""
        if self.project_path is not None:
            return self.project_path.name
        if self.project is not None and self.project.video is not None:
            return f"{PurePosixPath(self.project.video.media.path).stem} (never saved)"
        return "Untitled (never saved)"

    @property
    def last_save(self) -> Path | None:
        """The last good save, when it still lies where it was."""
        path = self.project_path
        return path if path is not None and path.is_file() else None

    @property
    def description(self) -> str:
        """A sentence or two for the list: how much there is, of when, and what is wrong."""
        if self.project is None:
            sentences = [f"Its unsaved edits can't be restored: {self.problem}."]
        else:
            edits = "1 edit" if self.edits == 1 else f"{self.edits} edits"
            beyond = "since it was made" if self.project_path is None else "since the last save"
            when = datetime.fromtimestamp(self.last.at).strftime("%Y-%m-%d %H:%M")
            what = f": {self.last.text}" if self.last.text else ""
            sentences = [f"{edits} {beyond}, the last one on {when}{what}."]
            if self.problem:
                sentences.append(f"Not everything is there: {self.problem}.")
        if self.openings:
            sentences.append("The program ended again when this was last opened.")
        return " ".join(sentences)


def recover(folder: Path) -> list[RecoveredProject]:
    """The projects that can be restored, the one worked on last first.

    Journals of running programs are left alone. Those that hold nothing beyond the last save are
    removed, because there is nothing to restore.
    """
    found: list[RecoveredProject] = []
    journals = {*folder.glob(f"*{SUFFIX}"), *(lock.with_suffix(SUFFIX) for lock in folder.glob("*.lock"))}
    for path in sorted(journals):
        lock = FileLock(lock_path(path))
        if not lock.try_acquire():
            continue
        try:
            recovered = _recovered(path) if path.exists() else None
            if recovered is None:
                remove_journal(path)
            else:
                found.append(recovered)
        finally:
            lock.release()
    return sorted(found, key=lambda one: one.last.at, reverse=True)


def begin_opening(recovered: RecoveredProject) -> None:
    """Count an attempt to open a restored project; call it before anything is done with the project."""
    note_opening(recovered.journal_path)


def discard(recovered: RecoveredProject) -> None:
    """Forget a journal: its project is safe in another one, or the person doesn't want it.

    One that could not be read is set aside under another name instead, for somebody who can.
    """
    path = recovered.journal_path
    if recovered.project is None and path.exists():
        path.replace(path.with_suffix(".damaged"))
    remove_journal(path)


def _recovered(path: Path) -> RecoveredProject | None:
    openings = openings_of(path)
    try:
        journal = read_journal(path)
    except (JournalFileError, OSError) as error:
        problem = reason(error) if isinstance(error, OSError) else str(error)
        return RecoveredProject(path, None, None, 0, 0, LastEdit("", path.stat().st_mtime), openings, problem)
    header, problem = journal.header, ""
    project_path = None if header.project_path is None else Path(header.project_path)
    for count in _fewer_and_fewer(len(journal.steps)):
        steps = journal.steps[:count]
        try:
            body = replay(journal.document["project"], [step.changes for step in steps])
            project = read_document({**journal.document, "project": body})
        except FoleyError as error:
            problem = str(error)
            continue
        edits = header.edits + sum(step.edits for step in steps)
        lost = sum(step.edits for step in journal.steps[count:])
        is_new = header.edits > 0 or body != journal.document["project"]
        if not is_new and not lost and not journal.damaged_lines:
            return None
        if journal.damaged_lines:
            problem = f"{journal.damaged_lines} of its later lines are damaged"
        last = steps[-1].last if steps else header.last
        return RecoveredProject(path, project, project_path, edits, lost, last, openings, problem)
    return RecoveredProject(path, None, project_path, 0, 0, header.last, openings, problem)


def _fewer_and_fewer(count: int) -> Iterator[int]:
    """All steps first, then without the last, the last three, the last seven, ..., then none."""
    dropped = 0
    while dropped < count:
        yield count - dropped
        dropped = dropped * 2 + 1
    yield 0
