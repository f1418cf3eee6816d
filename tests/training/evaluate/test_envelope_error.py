"""E-L1 of a level curve: against amplitudes that can be worked out, and against that of two sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.evaluation import rms_curves
from training.datasets.recording import Recording
from training.evaluate.detectors import Finder, Found
from training.evaluate.envelope_error import envelope_error, envelope_table

RATE = rms_curves.SAMPLE_RATE


def test_levels_are_held_while_a_picture_is_shown() -> None:
    envelope = np.full(4 * RATE // rms_curves.HOP, 0.1)
    # -20 dB is 0.1, -40 dB is 0.01: a quarter of the time it is 0.09 off.
    levels_db = np.array([-20.0, -40.0, -20.0, -20.0])
    assert envelope_error(envelope, np.arange(4.0), levels_db) == pytest.approx(0.09 / 4)


def test_against_the_measure_of_two_sounds() -> None:
    random = np.random.default_rng(0)
    sound = random.normal(0, 0.1, RATE)
    constant = np.full(RATE, 0.02)
    error = envelope_error(rms_curves.rms_curve(sound), np.zeros(1), np.array([20 * np.log10(0.02)]))
    assert error == pytest.approx(rms_curves.e_l1(sound, constant))


def test_a_gain_per_clip_is_forgiven_in_the_second_column(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(RATE, 0.1), RATE, subtype="FLOAT")
    recording = Recording("a", "a", path, path, 1.0)
    true_db, predicted_db = np.full(30, -20.0), np.full(30, -14.0)
    found = Found(np.zeros(0), np.zeros(0), 0.5, None, predicted_db)
    curves = {"net": {"a": (true_db, predicted_db)}}
    table = envelope_table([recording], curves, {"net": Finder("net", {"a": found})})
    assert table is not None
    rows = {row.name: row.cells for row in table.rows}
    assert rows["net"] == (f"{10 ** (-14 / 20) - 0.1:.4f}", "0.0000")
    assert rows["silence"][0] == "0.1000" and rows["the true level of each picture"][0] == "0.0000"
    assert any(cells[0] == "0.0137" for cells in rows.values())


def test_without_sound_there_is_nothing_to_compare() -> None:
    found = Found(np.zeros(0), np.zeros(0), 0.5, None, np.zeros(3))
    curves = {"net": {"a": (np.zeros(3), np.zeros(3))}}
    silent = Recording("a", "a", Path("a.mp4"), None, 1.0)
    assert envelope_table([silent], curves, {"net": Finder("net", {"a": found})}) is None
