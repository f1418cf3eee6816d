"""Filters and level control of microphones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import signal

from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.microphone import (
    FULL_SCALE,
    Microphone,
    coloured,
    draw_microphone,
    held_back,
    resonance,
    shelf,
)

PLAIN = Microphone(
    sections=np.array([[1.0, 0, 0, 1.0, 0, 0]]),
    drive_db=0.0,
    slow_gain_db=0.0,
    slow_release_s=0.5,
    release_s=0.02,
    ceiling=0.8,
)


def gain_db(sections: np.ndarray, frequency_hz: float) -> float:
    _, response = signal.sosfreqz(sections, [frequency_hz], fs=SAMPLE_RATE)
    return float(20.0 * np.log10(np.abs(response[0])))


@pytest.mark.parametrize("level_db", [-9.0, 6.0])
def test_a_shelf_lifts_its_side_only(level_db: float) -> None:
    low, high = shelf(400.0, level_db, is_high=False), shelf(3000.0, level_db, is_high=True)
    assert gain_db(low, 1.0) == pytest.approx(level_db, abs=0.1)
    assert gain_db(low, 15_000.0) == pytest.approx(0.0, abs=0.1)
    assert gain_db(low, 400.0) == pytest.approx(level_db / 2, abs=0.1)
    assert gain_db(high, 23_000.0) == pytest.approx(level_db, abs=0.1)
    assert gain_db(high, 20.0) == pytest.approx(0.0, abs=0.1)


def test_a_resonance_has_its_gain_at_its_centre_and_its_width() -> None:
    section = resonance(2000.0, 8.0, 2.0)
    assert gain_db(section, 2000.0) == pytest.approx(8.0, abs=1e-6)
    assert gain_db(section, 100.0) == pytest.approx(0.0, abs=0.1)
    assert 0.5 < gain_db(section, 1000.0) < 4.0


def test_colour_neither_delays_nor_runs_ahead() -> None:
    click = np.zeros(4800, np.float32)
    click[1000] = 1.0
    for seed in range(20):
        heard = coloured(click, draw_microphone(np.random.default_rng(seed)))
        assert not heard[:1000].any()
        # Narrow ones take some samples to rise, nothing like the sixth of a millisecond of one more.
        assert np.abs(heard[1000:1010]).max() > 0.25 * np.abs(heard).max()


def test_the_limiter_leaves_quiet_sounds_alone_and_holds_loud_ones() -> None:
    time_s = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2.0 * np.pi * 997.0 * time_s).astype(np.float32)
    np.testing.assert_allclose(held_back(0.1 * tone, PLAIN), 0.1 * tone, atol=1e-6)
    held = held_back(5.0 * tone, PLAIN)
    assert np.abs(held).max() == pytest.approx(0.8 * FULL_SCALE, abs=1e-3)
    assert np.sqrt(np.mean(held[4800:] ** 2)) == pytest.approx(0.8 * FULL_SCALE / np.sqrt(2.0), rel=0.03)


def test_automatic_gain_goes_down_for_loud_sound_and_comes_back() -> None:
    time_s = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    loud = np.where((time_s > 1.0) & (time_s < 1.5), 0.7, 0.02)
    tone = (loud * np.sin(2.0 * np.pi * 997.0 * time_s)).astype(np.float32)
    heard = held_back(tone, replace(PLAIN, slow_gain_db=10.0, slow_release_s=0.2))

    def level(start_s: float) -> float:
        part = slice(int(start_s * SAMPLE_RATE), int((start_s + 0.1) * SAMPLE_RATE))
        return 10.0 * float(np.log10(np.mean(heard[part] ** 2) / np.mean(tone[part] ** 2)))

    assert level(0.5) == pytest.approx(0.0, abs=0.1)
    assert -10.5 < level(1.3) < -5.0
    assert level(1.55) < -3.0
    assert level(2.8) == pytest.approx(0.0, abs=0.5)
