"""Files that survive a crash or a power cut: written beside, flushed to the disk, then put in place."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
import uuid
from pathlib import Path

_LEFTOVER_SUFFIX = ".saving"
_LEFTOVER_AGE_S = 3600.0
_LONGEST_SHARED_NAME_BYTES = 255 - len("..01234567") - len(_LEFTOVER_SUFFIX)


def flush_file(descriptor: int) -> None:
    """Return when what was written has reached the disk."""
    if sys.platform == "darwin":
        import fcntl

        # There fsync stops at the drive's cache, which a power cut empties.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Return when a rename in the folder has reached the disk."""
    if sys.platform == "win32":
        return  # a folder can't be opened there; the file system journals renames itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_beside(path: Path) -> Path:
    """A name next to `path` that nothing else has, recognised as a leftover if it stays."""
    return path.with_name(f".{_shortened(path.name)}.{uuid.uuid4().hex[:8]}{_LEFTOVER_SUFFIX}")


def write_beside(path: Path, contents: bytes, mode: int = 0o666) -> Path:
    """Write a new file next to `path`, flushed, to be put in its place with `os.replace`.

    Returns
    -------
    Path
        The new file. Nothing is left behind when an error is raised.
    """
    beside = name_beside(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(beside, flags, mode), "wb") as file:
            file.write(contents)
            file.flush()
            flush_file(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return beside


def leftovers_of(path: Path) -> list[Path]:
    """What writers of `path` left beside it when they were killed, or are writing now."""
    return sorted(path.parent.glob(f".{_literal(_shortened(path.name))}.*{_LEFTOVER_SUFFIX}"))


def remove_leftovers(path: Path) -> None:
    """Remove what killed writers of `path` left; young files may be in use."""
    for leftover in leftovers_of(path):
        # Losing a race against another program that removes it too is as good as removing it.
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _LEFTOVER_AGE_S:
                leftover.unlink()


def reason(error: OSError) -> str:
    """Why the disk refused, in words that continue a sentence."""
    known = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EFBIG: "the file would grow beyond what is allowed",
        errno.EACCES: "you have no permission for it",
        errno.EPERM: "you have no permission for it",
        errno.EROFS: "the disk is read-only",
        errno.ENOENT: "there is no such file or folder",
        errno.ENOTDIR: "there is no such folder",
        errno.EISDIR: "it is a folder",
        errno.ENAMETOOLONG: "the name is too long",
    }
    return known.get(error.errno or 0) or (error.strerror or str(error)).lower()


def _shortened(name: str) -> str:
    """The name, cut so that what `name_beside` adds still fits into the longest name of a file."""
    cut = name
    while len(os.fsencode(cut)) > _LONGEST_SHARED_NAME_BYTES:
        cut = cut[:-1]
    return cut


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
