"""Spectrograms and mel spectrograms against librosa's."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from engine.features.mel import MelConfig, log_mel
from engine.features.spectrogram import (
    SpectrogramConfig,
    levels_of_magnitudes,
    log_spectrogram,
    magnitudes_of_levels,
    spectrogram,
)

SOUND = (0.1 * np.random.default_rng(0).standard_normal(22_050) * np.linspace(1, 0, 22_050) ** 3).astype(
    np.float32
)
FULL_SCALE = SpectrogramConfig().full_scale


def test_one_second_is_1025_by_44() -> None:
    found = log_spectrogram(SOUND)
    assert found.shape == (1025, 44)
    assert found.dtype == np.float32


@pytest.mark.parametrize("length", [22_050, 5000, 1, 0])
def test_magnitudes_are_librosas(length: int) -> None:
    config = SpectrogramConfig()
    found = spectrogram(SOUND[:length], config)
    assert found.shape == (1025, config.frames(length))
    if length:
        padded = np.pad(SOUND[:length], 1024)
        expected = np.abs(librosa.stft(padded, n_fft=2048, hop_length=512, center=False))
        assert found == pytest.approx(expected[:, : found.shape[1]], abs=1e-4)


def test_levels_are_librosas() -> None:
    magnitudes = np.abs(librosa.stft(SOUND, n_fft=2048, hop_length=512))
    expected = librosa.amplitude_to_db(magnitudes, ref=FULL_SCALE, amin=1e-5 * FULL_SCALE, top_db=None)
    assert log_spectrogram(SOUND) == pytest.approx(expected, abs=0.02)


def test_a_full_scale_sine_has_no_decibels() -> None:
    frequency_hz = 100 * 22_050 / 2048
    sine = np.sin(2 * np.pi * frequency_hz * np.arange(22_050) / 22_050)
    found = log_spectrogram(sine.astype(np.float32))
    assert found[:, 20].argmax() == 100
    assert found[100, 20] == pytest.approx(0, abs=0.01)
    mel = log_mel(sine.astype(np.float32), MelConfig(bands=40))
    # A Hann window spreads a sine over three bins, of together 1.5 times the power.
    assert mel[:, 20].max() == pytest.approx(10 * np.log10(1.5), abs=1.0)


def test_levels_give_back_the_magnitudes() -> None:
    magnitudes = spectrogram(SOUND)
    again = magnitudes_of_levels(levels_of_magnitudes(magnitudes))
    heard = magnitudes > 1.001e-5 * FULL_SCALE
    assert heard.mean() > 0.8
    assert again[heard] == pytest.approx(magnitudes[heard], rel=1e-4)
    assert not again[magnitudes < 0.999e-5 * FULL_SCALE].any()
    assert not magnitudes_of_levels(log_spectrogram(np.zeros(2000, np.float32))).any()


@pytest.mark.parametrize(("sample_rate", "bands", "high_hz"), [(22_050, 128, None), (16_000, 40, 7000.0)])
def test_mel_levels_are_librosas(sample_rate: int, bands: int, high_hz: float | None) -> None:
    config = MelConfig(SpectrogramConfig(sample_rate, n_fft=1024, hop=256), bands, 50.0, high_hz)
    power = librosa.feature.melspectrogram(
        y=SOUND,
        sr=sample_rate,
        n_fft=1024,
        hop_length=256,
        n_mels=bands,
        fmin=50,
        fmax=high_hz,
        norm=None,
    )
    expected = librosa.power_to_db(power / 256**2, amin=1e-10, top_db=None)
    found = log_mel(SOUND, config)
    assert found.shape == (bands, config.spectrogram.frames(len(SOUND)))
    assert found == pytest.approx(expected, abs=0.02)


def test_what_is_no_mono_sound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(10, 2\)"):
        log_spectrogram(np.zeros((10, 2)))
    with pytest.raises(ValueError, match="not finite"):
        log_mel(np.array([0.0, np.inf]))
