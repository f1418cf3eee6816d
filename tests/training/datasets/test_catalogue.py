"""What is remembered of files, and when it is forgotten."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.training.datasets.tiny_folders import write_clip
from training.datasets import catalogue
from training.datasets.catalogue import Catalogue, SeenFile


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were looked into."""
    found: list[str] = []
    look_into = catalogue._look_into

    def noted(path: Path) -> SeenFile:
        found.append(path.name)
        return look_into(path)

    monkeypatch.setattr(catalogue, "_look_into", noted)
    return found


def test_a_file_is_looked_into_once(tmp_path: Path, looks: list[str]) -> None:
    clip = write_clip(tmp_path / "a.mp4", pictures=30)
    first = Catalogue(tmp_path)
    assert first.look(clip) == SeenFile(1.0, 30, True)
    first.keep()
    assert Catalogue(tmp_path).look(clip) == first.look(clip)
    assert looks == ["a.mp4"]
    os.utime(clip, ns=(5, 5))
    Catalogue(tmp_path).look(clip)
    assert looks == ["a.mp4", "a.mp4"]


def test_faults_are_remembered_too(tmp_path: Path, looks: list[str]) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"x" * 100)
    known = Catalogue(tmp_path)
    assert "torn.mp4" in known.look(torn).fault
    known.keep()
    assert "torn.mp4" in Catalogue(tmp_path).look(torn).fault
    assert looks == ["torn.mp4"]
    assert "does not exist" in known.look(tmp_path / "gone.mp4").fault


@pytest.mark.parametrize(
    "contents", ["", "{", "[]", '{"version": 99, "files": {}}', '{"version": 1, "files": [1]}']
)
def test_a_damaged_memory_is_forgotten(tmp_path: Path, remembered: Path, contents: str) -> None:
    clip = write_clip(tmp_path / "a.mp4", pictures=30, with_sound=False)
    known = Catalogue(tmp_path)
    known.look(clip)
    known.keep()
    (path,) = (remembered / "datasets").iterdir()
    assert json.loads(path.read_text())["files"]
    path.write_text(contents)
    assert Catalogue(tmp_path).look(clip).picture_count == 30


def test_a_memory_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    known = Catalogue(tmp_path, in_the_way)
    known.look(write_clip(tmp_path / "a.mp4", pictures=30, with_sound=False))
    known.keep()
