"""Progress out, cancel in."""

import threading

import pytest

from engine.errors import Cancelled
from engine.job import SILENT_JOB, Job


def test_a_part_maps_its_progress_into_the_whole():
    seen = []
    job = Job(on_progress=lambda fraction, text: seen.append((round(fraction, 6), text)))
    part = job.part(0.5, 0.7)
    part.progress(0.0, "start")
    part.part(0.5, 1.0).progress(1.0, "end")
    assert seen == [(0.5, "start"), (0.7, "end")]


def test_progress_is_kept_within_bounds():
    seen = []
    Job(on_progress=lambda fraction, _: seen.append(fraction)).progress(1.7, "over")
    assert seen == [1.0]


def test_cancelling_reaches_the_parts():
    wanted = True
    job = Job(is_cancelled=lambda: not wanted)
    part = job.part(0.0, 0.5)
    part.check()
    wanted = False
    with pytest.raises(Cancelled):
        part.progress(0.3, "on")


def test_partial_results_reach_the_owner_of_the_whole():
    events = []
    Job(on_event=events.append).part(0.2, 0.4).emit({"event": "hit"})
    assert events == [{"event": "hit"}]


def test_nobody_has_to_watch():
    SILENT_JOB.progress(0.5, "unseen")
    SILENT_JOB.emit({"event": "hit"})


def test_what_cannot_be_stopped_is_waited_for_only_as_long_as_it_is_wanted() -> None:
    assert Job().wait_for(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        Job().wait_for(lambda: 1 // 0)
    is_wanted, may_end = threading.Event(), threading.Event()
    is_wanted.set()

    def work() -> bool:
        is_wanted.clear()
        return may_end.wait(60)

    with pytest.raises(Cancelled):
        Job(is_cancelled=lambda: not is_wanted.is_set()).wait_for(work)
    may_end.set()
