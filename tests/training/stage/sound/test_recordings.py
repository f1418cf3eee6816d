"""A shelf of real recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import UserFacingError
from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.recordings import read_shelf


def write_impact(path: Path, *, lead_s: float, rate: int = SAMPLE_RATE, length_s: float = 0.5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(int(length_s * rate)) / rate
    ring = 0.5 * np.exp(-time_s / 0.05) * np.cos(2.0 * np.pi * 900.0 * time_s)
    soundfile.write(path, np.concatenate((np.zeros(int(lead_s * rate)), ring)), rate)


def test_impacts_begin_where_they_are_heard_whatever_the_rate(tmp_path: Path) -> None:
    write_impact(tmp_path / "wood" / "a.wav", lead_s=0.3)
    write_impact(tmp_path / "wood" / "b.wav", lead_s=0.0, rate=22_050)
    write_impact(tmp_path / "sand" / "c.wav", lead_s=0.0)
    shelf = read_shelf(tmp_path)
    assert list(shelf.impacts) == ["wood"] and not shelf.unusable
    for impact in shelf.impacts["wood"]:
        assert np.abs(impact).max() == pytest.approx(1.0)
        assert int(np.argmax(np.abs(impact))) < 0.004 * SAMPLE_RATE


def test_broken_and_silent_files_are_named(tmp_path: Path) -> None:
    write_impact(tmp_path / "metal" / "good.wav", lead_s=0.1)
    (tmp_path / "metal" / "broken.ogg").write_bytes(b"this is no sound")
    soundfile.write(tmp_path / "metal" / "still.wav", np.zeros(4800), SAMPLE_RATE)
    shelf = read_shelf(tmp_path)
    assert len(shelf.impacts["metal"]) == 1
    told = " ".join(shelf.unusable)
    assert "broken.ogg" in told and "still.wav" in told


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="holds no recording"):
        read_shelf(tmp_path)
    with pytest.raises(UserFacingError, match="not a folder"):
        read_shelf(tmp_path / "absent")


def test_a_thing_keeps_its_recording_and_contacts_differ_a_little(tmp_path: Path) -> None:
    for number in range(5):
        write_impact(tmp_path / "tile" / f"{number}.wav", lead_s=0.05, length_s=0.3 + 0.05 * number)
    shelf = read_shelf(tmp_path)

    def varied(thing: int, stroke: int) -> np.ndarray:
        sound = shelf.varied("tile", np.random.default_rng(thing), np.random.default_rng(stroke))
        assert sound is not None
        return sound

    np.testing.assert_array_equal(varied(1, 1), varied(1, 1))
    assert abs(varied(1, 1).size - varied(1, 2).size) < 0.1 * varied(1, 1).size
    assert len({varied(thing, 1).size for thing in range(6)}) > 3
    assert shelf.varied("water", np.random.default_rng(0), np.random.default_rng(0)) is None
