"""Levels: toy numbers and the standard's anchor, a full-scale sine at -3.01 dBFS."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.loudness import (
    LEVEL_FLOOR_DB,
    frame_levels_db,
    level_db_of_power,
    peak_level_db,
    rms_level_db,
    sample_peak_db,
    sum_level_db,
)

RATE = 48_000


def sine(duration_s: float, amplitude: float = 1.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * 1000 * np.arange(round(duration_s * RATE)) / RATE)).astype(
        np.float32
    )


def test_anchors() -> None:
    assert rms_level_db(sine(1)) == pytest.approx(-3.0103, abs=1e-3)
    assert rms_level_db(np.ones(100, np.float32)) == pytest.approx(0)
    assert rms_level_db(np.zeros(100, np.float32)) == LEVEL_FLOOR_DB
    assert rms_level_db(np.zeros(0, np.float32)) == LEVEL_FLOOR_DB
    assert level_db_of_power([1.0, 0.01, 0.0]) == pytest.approx([0, -20, -80])


def test_the_sample_peak_is_the_highest_magnitude() -> None:
    assert sample_peak_db(np.array([0.1, -0.5, 0.2], np.float32)) == pytest.approx(-6.0206, abs=1e-3)
    assert sample_peak_db(np.zeros(0, np.float32)) == -80.0


def test_both_channels_count() -> None:
    one_side = np.stack((sine(0.5), np.zeros(RATE // 2, np.float32)), axis=1)
    assert rms_level_db(one_side) == pytest.approx(-3.0103 - 3.0103, abs=1e-3)
    assert peak_level_db(one_side, RATE) == pytest.approx(-6.0206, abs=0.05)


def test_the_level_of_a_sound_is_its_loudest_thirtieth() -> None:
    sound = np.concatenate((sine(0.5, 0.01), sine(0.1, 0.5), sine(0.5, 0.01)))
    assert peak_level_db(sound, RATE) == pytest.approx(-3.0103 - 6.0206, abs=0.05)


def test_a_short_sound_is_followed_by_silence() -> None:
    click = np.ones(160, np.float32)
    assert peak_level_db(click, RATE) == pytest.approx(-10, abs=1e-6)
    assert peak_level_db(np.zeros(0, np.float32), RATE) == LEVEL_FLOOR_DB


def test_levels_per_picture_follow_the_pictures_own_times() -> None:
    samples = np.concatenate((np.ones(100), np.zeros(100), np.full(200, 0.1))).astype(np.float32)
    levels = frame_levels_db(samples, 1000, [0.0, 0.05, 0.15, 0.2, 0.4])
    assert levels == pytest.approx([0, 10 * np.log10(0.5), -80, -20, -80])
    assert frame_levels_db(samples, 1000, []).shape == (0,)
    assert frame_levels_db(np.ones((40, 2), np.float32), 1000, [0.0]) == pytest.approx([0], abs=0.1)


def test_huang_and_kumars_level_is_of_the_sum() -> None:
    assert sum_level_db(np.array([3, 4], np.int16)) == pytest.approx(20 * np.log10(5))
    assert sum_level_db(np.zeros(10, np.int16)) == 0
    assert sum_level_db(np.zeros(0, np.int16)) == 0
    # 16-bit squares added up do not fit 16 or 32 bits.
    loud = np.full(2940, -32768, np.int16)
    assert sum_level_db(loud) == pytest.approx(20 * np.log10(32768) + 10 * np.log10(2940))
    assert sum_level_db(np.tile(loud, 2)) - sum_level_db(loud) == pytest.approx(3.0103, abs=1e-3)
