"""Cochleagrams: how strong each of the ear's bands sounds, 90 times a second, compressed as the ear does.

A sound is split by a filter bank (`erb_bank`), each subband's Hilbert envelope is brought to 90 Hz, and the
power 0.3 is taken. The papers leave the low-pass before the 90 Hz open. Here it is a Hann window over two
frames: each moment counts the same in total, and nothing rings. One that rings by a hundredth before every
impact would show there at a quarter of the impact's height once the power is taken.

Conventions
-----------
Sounds are mono float (n,) within -1..1 of any length; before and after them there is silence. A cochleagram
is float32 (frames, bands + 2), its frame k at k / 90 s, the low-pass first and the high-pass last.

`cochleagram_plain` is the definition at full length. `cochleagram` cuts each band out of the sound's spectrum
and transforms it back at a rate that just holds it, which gives the same envelope at fewer points in time.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 4.
McDermott, Simoncelli: Sound Texture Perception via Statistics of the Auditory Periphery. Neuron 2011.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from engine.features.erb_bank import ErbBank, band_responses, subbands

_FACTORS = sorted(share << power for share in (2, 3) for power in range(1, 20))
_SILENCE_S = 0.15
"""Between the end of a sound and its beginning: as long as the lowest band rings."""


@dataclass(frozen=True, slots=True)
class CochleagramConfig:
    """What a cochleagram is made of.

    Attributes
    ----------
    sample_rate
        Of the sounds, in Hz; 96,000, 48,000, 44,100 and 16,000 are what data sets have.
    bands, low_hz, high_hz
        See `ErbBank`.
    envelope_rate_hz
        Frames per second.
    power
        The compression.
    """

    sample_rate: int = 96_000
    bands: int = 40
    low_hz: float = 20.0
    high_hz: float = 10_000.0
    envelope_rate_hz: int = 90
    power: float = 0.3

    @property
    def bank(self) -> ErbBank:
        """The filter bank."""
        return ErbBank(self.sample_rate, self.bands, self.low_hz, self.high_hz)

    def frames(self, length: int) -> int:
        """Number of frames of a sound of this many samples."""
        return ceil(length * self.envelope_rate_hz / self.sample_rate)


def validate(samples: NDArray[np.floating]) -> None:
    """Refuse what is no mono sound.

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    if samples.ndim != 1:
        raise ValueError(f"a cochleagram is of a mono sound, not of an array of shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise ValueError("the sound holds samples that are not finite")


def cochleagram(
    samples: NDArray[np.floating], config: CochleagramConfig | None = None
) -> NDArray[np.float32]:
    """The cochleagram of a sound, float32 (frames, bands + 2); within 1 % of its maximum of the plain one."""
    config = config or CochleagramConfig()
    validate(samples)
    frames, length = _padded_size(len(samples), config)
    # SciPy's transforms stay in single precision, at less than half the time.
    spectrum = np.asarray(fft.rfft(np.asarray(samples, np.float32), length), np.complex64)
    envelopes = np.empty((config.bands + 2, frames), np.float32)
    for group in _band_groups(config, length, frames):
        envelopes[group.bands] = _decimated_envelopes(spectrum, group, frames)
    return _compressed(envelopes, len(samples), config)


def cochleagram_plain(
    samples: NDArray[np.floating], config: CochleagramConfig | None = None
) -> NDArray[np.float32]:
    """The cochleagram by its definition: full-length envelopes, one resampling after the other."""
    from scipy.signal import hilbert, upfirdn

    config = config or CochleagramConfig()
    validate(samples)
    frames, length = _padded_size(len(samples), config)
    padded = np.zeros(length)
    padded[: len(samples)] = samples
    up, down = _ratio(config)
    # The window at `up` points per sample; `down` of them are a frame.
    window = 0.5 + 0.5 * np.cos(np.pi * np.arange(-down, down + 1) / down)
    envelopes = np.empty((config.bands + 2, frames))
    for row, subband in zip(envelopes, subbands(padded, config.bank), strict=True):
        # The end runs on into the beginning, as in the filters; frame 0 then comes `up` + 1 frames later.
        around = np.pad(np.abs(np.asarray(hilbert(subband))), down, mode="wrap")
        row[:] = upfirdn(window * up / down, around, up, down)[up + 1 : up + 1 + frames]
    return _compressed(envelopes, len(samples), config)


def _compressed(
    envelopes: NDArray[np.floating], length: int, config: CochleagramConfig
) -> NDArray[np.float32]:
    heard = envelopes[:, : config.frames(length)].T
    return np.ascontiguousarray(np.maximum(heard, 0) ** config.power, np.float32)


def _ratio(config: CochleagramConfig) -> tuple[int, int]:
    common = gcd(config.envelope_rate_hz, config.sample_rate)
    return config.envelope_rate_hz // common, config.sample_rate // common


def _padded_size(length: int, config: CochleagramConfig) -> tuple[int, int]:
    """Frames and samples of the sound with silence after it, in lengths that transform fast."""
    up, down = _ratio(config)
    steps = ceil((length + _SILENCE_S * config.sample_rate) / down)
    fast_steps = int(fft.next_fast_len(steps) or steps)
    return fast_steps * up, fast_steps * down


@dataclass(frozen=True, slots=True)
class _BandGroup:
    """The filters that a rate of `factor` points per frame is enough for."""

    factor: int
    bands: list[int]
    filters: list[tuple[slice, NDArray[np.float32]]]
    """The bins each lets through, and their gains."""


def _points_needed(width: float) -> float:
    """Points per frame for a band this many frame rates wide.

    As many as it is wide hold the band; its envelope is wider. In a wide band that evens out over a frame.
    """
    return 1.15 * width + min(width, 6)


@lru_cache(maxsize=8)
def _band_groups(config: CochleagramConfig, length: int, frames: int) -> tuple[_BandGroup, ...]:
    groups: dict[int, _BandGroup] = {}
    for band, response in enumerate(band_responses(config.bank, length)):
        factor = next(one for one in _FACTORS if one >= _points_needed(len(response.gains) / frames))
        # An analytic signal has no negative frequencies; the spectrum's ends are their own mirror images.
        gains = 2 * response.gains * (factor * frames / length)
        if response.first == 0:
            gains[0] /= 2
        if length % 2 == 0 and response.end == length // 2 + 1:
            gains[-1] /= 2
        group = groups.setdefault(factor, _BandGroup(factor, [], []))
        group.bands.append(band)
        group.filters.append((slice(response.first, response.end), gains.astype(np.float32)))
    return tuple(groups.values())


def _decimated_envelopes(
    spectrum: NDArray[np.complex64], group: _BandGroup, frames: int
) -> NDArray[np.float32]:
    """(bands of the group, frames) their envelopes, low-passed."""
    analytic = np.zeros((len(group.bands), group.factor * frames), np.complex64)
    for row, (inside, gains) in zip(analytic, group.filters, strict=True):
        # Moving a band down to frequency 0 turns its phase and leaves its envelope.
        np.multiply(spectrum[inside], gains, out=row[: len(gains)])
    parts = np.asarray(fft.ifft(analytic, axis=1, overwrite_x=True), np.complex64).view(np.float32)
    np.square(parts, out=parts)
    envelope = np.sqrt(parts[:, 0::2] + parts[:, 1::2])
    # From one frame to the next, a point counts ever less for the one and more for the other.
    shares = envelope.reshape(len(group.bands), frames, group.factor) @ _window(group.factor)
    return shares[..., 0] + np.roll(shares[..., 1], 1, axis=1)


@lru_cache(maxsize=32)
def _window(factor: int) -> NDArray[np.float32]:
    """Weights (factor, 2) of a frame's points: for that frame, and for the next one."""
    turn = np.pi * np.arange(factor) / factor
    weights = np.stack((0.5 + 0.5 * np.cos(turn), 0.5 - 0.5 * np.cos(turn)), axis=1)
    return (weights / factor).astype(np.float32)
