"""The level curve: toy numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.levels import LevelConfig, level_curve_db
from engine.analysis.result import DetectedHit

CONFIG = LevelConfig(room_db=-60.0, decay_db_per_s=60.0, scratch_fall_db=15.0)


def hit(time_s: float, level_db: float, duration_s: float = 0.0) -> DetectedHit:
    action = "scratch" if duration_s else "hit"
    return DetectedHit(time_s, duration_s, 1.0, level_db, action, None, ())


def test_without_hits_there_is_only_the_room() -> None:
    assert level_curve_db(np.arange(5) / 25, [], CONFIG) == pytest.approx(np.full(5, -60.0))
    assert level_curve_db(np.zeros(0), [hit(0, -10)], CONFIG).shape == (0,)


def test_a_hit_falls_by_the_decay() -> None:
    times = np.arange(50) / 25
    levels = level_curve_db(times, [hit(0.4, -10.0)], CONFIG)
    assert levels[:10] == pytest.approx(np.full(10, -60.0))
    # Mean power of 40 ms that fall at 60 dB/s: (1 - 10^-0.24) / (0.24 ln 10) of the first instant's.
    assert levels[10] == pytest.approx(-10 + 10 * np.log10((1 - 10**-0.24) / (0.24 * np.log(10))), abs=0.01)
    assert np.diff(levels[10:18]) == pytest.approx(np.full(7, -2.4), abs=0.01)
    assert levels[-1] == pytest.approx(-60, abs=0.01)


def test_a_hit_in_the_middle_of_a_picture_sounds_for_the_rest_of_it() -> None:
    levels = level_curve_db(np.array([0.0, 0.5]), [hit(0.25, -10.0, duration_s=1e9)], CONFIG)
    assert levels == pytest.approx([-10 + 10 * np.log10(0.5), -10.0], abs=0.01)


def test_a_scratch_goes_down_slowly_then_like_a_hit() -> None:
    levels = level_curve_db(np.arange(50) / 25, [hit(0.4, -10.0, duration_s=0.4)], CONFIG)
    assert np.diff(levels[10:20]) == pytest.approx(np.full(9, -1.5), abs=0.01)
    assert np.diff(levels[20:24]) == pytest.approx(np.full(3, -2.4), abs=0.02)


def test_stronger_approaches_are_louder_within_bounds() -> None:
    levels = [LevelConfig().hit_level_db(prominence) for prominence in (-9, 0.0, 0.5, 1.0, 9)]
    assert levels == sorted(levels)
    assert levels[0] > -30
    assert levels[-1] < -5
