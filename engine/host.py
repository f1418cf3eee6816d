"""The engine process: takes jobs over the wire, streams their progress, returns their results.

Started as `python -m engine.host`. One thread reads commands, one runs the jobs in order; heavy
libraries are imported inside the jobs, so that starting costs next to nothing.

Commands: `{"do": "start", "job": n, "kind": str, "arguments": {...}}`, `{"do": "cancel", "job": n}`,
`{"do": "ping"}`. Messages: "ready", "started", "progress" (fraction, text), "partial" (result), then one of
"finished" (result), "failed" (sentence), "cancelled", each with its `job`; and "pong".
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from engine.errors import Cancelled, UserFacingError
from engine.host_jobs import KINDS, JobFunction
from engine.job import Job
from engine.wire import Message, MessageWriter, claim_standard_streams, read_messages

_PROGRESS_EVERY_S = 0.05


@dataclass
class _QueuedJob:
    number: int
    kind: str
    arguments: dict[str, Any]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Host:
    """Runs one job at a time from a queue; `take` is called by the reading thread, `run` works it off."""

    def __init__(self, writer: MessageWriter, kinds: Mapping[str, JobFunction]) -> None:
        self._writer = writer
        self._kinds = kinds
        self._changed = threading.Condition()
        self._waiting: deque[_QueuedJob] = deque()
        self._running: _QueuedJob | None = None
        self._is_closing = False

    def take(self, command: Message) -> None:
        """Act on one command."""
        if command["do"] == "ping":
            self._writer.send({"event": "pong"})
        elif command["do"] == "start":
            job = _QueuedJob(command["job"], command["kind"], command.get("arguments", {}))
            with self._changed:
                self._waiting.append(job)
                self._changed.notify()
        elif command["do"] == "cancel":
            self._cancel(command["job"])

    def run(self) -> None:
        """Work off jobs until `close`."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closing)
                if self._is_closing:
                    return
                job = self._running = self._waiting.popleft()
            self._perform(job)
            with self._changed:
                self._running = None

    def close(self) -> None:
        """Cancel everything and let `run` return."""
        with self._changed:
            self._is_closing = True
            self._waiting.clear()
            if self._running is not None:
                self._running.cancelled.set()
            self._changed.notify()

    def _cancel(self, number: int) -> None:
        with self._changed:
            if self._running is not None and self._running.number == number:
                self._running.cancelled.set()
                return
            kept = deque(job for job in self._waiting if job.number != number)
            was_waiting = len(kept) < len(self._waiting)
            self._waiting = kept
        if was_waiting:
            self._writer.send({"event": "cancelled", "job": number})

    def _perform(self, job: _QueuedJob) -> None:
        def send(event: str, **fields: Any) -> None:
            self._writer.send({"event": event, "job": job.number, **fields})

        send("started")
        function = self._kinds.get(job.kind)
        if function is None:
            send("failed", sentence=f"The engine knows no job called “{job.kind}”.")
            return
        try:
            # Sending is part of it: a result that isn't JSON is the job's error too.
            send("finished", result=function(job.arguments, self._job_for(job)))
        except Cancelled:
            send("cancelled")
        except UserFacingError as error:
            send("failed", sentence=str(error))
        except MemoryError:
            send("failed", sentence=f"The job “{job.kind}” ran out of memory.")
        except Exception as error:  # noqa: BLE001 - a bug in one job must not cost the others
            traceback.print_exc()
            what = f"{type(error).__name__}: {error}"
            send("failed", sentence=f"The job “{job.kind}” hit an error of the program: {what}")

    def _job_for(self, job: _QueuedJob) -> Job:
        last_sent_s = 0.0

        def on_progress(fraction: float, text: str) -> None:
            nonlocal last_sent_s
            now_s = time.monotonic()
            if fraction >= 1.0 or now_s - last_sent_s >= _PROGRESS_EVERY_S:
                last_sent_s = now_s
                self._writer.send(
                    {"event": "progress", "job": job.number, "fraction": float(fraction), "text": text}
                )

        def on_event(result: dict[str, Any]) -> None:
            self._writer.send({"event": "partial", "job": job.number, "result": result})

        return Job(on_progress=on_progress, on_event=on_event, is_cancelled=job.cancelled.is_set)


def serve(commands: BinaryIO, writer: MessageWriter, kinds: Mapping[str, JobFunction]) -> None:
    """Read commands until the stream closes."""
    host = Host(writer, kinds)
    worker = threading.Thread(target=host.run, name="jobs", daemon=True)
    worker.start()
    writer.send({"event": "ready"})
    try:
        for command in read_messages(commands):
            host.take(command)
    finally:
        host.close()
    # Long enough for a cancelled job to remove its temporary files.
    worker.join(timeout=1.5)


def main(kinds: Mapping[str, JobFunction] = KINDS) -> None:
    """Be the engine process until standard input closes."""
    commands, writer = claim_standard_streams()
    serve(commands, writer, kinds)
    sys.stderr.flush()
    # A job stuck in a library must not keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
