"""The `.foley` file: readable JSON with a checksum, saved so that no moment of a crash loses it.

The form
--------
`{"schema": "foley.project", "version": 1, "project": {...},` with one line per hit, and as the last
line `"sha256": "..."}`, the checksum of every byte before it. Every version keeps this last line, so
that damage and a newer version can be told apart.

Saving
------
The new file is written beside the old one and flushed; the old one becomes `NAME.foley~`; the new one
takes its place in one rename; the folder is flushed. At every moment `NAME.foley` is either the old
version or the new one, whole. A damaged file never replaces a good `NAME.foley~`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from engine.errors import ProjectFileError
from engine.project.document import Project
from engine.project.document_json import SCHEMA, from_json, read_document, to_json
from engine.project.durable import flush_folder, name_beside, reason, remove_leftovers, write_beside
from engine.project.shapes import ShapeError
from engine.project.upgrades import PROJECT_UPGRADES, NewerVersionError, UpgradeError

__all__ = [
    "DamagedProjectError",
    "NewerProjectError",
    "from_json",
    "load_project",
    "previous_path",
    "save_project",
    "to_json",
    "write_atomically",
]

SUFFIX = ".foley"

_BEGINNING_BYTES = 256
_MAX_BYTES = 512 * 1024 * 1024
_LAST_LINE_START, _LAST_LINE_END = b'"sha256": "', b'"}\n'
_LAST_LINE_BYTES = len(_LAST_LINE_START) + 64 + len(_LAST_LINE_END)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


class DamagedProjectError(ProjectFileError):
    """A project file is not what was saved.

    Attributes
    ----------
    previous
        The kept version before it, when there is one and it is whole.
    """

    def __init__(self, sentence: str, previous: Path | None) -> None:
        super().__init__(sentence)
        self.previous = previous


class NewerProjectError(ProjectFileError):
    """A project file was made by a newer version of the program."""


def previous_path(path: Path) -> Path:
    """Where the version before the last save is kept."""
    return path.with_name(path.name + "~")


def save_project(project: Project, path: Path) -> None:
    """Save a project; when this returns, it is on the disk.

    Raises
    ------
    ProjectFileError
        When the document breaks its rules or the disk refuses; the file is as it was before.
    """
    _put_in_place(path, file_contents(project), keeps_previous=True)


def write_atomically(path: Path, contents: bytes) -> None:
    """Write any file so that it is the old one or the new one, whole, at every moment.

    Raises
    ------
    ProjectFileError
        When the disk refuses; the file is as it was before.
    """
    _put_in_place(path, contents, keeps_previous=False)


def load_project(path: Path) -> Project:
    """Open a project file.

    Raises
    ------
    DamagedProjectError
        When it is not what was saved, down to a single byte; names the kept previous version.
    NewerProjectError
        When a newer version of the program made it.
    ProjectFileError
        When it can't be read or is no project at all.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # A pipe would keep us waiting for somebody to write into it.
            raise ProjectFileError(f"“{path.name}” is not a Foley project.")
        with path.open("rb") as file:
            contents = file.read(_BEGINNING_BYTES)
            if not _may_be_one(path, contents):
                raise ProjectFileError(f"“{path.name}” is not a Foley project.")
            contents += file.read(_MAX_BYTES)
    except OSError as error:
        raise ProjectFileError(f"“{path.name}” can't be opened: {reason(error)}.") from error
    if not contents:
        raise _damaged(path, "it is empty")
    document = _parsed(contents)
    if not has_valid_checksum(contents):
        raise _damaged(path, _what_is_wrong(document))
    try:
        if isinstance(document, dict):
            document.pop("sha256", None)
        return read_document(document)
    except NewerVersionError as error:
        raise NewerProjectError(
            f"“{path.name}” can't be opened: {error}. Update Foley to open it."
        ) from error
    except (ShapeError, UpgradeError) as error:
        raise _damaged(path, str(error)) from error


