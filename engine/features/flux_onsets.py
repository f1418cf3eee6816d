"""Onsets of impacts in a sound: where many bands get louder at once, and when exactly.

Conventions
-----------
Sounds are mono float (n,) within -1..1 at any rate. Band powers are taken every 2 ms under windows of 10 ms;
each band is heard over its own background (a low percentile of the seconds around), in dB. The onset strength
is how many dB the bands rise within a hundredth of a second, averaged over the bands. A loud and a faint
recording of the same scene have the same onsets. Times are refined to about a millisecond (`attack`).

How well they agree with people's and with another picker's onsets of real clips is measured by
`python -m benchmarks audio_onsets`.

References
----------
Boeck, Widmer: Maximum Filter Vibrato Suppression for Onset Detection. DAFx 2013 (the flux of log bands).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.features.attack import AttackConfig, attack_time_s
from engine.features.loudness import rms_level_db

_BLOCK_FRAMES = 2048
_SILENT_POWER = 2.5e-10
"""What 16 bits can still tell from silence, -96 dBFS: the last bit's flicker is no background."""

_NOISE_STEP_S = 0.02
LEVEL_WINDOW_S = 1 / 30
"""An onset's level is that of this much sound from it on."""


@dataclass(frozen=True, slots=True)
class FluxOnsetConfig:
    """How onsets are found.

    Attributes
    ----------
    hop_s, window_s
        Of the band powers.
    bands, low_hz, high_hz
        Bands of one ratio over this range.
    lag_s, lag_span_s
        The rise is over the loudest moment between `lag_s` and `lag_s + lag_span_s` before.
    noise_s, noise_percentile
        A band's background is this percentile of its power within this stretch.
    noise_margin
        Rises below this many times the background hardly count.
    range_db
        What lies this far below the sound's loudest band is silence.
    threshold_db, noisy_threshold_db, share
        Least strength of an onset: this share of what the sound's clear onsets have (their 90th percentile),
        within these limits. The louder the background, the less all onsets stand out of it.
    usual_s, times_usual
        An onset is at least this many times as strong as is usual (the median) within this stretch around
        it: in applause and rain every moment is a small onset.
    apart_s
        Of onsets nearer together than this only the strongest stays.
    depth_db
        Onsets this far below the loudest one are rustling.
    attack
        How times are refined.
    """

    hop_s: float = 0.002
    window_s: float = 0.010
    bands: int = 12
    low_hz: float = 100.0
    high_hz: float = 14_000.0
    lag_s: float = 0.010
    lag_span_s: float = 0.006
    noise_s: float = 3.0
    noise_percentile: float = 30.0
    noise_margin: float = 4.0
    range_db: float = 80.0
    threshold_db: float = 5.0
    noisy_threshold_db: float = 2.5
    share: float = 0.2
    usual_s: float = 0.5
    times_usual: float = 12.0
    apart_s: float = 0.15
    depth_db: float = 40.0
    attack: AttackConfig = field(default_factory=AttackConfig)


@dataclass(frozen=True, slots=True)
class AudioOnset:
    """One onset.

    Attributes
    ----------
    time_s
        When the sound sets in.
    strength
        Mean rise of the bands in dB.
    level_db
        RMS in dBFS of the 1/30 s from there on.
    """

    time_s: float
    strength: float
    level_db: float


