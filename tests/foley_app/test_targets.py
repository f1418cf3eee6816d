"""Where a command is to write is looked at first, and nothing is overwritten that must not be."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from unittest import mock

import pytest

from engine.errors import UserFacingError
from foley_app import targets
from tests.foley_app.command_line import foley, sentence_of
from tests.media_factory import make_video

LONGEST_NAME = 255


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A tiny video, alone in its folder."""
    return make_video(tmp_path / "clip.mp4", size=(160, 120))


@pytest.mark.parametrize("way", ["itself", "link", "second name"])
@pytest.mark.parametrize("command", ["analyze", "render"])
def test_the_video_is_never_overwritten(way: str, command: str, clip: Path):
    contents = clip.read_bytes()
    target = clip if way == "itself" else clip.with_name("other.mp4")
    if way == "link":
        target.symlink_to(clip)
    elif way == "second name":
        target.hardlink_to(clip)
    sentence = sentence_of(foley(command, clip, "--json" if command == "analyze" else "-o", target))
    assert "is the video itself" in sentence
    assert clip.read_bytes() == contents


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("render", "-o", "out.txt"), "out.txt"),
        (("render", "-o", "out.mp4", "--codec", "pcm"), "can't hold pcm"),
        (("render", "-o", "out.webm"), "can't hold h264"),
        (("render", "-o", "clip.mp4"), "the video itself"),
        (("render", "-o", "nowhere/out.mp4"), "does not exist"),
        (("render", "-o", f"{'x' * 300}.mp4"), "the name is too long"),
        (("render", "-o", "out.mp4", "--stems", "clip.mp4"), "is a file"),
        (("render", "-o", "out.mp4", "--stems", "clip.mp4/stems"), "is a file"),
        (("render", "-o", "out.mp4", "--project", "out.json"), "must end in .foley"),
        (("analyze", "--json", "."), "is a folder"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_written_is_said_before_the_work(words, expected: str, clip: Path):
    command, *options = words
    with mock.patch("engine.soundtrack.analyse", side_effect=AssertionError("worked for nothing")):
        assert expected in sentence_of(foley(command, clip, *options, folder=clip.parent))
    assert list(clip.parent.iterdir()) == [clip]


def test_the_longest_names_can_be_written(clip: Path):
    names = [("x" * LONGEST_NAME)[: LONGEST_NAME - len(end)] + end for end in (".json", ".mkv")]
    assert foley("analyze", clip, "--json", clip.with_name(names[0])).returncode == 0
    assert foley("render", clip, "-o", clip.with_name(names[1])).returncode == 0
    assert sorted(path.name for path in clip.parent.iterdir()) == sorted((clip.name, *names))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_and_not_replaced(clip: Path):
    pipe = clip.with_name("pipe")
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()
    ended = foley("analyze", clip, "--json", pipe)
    reader.join(timeout=20)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(received[0])["schema"] == "foley.analysis"
    assert pipe.is_fifo()
    assert "a pipe" in sentence_of(foley("render", clip, "-o", _as_video(pipe)))


def _as_video(pipe: Path) -> Path:
    return pipe.rename(pipe.with_name("pipe.mp4"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("command", ["render", "analyze", "export"])
def test_a_pipe_to_read_from_is_refused_and_not_waited_for(command: str, tmp_path: Path):
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    option = "--json" if command == "analyze" else "-o"
    assert "pipe.mp4" in sentence_of(foley(command, pipe, option, tmp_path / "out.mp4"))


def test_names_of_standard_output():
    assert all(map(targets.is_standard_output, (Path("-"), Path("/dev/stdout"), Path("/dev/fd/1"))))
    assert not targets.is_standard_output(Path("stdout"))


def test_what_may_not_be_read_is_a_failure_and_no_wrong_usage(clip: Path):
    # Root may read everything, so only the question is answered with no.
    def may(path, mode, **more) -> bool:
        return mode != os.R_OK

    with mock.patch("os.access", side_effect=may):
        assert foley("analyze", clip, "--json", "-", "--library", clip.parent).returncode == 1
        assert foley("export", clip, "-o", clip.with_name("out.mp4")).returncode == 1


def test_protected_files_and_closed_folders_are_refused(tmp_path: Path):
    target = tmp_path / "out.mp4"
    target.touch()
    protected = mock.patch("os.access", side_effect=lambda path, mode: Path(path) != target)
    with protected, pytest.raises(UserFacingError, match="write-protected"):
        targets.check_file(target)
    with mock.patch("os.access", return_value=False):
        with pytest.raises(UserFacingError, match="may not write into"):
            targets.check_file(target)
        with pytest.raises(UserFacingError, match="may not write into"):
            targets.check_folder(tmp_path / "new" / "stems")


def test_a_folder_that_may_not_be_looked_into_is_a_sentence(tmp_path: Path):
    closed = mock.patch.object(Path, "is_dir", side_effect=PermissionError(13, "Permission denied"))
    with closed, pytest.raises(UserFacingError, match="you have no permission"):
        targets.check_file(tmp_path / "out.mp4")
