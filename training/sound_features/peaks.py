"""Contacts from a predicted sound: the peaks of its amplitude.

Conventions
-----------
An amplitude is float (frames,) as `engine.models.sound_feature_net.amplitude` gives it. A peak's confidence
is its prominence, how far it rises above what lies between it and a higher one, mapped to 0..1.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016 (sounds are
detected as amplitude peaks of the predicted sound, and those within 0.1 s of a true one are right).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from engine.evaluation.onsets import OnsetCounts, count_onsets, match_onsets

_HALF_SURE = 0.1
"""A peak that rises by this much has confidence 0.5; nothing but their order depends on it."""

_CHOSEN_BY_S = 0.05
_SHIFT_REACH_S = 0.15
_THRESHOLDS = np.arange(0.02, 0.98, 0.02)


@dataclass(frozen=True, slots=True)
class PeakConfig:
    """How peaks become contacts.

    Attributes
    ----------
    closest_s
        Of peaks nearer together than this the higher one stays; a quarter of a second in the paper.
    threshold
        Confidence from which a peak counts as a contact.
    shift_s
        Added to each peak's time: a predicted sound is loudest a little after the contact.
    """

    closest_s: float = 0.25
    threshold: float = 0.5
    shift_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Times and confidences (n,) each, in order of time."""

    times_s: NDArray[np.float64]
    confidence: NDArray[np.float64]


def amplitude_peaks(amplitude: NDArray[np.floating], rate_hz: float, config: PeakConfig) -> Peaks:
    """Every peak of an amplitude at `rate_hz` frames per second."""
    # A peak may be the first or the last frame.
    around = np.pad(np.asarray(amplitude, np.float64), 1)
    places, found = find_peaks(around, distance=max(1, round(config.closest_s * rate_hz)), prominence=0.0)
    rises = found["prominences"]
    times_s = np.maximum((places - 1) / rate_hz + config.shift_s, 0.0)
    return Peaks(times_s, rises / (rises + _HALF_SURE))


def calibrated(config: PeakConfig, true_s: list[NDArray[np.float64]], found: list[Peaks]) -> PeakConfig:
    """The shift that matched peaks ask for, then the threshold with the best F1.

    Parameters
    ----------
    config
        The found peaks are shifted by `config.shift_s`.
    true_s, found
        Of each clip.
    """
    late_s: list[float] = []
    for true, peaks in zip(true_s, found, strict=True):
        if true.size and peaks.times_s.size:
            pairs = match_onsets(true, peaks.times_s, _SHIFT_REACH_S)
            late_s += [float(true[one] - peaks.times_s[other]) for one, other in pairs]
    more_s = float(np.median(late_s)) if late_s else 0.0

    def f1(threshold: float) -> float:
        counts = (
            count_onsets(
                true, np.maximum(peaks.times_s + more_s, 0.0)[peaks.confidence >= threshold], _CHOSEN_BY_S
            )
            for true, peaks in zip(true_s, found, strict=True)
        )
        return sum(counts, start=OnsetCounts()).f1

    best = max(_THRESHOLDS, key=f1)
    return replace(config, shift_s=config.shift_s + more_s, threshold=float(best))
