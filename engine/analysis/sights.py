"""What the pictures at hits show, kept from one analysis to the next in the user's cache folder (SQLite).

A look is known by the video's contents, the hit's position, the point that was looked at and the network that
looked. A hit that was moved, or whose contact point was dragged, is therefore looked at anew. It is a
cache: the oldest looks give way, and what is lost or damaged costs a new look, nothing else.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, WEIGHTS_SHA256, SightConfig, SightFeatures
from engine.user_folders import cache_folder

SIGHT_VERSION = f"{WEIGHTS_SHA256[:12]} {SightConfig()}"
"""Changes whenever a look would say something else."""

_LENGTHS = (VECTOR_LENGTH, CLASS_COUNT, VECTOR_LENGTH, CLASS_COUNT)
_LOOK_BYTES = 2 * sum(_LENGTHS)
_MOST_LOOKS = 10_000
_MOST_LOOKS_REMOVED_AT = 11_000
_BUSY_LIMIT_S = 10.0
_POINTS_TOLD_APART = 500.0
_COLUMNS = "video TEXT, position INTEGER, x INTEGER, y INTEGER, numbers BLOB"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a video is looked: the hit's position in samples at 48 kHz, and a point in 0..1 or None."""

    position: int
    point: tuple[float, float] | None = None


class SightCache:
    """Looks by video and place; a context manager that closes at its end.

    Parameters
    ----------
    path
        The database; None takes the user's own. Where it can't be used, looks last as long as this object.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_folder() / "sights.sqlite"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_or_start_afresh()
        except (OSError, sqlite3.DatabaseError):
            self._go_on_in_memory()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def keep(self, video_hash: str, places: Sequence[Place], features: SightFeatures) -> None:
        """Remember looks at n places of a video.

        Parameters
        ----------
        video_hash
            As `engine.project.references.content_hash` tells it.
        features
            Of the places, in their order.
        """
        numbers = _packed(features)
        rows = [
            (video_hash, *_key(place), numbers[n].tobytes()) for n, place in enumerate(places)
        ]  # fmt: skip
        try:
            self._write(rows)
        except sqlite3.OperationalError:  # the disk is full, or another program holds on to it
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._go_on_in_memory()
            self._write(rows)
        except sqlite3.DatabaseError:  # torn somewhere
            self._start_afresh()
            self._write(rows)

    def find(self, video_hash: str, places: Sequence[Place]) -> list[SightFeatures | None]:
        """For each place what is known of it, one row; None where nothing is."""
        asked = "SELECT numbers FROM looks WHERE video = ? AND position = ? AND x = ? AND y = ?"
        found: list[SightFeatures | None] = []
        try:
            for place in places:
                row = self._connection.execute(asked, (video_hash, *_key(place))).fetchone()
                numbers = b"" if row is None else row[0]
                found.append(_unpacked(numbers) if len(numbers) == _LOOK_BYTES else None)
        except sqlite3.DatabaseError:  # torn somewhere: what it held is looked at anew
            self._start_afresh()
            found = [None] * len(places)
        return found

    def _write(self, rows: Sequence[tuple[object, ...]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?, ?)", rows)
            (count,) = self._connection.execute("SELECT count(*) FROM looks").fetchone()
            if count > _MOST_LOOKS_REMOVED_AT:
                oldest = "SELECT rowid FROM looks ORDER BY rowid LIMIT ?"
                self._connection.execute(
                    f"DELETE FROM looks WHERE rowid IN ({oldest})", (count - _MOST_LOOKS,)
                )

    def _open_or_start_afresh(self) -> sqlite3.Connection:
        try:
            return _prepared(sqlite3.connect(self._path, timeout=_BUSY_LIMIT_S))
        except sqlite3.OperationalError:
            raise  # it may be whole, and just locked or out of reach
        except sqlite3.DatabaseError:
            return self._emptied()

    def _start_afresh(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        try:
            self._connection = self._emptied()
        except (OSError, sqlite3.DatabaseError):
            self._go_on_in_memory()

    def _emptied(self) -> sqlite3.Connection:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)
        return _prepared(sqlite3.connect(self._path, timeout=_BUSY_LIMIT_S))

    def _go_on_in_memory(self) -> None:
        self._connection = _prepared(sqlite3.connect(":memory:"))


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, with this version's looks and no other's; closed when it can't be used."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_LIMIT_S * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute("CREATE TABLE IF NOT EXISTS version (name TEXT)")
            held = connection.execute("SELECT name FROM version").fetchone()
            if held is None or held[0] != SIGHT_VERSION:
                connection.execute("DROP TABLE IF EXISTS looks")
                connection.execute("DELETE FROM version")
                connection.execute("INSERT INTO version VALUES (?)", (SIGHT_VERSION,))
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS looks ({_COLUMNS}, UNIQUE (video, position, x, y))"
            )
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _key(place: Place) -> tuple[int, int, int]:
    if place.point is None:
        return place.position, -1, -1
    x, y = (round(min(max(share, 0.0), 1.0) * _POINTS_TOLD_APART) for share in place.point)
    return place.position, x, y


def _packed(features: SightFeatures) -> NDArray[np.float16]:
    parts = (features.whole, features.whole_posteriors, features.crop, features.crop_posteriors)
    return np.concatenate(parts, axis=1).astype(np.float16)


def _unpacked(contents: bytes) -> SightFeatures:
    numbers = np.frombuffer(contents, np.float16).astype(np.float32)[None]
    parts = np.split(numbers, np.cumsum(_LENGTHS)[:-1], axis=1)
    return SightFeatures(*parts)
