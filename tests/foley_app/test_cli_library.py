"""`foley library` on real folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library.bundled_ear import bundled_ear
from tests.foley_app.command_line import foley, sentence_of


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("catalog", "vector_store"):
        monkeypatch.setattr(f"engine.library.{module}.cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number, name in enumerate(("wood 1", "wood 2", "glass [1]", "a17")):
        noise = np.random.default_rng(number).uniform(-0.8, 0.8, 9600)
        soundfile.write(folder / f"{name}.wav", noise * np.exp(-np.arange(9600) / 1500), 48_000)
    return folder


def test_what_lies_in_a_folder_is_told_by_name(sounds: Path):
    ended = foley("library", sounds, "--no-listen")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [
        "4 sounds.",
        "By name: 2 wood, 1 glass.",
        "1 sound whose names tell no material, not listened to.",
    ]


def test_every_sound_can_be_listed_and_what_is_wrong_is_said(sounds: Path):
    (sounds / "broken.wav").write_bytes(b"no sound")
    soundfile.write(sounds / "quiet.wav", np.zeros(4800), 48_000)
    ended = foley("library", sounds, "--list", "--no-listen")
    assert ended.returncode == 0
    rows = ended.stdout.splitlines()
    assert "glass [1].wav" in ended.stdout and len(rows) == 1 + 4 + 3
    problems = ended.stderr.splitlines()
    assert len(problems) == 2 and all(line.startswith("foley: ") for line in problems)
    assert "broken.wav" in ended.stderr and "silent" in ended.stderr


@pytest.mark.skipif(bundled_ear() is None, reason="no network that listens ships")
def test_sounds_are_listened_to_once(sounds: Path):
    first = foley("library", sounds, "--list")
    assert first.returncode == 0 and first.stderr == ""
    assert first.stdout.count("%") >= 4
    assert "by ear: 1 " in first.stdout
    again = foley("library", sounds, "--list", "--no-listen")
    assert again.stdout == first.stdout


@pytest.mark.parametrize("what", ["missing", "file", "empty"])
def test_a_folder_that_cannot_serve_gets_one_sentence(what: str, tmp_path: Path):
    place = tmp_path / what
    if what == "file":
        place.write_text("a file")
    elif what == "empty":
        place.mkdir()
    assert what in sentence_of(foley("library", place))
