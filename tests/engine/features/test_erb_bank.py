"""The filter bank: its published formulas, and the sound it gives back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.erb_bank import (
    ErbBank,
    band_responses,
    erbs_of_hz,
    hz_of_erbs,
    sound_of_subbands,
    subbands,
)


def responses(bank: ErbBank, length: int) -> np.ndarray:
    rows = np.zeros((bank.bands + 2, length // 2 + 1))
    for row, response in zip(rows, band_responses(bank, length), strict=True):
        row[response.first : response.end] = response.gains
    return rows


def test_erbs_are_glasberg_and_moores() -> None:
    assert hz_of_erbs(erbs_of_hz([0, 20, 1000, 48_000])) == pytest.approx([0, 20, 1000, 48_000])
    # At 1 kHz an ear's filter is 24.7 + 1000 / 9.265 Hz wide: one ERB more of the scale.
    step_hz = (hz_of_erbs(erbs_of_hz(1000) + 0.01) - 1000) / 0.01
    assert step_hz == pytest.approx(132.6, abs=0.3)


@pytest.mark.parametrize(("sample_rate", "length"), [(96_000, 9600), (44_100, 4411), (16_000, 1600)])
def test_bands_are_half_cosines_between_their_neighbours_centres(sample_rate: int, length: int) -> None:
    bank = ErbBank(sample_rate)
    cutoffs_hz = bank.cutoffs_hz
    assert len(cutoffs_hz) == 42
    assert cutoffs_hz[[0, -1]] == pytest.approx([20, min(10_000, sample_rate / 2)])
    frequency_hz = np.fft.rfftfreq(length, 1 / sample_rate)
    rows = responses(bank, length)
    assert rows.shape == (42, length // 2 + 1)
    for band in (0, 7, 39):
        low, centre, high = erbs_of_hz(cutoffs_hz[band : band + 3])
        assert centre == pytest.approx((low + high) / 2)
        expected = np.cos((erbs_of_hz(frequency_hz) - centre) / (high - low) * np.pi)
        inside = (frequency_hz > cutoffs_hz[band]) & (frequency_hz < cutoffs_hz[band + 2])
        assert rows[band + 1] == pytest.approx(np.where(inside, expected, 0))


@pytest.mark.parametrize(("sample_rate", "length"), [(96_000, 9600), (44_100, 4411), (16_000, 1601)])
def test_the_squares_of_the_responses_add_up_to_one(sample_rate: int, length: int) -> None:
    assert (responses(ErbBank(sample_rate), length) ** 2).sum(axis=0) == pytest.approx(1)


def test_the_subbands_give_back_the_sound() -> None:
    bank = ErbBank(44_100)
    for length in (4410, 4411):
        sound = np.random.default_rng(0).standard_normal(length)
        assert sound_of_subbands(subbands(sound, bank), bank) == pytest.approx(sound, abs=1e-9)


def test_a_tone_at_a_centre_is_in_that_band_alone() -> None:
    bank = ErbBank(48_000)
    centre_hz = float(bank.cutoffs_hz[21])
    # One second holds a whole number of periods of whole frequencies only.
    centre_hz = round(centre_hz)
    tone = 0.5 * np.sin(2 * np.pi * centre_hz * np.arange(48_000) / 48_000)
    peaks = np.abs(subbands(tone, bank)).max(axis=1)
    assert peaks[21] == pytest.approx(0.5, abs=0.001)
    assert np.delete(peaks, 21).max() < 0.02


def test_impossible_banks_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one band"):
        ErbBank(48_000, bands=0)
    with pytest.raises(ValueError, match="do not fit 8000 Hz"):
        ErbBank(8000, low_hz=4000)
