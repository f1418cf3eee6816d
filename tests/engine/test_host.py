"""The engine process: its protocol in this process, its end in a real one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pytest

from engine.errors import MediaError
from engine.host import serve
from engine.host_jobs import BACKGROUND_KINDS, QUICK_KINDS, SLOW_KINDS
from engine.host_jobs import KINDS as KINDS_OF_THE_ENGINE
from engine.job import Job
from engine.wire import Message, MessageWriter, encode_message, read_messages


def double(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    job.progress(1.0, "Doubled")
    job.emit({"half": arguments["number"]})
    return {"number": 2 * arguments["number"]}


def wait_for_cancel(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    for _ in range(1000):
        job.check()
        time.sleep(0.01)
    return {}


def refuse(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    raise MediaError("“a.txt” is not a video.")


def stumble(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    return {"ratio": 1 / arguments["number"]}


def give_nan(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    return {"ratio": float("nan")}


KINDS = {
    "double": double, "wait": wait_for_cancel, "refuse": refuse, "stumble": stumble, "nan": give_nan,
    "quick_double": double, "slow_wait": wait_for_cancel, "background_wait": wait_for_cancel,
    "slow_double": double,
}  # fmt: skip
QUICK, SLOW, BACKGROUND = {"quick_double"}, {"slow_wait", "slow_double"}, {"background_wait"}


class Engine:
    """A host served in a thread, talked to over real pipes."""

    def __init__(self) -> None:
        command_end, self._commands = self._pipe()
        self._messages, message_end = self._pipe()
        arguments = (command_end, MessageWriter(message_end), KINDS, QUICK, SLOW, BACKGROUND)
        self._thread = threading.Thread(target=serve, args=arguments)
        self._thread.start()
        self._stream = read_messages(self._messages)

    @staticmethod
    def _pipe() -> tuple[BinaryIO, BinaryIO]:
        read_end, write_end = os.pipe()
        return os.fdopen(read_end, "rb", buffering=0), os.fdopen(write_end, "wb", buffering=0)

    def send(self, **command: Any) -> None:
        self._commands.write(encode_message(command))

    def next(self) -> Message:
        return next(self._stream)

    def close(self) -> None:
        self._commands.close()
        self._thread.join()


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    assert engine.next() == {"event": "ready"}
    yield engine
    engine.close()


def test_a_job_reports_progress_parts_and_its_result(engine: Engine) -> None:
    engine.send(do="start", job=7, kind="double", arguments={"number": 21})
    assert [engine.next() for _ in range(4)] == [
        {"event": "started", "job": 7},
        {"event": "progress", "job": 7, "fraction": 1.0, "text": "Doubled"},
        {"event": "partial", "job": 7, "result": {"half": 21}},
        {"event": "finished", "job": 7, "result": {"number": 42}},
    ]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("refuse", "“a.txt” is not a video."),
        ("stumble", "The job “stumble” hit an error of the program: ZeroDivisionError: division by zero"),
        ("unheard", "The engine knows no job called “unheard”."),
        ("nan", "The job “nan” hit an error of the program: ValueError"),
    ],
)
def test_a_failed_job_says_why_and_the_next_one_runs(engine: Engine, kind: str, sentence: str) -> None:
    engine.send(do="start", job=1, kind=kind, arguments={"number": 0})
    engine.send(do="start", job=2, kind="double", arguments={"number": 1})
    assert engine.next()["event"] == "started"
    failed = engine.next()
    assert (failed["event"], failed["job"]) == ("failed", 1)
    assert failed["sentence"].startswith(sentence)
    assert engine.next() == {"event": "started", "job": 2}


def test_a_running_job_is_cancelled(engine: Engine) -> None:
    engine.send(do="start", job=1, kind="wait", arguments={})
    assert engine.next() == {"event": "started", "job": 1}
    engine.send(do="cancel", job=1)
    assert engine.next() == {"event": "cancelled", "job": 1}


def test_a_waiting_job_is_cancelled_without_running(engine: Engine) -> None:
    engine.send(do="start", job=1, kind="wait", arguments={})
    engine.send(do="start", job=2, kind="double", arguments={"number": 1})
    assert engine.next() == {"event": "started", "job": 1}
    engine.send(do="cancel", job=2)
    assert engine.next() == {"event": "cancelled", "job": 2}
    engine.send(do="cancel", job=1)
    assert engine.next() == {"event": "cancelled", "job": 1}


def test_a_quick_job_does_not_wait_for_a_long_one(engine: Engine) -> None:
    engine.send(do="start", job=1, kind="wait", arguments={})
    assert engine.next() == {"event": "started", "job": 1}
    engine.send(do="start", job=2, kind="quick_double", arguments={"number": 3})
    told = [engine.next() for _ in range(4)]
    assert told[-1] == {"event": "finished", "job": 2, "result": {"number": 6}}
    engine.send(do="cancel", job=1)
    assert engine.next() == {"event": "cancelled", "job": 1}


@pytest.mark.parametrize(
    ("waited_for", "others"),
    [
        ("slow_wait", ("double", "quick_double")),
        ("background_wait", ("double", "quick_double", "slow_double")),
    ],
)
def test_nothing_waits_for_a_slow_job_or_one_in_the_background(
    engine: Engine, waited_for: str, others: tuple[str, ...]
) -> None:
    engine.send(do="start", job=1, kind=waited_for, arguments={})
    assert engine.next() == {"event": "started", "job": 1}
    for number, kind in enumerate(others, start=2):
        engine.send(do="start", job=number, kind=kind, arguments={"number": 3})
        told = [engine.next() for _ in range(4)]
        assert told[-1] == {"event": "finished", "job": number, "result": {"number": 6}}
    engine.send(do="cancel", job=1)
    assert engine.next() == {"event": "cancelled", "job": 1}


def test_it_answers_while_a_job_runs(engine: Engine) -> None:
    engine.send(do="start", job=1, kind="wait", arguments={})
    assert engine.next() == {"event": "started", "job": 1}
    engine.send(do="ping")
    assert engine.next() == {"event": "pong"}


def test_the_process_starts_without_heavy_libraries_and_ends_with_its_input() -> None:
    child = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "engine.host"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin and child.stdout and child.stderr
    assert next(read_messages(cast(BinaryIO, child.stdout))) == {"event": "ready"}
    child.stdin.close()
    imported = child.stderr.read().decode()
    assert child.wait(timeout=10) == 0
    for library in ("torch", "numba", "scipy", "cv2", "av"):
        assert f" {library}\n" not in imported


def test_the_process_ends_when_its_parent_is_killed() -> None:
    parent_code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'engine.host'], stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE)
    assert parent.stdout
    assert next(read_messages(cast(BinaryIO, parent.stdout))) == {"event": "ready"}
    parent.kill()
    parent.wait()
    # The orphan holds the other end of this pipe: reading ends only when it has ended too.
    assert parent.stdout.read() == b""


def test_every_kind_with_a_thread_of_its_own_is_a_kind_and_none_has_two() -> None:
    assert set(KINDS_OF_THE_ENGINE) >= QUICK_KINDS | SLOW_KINDS | BACKGROUND_KINDS
    assert len(QUICK_KINDS) + len(SLOW_KINDS) + len(BACKGROUND_KINDS) == len(
        QUICK_KINDS | SLOW_KINDS | BACKGROUND_KINDS
    )
