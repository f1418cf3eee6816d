"""Runs the command line as a person does, without the seconds that starting a process takes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import av
import pytest

from foley_app import cli


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def foley(*words: object, folder: Path | None = None) -> Ended:
    """Run `foley` with these words, in this process: starting one takes seconds."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["foley", *map(str, words)]
    with (
        contextlib.chdir(folder or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", arguments),
        mock.patch.dict(os.environ, COLUMNS="200"),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def sentence_of(ended: Ended) -> str:
    """The one sentence a failed command printed; fails the test when there is more or less."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("foley: ")
    assert "fault of the program" not in lines[0]
    return lines[0]


def picture_packets(path: Path) -> list[bytes]:
    """The coded pictures of a file, byte for byte."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]