def flux_onsets(
    samples: NDArray[np.floating], sample_rate: int, config: FluxOnsetConfig | None = None
) -> tuple[AudioOnset, ...]:
    """Onsets in order of time.

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    config = config or FluxOnsetConfig()
    if samples.ndim != 1:
        raise ValueError(f"onsets are found in a mono sound, not in an array of shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise ValueError("the sound holds samples that are not finite")
    strength = onset_strength(samples, sample_rate, config)
    peaks = _peaks(strength, config)
    onsets = []
    for peak in peaks:
        time_s = attack_time_s(samples, sample_rate, peak * config.hop_s, config.attack)
        start = round(time_s * sample_rate)
        sound = samples[start : start + round(LEVEL_WINDOW_S * sample_rate)]
        onsets.append(AudioOnset(time_s, float(strength[peak]), rms_level_db(sound)))
    loudest_db = max((onset.level_db for onset in onsets), default=0.0)
    return tuple(onset for onset in onsets if onset.level_db >= loudest_db - config.depth_db)


def onset_strength(
    samples: NDArray[np.floating], sample_rate: int, config: FluxOnsetConfig | None = None
) -> NDArray[np.float64]:
    """Mean rise of the bands in dB, (frames,) every `hop_s` from time 0 on."""
    config = config or FluxOnsetConfig()
    power = _band_powers(samples, sample_rate, config)
    floor = max(_SILENT_POWER, float(power.max(initial=0)) * 10 ** (-config.range_db / 10))
    background = np.maximum(_background(power, config), floor)
    level_db = 10 * np.log10(power + config.noise_margin * background)
    first, last = round(config.lag_s / config.hop_s), round((config.lag_s + config.lag_span_s) / config.hop_s)
    # What was before the first frame is not known; it is taken to have been like that frame.
    before = np.pad(level_db, ((last, 0), (0, 0)), mode="edge")
    earlier = np.max(
        [before[last - lag : last - lag + len(level_db)] for lag in range(first, last + 1)], axis=0
    )
    return np.maximum(level_db - earlier, 0).mean(axis=1)


def _band_powers(
    samples: NDArray[np.floating], sample_rate: int, config: FluxOnsetConfig
) -> NDArray[np.float64]:
    """Mean power in each band, (frames, bands), a block at a time so that memory stays small."""
    hop, window = config.hop_s * sample_rate, round(config.window_s * sample_rate)
    frames = 1 + int(len(samples) / hop)
    starts = np.rint(np.arange(frames) * hop).astype(np.int64)
    padded = np.pad(samples, (window // 2, window))
    shape = np.hanning(window + 2)[1:-1]
    weights = _band_weights(sample_rate, window, config) / (window * (shape**2).sum())
    windows = sliding_window_view(padded, window)
    powers = np.empty((frames, config.bands))
    for first in range(0, frames, _BLOCK_FRAMES):
        block = starts[first : first + _BLOCK_FRAMES]
        spectra = np.fft.rfft(windows[block] * shape, axis=1)
        powers[first : first + len(block)] = (np.abs(spectra) ** 2) @ weights
    return powers


def _band_weights(sample_rate: int, window: int, config: FluxOnsetConfig) -> NDArray[np.float64]:
    """(bins, bands): the share of each bin in each band; every band has a bin, however narrow it is."""
    frequency_hz = np.fft.rfftfreq(window, 1 / sample_rate)
    high_hz = min(config.high_hz, sample_rate / 2)
    edges_hz = np.geomspace(min(config.low_hz, high_hz / 2), high_hz, config.bands + 1)
    half_bin_hz = frequency_hz[1] / 2
    low = np.maximum(frequency_hz[:, None] - half_bin_hz, edges_hz[None, :-1])
    high = np.minimum(frequency_hz[:, None] + half_bin_hz, edges_hz[None, 1:])
    return 2 * np.maximum(high - low, 0) / (2 * half_bin_hz)


def _background(power: NDArray[np.float64], config: FluxOnsetConfig) -> NDArray[np.float64]:
    from scipy.ndimage import percentile_filter

    step = max(1, round(_NOISE_STEP_S / config.hop_s))
    padded = np.pad(power, ((0, -len(power) % step), (0, 0)), mode="edge")
    means = padded.reshape(-1, step, power.shape[1]).mean(axis=1)
    span = max(1, round(config.noise_s / (step * config.hop_s)))
    quiet = percentile_filter(means, config.noise_percentile, size=(span, 1), mode="nearest")
    return np.repeat(quiet, step, axis=0)[: len(power)]


def _peaks(strength: NDArray[np.float64], config: FluxOnsetConfig) -> list[int]:
    """Frames of the onsets in order: the strongest first, then what is far enough from those taken."""
    from scipy.ndimage import median_filter

    is_peak = np.zeros(len(strength), bool)
    is_peak[1:-1] = (strength[1:-1] >= strength[:-2]) & (strength[1:-1] > strength[2:])
    usual = median_filter(strength, max(1, round(config.usual_s / config.hop_s)), mode="nearest")
    least = np.maximum(config.noisy_threshold_db, config.times_usual * usual)
    candidates = np.flatnonzero(is_peak & (strength >= least))
    apart = round(config.apart_s / config.hop_s)
    is_free = np.ones(len(strength), bool)
    taken: list[int] = []
    for frame in candidates[np.argsort(-strength[candidates], kind="stable")]:
        if is_free[frame]:
            taken.append(int(frame))
            is_free[max(0, frame - apart + 1) : frame + apart] = False
    if not taken:
        return []
    clear = float(np.percentile(strength[taken], 90))
    threshold = min(config.threshold_db, max(config.noisy_threshold_db, config.share * clear))
    return sorted(frame for frame in taken if strength[frame] >= threshold)
