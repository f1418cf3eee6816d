"""Whatever goes wrong while a file is written, the target stays as it was and nothing is left beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, ExportError
from engine.job import Job
from engine.media.mux import mux
from tests.conftest import ROOT
from tests.media_factory import make_video

_BEFORE = b"what was there before"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that is to be replaced, alone in its folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "out.mp4"
    path.write_bytes(_BEFORE)
    return path


def _noise(seconds: int) -> Iterator[np.ndarray]:
    random = np.random.default_rng(1)
    for _ in range(seconds):
        yield random.uniform(-1, 1, (48_000, 2)).astype(np.float32)


def _assert_untouched(target: Path) -> None:
    assert target.read_bytes() == _BEFORE
    assert list(target.parent.iterdir()) == [target]


def test_cancelled(plain: Path, target: Path) -> None:
    calls = []
    job = Job(is_cancelled=lambda: len(calls) > 1 or calls.append(1) is not None)  # type: ignore[func-returns-value]
    with pytest.raises(Cancelled):
        mux(plain, target, _noise(2), channels=2, job=job)
    _assert_untouched(target)


def test_sound_that_fails(plain: Path, target: Path) -> None:
    def failing() -> Iterator[np.ndarray]:
        yield np.zeros((4800, 2), np.float32)
        raise RuntimeError("the mixer broke")

    with pytest.raises(RuntimeError, match="the mixer broke"):
        mux(plain, target, failing(), channels=2)
    _assert_untouched(target)


def test_unknown_folder(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"“a\.mp4” can't be written: there is no such"):
        mux(plain, tmp_path / "nowhere" / "a.mp4", [], channels=2)


def test_target_is_a_folder(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(ExportError, match="it is a folder"):
        mux(plain, tmp_path / "a.mp4", [], channels=2)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_target_is_the_video_itself(tmp_path: Path) -> None:
    video = make_video(tmp_path / "a.mp4", count=5)
    contents = video.read_bytes()
    with pytest.raises(ExportError, match="is the video itself"):
        mux(video, tmp_path / "." / "a.mp4", [], channels=2)
    assert video.read_bytes() == contents


_FULL_DISK = """
import resource, sys
from pathlib import Path
from engine.errors import ExportError
from engine.media.mux import mux
from tests.engine.media.test_mux_failures import _noise
video, target = map(Path, sys.argv[1:])
_, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
for codec in ("aac", "flac"):
    for limit in (100, 3_000, 40_000, 110_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, highest))
        try:
            mux(video, target, _noise(4), channels=2, codec=codec, start_timecode="01:00:00:00")
            print("written")
        except ExportError as error:
            print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files by a Unix call")
def test_disk_that_takes_no_more(plain: Path, target: Path) -> None:
    """A limit on the size of files stands for a full disk: writing fails at some byte or other."""
    run = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(plain), str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    sentences = run.stdout.splitlines()
    assert len(sentences) == 8
    for sentence in sentences:
        assert sentence.startswith("“out.mp4” can't be written: the file would grow beyond"), sentence
        assert sentence.endswith("The file that was there is untouched."), sentence
    _assert_untouched(target)


def test_success_replaces_the_target(plain: Path, target: Path) -> None:
    mux(plain, target, _noise(1), channels=2)
    assert target.stat().st_size > 5_000
    assert list(target.parent.iterdir()) == [target]
