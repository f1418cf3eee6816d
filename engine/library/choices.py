"""What a person chose for hits, sounds and materials, and what follows for hits on the same surface.

Kept in the user's data folder (SQLite), the newest 3,000. A choice for a hit takes the place of the earlier
one of its kind for it. A database that can't be used costs the memory of choices, never a job: `problem` says
so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.library.surfaces import Surfaces, SurfaceView
from engine.project.durable import reason
from engine.project.materials import MATERIALS
from engine.user_folders import choices_folder

if TYPE_CHECKING:
    from engine.library.matching import SoundTable

_VERSION = 1
_MOST_CHOICES = 3000
_BUSY_LIMIT_S = 10.0
_LIKE_THE_CHOSEN = 0.5
"""A sound of a chosen one's material is as good as half the chosen one."""

_LEAST_SAME = 0.1
_SUREST = 0.99
_COLUMNS = (
    "number INTEGER PRIMARY KEY, video TEXT, position INTEGER, kind TEXT, sound TEXT, material TEXT,"
    " beliefs BLOB, x REAL, y REAL, crop BLOB, UNIQUE (video, position, kind)"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice.

    Attributes
    ----------
    kind
        Whether a sound or a material was chosen.
    sound
        Id of the take; "" for a material.
    material
        The chosen material; of a sound its own, "" when unknown.
    view
        The surface it was chosen for.
    """

    kind: Literal["sound", "material"]
    sound: str
    material: str
    view: SurfaceView


class Choices:
    """The person's choices; a context manager that closes at its end.

    Parameters
    ----------
    path
        The database; None takes the user's own.

    Attributes
    ----------
    problem
        A sentence when the database can't be used, and then there are no choices; else "".
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or choices_folder() / "choices.sqlite"
        self.problem = ""
        self._connection: sqlite3.Connection | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.DatabaseError) as error:
            why = reason(error) if isinstance(error, OSError) else error
            self.problem = f"Your earlier choices of sounds can't be used, {self._path} can't be read: {why}."

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def remember(self, position: int, choice: Choice) -> None:
        """Keep a choice for the hit at a position (in samples at 48 kHz) of its view's video.

        Raises
        ------
        UserFacingError
            When it can't be kept.
        """
        if self._connection is None:
            raise UserFacingError(self.problem)
        view = choice.view
        x, y = view.contact or (None, None)
        crop = None if view.crop is None else view.crop.astype(np.float16).tobytes()
        beliefs = view.materials.astype(np.float32).tobytes()
        row = (view.video, position, choice.kind, choice.sound, choice.material, beliefs, x, y, crop)
        try:
            with self._connection:
                self._connection.execute(
                    "INSERT OR REPLACE INTO choices"
                    " (video, position, kind, sound, material, beliefs, x, y, crop)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
                self._connection.execute(
                    "DELETE FROM choices WHERE number <= (SELECT max(number) FROM choices) - ?",
                    (_MOST_CHOICES,),
                )
        except sqlite3.Error as error:
            raise UserFacingError(
                f"What you chose can't be remembered, {self._path} can't be written: {error}."
            ) from error

    def forget(self, video: str, position: int, kind: Literal["sound", "material"]) -> None:
        """Let a choice for the hit at a position of a video count no more; none may be there.

        Raises
        ------
        UserFacingError
            When it can't be taken out.
        """
        if self._connection is None:
            raise UserFacingError(self.problem)
        try:
            with self._connection:
                self._connection.execute(
                    "DELETE FROM choices WHERE video = ? AND position = ? AND kind = ?",
                    (video, position, kind),
                )
        except sqlite3.Error as error:
            raise UserFacingError(
                f"What you took back can't be forgotten, {self._path} can't be written: {error}."
            ) from error

    def recall(self) -> tuple[Choice, ...]:
        """Every choice, the newest first."""
        if self._connection is None:
            return ()
        asked = "SELECT kind, sound, material, video, beliefs, x, y, crop FROM choices ORDER BY number DESC"
        try:
            rows = self._connection.execute(asked).fetchall()
        except sqlite3.Error as error:
            self.problem = (
                f"Your earlier choices of sounds can't be used, {self._path} can't be read: {error}."
            )
            return ()
        return tuple(_choice(*row) for row in rows)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_LIMIT_S)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise sqlite3.DatabaseError("it is a newer program's")
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("it is damaged")
            with connection:
                connection.execute(f"CREATE TABLE IF NOT EXISTS choices ({_COLUMNS})")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection


class Remembered:
    """What follows from choices for other hits.

    Parameters
    ----------
    choices
        Any number of them.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        self._surfaces = Surfaces([choice.view for choice in choices])

    def parts(self, view: SurfaceView | None, table: SoundTable) -> NDArray[np.float64] | None:
        """How probable it is that each sound of a table is what a person would choose for a hit again.

        That is how likely the hit is on the surface of an earlier choice, times how far the sound is like
        what was chosen there.

        Returns
        -------
        (n,) float64 in 0..1, or None when no choice was made for such a surface.
        """
        related = self._related(view)
        if not related:
            return None
        parts = np.minimum(table.materials @ _wanted_material(related), _SUREST).astype(np.float64)
        for same, choice in related:
            row = table.row_of(choice.sound) if choice.sound else None
            if row is not None:
                parts[row] = max(parts[row], min(same, _SUREST))
        return parts

    def part(self, view: SurfaceView | None, sound: str, material: str) -> float | None:
        """`parts` for the take of one sound that is in no table."""
        related = self._related(view)
        if not related:
            return None
        like = float(_wanted_material(related)[MATERIALS.index(material)]) if material in MATERIALS else 0.0
        chosen = max(
            (same for same, choice in related if choice.sound and choice.sound == sound), default=0.0
        )
        return min(_SUREST, max(like, chosen))

    def _related(self, view: SurfaceView | None) -> list[tuple[float, Choice]]:
        if view is None or not self._choices:
            return []
        same = self._surfaces.same(view)
        return [
            (float(same[number]), self._choices[number]) for number in np.flatnonzero(same >= _LEAST_SAME)
        ]


def _wanted_material(related: Sequence[tuple[float, Choice]]) -> NDArray[np.float32]:
    """(17,) how probable it is that a sound of each material is what would be chosen again."""
    wanted = np.zeros(len(MATERIALS), np.float32)
    for same, choice in related:
        if choice.material in MATERIALS:
            index = MATERIALS.index(choice.material)
            share = _LIKE_THE_CHOSEN if choice.kind == "sound" else 1.0
            wanted[index] = max(wanted[index], share * same)
    return wanted


def _choice(
    kind: Literal["sound", "material"],
    sound: str,
    material: str,
    video: str,
    beliefs: bytes,
    x: float | None,
    y: float | None,
    crop: bytes | None,
) -> Choice:
    contact = None if x is None or y is None else (x, y)
    seen = None if crop is None else np.frombuffer(crop, np.float16).astype(np.float32)
    materials = np.frombuffer(beliefs, np.float32)
    return Choice(kind, sound, material, SurfaceView(video, materials, contact, seen))
