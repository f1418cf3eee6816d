"""The kit's models against formulas evaluated the slow, plain way."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import signal

from engine.bundled import resources_folder
from engine.errors import UserFacingError
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts import mode_statistics as mode_statistics_module
from engine.synthesis.impacts.contact import contact_time_s, press
from engine.synthesis.impacts.finish import LOWEST_HZ, faded_end, led_by_attack, without_dc
from engine.synthesis.impacts.fourier import convolved, fast_length
from engine.synthesis.impacts.grains import Grains, scatter
from engine.synthesis.impacts.modal import Modes, ring
from engine.synthesis.impacts.mode_statistics import mode_statistics
from engine.synthesis.impacts.noise import noise_bands
from engine.synthesis.impacts.scratch import speed_profile
from engine.synthesis.impacts.water import sing


def test_modes_ring_as_the_formula_says() -> None:
    modes = Modes(np.array([440.0, 3210.5, 9000.0]), np.array([0.3, 0.05, 0.9]), np.array([1.0, 0.5, 0.25]))
    time_s = np.arange(10_001) / SAMPLE_RATE
    expected = sum(
        a * 10.0 ** (-3.0 * time_s / t60_s) * np.sin(2.0 * np.pi * f * time_s)
        for f, t60_s, a in zip(modes.frequency_hz, modes.t60_s, modes.amplitude, strict=True)
    )
    np.testing.assert_allclose(ring(modes, time_s.size), expected, atol=1e-9)


def test_a_contact_is_6_db_down_at_the_inverse_of_its_time() -> None:
    impulse = np.zeros(4800)
    impulse[0] = 1.0
    gain = np.abs(np.fft.rfft(press(impulse, 0.001)))
    assert gain[0] == pytest.approx(1.0, abs=1e-6)
    assert 20.0 * np.log10(gain[100]) == pytest.approx(-6.0, abs=0.2)


def test_a_blow_32_times_faster_halves_the_contact_time() -> None:
    faintest, hardest = contact_time_s(0.001, 0.0), contact_time_s(0.001, 1.0)
    assert hardest == 0.001
    assert faintest / hardest == pytest.approx((10 ** (30 / 20)) ** 0.2)


def test_bands_of_noise_add_up_to_the_noise() -> None:
    bands = [band for _, band in noise_bands(9600, np.random.default_rng(3))]
    whole = np.sum(bands, axis=0)
    np.testing.assert_allclose(whole, np.random.default_rng(3).standard_normal(9600), atol=1e-9)


def test_a_bubble_sings_at_minnaerts_frequency() -> None:
    peaks_hz = []
    for seed in range(12):
        bubble = sing(np.array([0.003]), np.zeros(1), np.ones(1), 9600, np.random.default_rng(seed))
        peaks_hz.append(np.argmax(np.abs(np.fft.rfft(bubble, 96_000))) * SAMPLE_RATE / 96_000)
    assert min(peaks_hz) == pytest.approx(3.26 / 0.003, rel=0.01)
    assert max(peaks_hz) > 1.01 * min(peaks_hz), "some rise as they near the surface"


def test_grains_fall_where_they_should_and_nowhere_else() -> None:
    grains = Grains(
        count=1,
        span_s=0.1,
        low_hz=2000.0,
        high_hz=2001.0,
        t60_short_s=0.002,
        t60_long_s=0.002,
        spread_db=0.0,
        level_db=0.0,
        rate_per_s=1.0,
    )
    at = np.array([900.0, 100.0, -5.0, 2000.0])
    sound = scatter(grains, at, np.zeros(4), 1000, np.random.default_rng(0))
    sounding = np.flatnonzero(np.abs(sound) > 1e-6)
    assert sound.size == 1000
    assert set(np.unique(sounding // 100)) == {1, 9}
    assert sounding[0] == 101


def test_nothing_is_louder_than_the_attack() -> None:
    sound = np.zeros(4800)
    sound[10], sound[3000], sound[3500] = 1.0, -4.0, 0.3
    led = led_by_attack(sound)
    assert np.argmax(np.abs(led)) == 10
    assert led[3000] < -0.5
    assert led[3500] == 0.3


def test_a_fade_ends_in_silence_and_leaves_the_rest() -> None:
    faded = faded_end(np.ones(4800), 0.010)
    assert faded[-1] == 0.0
    np.testing.assert_array_equal(faded[: 4800 - 480], 1.0)
    assert np.all(np.diff(faded) <= 0.0)


def test_strokes_turn_back_and_end_at_rest() -> None:
    speed = speed_profile(2 * SAMPLE_RATE, np.random.default_rng(4))
    assert speed.min() == 0.0
    assert 0.5 < speed.max() <= 1.0
    assert np.all(speed[-1000:] == 0.0)
    slow = speed < 0.35
    assert np.count_nonzero(np.diff(slow[: -SAMPLE_RATE // 10].astype(int)) == 1) >= 2


def test_the_statistics_are_physical() -> None:
    families = mode_statistics()
    assert {"metal", "glass", "ceramic", "stone", "wood_hard", "plastic_hard", "cardboard", "paper"} <= set(
        families
    )
    for name, family in families.items():
        assert np.all(np.diff(family.frequency_quantiles_hz) > 0.0), name
        assert 0.01 < family.t60_at_1khz_s < 1.0, name
    assert families["metal"].t60_at_1khz_s > families["paper"].t60_at_1khz_s


def test_damaged_statistics_are_reported(tmp_path, monkeypatch) -> None:
    document = json.loads((resources_folder() / "kit" / "modes.json").read_text())
    document["version"] = 99
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "modes.json").write_text(json.dumps(document))
    monkeypatch.setattr(mode_statistics_module, "resources_folder", lambda: tmp_path)
    mode_statistics.cache_clear()
    try:
        with pytest.raises(UserFacingError, match="99"):
            mode_statistics()
    finally:
        mode_statistics.cache_clear()


def test_convolution_and_filters_agree_with_scipy() -> None:
    generator = np.random.default_rng(5)
    sound, response = generator.standard_normal(5003), generator.standard_normal(701)
    np.testing.assert_allclose(
        convolved(sound, response), signal.oaconvolve(sound, response)[:5003], atol=1e-9
    )
    high_pass = signal.butter(2, LOWEST_HZ, "highpass", fs=SAMPLE_RATE, output="sos")
    np.testing.assert_allclose(without_dc(sound), signal.sosfilt(high_pass, sound), atol=1e-6)


@pytest.mark.parametrize("length", [1, 2, 7, 100, 4801, 96_001, 1_000_003])
def test_fast_lengths_are_long_enough_and_not_much_longer(length: int) -> None:
    assert length <= fast_length(length) <= 1.25 * length + 1
