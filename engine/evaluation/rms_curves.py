"""E-L1: how far the RMS curve of a generated sound is from that of the true one.

Conventions
-----------
Sounds are mono at 16 kHz. The curve has a value every 128 samples, the RMS of 512 samples around it; the
sound is mirrored at its ends so that n samples give n // 128 values. E-L1 is the mean absolute difference
of two curves, in amplitude (not dB), and the mean over clips of that.

References
----------
Chung, Lee, Nam: T-Foley. ICASSP 2024 (the measure).
Lee, Im, Kim, Nam: Video-Foley. 2024 (on The Greatest Hits, with these settings).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLE_RATE = 16_000
WINDOW, HOP = 512, 128


def validate(sound: ArrayLike) -> NDArray[np.float64]:
    """A sound as an array.

    Raises
    ------
    ValueError
        When it is not one row of finite samples, or too short for a single window.
    """
    samples = np.asarray(sound, np.float64)
    if samples.ndim != 1 or not np.isfinite(samples).all():
        raise ValueError(f"a sound is one row of finite samples, not of shape {samples.shape}")
    if samples.size < WINDOW:
        raise ValueError(f"{samples.size} samples are fewer than one window of {WINDOW}")
    return samples


def rms_curve(sound: ArrayLike) -> NDArray[np.float64]:
    """RMS (n // 128,) of a sound (n,) at 16 kHz."""
    padded = np.pad(validate(sound), (WINDOW - HOP) // 2, mode="reflect")
    total = np.concatenate(([0.0], np.cumsum(padded**2)))
    starts = np.arange(0, padded.size - WINDOW + 1, HOP)
    # Differences of a running sum may fall below zero by rounding.
    return np.sqrt(np.maximum(total[starts + WINDOW] - total[starts], 0.0) / WINDOW)


def e_l1(true: ArrayLike, generated: ArrayLike) -> float:
    """Mean absolute difference of the two RMS curves.

    Raises
    ------
    ValueError
        When the sounds differ in length.
    """
    one, other = validate(true), validate(generated)
    if one.size != other.size:
        raise ValueError(f"sounds of {one.size} and {other.size} samples can't be compared")
    return float(np.abs(rms_curve(one) - rms_curve(other)).mean())


def evaluate(sounds: Iterable[tuple[ArrayLike, ArrayLike]]) -> float:
    """Mean E-L1 over (true, generated) sounds at 16 kHz."""
    scores = [e_l1(true, generated) for true, generated in sounds]
    if not scores:
        raise ValueError("there is no sound to compare")
    return float(np.mean(scores))
