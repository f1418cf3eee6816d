"""What is said where, and how a command that is stopped ends."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

import pytest

from engine.errors import Cancelled, UserFacingError
from foley_app import terminal

STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")


def stop_by(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@posix_only
@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_a_signal_ends_a_command_with_a_sentence(number, capsys):
    before = signal.getsignal(number)
    assert terminal.run(lambda: stop_by(number)) == terminal.EXIT_FAILED
    assert capsys.readouterr().err == "foley: stopped; nothing was written\n"
    assert signal.getsignal(number) == before


@posix_only
def test_a_second_signal_leaves_the_cleaning_up_in_peace(capsys):
    cleaned = []

    def command() -> None:
        try:
            stop_by(signal.SIGINT)
        finally:
            stop_by(signal.SIGTERM)
            cleaned.append(True)

    assert terminal.run(command) == terminal.EXIT_FAILED
    assert cleaned
    assert "stopped" in capsys.readouterr().err


@posix_only
def test_no_handler_of_failures_swallows_a_signal():
    def command() -> None:
        try:
            stop_by(signal.SIGTERM)
        except Exception:  # noqa: BLE001 - what is tried here is just that
            pytest.fail("taken for a failure")

    assert terminal.run(command) == terminal.EXIT_FAILED


@posix_only
def test_a_signal_that_was_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert terminal.run(lambda: stop_by(signal.SIGHUP)) == terminal.EXIT_OK
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_is_written_already_is_not_denied(capsys):
    def command() -> None:
        with terminal.progress_bar() as job:
            job.emit({"event": "written", "path": "out/reel.mp4"})
            raise Cancelled

    assert terminal.run(command) == terminal.EXIT_FAILED
    assert capsys.readouterr().err == "foley: stopped; written so far: out/reel.mp4\n"

    def next_command() -> None:
        raise Cancelled

    terminal.run(next_command)
    assert "nothing was written" in capsys.readouterr().err


def test_progress_shows_names_as_they_are_and_leaves_standard_output_alone(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with terminal.progress_bar() as job:
        job.progress(0.5, "Writing the stem “[/wood]”")
        sys.stdout.write("to standard output\n")
    shown = capsys.readouterr()
    assert "[/wood]" in shown.err
    assert shown.out == "to standard output\n"


def without_reader(monkeypatch) -> io.TextIOWrapper:
    """Make standard output a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


@posix_only
def test_work_goes_on_when_nobody_reads_the_reports(monkeypatch):
    done = []
    closed_pipe = without_reader(monkeypatch)

    def command() -> None:
        terminal.tell("Wrote it.")
        done.append(True)

    assert terminal.run(command) == terminal.EXIT_OK
    assert done
    closed_pipe.close()


@posix_only
def test_a_result_that_nobody_reads_is_a_quiet_failure(monkeypatch, capsys):
    closed_pipe = without_reader(monkeypatch)
    assert terminal.run(lambda: terminal.hand_out("{}\n")) == terminal.EXIT_FAILED
    assert capsys.readouterr().err == ""
    closed_pipe.close()


def test_a_result_needs_a_standard_output(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(UserFacingError, match="closed"):
        terminal.hand_out("{}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_said(monkeypatch):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(UserFacingError, match="the disk is full"):
            terminal.hand_out("{}\n")


def test_every_name_can_be_told_in_every_encoding(monkeypatch):
    printed = io.BytesIO()
    stream = io.TextIOWrapper(printed, encoding="latin-1", errors="strict")
    monkeypatch.setattr(sys, "stdout", stream)
    assert terminal.run(lambda: terminal.tell("Wrote 日本\udcff.mp4.")) == terminal.EXIT_OK
    assert printed.getvalue() == b"Wrote \\u65e5\\u672c\\udcff.mp4.\n"
