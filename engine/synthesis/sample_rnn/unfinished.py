"""Takes in the making, kept in the cache folder, so that what was interrupted goes on where it stopped.

A request's folder holds the levels made so far and, from time to time, the state after some picture. A
program that is killed in between loses what was made since; the same request made again begins from that
state.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from engine.errors import UserFacingError
from engine.project.durable import name_beside, reason, remove_leftovers
from engine.project.file_lock import FileLock
from engine.synthesis.sample_rnn.streams import Levels, StreamsState
from engine.synthesis.sample_rnn.takes import TakesState
from engine.user_folders import cache_folder

_FOLDER = "unfinished-takes"
_LEVELS, _STATE, _LOCK = "levels.u8", "state.npz", "lock"
_KEPT, _KEPT_S = 8, 7 * 24 * 3600.0
"""So many requests that were given up are kept, and for so long."""
_SAVE_EVERY_S = 1.0
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


class UnfinishedTakes:
    """A context manager: what is in it when an error leaves it stays for the next time.

    Parameters
    ----------
    digest
        Of everything that decides the sound.
    count
        How many takes.

    Attributes
    ----------
    state
        Where an earlier attempt was; None when this is the first.
    length
        Samples per take that are there.

    Raises
    ------
    UserFacingError
        From any method: the disk refuses, being full for example.
    """

    def __init__(self, digest: str, count: int) -> None:
        self._count = count
        self._parent = cache_folder() / _FOLDER
        self._folder, self._lock = self._own_folder(digest)
        self.state, self.length = self._read_state()
        self._saved_s = time.monotonic()
        with self._explained():
            self._file = (self._folder / _LEVELS).open("r+b" if self.length else "w+b")
            self._file.truncate(self.length * count)
            self._file.seek(0, os.SEEK_END)
        self._forget_old()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        is_shared = self._lock is not None
        if self._lock is not None:
            self._lock.release()
        if kind is None or not is_shared:
            shutil.rmtree(self._folder, ignore_errors=True)

    def append(self, levels: Levels) -> None:
        """Keep what was made next, (takes, n)."""
        with self._explained():
            self._file.write(np.ascontiguousarray(levels.T).tobytes())
        self.length += levels.shape[1]

    def save_sometimes(self, state: TakesState) -> None:
        """Keep a state that all levels so far have led to, unless one was kept a moment ago."""
        if time.monotonic() - self._saved_s < _SAVE_EVERY_S:
            return
        contents = io.BytesIO()
        np.savez(
            contents,
            picture=state.picture,
            length=self.length,
            drawn=state.streams.drawn,
            hidden=state.streams.hidden,
            cell=state.streams.cell,
            past=state.streams.past,
            heard=state.heard,
        )
        with self._explained():
            # The levels first: a state is worth nothing without what led to it.
            self._file.flush()
            # Nobody waits for the disk: what a power cut tears is made anew.
            path = self._folder / _STATE
            beside = name_beside(path)
            beside.write_bytes(contents.getvalue())
            beside.replace(path)
        self._saved_s = time.monotonic()

    def blocks(self, size: int = 1 << 15) -> Iterator[Levels]:
        """All levels so far, (takes, n) after (takes, n)."""
        with self._explained():
            self._file.flush()
            with (self._folder / _LEVELS).open("rb") as file:
                while read := file.read(size * self._count):
                    yield np.ascontiguousarray(np.frombuffer(read, np.uint8).reshape(-1, self._count).T)

    def _own_folder(self, digest: str) -> tuple[Path, FileLock | None]:
        folder = self._parent / digest
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / _LOCK)
            if lock.try_acquire():
                remove_leftovers(folder / _STATE)
                return folder, lock
        # Another program makes the very same, or the cache can't be written: there is nothing to go on from.
        with self._explained():
            return Path(tempfile.mkdtemp(prefix="foley-takes-")), None

    def _read_state(self) -> tuple[TakesState | None, int]:
        try:
            with np.load(self._folder / _STATE, allow_pickle=False) as kept:
                streams = StreamsState(kept["hidden"], kept["cell"], kept["past"], int(kept["drawn"]))
                state = TakesState(int(kept["picture"]), streams, kept["heard"])
                length = int(kept["length"])
            is_whole = (self._folder / _LEVELS).stat().st_size >= length * self._count
            if is_whole and len(state.heard) == self._count:
                return state, length
        except _UNREADABLE:
            pass
        return None, 0

    def _forget_old(self) -> None:
        with contextlib.suppress(OSError):
            others = [folder for folder in self._parent.iterdir() if folder != self._folder]
            newest_first = sorted(others, key=lambda folder: -folder.stat().st_mtime)
            for place, folder in enumerate(newest_first, 1):
                if place < _KEPT and time.time() - folder.stat().st_mtime < _KEPT_S:
                    continue
                lock = FileLock(folder / _LOCK)
                if lock.try_acquire():
                    lock.release()
                    shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            folder = getattr(self, "_folder", self._parent)
            raise UserFacingError(
                f"What is being made can't be kept in “{folder}”: {reason(error)}."
            ) from error
