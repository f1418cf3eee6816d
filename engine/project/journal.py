"""Every edit reaches the disk within a second, so that a crash or a power cut costs nothing.

The window hands each new version of the document to `Journal.record`, which returns at once. A thread
waits a moment for more of them (a drag is sixty a second), finds what changed, appends it as one line
and flushes it to the disk. A save starts the journal anew; so does growing too long. What a program
left behind is found by `engine.project.recovery.recover`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import FoleyError
from engine.project.changes import changes_between
from engine.project.document import Project
from engine.project.durable import reason
from engine.project.file_lock import FileLock
from engine.project.journal_file import (
    Header,
    JournalFileError,
    LastEdit,
    Step,
    append_step,
    lock_path,
    new_journal_path,
    remove_journal,
    write_beginning,
)

WAIT_S = 0.25
"""How long the thread waits for more edits before it writes."""

_RETRY_S = 2.0
_LONGEST_TAIL_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Version:
    """A project, how many edits it is past the last save, and the last of them."""

    project: Project
    edits: int
    last: LastEdit


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What shall be on the disk: the newest version, and the one the journal starts from."""

    number: int
    """Grows with everything that happens."""
    beginning_number: int
    """The `number` at which the journal was last started anew."""
    project_path: Path | None
    beginning: _Version
    newest: _Version


class Journal:
    """The journal of one open project; its methods are for one thread, the window's.

    Parameters
    ----------
    folder
        Where all journals lie; created when needed.
    project_id
        Names the file, so that a person looking into the folder knows which is which.
    on_failure
        Called from the journal's thread with a sentence when the disk refuses, once until it works
        again. Nothing is lost by a failure as long as the program runs: the next attempt writes all.
    wait_s
        How long to wait for more edits before writing.
    """

    def __init__(
        self,
        folder: Path,
        project_id: str,
        *,
        on_failure: Callable[[str], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        self.path = new_journal_path(folder, project_id)
        self._project_id = project_id
        self._on_failure = on_failure
        self._wait_s = wait_s
        self._lock = FileLock(lock_path(self.path))
        self._gesture: Hashable = None
        self._thread = threading.Thread(target=self._write_on, name="journal", daemon=True)
        # Shared with the thread, under the condition.
        self._changed = threading.Condition()
        self._wanted: _Wanted | None = None
        self._reached = 0
        self._failure = ""
        self._is_hurried = self._is_closing = False
        # The thread's own: what the file holds.
        self._on_disk: _Version | None = None
        self._beginning_on_disk = 0
        self._beginning_bytes = self._bytes = 0

    @property
    def failure(self) -> str:
        """Why the last attempt to write failed, as a sentence; "" when it didn't."""
        return self._failure

    def begin(self, project: Project, project_path: Path | None = None, *, unsaved_edits: int = 0) -> None:
        """Start from a project just opened, made or restored.

        Parameters
        ----------
        project_path
            The file it was opened from; None when there is none yet.
        unsaved_edits
            Edits the project holds beyond that file: what was restored must survive a second crash.
        """
        start = _Version(project, unsaved_edits, LastEdit("", time.time()))
        self._start_anew(project_path, start, start)

    def mark_saved(self, project: Project, project_path: Path) -> None:
        """Start anew from what was just saved; edits recorded beyond it stay recorded."""
        saved = _Version(project, 0, LastEdit("", time.time()))
        newest = self._wanted.newest if self._wanted else saved
        is_newest = newest.project is project
        self._start_anew(project_path, saved, saved if is_newest else replace(newest, edits=1))

    def record(self, project: Project, text: str = "", *, gesture: Hashable = None) -> None:
        """Take note of an edit; returns at once.

        Parameters
        ----------
        text
            What was done, as the undo list says it.
        gesture
            Edits in a row with the same one (a drag) count as one.
        """
        if self._wanted is None:
            raise RuntimeError("the journal has not begun")
        is_another = gesture is None or gesture != self._gesture
        self._gesture = gesture
        edits = self._wanted.newest.edits + is_another
        newest = _Version(project, edits, LastEdit(text, time.time()))
        self._want(replace(self._wanted, number=self._wanted.number + 1, newest=newest))

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until everything recorded so far is on the disk; False when that fails or takes longer."""
        with self._changed:
            goal = self._wanted.number if self._wanted else 0
            self._is_hurried = goal > self._reached
            self._failure = ""
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._reached >= goal or self._failure or self._is_closing, timeout_s
            )
            return self._reached >= goal

    def close(self, *, keep: bool = False) -> None:
        """End the journal.

        Parameters
        ----------
        keep
            Leave it for the next start to restore; by default it is removed, because the person saved
            or decided against saving.
        """
        if keep:
            self.flush()
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        if not keep:
            remove_journal(self.path)
        self._lock.release()

    def _start_anew(self, project_path: Path | None, beginning: _Version, newest: _Version) -> None:
        self._gesture = None
        number = self._wanted.number + 1 if self._wanted else 1
        self._want(_Wanted(number, number, project_path, beginning, newest))
        if self._thread.ident is None:
            self._thread.start()

    def _want(self, wanted: _Wanted) -> None:
        with self._changed:
            self._wanted = wanted
            self._changed.notify_all()

    def _write_on(self) -> None:
        """Write whenever something is new, until closed (the thread's whole life)."""
        failure, has_told = "", False
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._is_closing or (self._wanted and self._wanted.number > self._reached)
                )
                self._changed.wait_for(
                    lambda: self._is_closing or self._is_hurried, _RETRY_S if failure else self._wait_s
                )
                if self._is_closing or self._wanted is None:
                    return
                self._is_hurried = False
                wanted = self._wanted
            failure = self._attempt(wanted)
            if failure and not has_told and self._on_failure:
                self._on_failure(failure)
            has_told = bool(failure)
            with self._changed:
                self._failure = failure
                self._reached = self._reached if failure else wanted.number
                self._changed.notify_all()

    def _attempt(self, wanted: _Wanted) -> str:
        try:
            self._write(wanted)
        except OSError as error:
            return f"Edits are not safe from a crash at the moment: {reason(error)} (“{self.path}”)."
        except FoleyError as error:
            return f"Edits are not safe from a crash at the moment: {error}"
        return ""

    def _write(self, wanted: _Wanted) -> None:
        is_new = self._on_disk is None or self._beginning_on_disk != wanted.beginning_number
        tail = self._bytes - self._beginning_bytes
        if is_new:
            self._write_beginning(wanted, wanted.beginning)
        elif tail > max(_LONGEST_TAIL_BYTES, self._beginning_bytes) or not self.path.exists():
            self._write_beginning(wanted, wanted.newest)
        old, new = self._on_disk, wanted.newest
        if old is None or old is new:
            return
        step = Step(changes_between(old.project, new.project), new.edits - old.edits, new.last)
        self._bytes = append_step(self.path, step, self._bytes)
        self._on_disk = new

    def _write_beginning(self, wanted: _Wanted, beginning: _Version) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self._lock.try_acquire():
            raise JournalFileError(f"another program is looking at “{self.path}”.")
        project_path = str(wanted.project_path.absolute()) if wanted.project_path else None
        header = Header(self._project_id, project_path, beginning.edits, beginning.last)
        self._bytes = self._beginning_bytes = write_beginning(self.path, header, beginning.project)
        self._on_disk = beginning
        self._beginning_on_disk = wanted.beginning_number
