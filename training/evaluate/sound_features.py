"""What one impact sounds like, as numbers a linear classifier can tell materials apart by.

Conventions
-----------
Sounds are mono float (n,) of any sample rate. An impact is found at the steepest rise near the given time,
so times that are some hundredths of a second off do no harm. Features don't change with the recording's
gain: levels are relative to the impact's own loudest moment. The recording's steady noise is subtracted
band by band, and nothing further than `range_db` below the loudest counts, so that a clean synthesis and
a recording made in a room have the same floor. Bands end at 7 kHz, above which strongly compressed
recordings lose power.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016 (subband
envelopes of the moment around an impact, classified by a linear SVM).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import UserFacingError

Array = NDArray[np.float64]

_TINY = 1e-20
_RINGING_EDGES_HZ = (100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 7000.0)
_RINGING_WINDOW_S = 0.16


@dataclass(frozen=True, slots=True)
class SoundFeatureConfig:
    """How an impact is described.

    Attributes
    ----------
    window_s, hop_s
        Of the spectra.
    bands, low_hz, high_hz
        Bands of equal width on the ERB scale.
    search_s
        How far from the given time the impact may lie.
    floor_reach_s
        The steady noise is measured this far around the impact.
    floor_factor
        So many times the tenth percentile of a band's power counts as noise.
    range_db
        Everything further below the loudest moment is the same silence.
    stretches_s
        (start, end) after the impact of the stretches whose spectrum is described.
    """

    window_s: float = 0.024
    hop_s: float = 0.006
    bands: int = 14
    low_hz: float = 80.0
    high_hz: float = 7000.0
    search_s: float = 0.08
    floor_reach_s: float = 2.0
    floor_factor: float = 3.0
    range_db: float = 35.0
    stretches_s: tuple[tuple[float, float], ...] = (
        (0.0, 0.024),
        (0.024, 0.06),
        (0.06, 0.12),
        (0.12, 0.24),
        (0.24, 0.40),
    )


DEFAULT_CONFIG = SoundFeatureConfig()


def hit_sound_features(
    samples: ArrayLike, sample_rate: int, time_s: float, config: SoundFeatureConfig = DEFAULT_CONFIG
) -> NDArray[np.float32]:
    """Features of one impact.

    Parameters
    ----------
    samples
        (n,) float, the recording; best with a second or more around the impact.
    sample_rate
        In Hz.
    time_s
        When the impact is, give or take `config.search_s`.

    Returns
    -------
    NDArray
        (d,) float32; d depends on the configuration only.

    Raises
    ------
    UserFacingError
        When the time lies outside the sound, or the sound is silent there.
    """
    return clip_sound_features(samples, sample_rate, [time_s], config)[0]


def clip_sound_features(
    samples: ArrayLike,
    sample_rate: int,
    times_s: Sequence[float],
    config: SoundFeatureConfig = DEFAULT_CONFIG,
) -> NDArray[np.float32]:
    """Features of one or more impacts of one recording, whose spectra are made once.

    Returns
    -------
    NDArray
        (len(times_s), d) float32.
    """
    sound = np.asarray(samples, np.float64)
    if sound.ndim != 1 or not np.isfinite(sound).all():
        raise UserFacingError(f"A sound to be described is one row of finite samples, not {sound.shape}.")
    duration_s = sound.size / sample_rate
    for time_s in times_s:
        if not 0.0 <= time_s < duration_s:
            raise UserFacingError(
                f"An impact at {time_s:.3f} s lies outside the sound, which lasts {duration_s:.3f} s."
            )
    power, frequency_hz = _power_frames(sound, sample_rate, config)
    band_power = power @ _band_weights(frequency_hz.size, sample_rate, config)
    rows = [_impact_features(sound, sample_rate, power, band_power, frequency_hz, t, config) for t in times_s]
    return np.stack(rows).astype(np.float32)


def _power_frames(sound: Array, sample_rate: int, config: SoundFeatureConfig) -> tuple[Array, Array]:
    """Power spectra (frames, bins), frame i centred on i * hop_s, and the bins' frequencies."""
    length = round(config.window_s * sample_rate)
    transform = 1 << (length - 1).bit_length()
    hop = config.hop_s * sample_rate
    count = int(sound.size / hop) + 1
    padded = np.pad(sound, length)
    starts = np.rint(np.arange(count) * hop).astype(np.int64) + length - length // 2
    windows = np.lib.stride_tricks.sliding_window_view(padded, length)[starts]
    spectra = np.fft.rfft(windows * np.hanning(length), transform)
    frequency_hz = np.linspace(0.0, sample_rate / 2, transform // 2 + 1)
    return np.asarray(np.abs(spectra) ** 2 / length, np.float64), frequency_hz


@lru_cache(maxsize=8)
def _band_weights(bins: int, sample_rate: int, config: SoundFeatureConfig) -> Array:
    """Triangles of equal width on the ERB scale, each summing to 1: (bins, bands)."""
    frequency_hz = np.arange(bins) * (sample_rate / 2 / (bins - 1))
    place = _erb_number(frequency_hz)
    edges = np.linspace(_erb_number(config.low_hz), _erb_number(config.high_hz), config.bands + 2)
    weights = np.maximum(0.0, 1.0 - np.abs(place[:, None] - edges[None, 1:-1]) / (edges[1] - edges[0]))
    # A low band may be narrower than a bin: it then takes the nearest one.
    for band in np.flatnonzero(weights.sum(axis=0) <= 0.0):
        weights[int(np.argmin(np.abs(place - edges[band + 1]))), band] = 1.0
    return weights / weights.sum(axis=0)


def _erb_number(frequency_hz: ArrayLike) -> Array:
    """Glasberg & Moore's number of equivalent rectangular bandwidths below a frequency."""
    return 21.4 * np.log10(1.0 + 0.00437 * np.asarray(frequency_hz, np.float64))


def _impact_features(
    sound: Array,
    sample_rate: int,
    power: Array,
    band_power: Array,
    frequency_hz: Array,
    time_s: float,
    config: SoundFeatureConfig,
) -> Array:
    frame = _steepest_rise(band_power, time_s, config)
    last = frame + round(config.stretches_s[-1][1] / config.hop_s) + 1
    reach = round(config.floor_reach_s / config.hop_s)
    around = slice(max(0, frame - reach), frame + reach)
    cleaned = _without_floor(band_power, around, frame, last, config)
    loudest = cleaned.sum(axis=1).max(initial=0.0)
    if loudest <= _TINY:
        raise UserFacingError(
            f"The sound is silent around {time_s:.3f} s; an impact there can't be described."
        )
    envelope_db = _relative_db(cleaned.sum(axis=1), loudest, config)
    spectra_db = [
        _relative_db(_mean_over(cleaned, stretch, config), loudest / config.bands, config)
        for stretch in config.stretches_s
    ]
    fine = _without_floor(power, around, frame, last, config)
    return np.concatenate(
        [
            *spectra_db,
            _shape_of_decay(envelope_db, config),
            _band_decays(cleaned, config),
            _centroids(fine, frequency_hz, config),
            _ringing(sound, sample_rate, frame * config.hop_s),
            _roughness(sound, sample_rate, frame * config.hop_s, config),
        ]
    )


def _steepest_rise(band_power: Array, time_s: float, config: SoundFeatureConfig) -> int:
    """The frame near a time at which the loudness, compressed as in the ear, rises most."""
    loudness = (band_power**0.3).sum(axis=1)
    rise = np.zeros_like(loudness)
    rise[2:-1] = loudness[2:-1] + loudness[3:] - loudness[1:-2] - loudness[:-3]
    centre, reach = round(time_s / config.hop_s), round(config.search_s / config.hop_s)
    first = max(0, centre - reach)
    searched = rise[first : centre + reach + 1]
    if not searched.size or searched.max() <= 0.0:
        return min(centre, len(loudness) - 1)
    return first + int(searched.argmax())


def _without_floor(power: Array, around: slice, first: int, end: int, config: SoundFeatureConfig) -> Array:
    """The impact's frames with the steady noise of its surroundings subtracted; silence after the end."""
    surroundings = power[around]
    # Digital silence, before a short file begins or after it ends, says nothing about noise.
    sounding = surroundings[surroundings.sum(axis=1) > _TINY]
    floor = config.floor_factor * np.percentile(sounding, 10, axis=0) if len(sounding) else 0.0
    piece = np.zeros((end - first, power.shape[1]))
    inside = power[first:end]
    piece[: len(inside)] = np.maximum(inside - floor, 0.0)
    return piece


def _relative_db(power: Array, loudest: float, config: SoundFeatureConfig) -> Array:
    """Levels from -range_db up, relative to the loudest."""
    return 10.0 * np.log10(np.maximum(power / loudest, 10.0 ** (-config.range_db / 10.0)))


def _mean_over(power: Array, stretch_s: tuple[float, float], config: SoundFeatureConfig) -> Array:
    first, end = (round(edge_s / config.hop_s) for edge_s in stretch_s)
    return power[first:end].mean(axis=0)


def _shape_of_decay(envelope_db: Array, config: SoundFeatureConfig) -> Array:
    """How long the whole sound takes to rise and to fall by 6 to 30 dB, in log seconds, and its spread."""
    peak = int(envelope_db.argmax())
    falls = []
    for fall_db in (6.0, 10.0, 20.0, 30.0):
        below = np.flatnonzero(envelope_db[peak:] < -fall_db)
        frames = int(below[0]) if below.size else len(envelope_db) - peak
        falls.append(np.log(frames * config.hop_s))
    linear = 10.0 ** (envelope_db / 10.0)
    centre_s = float(np.average(np.arange(len(linear)), weights=linear)) * config.hop_s
    # Rattles and splashes go up and down where a plain decay only falls.
    unrest_db = float(np.abs(np.diff(envelope_db, 2)).mean())
    return np.array(
        [*falls, np.log(peak * config.hop_s + config.hop_s), np.log(centre_s + config.hop_s), unrest_db]
    )


def _band_decays(cleaned: Array, config: SoundFeatureConfig) -> Array:
    """Slope in dB per 100 ms of pairs of bands, from each one's loudest frame on."""
    groups = cleaned.reshape(len(cleaned), -1, 2).sum(axis=2)
    slopes = []
    for column in groups.T:
        peak = int(column[: len(column) // 2].argmax())
        if column[peak] <= _TINY:
            slopes.append(-config.range_db)
            continue
        levels_db = _relative_db(column[peak:], column[peak], config)
        heard = max(3, int(np.argmax(levels_db <= 3.0 - config.range_db)) or len(levels_db))
        tail = levels_db[:heard]
        slopes.append(float(np.polyfit(np.arange(len(tail)) * config.hop_s * 10.0, tail, 1)[0]))
    return np.clip(slopes, -200.0, 20.0)


def _centroids(fine: Array, frequency_hz: Array, config: SoundFeatureConfig) -> Array:
    """Centre and width of the spectrum on the ERB scale, at the contact and after it."""
    inside = (frequency_hz >= config.low_hz) & (frequency_hz <= config.high_hz)
    place = _erb_number(frequency_hz[inside])
    measures: list[float] = []
    for stretch in (config.stretches_s[0], (config.stretches_s[1][0], config.stretches_s[3][1])):
        magnitude = np.sqrt(_mean_over(fine, stretch, config)[inside]) + _TINY
        centre = float(np.average(place, weights=magnitude))
        measures += [centre, float(np.sqrt(np.average((place - centre) ** 2, weights=magnitude)))]
    return np.array(measures)


def _ringing(sound: Array, sample_rate: int, time_s: float) -> Array:
    """How far each octave after the contact is from noise, in dB: its flatness, and its highest peak.

    A longer window than for the spectra tells lines of 10 Hz apart; the recording's noise just before the
    contact is subtracted.
    """
    length = round(_RINGING_WINDOW_S * sample_rate)
    after = _power_spectrum(sound, round((time_s + 0.012) * sample_rate), length)
    before = _power_spectrum(sound, round((time_s - 0.03) * sample_rate) - length, length)
    frequency_hz = np.arange(after.size) * (sample_rate / (2 * length))
    measures: list[float] = []
    for low_hz, high_hz in pairwise(_RINGING_EDGES_HZ):
        inside = (frequency_hz >= low_hz) & (frequency_hz < high_hz)
        heard = np.maximum(after[inside] - 2.0 * before[inside].mean(), 0.0)
        heard += 1e-3 * after[inside].mean() + _TINY
        measures.append(10.0 * float(np.log10(heard).mean() - np.log10(heard.mean())))
        measures.append(10.0 * float(np.log10(heard.max() / heard.mean())))
    return np.array(measures)


def _power_spectrum(sound: Array, first: int, length: int) -> Array:
    """Of a stretch under a Hann window, silence beyond the ends of the sound: (length + 1,)."""
    piece = np.zeros(length)
    begin, end = max(0, first), min(sound.size, first + length)
    if begin < end:
        piece[begin - first : end - first] = sound[begin:end]
    return np.abs(np.fft.rfft(piece * np.hanning(length), 2 * length)) ** 2


def _roughness(sound: Array, sample_rate: int, time_s: float, config: SoundFeatureConfig) -> Array:
    """How much of the sound is grains: spread, peakiness and number of bursts of the 1 ms envelope."""
    block = max(1, round(0.001 * sample_rate))
    first = max(0, round((time_s - config.window_s) * sample_rate))
    piece = sound[first : first + round(0.4 * sample_rate)]
    # The difference between neighbours is a high pass: grains click, rumble does not.
    clicks = np.diff(piece)
    count = len(clicks) // block
    envelope = np.sqrt((clicks[: count * block].reshape(count, block) ** 2).mean(axis=1)) + _TINY
    level_db = 20.0 * np.log10(envelope / envelope.max())
    level_db = np.maximum(level_db, -config.range_db)
    slow_db = np.convolve(level_db, np.full(21, 1 / 21), mode="same")
    unrest_db = level_db - slow_db
    bursts = (level_db[1:-1] > level_db[:-2]) & (level_db[1:-1] >= level_db[2:])
    bursts &= (unrest_db[1:-1] > 4.0) & (level_db[1:-1] > -25.0)
    energy = envelope**2
    return np.array(
        [
            float(unrest_db.std()),
            float(np.log((energy**2).mean() / energy.mean() ** 2)),
            float(np.sqrt(bursts.sum())),
        ]
    )
