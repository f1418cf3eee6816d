"""What a long-running function is handed: progress out, cancel in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.errors import Cancelled

T = TypeVar("T")

_LOOK_EVERY_S = 0.05


def _ignore_progress(fraction: float, text: str) -> None:
    return None


def _ignore_event(event: dict[str, Any]) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Job:
    """The caller's side of a long-running function.

    Parameters
    ----------
    on_progress
        Called with the fraction done (0..1) and a short text such as "Analysing 00:12 of 01:30".
    on_event
        Called with a JSON-ready dict for each partial result (for example one found hit).
    is_cancelled
        Polled by `check`; at least every 100 ms of work.
    """

    on_progress: Callable[[float, str], None] = _ignore_progress
    on_event: Callable[[dict[str, Any]], None] = _ignore_event
    is_cancelled: Callable[[], bool] = _never

    def check(self) -> None:
        """Raise `Cancelled` when the caller no longer wants the result."""
        if self.is_cancelled():
            raise Cancelled("cancelled")

    def progress(self, fraction: float, text: str) -> None:
        """Report progress, and stop here when cancelled."""
        self.check()
        self.on_progress(min(max(fraction, 0.0), 1.0), text)

    def wait_for(self, work: Callable[[], T]) -> T:
        """What `work` gives, which can't be stopped, such as loading a library or a network.

        When cancelled meanwhile this returns at once by raising `Cancelled`; the work goes on by itself, and
        what it gives is dropped.
        """
        given: Future[T] = Future()

        def perform() -> None:
            try:
                given.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised again for the one who waits
                given.set_exception(error)

        threading.Thread(target=perform, name="waited for", daemon=True).start()
        while not wait((given,), _LOOK_EVERY_S).done:
            self.check()
        return given.result()

    def emit(self, event: dict[str, Any]) -> None:
        """Hand out a partial result."""
        self.on_event(event)

    def part(self, start: float, end: float) -> Job:
        """A job whose 0..1 is `start`..`end` of this one."""
        return Job(
            on_progress=lambda fraction, text: self.on_progress(start + (end - start) * fraction, text),
            on_event=self.on_event,
            is_cancelled=self.is_cancelled,
        )


SILENT_JOB = Job()
"""A job nobody watches and nobody cancels."""
