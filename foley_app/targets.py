"""Looks at where a command is to write, before it does minutes of work for nothing."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from engine.errors import UserFacingError
from engine.media.containers import in_words
from engine.project.durable import reason

_STANDARD_OUTPUT = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def is_standard_output(path: Path) -> bool:
    """Whether a target's name stands for standard output."""
    return str(path) in _STANDARD_OUTPUT


def is_stream(path: Path) -> bool:
    """Whether a target is written as it comes (a pipe, `/dev/null`) and must never be replaced by a file."""
    with contextlib.suppress(OSError):  # who may not look at it may not write it, which is told later
        return path.exists() and not path.is_file() and not path.is_dir()
    return False


def write_stream(path: Path, contents: bytes) -> None:
    """Write to a pipe or a device.

    Raises
    ------
    UserFacingError
        When it refuses.
    """
    try:
        path.write_bytes(contents)
    except OSError as error:
        raise UserFacingError(f"{path} can't be written: {reason(error)}.") from error


def check_file(path: Path, *, suffixes: tuple[str, ...] = (), source: Path | None = None) -> None:
    """Refuse a file that can't be written.

    Parameters
    ----------
    path
        The file to be written or replaced.
    suffixes
        What its name may end in; empty for anything.
    source
        What is read, and must not be overwritten by it.

    Raises
    ------
    UserFacingError
        When the folder is missing or closed, or the target is a folder, protected, of another kind or the
        source itself.
    """
    try:
        if path.is_dir():
            raise UserFacingError(f"{path} is a folder; name a file to write.")
        _check_folder_of(path)
        if suffixes and path.suffix.lower() not in suffixes:
            raise UserFacingError(f"“{path.name}” must end in {in_words(suffixes, 'or')}.")
        if not path.exists():
            return
        if source is not None and source.exists() and path.samefile(source):
            raise UserFacingError(f"“{path.name}” is the video itself; choose another name to write to.")
        if not path.is_file():
            raise UserFacingError(f"{path} is a device or a pipe; name a file to write.")
        if not os.access(path, os.W_OK):
            raise UserFacingError(f"“{path.name}” is write-protected; choose another name to write to.")
    except OSError as error:
        raise UserFacingError(f"“{path.name}” can't be written: {reason(error)}.") from error


def check_folder(path: Path) -> None:
    """Refuse a folder that is none, can't be made or can't be written into.

    Raises
    ------
    UserFacingError
        When it is a file, or it or the folder it would be made in is closed.
    """
    try:
        nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
        if not nearest.is_dir():
            raise UserFacingError(f"{nearest} is a file; name a folder to write into.")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise UserFacingError(f"You may not write into {nearest}.")
    except OSError as error:
        raise UserFacingError(f"The folder {path} can't be written into: {reason(error)}.") from error


def _check_folder_of(path: Path) -> None:
    if not path.parent.is_dir():
        raise UserFacingError(f"The folder {path.parent} does not exist.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UserFacingError(f"You may not write into {path.parent}.")
