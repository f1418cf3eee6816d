"""Something read in a thread of its own, a little ahead of who works on it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from engine.errors import Cancelled
from engine.job import Job

T = TypeVar("T")

_LOOK_EVERY_S = 0.05


class ReadAhead(Generic[T]):
    """Runs a generator in a thread; hands out what it yields, and raises what it raises.

    Parameters
    ----------
    read
        Makes the generator. Its job is cancelled when nobody wants more; its progress is passed on by
        `following`, so that callbacks run in the thread of who asks.
    ahead
        How many are kept waiting at most.
    """

    def __init__(self, read: Callable[[Job], Iterator[T]], ahead: int = 2) -> None:
        self._read = read
        self._ready: queue.Queue[T | BaseException | None] = queue.Queue(ahead)
        self._is_unwanted = threading.Event()
        self._progress: tuple[float, str] | None = None
        self._thread = threading.Thread(target=self._run, name="read ahead", daemon=True)
        self._thread.start()

    def following(self, job: Job) -> T | None:
        """The next one; None at the end. Asks about cancellation at least every 50 ms.

        Raises
        ------
        Cancelled
            When the job was cancelled; `close` is still to be called.
        """
        while True:
            progress, self._progress = self._progress, None
            if progress is not None:
                job.progress(*progress)
            job.check()
            try:
                ready = self._ready.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                continue
            if isinstance(ready, BaseException):
                raise ready
            return ready

    def close(self) -> None:
        """Stop reading; waits for what is being read."""
        self._is_unwanted.set()
        while self._thread.is_alive():
            try:
                self._ready.get_nowait()
            except queue.Empty:
                self._thread.join(_LOOK_EVERY_S)

    def _run(self) -> None:
        job = Job(on_progress=self._remember, is_cancelled=self._is_unwanted.is_set)
        try:
            for each in self._read(job):
                self._hand_over(each)
            self._hand_over(None)
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._hand_over(error)

    def _remember(self, fraction: float, text: str) -> None:
        self._progress = (fraction, text)

    def _hand_over(self, ready: T | BaseException | None) -> None:
        while not self._is_unwanted.is_set():
            try:
                self._ready.put(ready, timeout=_LOOK_EVERY_S)
                return
            except queue.Full:
                continue
