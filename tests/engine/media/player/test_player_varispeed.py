"""Reading the mix at any speed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.media.player.varispeed import read_varispeed

RAMP = np.stack([np.arange(1000, dtype=np.float32), -np.arange(1000, dtype=np.float32)], axis=1)


def test_normal_speed_copies_the_samples() -> None:
    np.testing.assert_array_equal(read_varispeed(RAMP, 10.0, 1.0, 5), RAMP[10:15])


def test_reverse_gives_the_samples_backwards() -> None:
    np.testing.assert_array_equal(read_varispeed(RAMP, 14.0, -1.0, 5), RAMP[14:9:-1])


@pytest.mark.parametrize("step", [0.25, 0.5, 0.99, 1.5, 2.0, 8.0, -0.3, -2.0, -7.5])
def test_a_ramp_is_read_where_the_positions_are(step: float) -> None:
    positions = 500.3 + step * np.arange(40)
    read = read_varispeed(RAMP, 500.3, step, 40)
    # Faster than normal, samples count as steps of one sample: an eighth is the largest error on a ramp.
    tolerance = 0.13 if abs(step) > 1.0 else 2e-3
    np.testing.assert_allclose(read[:, 0], positions, atol=tolerance)
    np.testing.assert_allclose(read[:, 1], -positions, atol=tolerance)


@pytest.mark.parametrize("step", [1.0, -1.0, 0.5, 3.0, -4.0])
def test_silence_lies_around_the_mix(step: float) -> None:
    ones = np.ones((100, 2), np.float32)
    assert not read_varispeed(ones, -500.0, step, 20).any()
    assert not read_varispeed(ones, 600.0, step, 20).any()
    assert read_varispeed(ones, 50.0, step, 5).all()


def test_eight_times_speed_does_not_alias() -> None:
    tone = np.sin(2 * np.pi * 10_300 / 48_000 * np.arange(48_000))[:, np.newaxis].astype(np.float32)
    assert np.abs(read_varispeed(tone, 0.0, 8.0, 5_000)[10:-10]).max() < 0.25
    assert np.abs(tone[::8][10:-10]).max() > 0.9
