"""E-L1: librosa's RMS, and amplitudes that can be worked out."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from engine.evaluation.rms_curves import HOP, WINDOW, e_l1, evaluate, rms_curve


def test_the_curve_is_librosas() -> None:
    sound = np.random.default_rng(0).normal(size=16_000) * np.linspace(1, 0, 16_000)
    padded = np.pad(sound, (WINDOW - HOP) // 2, mode="reflect")
    theirs = librosa.feature.rms(y=padded, frame_length=WINDOW, hop_length=HOP, center=False)[0]
    ours = rms_curve(sound)
    assert ours.shape == (16_000 // HOP,)
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_amplitudes() -> None:
    one, half = np.ones(4096), np.full(4096, 0.5)
    assert e_l1(one, half) == pytest.approx(0.5)
    assert e_l1(one, -one) == pytest.approx(0.0)
    assert evaluate([(one, half), (one, one)]) == pytest.approx(0.25)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than one window"):
        rms_curve(np.zeros(511))
    with pytest.raises(ValueError, match="can't be compared"):
        e_l1(np.zeros(600), np.zeros(601))
    with pytest.raises(ValueError, match="no sound"):
        evaluate([])
