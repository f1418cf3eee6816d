"""What is heard beside the stick."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.ambience import Chances, ambience, birds, hum, room_tone, shaped_noise
from training.stage.sound.babble import babble


def spectrum(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return signal.welch(sound, SAMPLE_RATE, nperseg=8192)


def test_shaped_noise_has_the_shape_asked_for() -> None:
    noise = shaped_noise(4 * SAMPLE_RATE, lambda f: 1.0 / np.maximum(f, 1.0), np.random.default_rng(0))
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(1.0, rel=1e-3)
    frequency_hz, power = spectrum(noise)
    band = (frequency_hz > 500) & (frequency_hz < 8000)
    slope = np.polyfit(np.log2(frequency_hz[band]), 10.0 * np.log10(power[band]), 1)[0]
    assert slope == pytest.approx(-6.02, abs=0.4)


def test_room_tone_is_steady_and_falls_towards_high_frequencies() -> None:
    for seed in range(5):
        tone = room_tone(2 * SAMPLE_RATE, np.random.default_rng(seed))
        halves = np.mean(tone.reshape(2, -1) ** 2, axis=1)
        assert 0.5 < halves[0] / halves[1] < 2.0
        frequency_hz, power = spectrum(tone)
        assert power[frequency_hz < 60].mean() > power[frequency_hz > 12_000].mean()


def test_hum_is_made_of_multiples_of_the_mains() -> None:
    frequency_hz, power = signal.welch(
        hum(4 * SAMPLE_RATE, np.random.default_rng(1)), SAMPLE_RATE, nperseg=SAMPLE_RATE
    )
    strongest_hz = frequency_hz[np.argsort(power)[-6:]]
    for mains_hz in (50.0, 60.0):
        if all(min(f % mains_hz, mains_hz - f % mains_hz) <= 2.0 for f in strongest_hz):
            return
    pytest.fail(f"the strongest frequencies are {strongest_hz}")


def test_birds_are_high() -> None:
    frequency_hz, power = spectrum(birds(4 * SAMPLE_RATE, np.random.default_rng(2)))
    assert power[frequency_hz > 1200].sum() > 20.0 * power[frequency_hz < 1200].sum()


def test_a_voice_has_pauses_and_lies_low() -> None:
    voice = babble(10 * SAMPLE_RATE, np.random.default_rng(4))
    assert voice.shape == (10 * SAMPLE_RATE,) and np.abs(voice).max() == pytest.approx(3.0, rel=1e-3)
    loud = np.abs(voice).reshape(-1, 4800).max(axis=1) > 0.1
    assert 0.03 < loud.mean() < 0.8
    frequency_hz, power = spectrum(voice)
    assert power[frequency_hz < 4500].sum() > 0.98 * power.sum()


@pytest.mark.parametrize("outdoors", [False, True])
def test_every_source_can_be_heard_at_once(outdoors: bool) -> None:
    everything = Chances(*([1.0] * 8))
    background = ambience(
        SAMPLE_RATE, [0.2, 0.7], np.random.default_rng(0), outdoors=outdoors, chances=everything
    )
    alone = ambience(
        SAMPLE_RATE, [], np.random.default_rng(0), outdoors=outdoors, chances=Chances(*([0.0] * 8))
    )
    assert background.shape == (SAMPLE_RATE,) and np.isfinite(background).all()
    assert np.std(background) > np.std(alone)
