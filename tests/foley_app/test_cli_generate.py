"""`foley generate`, and `foley render` with a generated soundtrack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.analysis.to_document import project_from_video
from engine.errors import Cancelled
from engine.job import Job
from engine.project import edits
from engine.project.storage import load_project, save_project
from engine.synthesis.sample_rnn import making, unfinished
from tests.engine.synthesis.sample_rnn.tiny_generators import save_tiny_generator
from tests.foley_app.command_line import foley, sentence_of
from tests.media_factory import make_video


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film of 2 s, a project of it with two hits, and two generators."""
    monkeypatch.setattr(unfinished, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(making, "load_describer", lambda backbone: _mean_colours)
    make_video(tmp_path / "film.mp4", count=20, rate=10, size=(64, 48))
    project = project_from_video(tmp_path / "film.mp4", project_folder=tmp_path)
    for position in (24_000, 60_000):
        project = edits.add_hit(project, position)
    save_project(project, tmp_path / "reel.foley")
    for variant in ("hits", "frame"):
        save_tiny_generator(tmp_path / variant, variant, features=3)
    return tmp_path


def _mean_colours(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return np.stack([picture.mean(axis=(0, 1)) for picture in pictures]).astype(np.float32)


def test_takes_of_a_project(folder: Path) -> None:
    words = ("generate", "reel.foley", "-o", "out.wav", "--model", "hits", "--takes", 2, "--seed", 7)
    ended = foley(*words, "--range", "0.5-0:01.75", "--json", folder=folder)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert [(row["path"], row["seed"]) for row in told["takes"]] == [("out-1.wav", 7), ("out-2.wav", 8)]
    sounds = [soundfile.read(folder / row["path"]) for row in told["takes"]]
    assert [(len(samples), rate) for samples, rate in sounds] == [(60_000, 48_000)] * 2
    assert not np.array_equal(sounds[0][0], sounds[1][0])
    assert told["takes"][0]["recipe"]["parameters"]["hits_count"] == 2
    assert sorted(path.name for path in folder.glob("*.wav")) == ["out-1.wav", "out-2.wav"]
    assert not list(folder.glob(".foley-*"))


def test_a_video_without_hits_is_looked_at(folder: Path) -> None:
    ended = foley("generate", "film.mp4", "-o", "out.wav", "--model", "frame", folder=folder)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Wrote out.wav: 00:02.000, seed 0, variant frame.")
    again = foley("generate", "film.mp4", "-o", "again.wav", "--model", "frame", folder=folder)
    assert again.returncode == 0, again.stderr
    assert (folder / "out.wav").read_bytes() == (folder / "again.wav").read_bytes()


def test_what_cannot_be_made_is_told_in_a_sentence(folder: Path) -> None:
    words = ("generate", "reel.foley", "--model")
    assert "no generator called “piano”" in sentence_of(foley(*words, "piano", "-o", "o.wav", folder=folder))
    assert "must end in .wav" in sentence_of(foley(*words, "hits", "-o", "o.mp3", folder=folder))
    wrong = (*words, "hits", "-o", "o.wav")
    assert "temperature" in sentence_of(foley(*wrong, "--temperature", 9, folder=folder))
    assert "not frame" in sentence_of(foley(*wrong, "--variant", "frame", folder=folder))
    assert "None of the hits" in sentence_of(foley(*wrong, "--material", "glass", folder=folder))
    for text in ("5", "2-1", "a-b"):
        assert foley(*wrong, "--range", text, folder=folder).returncode == 2
    refused = foley(*wrong, "--detector", "hit-net", folder=folder)
    assert refused.returncode == 2
    assert "hits already" in refused.stderr
    assert not list(folder.glob("*.wav"))


def test_one_that_is_stopped_leaves_nothing_and_goes_on_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "_SAVE_EVERY_S", 0.0)
    words = ("generate", "reel.foley", "-o", "out.wav", "--model", "hits")
    progress = Job.progress

    def interrupted(job: Job, fraction: float, text: str) -> None:
        if fraction > 0.5:
            raise Cancelled
        progress(job, fraction, text)

    with monkeypatch.context() as patched:
        patched.setattr(Job, "progress", interrupted)
        assert sentence_of(foley(*words, folder=folder)) == "foley: stopped; nothing was written"
    assert not list(folder.glob("*.wav")) and not list(folder.glob(".foley-*"))
    ended = foley(*words, folder=folder)
    assert ended.returncode == 0
    assert "foley: Goes on at 00:0" in ended.stderr


def test_a_film_is_rendered_with_a_generated_soundtrack(folder: Path) -> None:
    shutil.rmtree(folder / "hits")
    words = ("render", "film.mp4", "-o", "out.mp4", "--source", "samplernn", "--generator", "frame")
    ended = foley(*words, "--project", "made.foley", folder=folder)
    assert ended.returncode == 0, ended.stderr
    with av.open(str(folder / "out.mp4")) as container:
        assert {stream.type for stream in container.streams} >= {"video", "audio"}
    project = load_project(folder / "made.foley")
    (track,) = project.generated
    assert track.take.media is not None and track.take.media.path.startswith("sounds/")
    assert not project.hits
    assert foley(*words, "--kit", folder=folder).returncode == 2
    assert "temperature" in sentence_of(foley(*words, "--temperature", 9, folder=folder))


def test_a_generator_without_its_source_is_refused(folder: Path) -> None:
    ended = foley("render", "film.mp4", "-o", "out.mp4", "--generator", "frame", folder=folder)
    assert ended.returncode == 2 and "--source samplernn" in ended.stderr
    assert not (folder / "out.mp4").exists()
