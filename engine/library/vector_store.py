"""Vectors of sounds by the contents of their files: SQLite says which row, a mapped file holds the rows.

A row is a unit vector in bytes: each number times what makes the largest one 127. Its length is not kept,
because a unit vector's own bytes tell it. A cosine from bytes is within 0.003 of the exact one for vectors
like ours. All of it is a cache: what is lost or damaged is made again.

A store serves one version of the networks that made its vectors; another version's is put away when it opens.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.library.byte_vectors import best, bytes_of, cosines
from engine.project.durable import reason
from engine.user_folders import cache_folder

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_LAYOUT = 1
_DATABASE = "sounds.sqlite"
_BUSY_LIMIT_S = 10.0
_ASKED_TOGETHER = 500


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a store knows of some sounds.

    Attributes
    ----------
    rows
        (n,) int64: each one's row; -1 for a sound it does not hold.
    said
        (n, said_length) float32: what was kept beside each vector; NaN for a sound it does not hold.
    """

    rows: Rows
    said: Vectors


class VectorStore:
    """The vectors of one version of the networks; a context manager that closes at its end.

    Safe to open in several processes at once. One thread at a time.

    Parameters
    ----------
    version
        Of the networks: vectors of another one are not comparable.
    length
        Of a vector; 0 where there is no network for vectors yet.
    said_length
        How many numbers are kept beside each vector.
    folder
        Where; None takes the user's cache folder.

    Attributes
    ----------
    problem
        A sentence when nothing can be kept, so that nothing lasts beyond this store; else "".
    """

    def __init__(
        self, version: str, length: int = 128, said_length: int = 0, folder: Path | None = None
    ) -> None:
        self._folder = folder or cache_folder() / "sounds"
        self._length, self._said_length = length, said_length
        self._key = _key(version, length, said_length)
        self._rows_path = self._folder / f"vectors-{self._key}.i8"
        self.problem = ""
        self._in_memory = np.zeros((0, length), np.int8)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_or_start_afresh()
            self._rows_path.touch()
        except (OSError, sqlite3.DatabaseError) as error:
            self._go_on_in_memory(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; everything added lasts already."""
        self._connection.close()

    def __len__(self) -> int:
        """How many sounds it holds."""
        return int(self._connection.execute("SELECT count(*) FROM sounds").fetchone()[0])

    def add(self, hashes: Sequence[str], vectors: ArrayLike, said: ArrayLike | None = None) -> None:
        """Keep vectors; those of sounds it holds already are replaced.

        Parameters
        ----------
        hashes
            n contents, as `engine.project.references.content_hash` tells them.
        vectors
            (n, length), of any scale; a row of zeros is like nothing.
        said
            (n, said_length) finite numbers kept beside them.
        """
        count = len(hashes)
        rows = np.asarray(vectors, np.float32).reshape(count, self._length)
        beside = np.zeros((count, 0)) if said is None else said
        beside = np.asarray(beside, np.float32).reshape(count, self._said_length)
        if not (np.isfinite(rows).all() and np.isfinite(beside).all()):
            raise ValueError("vectors to be kept hold numbers that are not finite")
        if not count:
            return
        try:
            self._append(hashes, bytes_of(rows), beside)
        except (OSError, sqlite3.DatabaseError) as error:
            kept = self._connection_rows()
            self._go_on_in_memory(error)
            self._restore(kept)
            self._append(hashes, bytes_of(rows), beside)

    def kept(self, hashes: Sequence[str]) -> Kept:
        """What it knows of sounds, in their order."""
        rows = np.full(len(hashes), -1, np.int64)
        said = np.full((len(hashes), self._said_length), np.nan, np.float32)
        places: dict[str, list[int]] = {}
        for place, content in enumerate(hashes):
            places.setdefault(content, []).append(place)
        for content, row, beside in self._found(list(places)):
            rows[places[content]] = row
            said[places[content]] = np.frombuffer(beside, np.float32)
        return Kept(rows, said)

    def codes(self) -> NDArray[np.int8]:
        """All rows, mapped: (rows, length) int8, read-only; a later `add` needs them asked for again."""
        if self.problem:
            return self._in_memory
        count = self._rows_path.stat().st_size // self._length if self._length else 0
        if not count:
            return np.zeros((0, self._length), np.int8)
        return np.memmap(self._rows_path, np.int8, "r", shape=(count, self._length))

    def top_k(self, query: ArrayLike, k: int) -> tuple[Rows, Vectors]:
        """The k rows most like a vector.

        Parameters
        ----------
        query
            (length,) of any scale.

        Returns
        -------
        tuple
            Rows (up to k,), and their cosines (up to k,) float32, the highest first. Rows that replaced ones
            left behind may be among them; `kept` never names those.
        """
        codes = self.codes()
        found = cosines(codes, np.arange(len(codes)), query)
        order = best(found, k)
        return order, found[order]

    def _append(self, hashes: Sequence[str], codes: NDArray[np.int8], said: Vectors) -> None:
        if self.problem:
            first = len(self._in_memory)
            self._in_memory = np.concatenate([self._in_memory, codes])
            self._note_rows(hashes, first, said)
            return
        # Whoever holds the database's lock may write: rows first, so that a crash leaves rows without a
        # name rather than names without a row.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            (first,) = self._connection.execute("SELECT coalesce(max(row) + 1, 0) FROM sounds").fetchone()
            with self._rows_path.open("r+b") as file:
                file.seek(first * self._length)
                file.write(codes.tobytes())
            self._note_rows(hashes, first, said)
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _note_rows(self, hashes: Sequence[str], first: int, said: Vectors) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO sounds VALUES (?, ?, ?)",
            [(content, first + n, said[n].tobytes()) for n, content in enumerate(hashes)],
        )

    def _found(self, hashes: Sequence[str]) -> Iterator[tuple[str, int, bytes]]:
        held = len(self.codes()) if self._length else None
        for start in range(0, len(hashes), _ASKED_TOGETHER):
            some = hashes[start : start + _ASKED_TOGETHER]
            marks = ", ".join("?" * len(some))
            asked = f"SELECT content_hash, row, said FROM sounds WHERE content_hash IN ({marks})"
            for content, row, said in self._connection.execute(asked, some):
                # A file that was cut short holds fewer rows than the database names.
                if held is None or row < held:
                    yield content, row, said

    def _open_or_start_afresh(self) -> sqlite3.Connection:
        path = self._folder / _DATABASE
        try:
            return self._prepared(sqlite3.connect(path, timeout=_BUSY_LIMIT_S, isolation_level=None))
        except sqlite3.OperationalError:
            raise  # it may be whole, and just locked or out of reach
        except sqlite3.DatabaseError:
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            return self._prepared(sqlite3.connect(path, timeout=_BUSY_LIMIT_S, isolation_level=None))

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection, holding this version's table and no other's; closed when it can't be used."""
        try:
            connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_LIMIT_S * 1000)}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("it is damaged")
            connection.execute("CREATE TABLE IF NOT EXISTS version (key TEXT)")
            connection.execute("BEGIN IMMEDIATE")
            held = connection.execute("SELECT key FROM version").fetchone()
            if held is None or held[0] != self._key:
                connection.execute("DROP TABLE IF EXISTS sounds")
                connection.execute("DELETE FROM version")
                connection.execute("INSERT INTO version VALUES (?)", (self._key,))
                self._remove_other_versions()
            connection.execute(
                "CREATE TABLE IF NOT EXISTS sounds (content_hash TEXT PRIMARY KEY, row INTEGER, said BLOB)"
            )
            connection.execute("COMMIT")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _remove_other_versions(self) -> None:
        for path in self._folder.glob("vectors-*.i8"):
            # Another process may have it mapped, which some systems take for a reason to refuse.
            with contextlib.suppress(OSError):
                path.unlink()

    def _go_on_in_memory(self, error: Exception) -> None:
        why = reason(error) if isinstance(error, OSError) else error
        self.problem = (
            f"Sounds must be listened to again at the next start, {self._folder} can't be used: {why}."
        )
        with contextlib.suppress(AttributeError, sqlite3.Error):
            self._connection.close()
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute(
            "CREATE TABLE sounds (content_hash TEXT PRIMARY KEY, row INTEGER, said BLOB)"
        )

    def _connection_rows(self) -> tuple[list[tuple[str, int, bytes]], NDArray[np.int8]]:
        with contextlib.suppress(sqlite3.Error, OSError):
            rows = self._connection.execute("SELECT content_hash, row, said FROM sounds").fetchall()
            return rows, np.array(self.codes())
        return [], np.zeros((0, self._length), np.int8)

    def _restore(self, kept: tuple[list[tuple[str, int, bytes]], NDArray[np.int8]]) -> None:
        rows, self._in_memory = kept
        self._connection.executemany("INSERT INTO sounds VALUES (?, ?, ?)", rows)


def kept_count(version: str, length: int = 128, said_length: int = 0, folder: Path | None = None) -> int:
    """How many sounds a `VectorStore` of these holds, told at once: without opening it as one."""
    database = (folder or cache_folder() / "sounds").absolute() / _DATABASE
    try:
        with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            held = connection.execute("SELECT key FROM version").fetchone()
            if held is None or held[0] != _key(version, length, said_length):
                return 0
            return int(connection.execute("SELECT count(*) FROM sounds").fetchone()[0])
    except sqlite3.Error:
        return 0


def _key(version: str, length: int, said_length: int) -> str:
    return blake2b(f"{_LAYOUT}/{version}/{length}/{said_length}".encode(), digest_size=6).hexdigest()
