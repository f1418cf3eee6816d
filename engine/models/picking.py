"""From curves over the pictures of a shot to contacts at moments in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.models.rhythm import RhythmConfig, paced_probabilities
from engine.models.shot_view import time_at

Curve = NDArray[np.float64]

MOST_HITS_PER_S = 8
_LOUDEST_WITHIN = 3
"""A contact's level is the highest of so many pictures from its peak on."""


@dataclass(frozen=True, slots=True)
class PickingConfig:
    """How contacts are picked from a detector's curves.

    Attributes
    ----------
    threshold
        Confidence from which a contact counts.
    least_confidence
        Below this it is not even a candidate.
    closest_s
        Of contacts closer than this, the likeliest stays; nobody strikes more than 8 times a second.
    furthest_offset
        A contact lies at most so many pictures from the peak of its curve.
    shift_s
        Added to every time, measured on clips whose contacts are known.
    slope, bias
        From the log odds of the curve's peak to those that there is a contact: measured on clips whose
        contacts are known, so that eight in ten of the contacts shown at 80 % are right.
    rhythm
        How much a steady pace counts beside that; not at all when None. The log odds are its scores.
    scratch_from
        Probability in one of the pictures next to it from which a contact is called a scratch.
    """

    threshold: float = 0.3
    least_confidence: float = 0.02
    closest_s: float = 1 / MOST_HITS_PER_S
    furthest_offset: float = 1.5
    shift_s: float = 0.0
    slope: float = 1.0
    bias: float = 0.0
    rhythm: RhythmConfig | None = None
    scratch_from: float = 0.5

    def __post_init__(self) -> None:
        if self.closest_s < 1 / MOST_HITS_PER_S:
            raise ValueError(f"closest_s is {self.closest_s:g}, it must be at least {1 / MOST_HITS_PER_S:g}")
        if not 0 <= self.scratch_from <= 1:
            raise ValueError(f"scratch_from is {self.scratch_from:g}, it must be from 0 to 1")
        if self.slope <= 0:
            raise ValueError(f"slope is {self.slope:g}, it must be above 0")
        if not 0 <= self.least_confidence <= self.threshold <= 1:
            raise ValueError(
                f"least_confidence {self.least_confidence:g} and threshold {self.threshold:g} must be in "
                "0..1, in this order"
            )


@dataclass(frozen=True, slots=True)
class HitCurves:
    """What a detector says about each picture of one shot, each float64 (pictures,).

    Attributes
    ----------
    times_s
        Of the pictures.
    onset
        Log odds of a contact near the picture, as the networks give them.
    offset
        How many pictures after this one it is.
    level_db
        The sound's level.
    scratch
        Probability that the contact scratches.
    """

    times_s: Curve
    onset: Curve
    offset: Curve
    level_db: Curve
    scratch: Curve


@dataclass(frozen=True, slots=True)
class FoundContact:
    """A contact.

    Attributes
    ----------
    time_s
        When it begins.
    confidence
        How likely it is one, 0..1.
    level_db
        Of the loudest picture just after it.
    action
        Which of both is likelier.
    """

    time_s: float
    confidence: float
    level_db: float
    action: Literal["hit", "scratch"]


def pick_contacts(curves: HitCurves, config: PickingConfig) -> list[FoundContact]:
    """Contacts and candidates in order of time: peaks of the onset curve, none too close to a higher one.

    A candidate's confidence is its own, or, with a rhythm, what it is among those around.
    """
    peaks = contact_peaks(curves, config)
    limit = config.furthest_offset
    moved = np.clip(peaks + np.clip(curves.offset[peaks], -limit, limit), 0, None)
    times_s = np.maximum(time_at(curves.times_s, moved) + config.shift_s, 0.0)
    kept: list[int] = []
    for index in np.argsort(-curves.onset[peaks], kind="stable"):
        if all(abs(times_s[index] - times_s[other]) >= config.closest_s for other in kept):
            kept.append(int(index))
    kept.sort(key=lambda index: times_s[index])
    times_s, peaks = times_s[kept], peaks[kept]
    confidence = _paced(times_s, curves.onset[peaks], config)
    return [
        FoundContact(
            float(times_s[index]),
            float(confidence[index]),
            float(curves.level_db[peak : peak + _LOUDEST_WITHIN].max()),
            "scratch" if curves.scratch[max(0, peak - 1) : peak + 2].max() > config.scratch_from else "hit",
        )
        for index, peak in enumerate(peaks)
        if confidence[index] >= config.least_confidence
    ]


def _paced(times_s: Curve, onset: Curve, config: PickingConfig) -> Curve:
    own = config.slope * onset + config.bias
    if config.rhythm is None:
        return probability(own)
    return paced_probabilities(times_s, own, config.rhythm)


def contact_peaks(curves: HitCurves, config: PickingConfig) -> NDArray[np.intp]:
    """The pictures at which a contact or a candidate may be, however close to each other.

    Not the first and the last: nobody knows whether the curve is higher beyond.
    """
    onset = np.pad(curves.onset, 1, constant_values=np.inf)
    is_peak = (onset[1:-1] > onset[:-2]) & (onset[1:-1] >= onset[2:])
    return np.flatnonzero(is_peak & (_confidence(curves, config) >= config.least_confidence))


def _confidence(curves: HitCurves, config: PickingConfig) -> Curve:
    return probability(config.slope * curves.onset + config.bias)


def probability(log_odds: Curve) -> Curve:
    """0..1."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -60, 60)))
