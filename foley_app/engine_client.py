"""The window's side of the engine process: start a job, follow it, cancel it, survive the engine's death.

A job is a kind (see `engine.host_jobs`) and arguments that JSON can hold. Long jobs run one after
another in the order they were started; quick ones run beside them in order too, and so do those that take
minutes.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.wire import Message
from foley_app.child_process import ChildEnd, ChildProcess

_CANCEL_PATIENCE_MS = 2000
_PING_EVERY_MS = 5000
_HUNG_AFTER_S = 60.0
_QUICK_DEATH_S = 5.0
_QUICK_DEATHS_ALLOWED = 3


class JobHandle(QObject):
    """A job that was started; exactly one of `finished`, `failed`, `cancelled` comes last.

    Signals
    -------
    progressed(float, str)
        The fraction done (0..1) and a short text.
    partial(dict)
        A partial result, such as one found hit (not called `event`: that is a method of QObject).
    finished(dict)
        The result.
    failed(str)
        One sentence saying what went wrong and why.
    cancelled()
        It stopped because `cancel` was called.
    """

    progressed = Signal(float, str)
    partial = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, client: EngineClient, number: int, kind: str, arguments: dict[str, Any]) -> None:
        super().__init__(client)
        self.number = number
        self.kind = kind
        self.arguments = arguments
        self.is_cancelling = False
        self._client = client

    def cancel(self) -> None:
        """Ask the job to stop; an engine that doesn't within two seconds is killed and restarted.

        Other jobs then run again from their beginning.
        """
        self._client.cancel(self)


class EngineClient(QObject):
    """Runs jobs in the engine process, which is started with the first job or by `start`.

    Signals
    -------
    restarted(str)
        The engine had ended unexpectedly and was started again; one sentence saying so. The jobs that
        ran fail with the same sentence, those that waited run in the new process.
    """

    restarted = Signal(str)

    def __init__(self, parent: QObject | None = None, *, module: str = "engine.host") -> None:
        super().__init__(parent)
        self._child = ChildProcess(module, self)
        self._child.message_received.connect(self._on_message)
        self._child.ended.connect(self._on_ended)
        self._numbers = count(1)
        self._jobs: dict[int, JobHandle] = {}
        self._running: set[int] = set()
        self._last_pong_s = 0.0
        self._started_s = 0.0
        self._quick_deaths = 0
        self._ping = QTimer(self)
        self._ping.setInterval(_PING_EVERY_MS)
        self._ping.timeout.connect(self._check_alive)

    @property
    def is_running(self) -> bool:
        """Whether the engine process is there."""
        return self._child.is_running

    @property
    def process_id(self) -> int:
        """The engine's process id, 0 when it isn't running."""
        return self._child.process_id

    @property
    def running_kinds(self) -> tuple[str, ...]:
        """The kinds of the jobs that run now; a long, a quick and a slow one at the most."""
        return tuple(self._jobs[number].kind for number in sorted(self._running))

    def start(self) -> None:
        """Start the engine process ahead of the first job."""
        if not self._child.is_running:
            self._child.start()
            self._started_s = self._last_pong_s = time.monotonic()
            self._ping.start()

    def start_job(self, kind: str, arguments: dict[str, Any]) -> JobHandle:
        """Queue a job; connect to the handle's signals right after this call."""
        job = JobHandle(self, next(self._numbers), kind, arguments)
        self._jobs[job.number] = job
        self.start()
        self._send_start(job)
        return job

    def cancel(self, job: JobHandle) -> None:
        """See `JobHandle.cancel`."""
        if job.number not in self._jobs or job.is_cancelling:
            return
        job.is_cancelling = True
        self._child.send({"do": "cancel", "job": job.number})
        QTimer.singleShot(_CANCEL_PATIENCE_MS, self, lambda: self._kill_if_still_running(job))

    def stop(self) -> None:
        """End the engine process with whatever it does; unfinished jobs are cancelled."""
        self._ping.stop()
        self._child.stop()
        for job in list(self._jobs.values()):
            self._finish(job)
            job.cancelled.emit()

    def _send_start(self, job: JobHandle) -> None:
        self._child.send({"do": "start", "job": job.number, "kind": job.kind, "arguments": job.arguments})

    def _on_message(self, message: Message) -> None:
        event = message.get("event")
        if event == "pong":
            self._last_pong_s = time.monotonic()
            return
        job = self._jobs.get(message.get("job", -1))
        if job is None:
            return
        if event == "started":
            self._running.add(job.number)
        elif event == "progress":
            job.progressed.emit(message["fraction"], message["text"])
        elif event == "partial":
            job.partial.emit(message["result"])
        elif event in ("finished", "failed", "cancelled"):
            self._finish(job)
            if event == "finished":
                job.finished.emit(message["result"])
            elif event == "failed":
                job.failed.emit(message["sentence"])
            else:
                job.cancelled.emit()

    def _finish(self, job: JobHandle) -> None:
        self._jobs.pop(job.number, None)
        self._running.discard(job.number)
        job.deleteLater()

    def _kill_if_still_running(self, job: JobHandle) -> None:
        if job.number in self._jobs:
            self._child.kill()

    def _check_alive(self) -> None:
        if time.monotonic() - self._last_pong_s > _HUNG_AFTER_S:
            self._child.kill()
        else:
            self._child.send({"do": "ping"})

    def _on_ended(self, end: ChildEnd) -> None:
        self._ping.stop()
        died_quickly = time.monotonic() - self._started_s < _QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if died_quickly else 0
        sentence = f"The engine process ended: {end.reason}."
        running = [self._jobs[number] for number in sorted(self._running)]
        self._running.clear()
        was_stuck = any(job.is_cancelling for job in running)
        for job in running:
            if job.is_cancelling:
                self._finish(job)
                job.cancelled.emit()
            elif not was_stuck:
                self._finish(job)
                job.failed.emit(f"{sentence} The job “{job.kind}” was lost; nothing else was.")
        if self._quick_deaths >= _QUICK_DEATHS_ALLOWED:
            for job in list(self._jobs.values()):
                self._finish(job)
                job.failed.emit(f"{sentence} It does so each time it starts; run “foley doctor”.")
            return
        self.start()
        for job in list(self._jobs.values()):
            if job.is_cancelling:
                self._finish(job)
                job.cancelled.emit()
            else:
                self._send_start(job)
        if not was_stuck:
            self.restarted.emit(f"{sentence} It was started again.")
