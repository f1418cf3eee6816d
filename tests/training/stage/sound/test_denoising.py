"""Traces of denoising."""

from __future__ import annotations

import numpy as np
import pytest

from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.denoising import denoised


def test_without_reduction_nothing_changes() -> None:
    sound = np.random.default_rng(0).standard_normal(SAMPLE_RATE).astype(np.float32)
    same = denoised(sound, reduction_db=0.0, above_noise_db=6.0, softness=0.5)
    np.testing.assert_allclose(same, sound, atol=1e-4)


def test_noise_goes_down_and_what_stands_out_stays_in_its_place() -> None:
    rng = np.random.default_rng(1)
    sound = (0.01 * rng.standard_normal(2 * SAMPLE_RATE)).astype(np.float32)
    burst = slice(SAMPLE_RATE, SAMPLE_RATE + 2400)
    sound[burst] += rng.standard_normal(2400).astype(np.float32)
    clean = denoised(sound, reduction_db=18.0, above_noise_db=10.0, softness=1.0)
    quiet = slice(4800, 40_000)
    fall_db = 10.0 * np.log10(np.mean(clean[quiet] ** 2) / np.mean(sound[quiet] ** 2))
    assert -18.5 < fall_db < -12.0
    assert np.corrcoef(clean[burst], sound[burst])[0, 1] > 0.98
    assert np.mean(clean[burst] ** 2) == pytest.approx(np.mean(sound[burst] ** 2), rel=0.1)
