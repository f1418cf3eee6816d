"""The waveforms of generated tracks as the player tells them."""

from __future__ import annotations

import queue
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import soundfile

from engine.media.player.mixing import Mixing
from engine.media.player.take_peaks import TakePeaks
from engine.project.document import GeneratedTrack, MediaReference, Project, Take
from engine.synthesis.sound_pool import SoundPool
from engine.wire import MappedArray, Message


def track_of(path: Path, length: int = 0) -> GeneratedTrack:
    return GeneratedTrack("a", "A", Take("a", "A", "generated", media=MediaReference(str(path))), 0, length)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """256 samples of 0.25, then 300 of -0.5."""
    path = tmp_path / "take.wav"
    soundfile.write(path, np.concatenate((np.full(256, 0.25), np.full(300, -0.5))), 48_000, subtype="FLOAT")
    return path


def test_each_sound_is_drawn_once_and_again_when_another_lies_there(sound: Path, tmp_path: Path) -> None:
    drawing, pool = TakePeaks(tmp_path), SoundPool(tmp_path)
    project = Project("p", generated=(track_of(sound),))
    (drawn,) = drawing.draw(project, pool)
    peaks = MappedArray.attach(drawn["array"]).array
    assert (drawn["track"], drawn["samples_per_peak"]) == ("a", 256)
    assert peaks.tolist() == [[0.25, 0.25], [-0.5, -0.5], [-0.5, -0.5]]
    quieter = replace(project.generated[0], gain_db=-6.0, position=100)
    assert drawing.draw(replace(project, generated=(quieter,)), pool) == []
    (shorter,) = drawing.draw(replace(project, generated=(track_of(sound, 256),)), pool)
    assert MappedArray.attach(shorter["array"]).array.tolist() == [[0.25, 0.25]]


def test_a_track_that_comes_back_is_drawn_again(sound: Path, tmp_path: Path) -> None:
    drawing, pool = TakePeaks(tmp_path), SoundPool(tmp_path)
    project = Project("p", generated=(track_of(sound),))
    assert len(drawing.draw(project, pool)) == 1
    assert drawing.draw(Project("p"), pool) == []
    assert not list(tmp_path.glob("*.map"))
    assert len(drawing.draw(project, pool)) == 1


def test_a_missing_sound_is_told_once_and_drawn_when_it_is_back(sound: Path, tmp_path: Path) -> None:
    drawing, pool = TakePeaks(tmp_path), SoundPool(tmp_path)
    project = Project("p", generated=(track_of(tmp_path / "gone.wav"),))
    (told,) = drawing.draw(project, pool)
    assert (told["event"], told["track"]) == ("take_missing", "a")
    assert "gone.wav" in told["sentence"]
    assert drawing.draw(project, pool) == []
    sound.rename(tmp_path / "gone.wav")
    pool.try_again()
    drawing.look_again()
    assert [message["event"] for message in drawing.draw(project, pool)] == ["take_peaks"]


def test_a_project_that_is_closed_and_opened_again_is_drawn_again(sound: Path, tmp_path: Path) -> None:
    told: queue.Queue[Message] = queue.Queue()
    mixing = Mixing(told.put, Mock(), tmp_path)
    project = Project("p", length=48_000, generated=(track_of(sound),))
    for revision in (1, 2):
        mixing.take_project(project, tmp_path, revision)
        drawn: set[str] = set()
        while "loudness" not in drawn:
            message = told.get(timeout=60)
            assert message["revision"] == revision
            drawn.add(message["event"])
        assert {"peaks", "take_peaks"} <= drawn
        mixing.forget_project()
    mixing.close()
