"""What is known of sound files from earlier scans, kept in the user's cache folder (SQLite).

An entry holds as long as the file's size and modification time stay the same. It is a cache: losing it
costs a new scan, nothing else, so one that is damaged or of another version is started afresh.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.library.acoustics import Acoustics
from engine.project.durable import reason
from engine.user_folders import cache_folder

_VERSION = 2
"""Raised whenever measurements or columns change."""

_BUSY_LIMIT_S = 10.0
_COLUMNS = (
    "path TEXT PRIMARY KEY, size INTEGER, modified_ns INTEGER, content_hash TEXT, duration_s REAL,"
    " level_db REAL, peak_db REAL, centroid_hz REAL, attack_s REAL, decay_s REAL, action TEXT"
)


@dataclass(frozen=True, slots=True)
class FileState:
    """A file, and how to tell that it has not been touched since."""

    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave."""

    content_hash: str
    duration_s: float
    acoustics: Acoustics


class Catalog:
    """Readings by file; a context manager that commits and closes at its end.

    Parameters
    ----------
    path
        The database; None takes the user's own.

    Attributes
    ----------
    problem
        A sentence when the database can't be used, so that nothing lasts beyond this scan; else "".
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_folder() / "library.sqlite"
        self.problem = ""
        try:
            self._connection = self._open_or_start_afresh()
        except (OSError, sqlite3.DatabaseError) as error:
            self._go_on_without(error)

    def _go_on_without(self, error: Exception) -> None:
        """Keep what is read in memory only: a cache that can't be used is no reason to stop a scan."""
        why = reason(error) if isinstance(error, OSError) else error
        self.problem = f"Sounds must be read again at the next start, {self._path} can't be used: {why}."
        self._connection = _prepared(sqlite3.connect(":memory:"))

    def _open_or_start_afresh(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _prepared(sqlite3.connect(self._path, timeout=_BUSY_LIMIT_S))
        except sqlite3.OperationalError:
            raise  # it may be whole, and just locked or out of reach
        except sqlite3.DatabaseError:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._path}{ending}").unlink(missing_ok=True)
            return _prepared(sqlite3.connect(self._path, timeout=_BUSY_LIMIT_S))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.commit()
        self._connection.close()

    def reading(self, file: FileState) -> Reading | None:
        """What is known of a file as it is now; None when nothing is."""
        row = self._connection.execute(
            "SELECT content_hash, duration_s, level_db, peak_db, centroid_hz, attack_s, decay_s, action"
            " FROM readings WHERE path = ? AND size = ? AND modified_ns = ?",
            (str(file.path), file.size, file.modified_ns),
        ).fetchone()
        if row is None:
            return None
        content_hash, duration_s, *measured = row
        return Reading(content_hash, duration_s, Acoustics(*measured))

    def keep(self, file: FileState, reading: Reading) -> None:
        """Remember a reading; `commit` makes it last."""
        measured = reading.acoustics
        row = (
            str(file.path),
            file.size,
            file.modified_ns,
            reading.content_hash,
            reading.duration_s,
            measured.level_db,
            measured.peak_db,
            measured.centroid_hz,
            measured.attack_s,
            measured.decay_s,
            measured.action,
        )
        try:
            self._connection.execute(
                "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )
        except sqlite3.OperationalError as error:  # the disk is full, or another program holds on to it
            self._lose(error)

    def commit(self) -> None:
        """Make what was kept so far last, so that an interrupted scan goes on from here."""
        try:
            self._connection.commit()
        except sqlite3.OperationalError as error:
            self._lose(error)

    def _lose(self, error: sqlite3.OperationalError) -> None:
        with contextlib.suppress(sqlite3.Error):  # what it can't write it may also be unable to take back
            self._connection.close()
        self._go_on_without(error)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, with the table in place; closed when the database is damaged or out of reach."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_LIMIT_S * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("it is damaged")
        if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            connection.execute("DROP TABLE IF EXISTS readings")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute(f"CREATE TABLE IF NOT EXISTS readings ({_COLUMNS})")
        connection.commit()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
