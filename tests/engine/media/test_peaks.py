"""Waveform peaks against minima and maxima taken the plain way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.media.peaks import SAMPLES_PER_PEAK, Peaks, peaks_of


def test_finest_level() -> None:
    samples = np.random.default_rng(1).standard_normal((1000, 2)).astype(np.float32)
    peaks = peaks_of(samples)
    assert peaks.finest.shape == (4, 2)
    for number, (low, high) in enumerate(peaks.finest):
        part = samples[number * SAMPLES_PER_PEAK : (number + 1) * SAMPLES_PER_PEAK]
        assert (low, high) == (part.min(), part.max())


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 40_000),
    start=st.integers(-3000, 40_000),
    span=st.integers(1, 60_000),
    columns=st.integers(1, 300),
)
def test_view_encloses_what_lies_in_each_column(length: int, start: int, span: int, columns: int) -> None:
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    peaks = peaks_of(samples)
    view = peaks.view(start, start + span, columns)
    assert view.shape == (columns, 2)
    edges = start + np.arange(columns + 1) * span / columns
    for (low, high), left, right in zip(view, edges[:-1], edges[1:], strict=True):
        inside = samples[max(0, int(np.ceil(left))) : max(0, int(np.ceil(right)))]
        if len(inside):
            assert low <= inside.min()
            assert high >= inside.max()
        # Not more than the pairs it touches: at most a column's width and one pair to each side.
        width = max(right - left, SAMPLES_PER_PEAK)
        around = samples[max(0, int(left - width)) : max(0, int(right + width) + 1)]
        if len(around):
            assert low >= min(around.min(), 0)
            assert high <= max(around.max(), 0)
        else:
            assert (low, high) == (0, 0)


def test_click_is_seen_at_every_zoom() -> None:
    samples = np.zeros(1 << 20, np.float32)
    samples[700_000] = 0.9
    peaks = peaks_of(samples)
    for columns in (1, 10, 1000, 100_000):
        view = peaks.view(0, len(samples), columns)
        assert view.max() == np.float32(0.9)
        assert view[700_000 * columns // len(samples), 1] == np.float32(0.9)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros((0, 2), np.float32)])
def test_no_sound(samples: np.ndarray) -> None:
    peaks = peaks_of(samples)
    assert isinstance(peaks, Peaks)
    assert not peaks.view(0, 100, 10).any()
    assert peaks.view(0, 100, 0).shape == (0, 2)
    assert not peaks.view(50, 50, 4).any()
