"""Frame rates from presentation times."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.media.frame_timing import measure_timing

_MILLISECOND = Fraction(1, 1000)


def _rounded(rate: Fraction, count: int) -> np.ndarray:
    return np.asarray([round(Fraction(n) / rate / _MILLISECOND) for n in range(count)], np.int64)


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(120)])
@pytest.mark.parametrize("count", [40, 10_000])
def test_constant_rate_in_milliseconds(rate: Fraction, count: int) -> None:
    timing = measure_timing(_rounded(rate, count), _MILLISECOND, (rate,))
    assert (timing.frame_rate, timing.is_variable) == (rate, False)


def test_short_clip_believes_what_the_file_announces() -> None:
    pts = _rounded(Fraction(30000, 1001), 10)
    assert measure_timing(pts, _MILLISECOND, (Fraction(30000, 1001),)).frame_rate == Fraction(30000, 1001)
    assert measure_timing(pts, _MILLISECOND, (None,)).frame_rate == 30


def test_announced_rate_that_is_wrong_is_not_believed() -> None:
    timing = measure_timing(_rounded(Fraction(25), 50), _MILLISECOND, (Fraction(30), None, Fraction(90_000)))
    assert (timing.frame_rate, timing.is_variable) == (25, False)


def test_rounded_rate_is_the_broadcast_rate_it_stands_for() -> None:
    pts = np.arange(36_000, dtype=np.int64) * 400
    timing = measure_timing(pts, Fraction(1, 11988), (Fraction(2997, 100),))
    assert (timing.frame_rate, timing.is_variable) == (Fraction(30000, 1001), False)


def test_milliseconds_copied_into_a_finer_time_base() -> None:
    pts = _rounded(Fraction(30000, 1001), 300) * 16
    timing = measure_timing(pts, Fraction(1, 16_000), (Fraction(30),))
    assert (timing.frame_rate, timing.is_variable) == (Fraction(30000, 1001), False)


def test_variable_rate_is_the_average() -> None:
    timing = measure_timing(np.asarray([0, 10, 50, 60, 100]), _MILLISECOND, (Fraction(30),))
    assert (timing.frame_rate, timing.is_variable) == (40, True)


def test_left_out_picture_where_a_unit_is_a_picture() -> None:
    assert measure_timing(np.asarray([0, 1, 2, 4, 5, 6]), Fraction(1, 25), (Fraction(25),)).is_variable
    assert not measure_timing(np.arange(6), Fraction(1, 25), (Fraction(25),)).is_variable


def test_single_picture() -> None:
    assert measure_timing(np.asarray([7]), _MILLISECOND, (Fraction(50),)).frame_rate == 50
    assert measure_timing(np.asarray([7]), _MILLISECOND, (None,)).frame_rate == 25
