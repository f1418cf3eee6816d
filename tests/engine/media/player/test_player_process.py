"""The player as a process: it starts light, and never outlives its window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from engine.wire import encode_message, read_messages


def start_player(maps: Path, errors: int | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "engine.media.player", "--maps", str(maps)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)


def test_it_ends_with_its_input_and_leaves_nothing_behind(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    child = start_player(maps)
    assert child.stdin is not None
    assert next(read_messages(cast(BinaryIO, child.stdout)))["event"] == "ready"
    child.stdin.write(encode_message({"do": "view_size", "width": 320, "height": 180}))
    child.stdin.close()
    assert child.wait(timeout=10) == 0
    assert not maps.exists()


def test_it_ends_when_its_window_is_killed(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    code = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-m', 'engine.media.player', '--maps', {str(maps)!r}],\n"
        "                 stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    window = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert window.stdout is not None
    assert next(read_messages(cast(BinaryIO, window.stdout)))["event"] == "ready"
    window.kill()
    window.wait()
    # The orphan holds the other end of this pipe: reading ends only when it has ended too.
    window.stdout.read()
    assert not maps.exists()


def test_a_command_nobody_knows_ends_it_with_an_error(tmp_path: Path) -> None:
    child = start_player(tmp_path / "maps", errors=subprocess.PIPE)
    assert child.stdin is not None and child.stderr is not None
    child.stdin.write(encode_message({"do": "dance"}))
    child.stdin.flush()
    assert child.wait(timeout=10) == 1
    assert b"dance" in child.stderr.read()


@pytest.mark.parametrize("library", ["torch", "scipy", "librosa"])
def test_it_does_without_heavy_libraries(library: str) -> None:
    code = f"import sys, engine.media.player.process; print({library!r} in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "False"
