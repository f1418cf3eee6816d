"""The limiter: below its ceiling by another's meter, untouched below it, and local."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from engine.synthesis.mixer.limiter import BLOCK, CEILING_DBTP, REACH_AHEAD, REACH_BACK, limit, true_peak

# ITU-R BS.1770-5, annex 2, the 48-tap interpolating filter: phases 0 and 1 in units of 2^-13; phases 3
# and 2 are the same reversed.
ITU_PHASES = (
    np.array(
        [
            [14, 90, -161, 272, -487, 1125, 7964, -838, 390, -218, 122, -68],
            [-239, 240, -424, 730, -1364, 3810, 6388, -1641, 832, -477, 271, -155],
        ]
    )
    / 2.0**13
)


def itu_true_peak_db(samples: np.ndarray) -> float:
    phases = np.concatenate([ITU_PHASES, ITU_PHASES[:, ::-1]])
    peaks = [np.abs(np.convolve(channel, phase)).max() for channel in samples.T for phase in phases]
    return 20 * np.log10(max(peaks))


def resampled_true_peak_db(samples: np.ndarray) -> float:
    return 20 * np.log10(np.abs(resample_poly(samples.astype(np.float64), 4, 1, axis=0)).max())


def struck(seed: int, channels: int = 2, drive: float = 4.0) -> np.ndarray:
    """Loud impacts, tones and near-Nyquist bursts; one of them on the first sample."""
    random = np.random.default_rng(seed)
    out = np.zeros((96_000, channels))
    for number in range(30):
        at, size = int(random.integers(0, 90_000)) if number else 0, int(random.integers(500, 6000))
        time = np.arange(size)
        tone = np.sin(time * random.choice([0.01, 0.3, 1.5, 2.6, 3.1]) + random.uniform(0, 6))
        noise = random.uniform(-1, 1, size)
        sound = (
            drive
            * random.uniform(0.1, 1)
            * (tone if random.random() < 0.5 else noise)
            * np.exp(-time / size * 4)
        )
        out[at : at + size, int(random.integers(channels))] += sound[: 96_000 - at]
    return out.astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("channels", "drive"), [(1, 4.0), (2, 1.5), (2, 15.0)])
def test_the_true_peak_stays_below_the_ceiling(seed, channels, drive):
    samples = struck(seed, channels, drive)
    assert itu_true_peak_db(samples) > 3
    limit(samples, 0)
    assert itu_true_peak_db(samples) <= CEILING_DBTP
    assert resampled_true_peak_db(samples) <= CEILING_DBTP
    assert resampled_true_peak_db(samples) > CEILING_DBTP - 0.6  # and no lower than it must


def test_a_peak_between_samples_is_seen():
    # A quarter of the sample rate at 45 degrees: every sample is 3 dB below the tone's peak.
    tone = np.sin(np.pi / 2 * np.arange(9600) + np.pi / 4).astype(np.float32)[:, None]
    fade = np.minimum(1, np.minimum(np.arange(9600), np.arange(9600)[::-1]) / 2000)[:, None]
    tone = (tone * fade).astype(np.float32)
    assert np.abs(tone).max() == pytest.approx(2**-0.5, rel=1e-3)
    assert true_peak(tone) == pytest.approx(1.0, abs=0.01)
    limit(tone, 0)
    assert resampled_true_peak_db(tone) <= CEILING_DBTP


def test_below_the_ceiling_nothing_is_touched():
    samples = struck(1)
    samples *= 10 ** ((CEILING_DBTP - 0.2) / 20) / true_peak(samples)
    before = samples.copy()
    limit(samples, 0)
    assert np.array_equal(samples, before)


def test_a_single_peak_is_ducked_smoothly_and_only_nearby():
    samples = np.full((48_000, 1), 0.1, dtype=np.float32)
    samples[24_000] = 4.0
    limit(samples, 0)
    gain = samples[:, 0] / 0.1
    touched = np.flatnonzero(gain[np.arange(48_000) != 24_000] != 1.0)
    assert touched[0] >= 24_000 - REACH_AHEAD
    assert touched[-1] <= 24_000 + REACH_BACK
    assert abs(samples[24_000, 0]) <= 10 ** (CEILING_DBTP / 20)
    falling, rising = gain[23_000:24_000], gain[24_001 : 24_000 + REACH_BACK]
    assert np.all(np.diff(falling) <= 1e-6)
    assert np.all(np.diff(rising) >= -1e-6)
    assert np.abs(np.diff(gain[23_000:24_000])).max() < 0.02
    recovered_half = np.argmax(rising > (rising[0] + 1) / 2)
    assert 1000 < recovered_half < 2600  # tens of milliseconds, not a click


def test_both_channels_get_the_same_gain():
    samples = np.full((9600, 2), 0.25, dtype=np.float32)
    samples[4800, 0] = 3.0
    limit(samples, 0)
    rest = np.arange(9600) != 4800
    assert np.array_equal(samples[rest, 0], samples[rest, 1])


def test_the_gain_is_local():
    samples = struck(2)
    whole = samples.copy()
    limit(whole, 0)
    for first in (0, 320, 9600, 51_200):
        part = samples[first : first + 30_000].copy()
        limit(part, first)
        good = slice(REACH_BACK if first else 0, 30_000 - REACH_AHEAD)
        assert np.array_equal(part[good], whole[first : first + 30_000][good])


def test_a_start_off_the_grid_is_refused():
    with pytest.raises(ValueError, match=str(BLOCK)):
        limit(np.zeros((100, 1), dtype=np.float32), 7)
