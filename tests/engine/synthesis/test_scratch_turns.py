"""A scratch that follows a hand which is seen."""

from __future__ import annotations

import numpy as np

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.scratch import LIFT_S, speed_profile


def test_the_stick_is_slow_where_the_hand_turns_and_fast_between() -> None:
    length = SAMPLE_RATE
    turns = [12_000, 30_000]
    for seed in range(10):
        speed = speed_profile(length, np.random.default_rng(seed), turns)
        moving = length - int(LIFT_S * SAMPLE_RATE)
        for turn in turns:
            assert speed[turn - 96 : turn + 96].mean() < 0.45
        for start, end in ((0, 12_000), (12_000, 30_000), (30_000, moving)):
            middle = (start + end) // 2
            assert speed[middle - 1000 : middle + 1000].mean() > 0.5
        assert not speed[moving + 200 :].any()


def test_turns_outside_of_the_scratch_are_left_out() -> None:
    plain = speed_profile(24_000, np.random.default_rng(0), [])
    other = speed_profile(24_000, np.random.default_rng(0), [0, 24_000, 99_999])
    np.testing.assert_array_equal(plain, other)