def file_contents(project: Project) -> bytes:
    """The bytes of the project's file; `ProjectFileError` when the document breaks its rules."""
    text = document_text(project) + ",\n"
    # A file name that is no valid Unicode has lone surrogates, which must survive.
    body = text.encode("utf-8", errors="surrogatepass")
    return body + _LAST_LINE_START + hashlib.sha256(body).hexdigest().encode() + _LAST_LINE_END


def document_text(project: Project) -> str:
    """The document as JSON without its closing brace, laid out to be read: one line per hit."""
    document = to_json(project)
    lines = ",\n".join(
        f"{json.dumps(name)}: {_laid_out(name, value)}" for name, value in document["project"].items()
    )
    return f'{{"schema": "{SCHEMA}", "version": {document["version"]}, "project": {{\n{lines}\n}}'


def has_valid_checksum(contents: bytes) -> bool:
    """Whether the last line is the checksum of everything before it."""
    body, last_line = contents[:-_LAST_LINE_BYTES], contents[-_LAST_LINE_BYTES:]
    return last_line == _LAST_LINE_START + hashlib.sha256(body).hexdigest().encode() + _LAST_LINE_END


def _laid_out(name: str, value: Any) -> str:
    # Piece by piece, so that a thread that serialises a long project never holds up the others.
    if name in ("hits", "tracks", "generated") and value:
        return "[\n" + ",\n".join(_dumped(one) for one in value) + "\n]"
    if name == "loudness":
        return (
            "{\n" + ",\n".join(f"{json.dumps(key)}: {_dumped(part)}" for key, part in value.items()) + "\n}"
        )
    return _dumped(value)


def _dumped(value: Any) -> str:
    return _ENCODER.encode(value)


def _parsed(contents: bytes) -> Any:
    """The file's JSON, or None when it is none."""
    try:
        text = contents.decode("utf-8", errors="surrogatepass")
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _may_be_one(path: Path, beginning: bytes) -> bool:
    # By its name too, so that a damaged beginning is called damage.
    return path.name.rstrip("~").endswith(SUFFIX) or SCHEMA.encode() in beginning


def _what_is_wrong(document: Any) -> str:
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is int and version > PROJECT_UPGRADES.current_version:
        return (
            f"it says that a newer version of Foley made it (file version {version}; this program reads up "
            f"to {PROJECT_UPGRADES.current_version}), but its contents don't match its checksum either"
        )
    return "it is damaged or was changed by another program (its checksum doesn't match)"


def _damaged(path: Path, why: str) -> DamagedProjectError:
    previous = previous_path(path)
    try:
        kept = previous if has_valid_checksum(previous.read_bytes()) else None
    except OSError:
        kept = None
    sentence = f"“{path.name}” can't be opened: {why}."
    if kept is not None:
        sentence += f" The version before it is kept as “{kept.name}”."
    return DamagedProjectError(sentence, kept)


def _put_in_place(path: Path, contents: bytes, *, keeps_previous: bool) -> None:
    target = Path(os.path.realpath(path))  # a link stays a link to the file it names
    new: Path | None = None
    try:
        if target.is_file() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only file")
        remove_leftovers(target)
        new = write_beside(target, contents)
        if target.is_file():
            new.chmod(stat.S_IMODE(target.stat().st_mode))
            if keeps_previous:
                _keep_previous(target)
        new.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        if new is not None:
            new.unlink(missing_ok=True)
        raise ProjectFileError(
            f"“{path.name}” was not saved: {reason(error)}. What was on the disk is as it was."
        ) from error


def _keep_previous(target: Path) -> None:
    previous = previous_path(target)
    contents = target.read_bytes()
    if previous.exists() and not has_valid_checksum(contents):
        return
    # The old file gets a second name rather than being moved: at no moment is there no `target`.
    second_name = name_beside(target)
    try:
        os.link(target, second_name)
    except OSError:  # no hard links here (FAT, some network disks): a copy does the same
        second_name = write_beside(target, contents)
    try:
        second_name.replace(previous)
    finally:
        # Renaming onto another name of the same file does nothing and leaves both.
        second_name.unlink(missing_ok=True)
