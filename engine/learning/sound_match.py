"""Whether the sound of a video belongs to its picture: music laid under it or another take does not.

A detector looks at the picture. How likely it holds a contact to be is compared with when the sound has
onsets, at the sound's own place and at every other place along the video (round its end to its beginning).
Only a sound that fits clearly better where it is than elsewhere was made by what is seen. That works for
contacts that the detector is not sure of too: what counts is only that it is less unlikely there than around.

Measured with a small detector of grids alone: of nine real clips and 23 rendered ones 97 % are taken at 1.6,
of the 1024 pairs of one's picture and another's sound 7 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_STEP_S = 1 / 60
_NEAR_S = 0.3
"""Places as near as this are no other places: the likelihood there is much the same."""


@dataclass(frozen=True, slots=True)
class SoundMatchConfig:
    """When a sound fits.

    Attributes
    ----------
    least_fit, least_pooled_fit
        How many standard deviations of all other places it has to fit better at its own; alone, and several
        videos together.
    blur_s
        Standard deviation of an onset's place.
    same_s
        Onsets fit to the likeliest picture at most this far from them.
    enough_onsets
        Videos with fewer are judged together.
    late_fit, latest_s
        A sound that doesn't fit where it is, but this well elsewhere within this time, is out of step.
    trusted_share, likely_share
        When at least `trusted_share` of the onsets are among the likeliest fifth of the pictures, all onsets
        are taken for contacts that can be seen. Else those in the less likely half (`likely_share`) are
        taken for something that is only heard.
    """

    least_fit: float = 1.6
    least_pooled_fit: float = 2.5
    blur_s: float = 0.025
    same_s: float = 0.034
    enough_onsets: int = 5
    late_fit: float = 3.5
    latest_s: float = 0.6
    trusted_share: float = 0.6
    likely_share: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SoundFit:
    """How a sound fits along a video.

    Attributes
    ----------
    own, spread
        Agreement at the sound's own place above the mean of all others, and their standard deviation.
    late_s, late_fit
        Where it fits best (positive: the sound comes late), and how well there, in standard deviations.
    onsets
        How many it has.
    """

    own: float
    spread: float
    late_s: float
    late_fit: float
    onsets: int

    @property
    def fit(self) -> float:
        """In standard deviations."""
        return self.own / self.spread if self.spread > 0 else 0.0


def sound_fit(
    times_s: Curve, likely: Curve, onsets_s: Curve, config: SoundMatchConfig | None = None
) -> SoundFit:
    """Compare how likely contacts are with when onsets are heard.

    Parameters
    ----------
    times_s, likely
        (n,) times of the pictures, ascending, and how likely a contact is at each.
    onsets_s
        (m,) times of the onsets.
    """
    from scipy.ndimage import gaussian_filter1d, maximum_filter1d

    config = config or SoundMatchConfig()
    steps_s, seen = _at_steps(times_s, likely, config)
    onsets_s = onsets_s[(onsets_s >= steps_s[0]) & (onsets_s <= steps_s[-1])]
    near = round(_NEAR_S / _STEP_S)
    count = len(steps_s)
    if not onsets_s.size or count <= 4 * near:
        return SoundFit(0.0, 0.0, 0.0, 0.0, onsets_s.size)
    heard = np.zeros(count)
    np.add.at(heard, np.rint((onsets_s - steps_s[0]) / _STEP_S).astype(np.int64) % count, 1.0)
    heard = gaussian_filter1d(heard, config.blur_s / _STEP_S)
    spectrum = np.conj(np.fft.rfft(heard - heard.mean())) * np.fft.rfft(seen - seen.mean())
    # At each shift of the sound to later times; a picture's length more or less is the same place.
    agreement = maximum_filter1d(np.fft.irfft(spectrum, count), 5, mode="wrap")
    others = agreement[near : count - near]
    spread, mean = float(others.std()), float(others.mean())
    reach = min(round(config.latest_s / _STEP_S), count // 2 - 1)
    shifts = np.arange(-reach, reach + 1)
    top = agreement[shifts].max()
    best = int(np.median(shifts[agreement[shifts] == top]))
    return SoundFit(
        float(agreement[0]) - mean,
        spread,
        -best * _STEP_S,
        (float(agreement[best]) - mean) / spread if spread > 0 else 0.0,
        onsets_s.size,
    )


def pooled_fit(fits: Sequence[SoundFit]) -> float:
    """How well the sounds of several videos fit, taken together, in standard deviations."""
    variance = sum(fit.spread**2 for fit in fits)
    return sum(fit.own for fit in fits) / variance**0.5 if variance > 0 else 0.0


def seen_onsets(
    times_s: Curve, likely: Curve, onsets_s: Curve, config: SoundMatchConfig | None = None
) -> NDArray[np.bool_]:
    """Which onsets (m,) are contacts that can be seen; the others are not to be learned, either way."""
    config = config or SoundMatchConfig()
    if not onsets_s.size:
        return np.zeros(0, bool)
    steps_s, seen = _at_steps(times_s, likely, config)
    there = np.interp(onsets_s, steps_s, seen)
    if (there >= np.quantile(seen, 0.8)).mean() >= config.trusted_share:
        return np.ones(onsets_s.shape, bool)
    return there >= np.quantile(seen, config.likely_share)


def _at_steps(times_s: Curve, likely: Curve, config: SoundMatchConfig) -> tuple[Curve, Curve]:
    """Even steps over the video, and the highest likelihood about each."""
    from scipy.ndimage import maximum_filter1d

    steps_s = np.arange(times_s[0], times_s[-1] + _STEP_S / 2, _STEP_S)
    reach = round(config.same_s / _STEP_S)
    return steps_s, maximum_filter1d(np.interp(steps_s, times_s, likely), 2 * reach + 1)
