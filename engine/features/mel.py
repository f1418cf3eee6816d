"""Log-mel spectrograms: levels in bands as wide as pitch is heard.

Conventions
-----------
As in `spectrogram`; bands are Slaney's triangles with a top of 1, as in librosa with `norm=None`. A band's
level is that of its summed power in dB, so white noise of the same power is louder in a wider band.

References
----------
Slaney: Auditory Toolbox, version 2. Interval Research Corporation, 1998.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.features.spectrogram import SpectrogramConfig, spectrogram


@dataclass(frozen=True, slots=True)
class MelConfig:
    """Which bands of which spectra.

    Attributes
    ----------
    spectrogram
        How spectra are taken, and the floor of the levels.
    bands
        Number of bands.
    low_hz, high_hz
        The range they span; half the sample rate when `high_hz` is None.
    """

    spectrogram: SpectrogramConfig = field(default_factory=SpectrogramConfig)
    bands: int = 128
    low_hz: float = 20.0
    high_hz: float | None = None


def log_mel(samples: NDArray[np.floating], config: MelConfig | None = None) -> NDArray[np.float32]:
    """Levels in dB of a full-scale sine, float32 (bands, frames), `floor_db` at least.

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    config = config or MelConfig()
    magnitudes = spectrogram(samples, config.spectrogram) / config.spectrogram.full_scale
    power = mel_filters(config) @ magnitudes**2
    floor = 10 ** (config.spectrogram.floor_db / 10)
    return (10 * np.log10(np.maximum(power, floor))).astype(np.float32)


@lru_cache(maxsize=8)
def mel_filters(config: MelConfig) -> NDArray[np.float32]:
    """The bands' responses to power, float32 (bands, bins)."""
    import librosa

    return librosa.filters.mel(
        sr=config.spectrogram.sample_rate,
        n_fft=config.spectrogram.n_fft,
        n_mels=config.bands,
        fmin=config.low_hz,
        fmax=config.high_hz,
        norm=None,
    )
