"""The engine process: takes jobs over the wire, streams their progress, returns their results.

Started as `python -m engine.host`. One thread reads commands; one runs the long jobs in order, one the quick
ones, so that a list of sounds doesn't wait for an analysis, one those that take minutes, one what goes on in
the background, and one makes soundtracks. Heavy libraries are imported inside the jobs, so that starting
costs next to nothing.

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
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from engine.errors import Cancelled, UserFacingError
from engine.host_jobs import BACKGROUND_KINDS, GENERATING_KINDS, KINDS, QUICK_KINDS, SLOW_KINDS, JobFunction
from engine.job import Job
from engine.wire import MessageWriter, claim_standard_streams, read_messages

_PROGRESS_EVERY_S = 0.05
_LAST_WORDS_S = 1.2
_NICENESS = 5


@dataclass
class _QueuedJob:
    number: int
    kind: str
    arguments: dict[str, Any]
    cancelled: threading.Event = field(default_factory=threading.Event)


class _Lane:
    """One queue of jobs, worked off in order by one thread."""

    def __init__(self, writer: MessageWriter, kinds: Mapping[str, JobFunction]) -> None:
        self._writer = writer
        self._kinds = kinds
        self._changed = threading.Condition()
        self._waiting: deque[_QueuedJob] = deque()
        self._running: _QueuedJob | None = None
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def add(self, job: _QueuedJob) -> None:
        """Queue a job."""
        with self._changed:
            self._waiting.append(job)
            self._changed.notify()

    def cancel(self, number: int) -> None:
        """Ask a job to stop, or take it out of the queue; others are left alone."""
        with self._changed:
            if self._running is not None and self._running.number == number:
                self._running.cancelled.set()
                return
            kept = deque(job for job in self._waiting if job.number != number)
            was_waiting = len(kept) < len(self._waiting)
            self._waiting = kept
        if was_waiting:
            self._writer.send({"event": "cancelled", "job": number})

    def close(self) -> None:
        """Cancel everything."""
        with self._changed:
            self._is_closing = True
            self._waiting.clear()
            if self._running is not None:
                self._running.cancelled.set()
            self._changed.notify()

    def join(self, timeout_s: float) -> None:
        """Wait for the job that was running."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closing)
                if self._is_closing:
                    return
                job = self._running = self._waiting.popleft()
            self._perform(job)
            with self._changed:
                self._running = None

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


def serve(
    commands: BinaryIO,
    writer: MessageWriter,
    kinds: Mapping[str, JobFunction],
    quick: Collection[str] = (),
    slow: Collection[str] = (),
    background: Collection[str] = (),
    generating: Collection[str] = (),
) -> None:
    """Read commands until the stream closes.

    Parameters
    ----------
    kinds
        What each kind of job does.
    quick
        Kinds that somebody waits for; they have a thread of their own beside the long ones'.
    slow
        Kinds that take minutes; they have one too, so that nothing waits for them.
    background
        Kinds that may take hours; they have one as well.
    generating
        Kinds that take about as long as the sound they make; somebody watches, so nothing stands before them.
    """
    groups = (quick, slow, background, generating)
    long_lane, *others = lanes = [_Lane(writer, kinds) for _ in range(1 + len(groups))]
    lane_of = {kind: lane for lane, its_kinds in zip(others, groups, strict=True) for kind in its_kinds}
    writer.send({"event": "ready"})
    try:
        for command in read_messages(commands):
            if command["do"] == "ping":
                writer.send({"event": "pong"})
            elif command["do"] == "start":
                job = _QueuedJob(command["job"], command["kind"], command.get("arguments", {}))
                lane_of.get(job.kind, long_lane).add(job)
            elif command["do"] == "cancel":
                for lane in lanes:
                    lane.cancel(command["job"])
    finally:
        for lane in lanes:
            lane.close()
    # Long enough for a cancelled job to remove its temporary files.
    long_lane.join(_LAST_WORDS_S)
    for lane in others:
        lane.join(_LAST_WORDS_S / 4)


def main(
    kinds: Mapping[str, JobFunction] = KINDS,
    quick: Collection[str] = QUICK_KINDS,
    slow: Collection[str] = SLOW_KINDS,
    background: Collection[str] = BACKGROUND_KINDS,
    generating: Collection[str] = GENERATING_KINDS,
) -> None:
    """Be the engine process until standard input closes."""
    commands, writer = claim_standard_streams()
    if sys.platform != "win32":
        # Playing must not stutter because an analysis takes every core.
        os.nice(_NICENESS)
    serve(commands, writer, kinds, quick, slow, background, generating)
    sys.stderr.flush()
    # A job stuck in a library must not keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
