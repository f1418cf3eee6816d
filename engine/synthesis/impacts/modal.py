"""Modal synthesis: a struck body as a sum of decaying sinusoids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.project.timebase import SAMPLE_RATE

DECAY_OVER_T60 = np.log(1000.0)
"""A mode's decay rate in 1/s is this over its T60 in s."""
HIGHEST_MODE_HZ = 18_000.0
BLOCK = 256
SINGLE_THREAD_PRODUCT = 2**18
"""OpenBLAS wakes its threads for matrix products above this size; on a busy machine that costs far more than
it brings, and one thread keeps the sums in one order."""


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """Decaying sinusoids, each array (m,) float64: frequency in Hz, T60 in s, amplitude at the contact."""

    frequency_hz: np.ndarray
    t60_s: np.ndarray
    amplitude: np.ndarray

    def damped(self, factor: float) -> Modes:
        """The same modes with every T60 multiplied by a factor: a stick that stays in contact damps."""
        return Modes(self.frequency_hz, self.t60_s * factor, self.amplitude)

    @property
    def longest_t60_s(self) -> float:
        """The T60 of the mode that rings longest among those within 30 dB of the loudest."""
        heard = self.amplitude > self.amplitude.max() * 0.0316
        return float(self.t60_s[heard].max())


def ring(modes: Modes, length: int) -> np.ndarray:
    """The free response of the modes to an impulse.

    Sample `B*i + j` of a decaying sinusoid is `z**(B*i) * z**j`, so a whole sum of modes is one product of
    two small matrices, (blocks, m) by (m, B): much cheaper than evaluating every sinusoid everywhere.

    Parameters
    ----------
    modes : Modes
    length : int
        Samples to make.

    Returns
    -------
    np.ndarray
        (length,) float64, starting at zero phase (a sine) in every mode.
    """
    pole = (-DECAY_OVER_T60 / modes.t60_s + 2j * np.pi * modes.frequency_hz) / SAMPLE_RATE
    rows = max(1, SINGLE_THREAD_PRODUCT // (pole.size * BLOCK))
    parts = -(-length // (rows * BLOCK))
    begins = np.arange(parts * rows).reshape(parts, rows, 1) * BLOCK
    coarse = np.exp(begins * pole) * modes.amplitude
    fine = np.exp(pole[:, None] * np.arange(BLOCK)[None, :])
    sound = coarse.real @ fine.imag + coarse.imag @ fine.real
    return sound.reshape(-1)[:length]
