"""Log spectrograms: levels of short-time spectra in dB, which give back their magnitudes.

Conventions
-----------
Sounds are mono float (n,) within -1..1; before and after them there is silence. Frame k is centred on sample
k * hop under a periodic Hann window, as in librosa. Spectrograms are (bins, frames). Levels are relative to a
full-scale sine, which has 0 dB in the bin of its frequency. One second at 22,050 Hz gives 1025 x 44.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft
from scipy.signal.windows import hann


@dataclass(frozen=True, slots=True)
class SpectrogramConfig:
    """How spectra are taken.

    Attributes
    ----------
    sample_rate
        Of the sounds, in Hz.
    n_fft
        Samples of a window.
    hop
        Samples from one frame to the next.
    floor_db
        No level is below this.
    """

    sample_rate: int = 22_050
    n_fft: int = 2048
    hop: int = 512
    floor_db: float = -100.0

    @property
    def bins(self) -> int:
        """Frequencies of a spectrum, from 0 to half the sample rate."""
        return self.n_fft // 2 + 1

    @property
    def full_scale(self) -> float:
        """Magnitude of a full-scale sine: half the window's sum."""
        return self.n_fft / 4

    def frames(self, length: int) -> int:
        """Frames of a sound of this many samples."""
        return 1 + length // self.hop


def spectrogram(
    samples: NDArray[np.floating], config: SpectrogramConfig | None = None
) -> NDArray[np.float32]:
    """Magnitudes of the short-time Fourier transform, float32 (bins, frames).

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    config = config or SpectrogramConfig()
    if samples.ndim != 1:
        raise ValueError(f"a spectrogram is of a mono sound, not of an array of shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise ValueError("the sound holds samples that are not finite")
    padded = np.pad(np.asarray(samples, np.float32), config.n_fft // 2)
    windows = sliding_window_view(padded, config.n_fft)[:: config.hop]
    spectra = np.asarray(fft.rfft(windows * _window(config), axis=1), np.complex64)
    return np.ascontiguousarray(np.abs(spectra).T)


def log_spectrogram(
    samples: NDArray[np.floating], config: SpectrogramConfig | None = None
) -> NDArray[np.float32]:
    """Levels in dB, float32 (bins, frames), `floor_db` at least.

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    config = config or SpectrogramConfig()
    return levels_of_magnitudes(spectrogram(samples, config), config)


def levels_of_magnitudes(
    magnitudes: NDArray[np.floating], config: SpectrogramConfig | None = None
) -> NDArray[np.float32]:
    """Magnitudes of a transform to dB of a full-scale sine, floored."""
    config = config or SpectrogramConfig()
    floor = 10 ** (config.floor_db / 20)
    return (20 * np.log10(np.maximum(magnitudes / config.full_scale, floor))).astype(np.float32)


def magnitudes_of_levels(
    levels_db: NDArray[np.floating], config: SpectrogramConfig | None = None
) -> NDArray[np.float32]:
    """The inverse: what `spectrogram` gives; what lies on the floor, or below it, is 0."""
    config = config or SpectrogramConfig()
    magnitudes = config.full_scale * 10 ** (np.asarray(levels_db, np.float64) / 20)
    return np.where(levels_db <= config.floor_db, 0, magnitudes).astype(np.float32)


def _window(config: SpectrogramConfig) -> NDArray[np.float32]:
    return np.asarray(hann(config.n_fft, sym=False), np.float32)
