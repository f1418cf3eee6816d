"""The person's library as it is used from one job to the next: scanned, and with what was heard so far."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.job import SILENT_JOB, Job
from engine.library.bundled_ear import bundled_ear, bundled_fit
from engine.library.listening import heard_count, heard_table
from engine.library.matching import SoundTable
from engine.library.scan import Library, scan_folders

Folders = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scanned:
    folders: Folders
    there: tuple[bool, ...]
    library: Library


@dataclass(frozen=True, slots=True)
class _Tabled:
    library: Library
    heard: int
    table: SoundTable


class Shelf:
    """Keeps the library of the folders asked for last, because a large one takes a while to walk.

    A folder that went away or came back since is noticed, and the folders are scanned anew. Safe to use from
    several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scanned: _Scanned | None = None
        self._tabled: _Tabled | None = None

    def library(self, folders: Sequence[str], job: Job = SILENT_JOB, *, anew: bool = False) -> Library:
        """The sounds in folders; `anew` looks for changes inside them too."""
        wanted = tuple(folders)
        there = tuple(Path(folder).is_dir() for folder in wanted)
        with self._lock:
            known = self._scanned
        if known is not None and not anew and (known.folders, known.there) == (wanted, there):
            return known.library
        library = scan_folders([Path(folder) for folder in wanted], job)
        with self._lock:
            self._scanned = _Scanned(wanted, there, library)
        return library

    def table(self, folders: Sequence[str], job: Job = SILENT_JOB, *, anew: bool = False) -> SoundTable:
        """The sounds in folders as a table, with what was heard of them up to now."""
        library = self.library(folders, job, anew=anew)
        ear = bundled_ear()
        heard = heard_count(ear) if ear is not None else 0
        with self._lock:
            known = self._tabled
        if known is not None and known.library is library and known.heard == heard:
            return known.table
        table = heard_table(library.sounds, ear, bundled_fit())
        with self._lock:
            self._tabled = _Tabled(library, heard, table)
        return table
