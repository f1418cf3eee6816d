"""Damaged files: never a hang, never an error that is not ours; a crash of libav stays in the child."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.media_factory import clicks, make_video

_FILES = 200
_LIMIT_S = 10.0


class Reader:
    """The child process of `mutated_file_reader`, with a time limit per file."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.media.mutated_file_reader"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line.rstrip())
        self._answers.put("")

    def read(self, path: Path) -> str:
        """The child's answer; "hung", or "crashed CODE" when there is none."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        try:
            return self._answers.get(timeout=_LIMIT_S) or f"crashed {self._process.wait()}"
        except queue.Empty:
            return "hung"

    def close(self) -> None:
        """End the child."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One tiny file of each kind."""
    folder = tmp_path_factory.mktemp("originals")
    sound = clicks(24_000, [1000, 12_000])
    return [
        make_video(folder / "a.mp4", count=16, gop=6, audio=sound, rotation_deg=90),
        make_video(folder / "b.mp4", count=16, gop=6, audio=sound, muxer_options={"movflags": "faststart"}),
        make_video(folder / "c.mkv", count=16, gop=6, audio=sound, audio_codec="flac"),
        make_video(
            folder / "d.webm", count=12, codec="libvpx-vp9", b_frames=0, audio=sound, audio_codec="libopus"
        ),
        make_video(folder / "e.avi", count=16, codec="mpeg4", audio=sound, audio_codec="pcm_s16le"),
        make_video(folder / "f.mov", count=8, codec="prores_ks", pixel_format="yuv422p10le", b_frames=0),
    ]


def mutated(original: bytes, random: np.random.Generator) -> bytes:
    """Cut off, with flipped bits, with a hole, or with a stretch of noise."""
    kind = int(random.integers(4))
    contents = bytearray(original)
    if kind == 0:
        return bytes(contents[: int(random.integers(1, len(contents)))])
    if kind == 1:
        # Half of them in the header, where a bit does most.
        reach = len(contents) if random.random() < 0.5 else min(len(contents), 600)
        for _ in range(int(random.integers(1, 24))):
            contents[int(random.integers(reach))] ^= 1 << int(random.integers(8))
        return bytes(contents)
    start = int(random.integers(len(contents)))
    length = int(random.integers(1, 400))
    if kind == 2:
        return bytes(contents[:start] + contents[start + length :])
    contents[start : start + length] = random.bytes(length)
    return bytes(contents)


def test_two_hundred_mutated_files(originals: list[Path], tmp_path: Path) -> None:
    random = np.random.default_rng(20)
    contents = [path.read_bytes() for path in originals]
    reader = Reader()
    wrong: list[str] = []
    answers: list[str] = []
    try:
        for path in originals:
            assert reader.read(path).startswith("read ")
        for number in range(_FILES):
            original = originals[number % len(originals)]
            path = tmp_path / f"{number:03d}{original.suffix}"
            path.write_bytes(mutated(contents[number % len(originals)], random))
            answer = reader.read(path)
            answers.append(answer.split()[0])
            if answer.startswith(("broke", "hung", "crashed")):
                wrong.append(f"{path.name}: {answer}")
            if answer.startswith(("hung", "crashed")):
                reader.close()
                reader = Reader()
    finally:
        reader.close()
    assert not wrong, "\n".join(wrong)
    # The mutations are neither all harmless nor all fatal.
    assert answers.count("read") > 50
    assert answers.count("refused") > 20
