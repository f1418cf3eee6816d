"""Projects from the command line: moved, with sounds missing or changed, stopped half way."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import soundfile

from engine.bundled import demo_video
from engine.job import Job
from engine.project.storage import load_project
from tests.foley_app.command_line import foley, picture_packets, sentence_of
from tests.media_factory import make_video


def write_library(folder: Path) -> None:
    """Four decaying tones in two folders named after materials, and a file that is no sound."""
    decay = np.exp(-np.arange(9600) / 900)
    for number, name in enumerate(("wood/knock", "wood/thud", "metal/clang", "metal/ping")):
        path = folder / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, 0.5 * decay * np.sin(np.arange(9600) * (0.1 + 0.1 * number)), 48_000)
    (folder / "broken.wav").write_bytes(b"no sound at all")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """A folder with video, library and project as `foley render` left them, and what it complained of."""
    folder = tmp_path_factory.mktemp("made")
    write_library(folder / "sounds")
    shutil.copy(demo_video(), folder / "clip.mp4")
    words = ("render", "clip.mp4", "-o", "out.mp4", "--library", "sounds", "--project", "reel.foley")
    ended = foley(*words, folder=folder)
    assert ended.returncode == 0, ended.stderr
    (folder / "out.mp4").unlink()
    return folder, ended.stderr


@pytest.fixture
def folder(made: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it somewhere else, as on another disk."""
    return Path(shutil.copytree(made[0], tmp_path / "elsewhere"))


def test_a_broken_sound_is_told_and_the_others_serve(made: tuple[Path, str]):
    folder, complaint = made
    assert "about the library" in complaint
    assert "broken.wav" in complaint
    takes = {clip.take for hit in load_project(folder / "reel.foley").hits for clip in hit.clips}
    assert {take.source for take in takes} == {"library"}


def test_a_project_moves_together_with_its_media(made: tuple[Path, str], folder: Path):
    project = load_project(folder / "reel.foley")
    references = {clip.take.media.path for hit in project.hits for clip in hit.clips if clip.take.media}
    assert all(path.startswith("sounds/") for path in references)
    # The old place is out of reach: everything has to come from the new one.
    away = made[0].rename(made[0].with_name("away"))
    try:
        ended = foley("export", folder / "reel.foley", "-o", folder / "again.mp4")
    finally:
        away.rename(made[0])
    assert ended.returncode == 0, ended.stderr
    assert "not there" not in ended.stdout
    assert picture_packets(folder / "again.mp4") == picture_packets(demo_video())


def test_missing_sounds_are_no_silent_export(folder: Path):
    shutil.rmtree(folder / "sounds")
    target = folder / "again.mp4"
    target.write_bytes(b"the last good export")
    sentence = sentence_of(foley("export", folder / "reel.foley", "-o", target))
    assert "sounds/" in sentence
    assert target.read_bytes() == b"the last good export"
    ended = foley("export", folder / "reel.foley", "-o", target, "--allow-missing")
    assert ended.returncode == 0, ended.stderr
    assert "is not there any more" in ended.stdout
    assert picture_packets(target) == picture_packets(demo_video())


def test_a_video_that_was_exchanged_is_told(folder: Path):
    make_video(folder / "clip.mp4", count=60, size=(160, 120))
    ended = foley("export", folder / "reel.foley", "-o", folder / "again.mp4")
    assert "“clip.mp4” has changed since the project was made" in ended.stdout
    shutil.copy(demo_video(), folder / "clip.mp4")
    assert "changed" not in foley("export", folder / "reel.foley", "-o", folder / "again.mp4").stdout


def test_a_video_without_hits_is_told(tmp_path: Path):
    still = make_video(tmp_path / "still.mp4", times_s=[0, 0.04, 0.08, 0.12, 0.16], size=(160, 120))
    ended = foley("render", still, "-o", tmp_path / "out.mp4")
    assert ended.returncode == 0, ended.stderr
    assert "No hit was found" in ended.stdout
    analysed = json.loads(foley("analyze", still, "--json", "-").stdout)
    assert analysed["hits"] == []


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize(
    ("phase", "written"),
    [
        ("Looking in", []),
        ("Analysing", []),
        ("Choosing", []),
        ("Writing the picture", []),
        ("Checking hit", ["out.mp4"]),
        ("Writing the stem", ["out.mp4"]),
    ],
)
def test_stopping_leaves_nothing_half_done(phase: str, written: list[str], made, tmp_path: Path):
    folder, _ = made
    progress = Job.progress

    def progress_until_stopped(job: Job, fraction: float, text: str) -> None:
        progress(job, fraction, text)
        if text.startswith(phase):
            os.kill(os.getpid(), signal.SIGTERM)

    words = ("-o", tmp_path / "out.mp4", "--stems", tmp_path / "stems", "--project", tmp_path / "p.foley")
    with mock.patch.object(Job, "progress", progress_until_stopped):
        ended = foley("render", folder / "clip.mp4", *words, "--library", folder / "sounds" / "wood")
    assert "stopped" in sentence_of(ended)
    assert sorted(path.name for path in tmp_path.iterdir()) == written
    assert ("out.mp4" in ended.stderr) == bool(written)
