"""The window's side of the engine process, against real processes with jobs made for the test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from foley_app.engine_client import EngineClient, JobHandle

JOBS = """
    import os, time
    from engine.errors import MediaError
    from engine.host import main

    def double(arguments, job):
        job.progress(0.5, "Half way")
        job.emit({"seen": arguments["number"]})
        return {"number": 2 * arguments["number"]}

    def refuse(arguments, job):
        raise MediaError("The file is empty.")

    def wait(arguments, job):
        while True:
            job.check()
            time.sleep(0.01)

    def never_check(arguments, job):
        time.sleep(60)

    def crash(arguments, job):
        os.abort()

    kinds = {"double": double, "refuse": refuse, "wait": wait, "never_check": never_check, "crash": crash}
    main({**kinds, "quick_double": double, "quick_wait": wait}, {"quick_double", "quick_wait"})
"""


@pytest.fixture
def client(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    (tmp_path / "host_of_the_test.py").write_text(textwrap.dedent(JOBS))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    client = EngineClient(module="host_of_the_test")
    yield client
    client.stop()
    client.deleteLater()


def outcome_of(job: JobHandle, told: list[object]) -> Callable[[], bool]:
    """Collect how the job ended into `told`; the returned function says whether it has."""
    job.finished.connect(lambda result: told.append(result))
    job.failed.connect(lambda sentence: told.append(sentence))
    job.cancelled.connect(lambda: told.append("cancelled"))
    return lambda: bool(told)


def test_a_job_gives_progress_parts_and_a_result(qtbot: QtBot, client: EngineClient) -> None:
    job = client.start_job("double", {"number": 4})
    steps: list[object] = []
    told: list[object] = []
    job.progressed.connect(lambda fraction, text: steps.append((fraction, text)))
    job.partial.connect(steps.append)
    qtbot.waitUntil(outcome_of(job, told))
    assert steps == [(0.5, "Half way"), {"seen": 4}]
    assert told == [{"number": 8}]


def test_a_refused_job_says_why(qtbot: QtBot, client: EngineClient) -> None:
    told: list[object] = []
    qtbot.waitUntil(outcome_of(client.start_job("refuse", {}), told))
    assert told == ["The file is empty."]


def test_a_cancelled_job_leaves_the_engine_running(qtbot: QtBot, client: EngineClient) -> None:
    job = client.start_job("wait", {})
    told: list[object] = []
    ended = outcome_of(job, told)
    qtbot.waitUntil(lambda: client.running_kinds == ("wait",))
    process_id = client.process_id
    job.cancel()
    qtbot.waitUntil(ended)
    assert told == ["cancelled"]
    assert client.process_id == process_id


def test_a_job_that_ignores_cancel_is_killed(qtbot: QtBot, client: EngineClient) -> None:
    stuck, following = client.start_job("never_check", {}), client.start_job("double", {"number": 1})
    told_stuck: list[object] = []
    told_following: list[object] = []
    outcome_of(stuck, told_stuck)
    ended = outcome_of(following, told_following)
    qtbot.waitUntil(lambda: client.running_kinds == ("never_check",))
    process_id = client.process_id
    stuck.cancel()
    qtbot.waitUntil(ended, timeout=10_000)
    assert told_stuck == ["cancelled"]
    assert told_following == [{"number": 2}]
    assert client.process_id != process_id


def test_a_quick_job_runs_beside_a_long_one(qtbot: QtBot, client: EngineClient) -> None:
    client.start_job("wait", {})
    told: list[object] = []
    qtbot.waitUntil(outcome_of(client.start_job("quick_double", {"number": 5}), told))
    assert told == [{"number": 10}]
    assert client.running_kinds == ("wait",)


def test_a_job_beside_a_stuck_one_runs_again(qtbot: QtBot, client: EngineClient) -> None:
    stuck, innocent = client.start_job("never_check", {}), client.start_job("quick_wait", {})
    told: list[object] = []
    outcome_of(innocent, told)
    qtbot.waitUntil(lambda: len(client.running_kinds) == 2)
    process_id = client.process_id
    stuck.cancel()
    qtbot.waitUntil(
        lambda: client.process_id != process_id and client.running_kinds == ("quick_wait",), timeout=10_000
    )
    assert told == []


def test_a_crash_fails_its_job_and_no_other(qtbot: QtBot, client: EngineClient) -> None:
    crashing, following = client.start_job("crash", {}), client.start_job("double", {"number": 3})
    told_crashing: list[object] = []
    told_following: list[object] = []
    sentences: list[str] = []
    client.restarted.connect(sentences.append)
    outcome_of(crashing, told_crashing)
    qtbot.waitUntil(outcome_of(following, told_following), timeout=10_000)
    assert told_crashing == [
        "The engine process ended: it crashed (signal 6). The job “crash” was lost; nothing else was."
    ]
    assert told_following == [{"number": 6}]
    assert sentences == ["The engine process ended: it crashed (signal 6). It was started again."]


def test_stopping_cancels_what_is_left(qtbot: QtBot, client: EngineClient) -> None:
    job = client.start_job("wait", {})
    told: list[object] = []
    outcome_of(job, told)
    qtbot.waitUntil(lambda: client.running_kinds == ("wait",))
    client.stop()
    assert told == ["cancelled"]
    assert not client.is_running


def test_an_engine_that_cannot_start_is_given_up(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    client = EngineClient(module="no_such_module_anywhere")
    told: list[object] = []
    qtbot.waitUntil(outcome_of(client.start_job("double", {"number": 3}), told), timeout=10_000)
    assert told == [
        "The engine process ended: it ended with code 1. It does so each time it starts; run “foley doctor”."
    ]
    client.stop()
