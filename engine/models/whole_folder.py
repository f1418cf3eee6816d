"""A folder that is always either the old one or the new one, whole.

The new one is filled beside it and flushed to the disk. Then the old one becomes `NAME~`, the new one takes
its place, and `NAME~` goes. A crash between the two renames leaves `NAME~`, which `whole_folder` finds.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from engine.project.durable import flush_file, flush_folder, leftovers_of, name_beside


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder of files in place; when this returns, it is on the disk.

    Raises
    ------
    OSError
        When the disk refuses. The folder that was there is untouched, and nothing is left beside it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside, previous = name_beside(folder), _previous(folder)
    try:
        beside.mkdir()
        for name, contents in files.items():
            with (beside / name).open("xb") as file:
                file.write(contents)
                file.flush()
                flush_file(file.fileno())
        flush_folder(beside)
        if folder.exists():
            shutil.rmtree(previous, ignore_errors=True)
            folder.rename(previous)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    flush_folder(folder.parent)
    shutil.rmtree(previous, ignore_errors=True)


def whole_folder(folder: Path) -> Path:
    """Where the files of a folder put in place by `replace_folder` are; it need not exist."""
    previous = _previous(folder)
    return previous if not folder.exists() and previous.exists() else folder


def remove_unfinished(folder: Path) -> None:
    """Remove what killed writers of the folder left beside it; only for who is its one writer."""
    for unfinished in leftovers_of(folder):
        shutil.rmtree(unfinished, ignore_errors=True)


def _previous(folder: Path) -> Path:
    return folder.with_name(folder.name + "~")
