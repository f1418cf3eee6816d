"""When exactly a sound sets in, given about when.

Conventions
-----------
Sounds are mono float (n,). Around the guess, spectra of 3 ms are taken every 1/4 ms, and each bin's power is
compared with what it was shortly before, so that hum, rumble and the ringing of the hit before count for
nothing. The sound sets in where that rise, on a log scale, has come most of the way to its top. Coded sound
(AAC, MP3) has a weak forerunner some milliseconds early; it stays below that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class AttackConfig:
    """How the attack is looked for.

    Attributes
    ----------
    window_s, hop_s
        Of the spectra.
    before_s, after_s
        How much around the guess is looked at.
    quiet_until_s
        What comes earlier than this before the guess is what was there before the sound.
    share
        The share of the rise (on the log scale) that has to be reached.
    depth_db
        The rise has to come at least this near to its top.
    least_share
        Bins this far below the loudest one (power) count no more than the loudest one's share.
    """

    window_s: float = 0.003
    hop_s: float = 0.00025
    before_s: float = 0.060
    after_s: float = 0.015
    quiet_until_s: float = 0.020
    share: float = 0.6
    depth_db: float = 20.0
    least_share: float = 1e-7


def attack_time_s(
    samples: NDArray[np.floating], sample_rate: int, about_s: float, config: AttackConfig | None = None
) -> float:
    """When the sound sets in that is about there.

    Parameters
    ----------
    samples
        float (n,), sample 0 sounds at time 0.
    sample_rate
        In Hz.
    about_s
        The guess: up to `quiet_until_s` late, up to `after_s` early.

    Returns
    -------
    float
        Seconds; the guess itself where nothing rises.
    """
    config = config or AttackConfig()
    window = max(8, round(config.window_s * sample_rate))
    hop = max(1, round(config.hop_s * sample_rate))
    first = round((about_s - config.before_s) * sample_rate)
    count = round((config.before_s + config.after_s) * sample_rate) // hop + 1
    power = _powers(samples, first, count, window, hop)
    quiet = max(1, round((config.before_s - config.quiet_until_s) * sample_rate) // hop)
    floor = power[:quiet].mean(axis=0) + config.least_share * power.max() + 1e-20
    rise = np.log10(1 + power / floor).mean(axis=1)
    rise -= rise[:quiet].mean()
    top = float(rise[quiet:].max())
    if top <= 0:
        return about_s
    is_up = rise[quiet:] >= max(config.share * top, top - config.depth_db / 10)
    return max(0.0, (first + (quiet + int(np.argmax(is_up))) * hop) / sample_rate)


def _powers(
    samples: NDArray[np.floating], first: int, count: int, window: int, hop: int
) -> NDArray[np.float64]:
    """Power spectra (count, bins) centred on sample `first` and every `hop` after it; around is silence."""
    start, end = first - window // 2, first + (count - 1) * hop - window // 2 + window
    part = np.zeros(end - start)
    inside = slice(max(0, start), max(0, min(len(samples), end)))
    part[inside.start - start : inside.stop - start] = samples[inside]
    windows = sliding_window_view(part, window)[::hop] * np.hanning(window + 2)[1:-1]
    return np.abs(np.fft.rfft(windows, axis=1)) ** 2
