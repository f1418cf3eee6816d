"""The traces of denoising software: what lies near the noise floor is turned down, and comes and goes.

The sound of the Greatest Hits clips was denoised, and learners have to know what that does to a decay.
"""

from __future__ import annotations

import numpy as np
from numpy.fft import irfft, rfft
from numpy.typing import NDArray

LENGTH = 1024
HOP = 256
_WINDOW = np.sqrt(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(LENGTH) / LENGTH)).astype(np.float32)
_OVERLAP_GAIN = 2.0
"""What squared windows a quarter apart add up to."""
_NOISE_PERCENTILE = 30.0


def denoised(
    sound: NDArray[np.float32], *, reduction_db: float, above_noise_db: float, softness: float
) -> NDArray[np.float32]:
    """The sound with its steady noise turned down.

    Parameters
    ----------
    sound
        (n,).
    reduction_db
        How far what counts as noise is turned down.
    above_noise_db
        What is below this over the steady noise, in its own frequency, counts as noise.
    softness
        0..1, how much of the neighbouring gains each gain takes over: 0 leaves the chirping tones that
        badly denoised sound is known for.

    Returns
    -------
    NDArray
        (n,) float32, not delayed.
    """
    padded = np.pad(sound, (LENGTH, 2 * LENGTH))
    frames = np.lib.stride_tricks.sliding_window_view(padded, LENGTH)[::HOP]
    spectra = rfft(frames * _WINDOW, axis=1)
    power = np.square(spectra.real) + np.square(spectra.imag)
    inner = power[LENGTH // HOP : -2 * (LENGTH // HOP)]
    noise = np.percentile(inner[:: max(1, len(inner) // 200)], _NOISE_PERCENTILE, axis=0)
    threshold = noise * np.float32(10.0 ** (above_noise_db / 10.0)) + np.float32(1e-20)
    # Over the threshold the gain rises to 1 within some dB, as gates do.
    open_share = np.clip((power / threshold - 1.0) / 3.0, 0.0, 1.0)
    floor = np.float32(10.0 ** (-reduction_db / 20.0))
    gain = floor + (1.0 - floor) * open_share
    for axis in (0, 1):
        near = 0.5 * (np.roll(gain, 1, axis) + np.roll(gain, -1, axis))
        gain = (1.0 - 0.66 * softness) * gain + 0.66 * softness * near
    pieces = irfft(spectra * gain, LENGTH, axis=1) * _WINDOW
    rows = len(pieces) // 4 * 4
    total = np.zeros((rows + 4) * HOP, np.float32)
    for phase in range(LENGTH // HOP):
        part = pieces[phase:rows:4].reshape(-1)
        total[phase * HOP : phase * HOP + part.size] += part
    return total[LENGTH : LENGTH + sound.size] / np.float32(_OVERLAP_GAIN)
