"""The journal's file: checksummed lines, a beginning that is whole or absent, then one line per change.

The form
--------
Each line is `CRC32 JSON`. The first is the header, the second the whole project that the changes start
from, every further one `{"changes": {...}, "edits": n, "text": "...", "at": seconds}`. The beginning is
put in place by a rename and so is never half there. Lines after it are appended; a line that was cut by
a crash, and whatever follows a damaged one, does not count.
"""

from __future__ import annotations

import json
import os
import re
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import FoleyError
from engine.project.changes import Changes
from engine.project.document import Project
from engine.project.durable import flush_file, flush_folder, leftovers_of, write_beside
from engine.project.storage import document_text

SCHEMA = "foley.journal"
VERSION = 1
SUFFIX = ".journal"


class JournalFileError(FoleyError):
    """The beginning of a journal can't be read, so nothing of it can."""


@dataclass(frozen=True, slots=True)
class LastEdit:
    """What was done last: its text for a person, and when (seconds since 1970)."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Header:
    """What a journal says about itself before its first change."""

    project_id: str
    project_path: str | None
    """The file of the last save; None while there is none."""
    edits: int
    """Edits since the last save that the project at the beginning already holds."""
    last: LastEdit


@dataclass(frozen=True, slots=True)
class Step:
    """One line of changes: several edits may share it."""

    changes: Changes
    edits: int
    last: LastEdit


@dataclass(frozen=True, slots=True)
class JournalContents:
    """A journal as read back."""

    header: Header
    document: dict[str, Any]
    """The project at the beginning, in `to_json`'s form."""
    steps: tuple[Step, ...]
    damaged_lines: int
    """Complete lines at the end that don't count; a last one cut short by a crash is none of them."""


def new_journal_path(folder: Path, project_id: str) -> Path:
    """A name for a journal that no other one has."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", project_id)[:40]
    return folder / f"{safe}-{uuid.uuid4().hex[:12]}{SUFFIX}"


def lock_path(path: Path) -> Path:
    """The file whose lock says that a running program owns the journal."""
    return path.with_suffix(".lock")


def openings_path(path: Path) -> Path:
    """The file that counts how often somebody tried to open what the journal restores."""
    return path.with_suffix(".openings")


def write_beginning(path: Path, header: Header, project: Project) -> int:
    """Replace the journal by one that starts from a project; returns its size in bytes.

    Raises
    ------
    OSError
        When the disk refuses; the journal is as it was.
    ProjectFileError
        When the project breaks the document's rules.
    """
    head = {
        "schema": SCHEMA,
        "version": VERSION,
        "project_id": header.project_id,
        "project_path": header.project_path,
        "edits": header.edits,
        "text": header.last.text,
        "at": header.last.at,
    }
    document = document_text(project).replace("\n", " ") + "}"
    contents = _line(_dumped(head)) + _line(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = write_beside(path, contents, mode=0o600)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)
    return len(contents)


def append_step(path: Path, step: Step, size: int) -> int:
    """Add a line behind the first `size` bytes, which are good; returns the new size.

    Raises
    ------
    OSError
        When the disk refuses; what was before still counts.
    """
    line = _line(
        _dumped({"changes": step.changes, "edits": step.edits, "text": step.last.text, "at": step.last.at})
    )
    with path.open("r+b") as file:
        # Half a line of an attempt that failed would hide everything behind it.
        file.truncate(size)
        file.seek(size)
        file.write(line)
        file.flush()
        flush_file(file.fileno())
    return size + len(line)


def read_journal(path: Path) -> JournalContents:
    """Everything in a journal that counts.

    Raises
    ------
    JournalFileError
        When its beginning is damaged or of a newer version.
    OSError
        When it can't be read.
    """
    contents = path.read_bytes()
    records: list[dict[str, Any]] = []
    end = 0
    while (stop := contents.find(b"\n", end)) >= 0:
        record = _record(contents[end:stop])
        if record is None:
            break
        records.append(record)
        end = stop + 1
    if len(records) < 2:
        raise JournalFileError("its beginning is damaged")
    head, document = records[:2]
    if head.get("schema") != SCHEMA or type(head.get("version")) is not int or head["version"] > VERSION:
        raise JournalFileError("it was made by a newer version of Foley")
    try:
        header = Header(
            head["project_id"],
            head["project_path"],
            head["edits"],
            LastEdit(head["text"], head["at"]),
        )
        steps = tuple(
            Step(record["changes"], record["edits"], LastEdit(record["text"], record["at"]))
            for record in records[2:]
        )
    except KeyError as error:
        raise JournalFileError(f"it lacks {error}") from error
    return JournalContents(header, document, steps, damaged_lines=contents.count(b"\n", end))


def remove_journal(path: Path) -> None:
    """Remove a journal and what belongs to it."""
    for part in (path, openings_path(path), *leftovers_of(path), lock_path(path)):
        part.unlink(missing_ok=True)


def note_opening(path: Path) -> None:
    """Count one more attempt to open what the journal restores."""
    descriptor = os.open(openings_path(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, b".")
        flush_file(descriptor)
    finally:
        os.close(descriptor)


def openings_of(path: Path) -> int:
    """How often somebody tried to open what the journal restores."""
    counted = openings_path(path)
    return counted.stat().st_size if counted.exists() else 0


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _line(text: str) -> bytes:
    body = text.encode("utf-8", errors="surrogatepass")
    return f"{zlib.crc32(body):08x} ".encode() + body + b"\n"


def _record(line: bytes) -> dict[str, Any] | None:
    checksum, _, body = line.partition(b" ")
    if checksum != f"{zlib.crc32(body):08x}".encode():
        return None
    record = json.loads(body.decode("utf-8", errors="surrogatepass"))
    return record if isinstance(record, dict) else None
