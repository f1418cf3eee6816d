"""Reading ahead in a thread: order, errors, cancellation, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from engine.analysis.read_ahead import ReadAhead
from engine.errors import Cancelled, MediaError
from engine.job import SILENT_JOB, Job


def endless(job: Job) -> Iterator[int]:
    number = 0
    while True:
        job.check()
        yield number
        number += 1


def test_everything_comes_in_order_and_then_the_end() -> None:
    reading = ReadAhead(lambda job: iter(range(20)))
    assert [reading.following(SILENT_JOB) for _ in range(21)] == [*range(20), None]
    reading.close()


def test_no_more_is_read_than_wanted_and_closing_ends_the_thread() -> None:
    read = []

    def remembered(job: Job) -> Iterator[int]:
        for number in endless(job):
            read.append(number)
            yield number

    threads = threading.active_count()
    reading = ReadAhead(remembered, ahead=2)
    assert reading.following(SILENT_JOB) == 0
    reading.close()
    assert threading.active_count() == threads
    assert len(read) <= 5


def test_an_error_is_raised_where_the_next_one_is_asked_for() -> None:
    def broken(job: Job) -> Iterator[int]:
        yield 1
        raise MediaError("“a.mp4” breaks off.")

    reading = ReadAhead(broken)
    assert reading.following(SILENT_JOB) == 1
    with pytest.raises(MediaError, match="breaks off"):
        reading.following(SILENT_JOB)
    reading.close()


def test_cancelling_stops_who_waits() -> None:
    begun = threading.Event()

    def slow(job: Job) -> Iterator[int]:
        while not begun.wait(0.01):
            job.check()
        yield 1

    reading = ReadAhead(slow)
    with pytest.raises(Cancelled):
        reading.following(Job(is_cancelled=lambda: True))
    reading.close()


def test_progress_is_told_in_the_thread_of_who_asks() -> None:
    told = []

    def progressing(job: Job) -> Iterator[int]:
        job.progress(0.5, "Half")
        yield 1

    reading = ReadAhead(progressing)
    job = Job(on_progress=lambda *progress: told.append((*progress, threading.current_thread())))
    while reading.following(job) is not None:
        pass
    reading.close()
    assert told == [(0.5, "Half", threading.current_thread())]
