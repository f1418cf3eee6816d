"""The mapping between samples and pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foley_app.timeline.time_axis import (
    CLOSEST_SAMPLES_PER_PIXEL,
    LEFT_MARGIN_PIXELS,
    RIGHT_MARGIN_PIXELS,
    TimeAxis,
)

HOUR = 3600 * 48_000

axes = st.builds(
    lambda width, length, factor, x, scroll: (
        TimeAxis.fitted(width, length).zoomed(factor, x * width).scrolled(scroll)
    ),
    st.integers(100, 4000),
    st.integers(48_000, 3 * HOUR),
    st.floats(1, 5000),
    st.floats(0, 1),
    st.floats(-1e6, 1e6),
)


def test_a_fitted_axis_has_the_ends_at_its_margins() -> None:
    axis = TimeAxis.fitted(1024, 480_000)
    assert axis.x_of(0) == pytest.approx(LEFT_MARGIN_PIXELS)
    assert axis.x_of(480_000) == pytest.approx(1024 - RIGHT_MARGIN_PIXELS)
    assert axis.samples_per_pixel == 480
    assert axis.is_fitted


def test_known_pixels() -> None:
    axis = TimeAxis(start=1000.0, samples_per_pixel=10.0, width=500, length=1_000_000)
    assert axis.x_of(1000) == 0
    assert axis.x_of(1505) == 50.5
    assert axis.position_at(50.5) == 1505
    np.testing.assert_array_equal(axis.x_of(np.array([1000, 2000])), [0.0, 100.0])


@given(axes, st.floats(0, 1))
def test_a_position_comes_back_from_its_pixel_to_the_sample(axis: TimeAxis, share: float) -> None:
    position = round(axis.start + share * (axis.end - axis.start))
    assert axis.position_at(axis.x_of(position)) == position


@given(axes, st.floats(0.2, 5), st.floats(0, 1))
def test_zooming_keeps_what_lies_under_the_pointer(axis: TimeAxis, factor: float, share: float) -> None:
    x = share * axis.width
    before = axis.start + x * axis.samples_per_pixel
    after = axis.zoomed(factor, x)
    is_at_an_end = after.start in (after.earliest_start, after.latest_start)
    if not is_at_an_end:
        assert after.x_of(before) == pytest.approx(x, abs=1e-3)


@given(axes, st.floats(0.01, 100), st.floats(0, 1), st.floats(-1e5, 1e5))
def test_the_view_never_leaves_the_document(
    axis: TimeAxis, factor: float, share: float, pixels: float
) -> None:
    moved = axis.zoomed(factor, share * axis.width).scrolled(pixels)
    assert moved.samples_per_pixel >= CLOSEST_SAMPLES_PER_PIXEL
    assert moved.samples_per_pixel <= TimeAxis.fitted(axis.width, axis.length).samples_per_pixel * (1 + 1e-9)
    assert moved.x_of(0) <= LEFT_MARGIN_PIXELS + 1e-6
    assert (
        moved.x_of(moved.length)
        >= min(moved.width - RIGHT_MARGIN_PIXELS, moved.length / moved.samples_per_pixel) - 1e-3
    )


def test_a_resized_window_keeps_a_fitted_view_fitted_and_a_zoomed_one_in_place() -> None:
    axis = TimeAxis.fitted(1000, 480_000)
    assert axis.resized(1500, 480_000) == TimeAxis.fitted(1500, 480_000)
    zoomed = axis.zoomed(10, 500)
    resized = zoomed.resized(1200, 480_000)
    assert (resized.start, resized.samples_per_pixel) == (zoomed.start, zoomed.samples_per_pixel)


def test_showing_a_stretch_puts_all_of_it_on_screen() -> None:
    axis = TimeAxis.fitted(1000, 100 * 48_000).showing(480_000, 960_000)
    assert 0 < axis.x_of(480_000) < axis.x_of(960_000) < 1000
    assert axis.x_of(960_000) - axis.x_of(480_000) > 800


def test_positions_inside_stay_inside() -> None:
    axis = TimeAxis.fitted(1000, 480_000)
    assert axis.position_inside(-50) == 0
    assert axis.position_inside(5000) == 479_999
