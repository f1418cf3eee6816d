"""Onsets of drawn impacts whose times are known, and of real clips against people and another picker."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.evaluation.onsets import evaluate
from engine.features.attack import attack_time_s
from engine.features.flux_onsets import FluxOnsetConfig, flux_onsets, onset_strength

RATE = 48_000
TIMES_S = np.array([0.4137, 1.1021, 1.6, 2.2503, 2.7777])
Samples = NDArray[np.float32]


def impacts(
    times_s: NDArray[np.float64] = TIMES_S,
    rate: int = RATE,
    duration_s: float = 3.2,
    noise_db: float = -60,
    seed: int = 0,
) -> Samples:
    """Thuds, clicks and ringing in turn over white noise."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(rate * duration_s)) / rate
    sound = 10 ** (noise_db / 20) * random.standard_normal(len(time_s))
    for number, onset_s in enumerate(times_s):
        after_s = np.clip(time_s - onset_s, 0, None)
        noise = random.standard_normal(len(time_s)) * np.exp(-after_s * 200)
        ringing = np.sin(2 * np.pi * (180, 900, 3000)[number % 3] * after_s) * np.exp(-after_s * 25)
        sound += (time_s >= onset_s) * (0.2 * noise + 0.3 * ringing)
    return sound.astype(np.float32)


def found_s(sound: Samples, rate: int = RATE, config: FluxOnsetConfig | None = None) -> NDArray[np.float64]:
    return np.array([onset.time_s for onset in flux_onsets(sound, rate, config)])


@pytest.mark.parametrize("rate", [96_000, 48_000, 44_100, 16_000])
def test_impacts_are_found_to_two_milliseconds_at_any_rate(rate: int) -> None:
    assert found_s(impacts(rate=rate), rate) == pytest.approx(TIMES_S, abs=0.002)


@pytest.mark.parametrize("noise_db", [-120, -40, -28])
def test_impacts_are_found_in_noise(noise_db: float) -> None:
    assert found_s(impacts(noise_db=noise_db)) == pytest.approx(TIMES_S, abs=0.003)


def test_hum_and_rumble_hide_nothing() -> None:
    time_s = np.arange(round(3.2 * RATE)) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * partial * time_s) / partial for partial in range(1, 8))
    rumble = np.cumsum(np.random.default_rng(1).standard_normal(len(time_s)))
    rumble -= np.convolve(rumble, np.full(4001, 1 / 4001), "same")
    loud = impacts() + 0.1 * hum + 0.1 * rumble / np.abs(rumble).max()
    assert found_s(loud.astype(np.float32)) == pytest.approx(TIMES_S, abs=0.003)


def test_a_faint_recording_has_the_onsets_of_a_loud_one() -> None:
    # The last of the 16 bits flickers in it.
    faint = np.rint(impacts(noise_db=-70) / 200 * 32768) / 32768
    assert found_s(faint.astype(np.float32)) == pytest.approx(TIMES_S, abs=0.002)


def test_noise_hum_and_silence_have_no_onsets() -> None:
    random = np.random.default_rng(2)
    assert not flux_onsets(random.standard_normal(5 * RATE) * 0.1, RATE)
    assert not flux_onsets(np.rint(random.standard_normal(5 * RATE)) / 32768, RATE)
    assert not flux_onsets(0.3 * np.sin(2 * np.pi * 220 * np.arange(2 * RATE) / RATE), RATE)
    assert not flux_onsets(np.zeros(RATE), RATE)
    assert not flux_onsets(np.zeros(0), RATE)
    assert not flux_onsets(np.full(3, 0.5), RATE)
    # Applause that swells and fades for a second has no attack.
    swell = np.sin(np.linspace(0, np.pi, 2 * RATE)) ** 2 * random.standard_normal(2 * RATE) * 0.2
    assert not flux_onsets(swell + 1e-3 * random.standard_normal(2 * RATE), RATE)


def test_a_rebound_is_not_a_second_onset_and_a_hit_is() -> None:
    assert found_s(impacts(np.array([0.5, 0.56]))) == pytest.approx([0.5], abs=0.002)
    assert found_s(impacts(np.array([0.5, 0.72]))) == pytest.approx([0.5, 0.72], abs=0.003)


def test_rustling_far_below_the_hits_is_left_out() -> None:
    sound = impacts(np.array([0.5, 1.5]), noise_db=-100, duration_s=2)
    rustling = 0.002 * impacts(np.array([1.0]), noise_db=-120, duration_s=2, seed=3)
    assert found_s(sound + rustling) == pytest.approx([0.5, 1.5], abs=0.002)
    every = FluxOnsetConfig(depth_db=90)
    assert found_s(sound + rustling, config=every) == pytest.approx([0.5, 1.0, 1.5], abs=0.003)


def test_level_and_strength() -> None:
    sound = np.zeros(RATE, np.float32)
    sound[RATE // 2 :] = 0.25 * np.sign(np.sin(2 * np.pi * 1000 * np.arange(RATE // 2) / RATE + 0.1))
    (onset,) = flux_onsets(sound, RATE)
    assert onset.time_s == pytest.approx(0.5, abs=0.002)
    assert onset.level_db == pytest.approx(20 * np.log10(0.25), abs=0.3)
    strength = onset_strength(sound, RATE)
    assert len(strength) == 501
    assert onset.strength == strength.max()


def test_the_attack_is_found_from_a_rough_guess() -> None:
    sound = impacts(np.array([0.5123]), duration_s=1)
    for error_s in (-0.01, 0, 0.01):
        assert attack_time_s(sound, RATE, 0.5123 + error_s) == pytest.approx(0.5123, abs=0.0015)
    assert attack_time_s(np.zeros(RATE), RATE, 0.3) == 0.3
    assert attack_time_s(impacts(np.array([0.002]), duration_s=0.5), RATE, 0.005) == pytest.approx(
        0.002, abs=0.002
    )


def test_what_is_no_mono_sound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(10, 2\)"):
        flux_onsets(np.zeros((10, 2)), RATE)
    with pytest.raises(ValueError, match="not finite"):
        flux_onsets(np.array([0.0, np.nan]), RATE)


def test_real_clips_agree_with_their_annotators_and_with_another_picker(clips: Path) -> None:
    from engine.media.audio import read_audio

    labels = json.loads((clips / "labels.json").read_text())
    picked = json.loads((clips / "truth.json").read_text())
    pairs, missed, beyond = [], [], 0
    for name, label in labels.items():
        onsets_s = found_s(read_audio(clips / name, sample_rate=RATE, channels=1)[:, 0])
        events_s = np.array([event[0] for event in label["events"]])
        missed += [(name, event) for event in label["events"] if np.abs(onsets_s - event[0]).min() > 0.1]
        beyond += sum(np.abs(events_s - onset_s).min() > 0.1 for onset_s in onsets_s)
        pairs.append((picked[name]["onsets_s"], onsets_s))
    # One event of 78 has no attack. Some contacts before the first event and rustling were not annotated.
    assert len(missed) <= 2, missed
    assert beyond <= 12
    assert min(counts.f1 for counts in evaluate(pairs).values()) >= 0.96


@pytest.mark.parametrize(("name", "most"), [("hitting_bag.mp4", 8), ("hitting_metal.mp4", 9)])
def test_real_clips_with_eight_hits(clips: Path, name: str, most: int) -> None:
    from engine.media.audio import read_audio

    onsets = flux_onsets(read_audio(clips / name, sample_rate=RATE, channels=1)[:, 0], RATE)
    assert 8 <= len(onsets) <= most
    assert sum(onset.strength > 25 for onset in onsets) == 8
