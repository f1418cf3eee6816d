"""What a long-running function is handed: progress out, cancel in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import Cancelled


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
