"""The person's library as it is used from one job to the next: scanned, and with what was heard so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.job import SILENT_JOB, Job
from engine.library.bundled_ear import bundled_ear, bundled_fit
from engine.library.listening import heard_count, heard_table
from engine.library.matching import SoundTable
from engine.library.scan import Library, scan_folders

Folders = tuple[str, ...]

_WORTH_ITS_TIME = 20.0
"""While sounds are listened to, a table is made anew after so many times what making it took."""


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
    made_at_s: float
    took_s: float


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
        """The sounds in folders as a table, with what was heard of them up to now, or shortly before."""
        library = self.library(folders, job, anew=anew)
        ear = bundled_ear()
        heard = heard_count(ear) if ear is not None else 0
        with self._lock:
            known = self._tabled
        now_s = time.monotonic()
        if known is not None and known.library is library:
            is_young = now_s - known.made_at_s < _WORTH_ITS_TIME * known.took_s
            if known.heard == heard or is_young:
                return known.table
        table = heard_table(library.sounds, ear, bundled_fit())
        took_s = time.monotonic() - now_s
        with self._lock:
            self._tabled = _Tabled(library, heard, table, now_s + took_s, took_s)
        return table

    def has_listened(self) -> None:
        """A listening has ended: the next table is made with all that was heard."""
        with self._lock:
            self._tabled = None
