"""Responses of places."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.room import draw_room, placed


@pytest.mark.parametrize("outdoors", [False, True])
def test_the_direct_sound_comes_first_and_whole(outdoors: bool) -> None:
    for seed in range(10):
        response = draw_room(np.random.default_rng(seed), outdoors=outdoors)
        assert response[0] == pytest.approx(1.0, abs=0.15)
        assert np.abs(response[1:]).max() < 1.3
        quarter = response.size // 4
        assert np.square(response[:quarter]).sum() > 20.0 * np.square(response[-quarter:]).sum()


def test_outdoors_is_drier_than_indoors() -> None:
    def reverberant(outdoors: bool) -> float:
        shares = []
        for seed in range(30):
            response = draw_room(np.random.default_rng(seed), outdoors=outdoors)
            shares.append(np.square(response[int(0.02 * SAMPLE_RATE) :]).sum())
        return float(np.median(shares))

    assert reverberant(True) < 0.3 * reverberant(False)


def test_the_sound_in_the_room_is_a_convolution() -> None:
    rng = np.random.default_rng(0)
    sound, response = rng.standard_normal(5000), draw_room(rng, outdoors=False)
    expected = signal.oaconvolve(sound, response)[:5000]
    np.testing.assert_allclose(placed(sound, response), expected, atol=1e-4)
