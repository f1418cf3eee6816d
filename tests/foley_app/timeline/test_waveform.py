"""Peaks at any zoom, against peaks computed from all rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from foley_app.timeline.waveform import Waveform


@pytest.fixture
def peaks() -> np.ndarray:
    rng = np.random.default_rng(3)
    low = -rng.uniform(0, 1, 50_000)
    return np.column_stack((low, rng.uniform(0, 1, 50_000))).astype(np.float32)


@pytest.mark.parametrize("rows_per_column", [1, 2, 3.7, 16, 100, 1000])
def test_columns_hold_the_extremes_of_their_rows(peaks: np.ndarray, rows_per_column: float) -> None:
    waveform = Waveform.of(peaks, 256)
    count = 40
    columns = waveform.columns(2560.0, rows_per_column * 256, count)
    for column in range(count):
        first = int((10 + column * rows_per_column) // 1)
        end = int((10 + (column + 1) * rows_per_column) // 1)
        # A coarser level of the pyramid may reach over by a quarter of a column on either side.
        slack = math.ceil(rows_per_column / 4) if rows_per_column >= 16 else 0
        sure, possible = peaks[first + slack : end - slack], peaks[max(first - slack, 0) : end + slack]
        assert possible[:, 0].min() <= columns[column, 0] <= sure[:, 0].min()
        assert possible[:, 1].max() >= columns[column, 1] >= sure[:, 1].max()


def test_a_click_is_never_lost(peaks: np.ndarray) -> None:
    quiet = np.zeros((200_000, 2), np.float32)
    quiet[123_457] = (-0.5, 0.9)
    columns = Waveform.of(quiet, 256).columns(0.0, 200_000 * 256 / 1000, 1000)
    assert columns[:, 1].max() == np.float32(0.9)
    assert np.flatnonzero(columns[:, 1])[0] in (616, 617)


def test_an_attack_is_not_drawn_before_its_peak() -> None:
    rows = np.zeros((10, 2), np.float32)
    rows[5] = (-1, 1)
    columns = Waveform.of(rows, 256).columns(0.0, 32.0, 80)
    assert np.flatnonzero(columns[:, 1]).tolist() == list(range(40, 48))


def test_outside_the_sound_is_silence(peaks: np.ndarray) -> None:
    waveform = Waveform.of(peaks, 256, start=48_000)
    columns = waveform.columns(0.0, 4800.0, 20)
    assert not columns[:9].any()
    assert columns[10:].any(axis=1).all()
    assert not waveform.columns(float(waveform.end), 4800.0, 5).any()
    assert not waveform.columns(-1e6, 10.0, 5).any()


def test_whole_numbers_are_full_scale_at_32768() -> None:
    waveform = Waveform.of(np.array([[-32768, 16384]], np.int16), 256)
    assert waveform.levels[0].tolist() == [[-1.0, 0.5]]


def test_peaks_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Waveform.of(np.zeros(5), 256)


def test_the_last_row_counts() -> None:
    rows = np.zeros((100, 2), np.float32)
    rows[99] = (-1, 1)
    columns = Waveform.of(rows, 256).columns(0.0, 2560.0, 10)
    assert columns[9].tolist() == [-1.0, 1.0]
    assert not columns[:9].any()


def test_no_peaks_are_silence() -> None:
    assert not Waveform.of(np.zeros((0, 2), np.float32), 256).columns(0.0, 100.0, 4).any()
