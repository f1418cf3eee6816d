"""How long a cochleagram takes per second of sound, beside the plain one, and how far it is from that.

Measured in processor time, on noise with impacts in it. The sound is ten seconds long, or half a second as a
data set's samples are. Errors are the largest difference anywhere, as a share of the plain one's maximum.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.features.cochleagram import CochleagramConfig, cochleagram, cochleagram_plain

_GOAL_MS, _GOAL_ERROR = 4.0, 0.01
_RATES = (96_000, 48_000, 44_100, 16_000)


def _impacts(sample_rate: int, duration_s: float) -> NDArray[np.float32]:
    random = np.random.default_rng(1)
    time_s = np.arange(round(sample_rate * duration_s)) / sample_rate
    sound = 0.003 * random.standard_normal(len(time_s))
    for start_s in np.arange(0.1, duration_s, 0.7):
        after_s = np.clip(time_s - start_s, 0, None)
        noise = random.standard_normal(len(time_s)) * np.exp(-after_s * random.uniform(20, 200))
        ringing = np.sin(2 * np.pi * random.uniform(150, 5000) * after_s) * np.exp(-after_s * 15)
        sound += (time_s >= start_s) * (0.3 * noise + 0.3 * ringing)
    return sound.astype(np.float32)


def _best_ms(work: Callable[[], object], sound_s: float, repetitions: int) -> float:
    spent_s = []
    for _ in range(repetitions):
        started = time.process_time()
        work()
        spent_s.append(time.process_time() - started)
    return 1000 * min(spent_s) / sound_s


def main() -> None:
    """Print the table."""
    columns = f"{'plain':>9}{'fast':>9}{'x faster':>10}{'goal':>7}{'error':>9}{'goal':>7}"
    print(f"{'ms per second of sound':26}{columns}")
    for duration_s in (10.0, 0.5):
        for rate in _RATES:
            config, sound = CochleagramConfig(rate), _impacts(rate, duration_s)
            plain, fast = cochleagram_plain(sound, config), cochleagram(sound, config)
            error = float(np.abs(fast - plain).max() / plain.max())
            plain_ms = _best_ms(lambda s=sound, c=config: cochleagram_plain(s, c), duration_s, 2)
            fast_ms = _best_ms(lambda s=sound, c=config: cochleagram(s, c), duration_s, 12)
            goal = f"{_GOAL_MS:.0f}" if rate == _RATES[0] and duration_s > 1 else ""
            name = f"{rate / 1000:g} kHz, {duration_s:g} s"
            row = f"{plain_ms:9.1f}{fast_ms:9.2f}{plain_ms / fast_ms:10.1f}{goal:>7}"
            print(f"{name:26}{row}{error:9.2%}{_GOAL_ERROR:7.0%}")


if __name__ == "__main__":
    main()
