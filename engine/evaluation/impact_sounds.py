"""Predicted impact sounds against true ones: loudness and spectral centroid, as Owens et al. measure them.

Conventions
-----------
A sound is its cochleagram (frames, bands): the compressed envelopes of its subbands at 90 Hz, centred on
the impact ("centred prediction": the middle frame is the contact). Both measures forgive small errors of
timing. The *loudness* is the largest L2 norm over the bands at any time. The *spectral centroid* is the
centre of mass of the bands, in band numbers, over the 0.03 s around the impact. The errors are mean squared
errors, the correlations Pearson's.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 5.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation.correlation import pearson

ENVELOPE_RATE_HZ = 90.0
CENTROID_WINDOW_S = 1 / 30


@dataclass(frozen=True, slots=True)
class ImpactSoundScores:
    """Agreement of predicted with true sounds.

    Attributes
    ----------
    loudness_error, centroid_error
        Mean squared errors, in the compressed envelope's unit squared and in bands squared.
    loudness_correlation, centroid_correlation
        -1..1; NaN when one side never changes.
    sounds
        How many pairs were compared.
    """

    loudness_error: float
    loudness_correlation: float
    centroid_error: float
    centroid_correlation: float
    sounds: int


def validate(cochleagram: ArrayLike) -> NDArray[np.float64]:
    """A cochleagram as an array.

    Raises
    ------
    ValueError
        When it is not (frames, bands) of finite numbers, none negative.
    """
    envelopes = np.asarray(cochleagram, np.float64)
    if envelopes.ndim != 2 or not envelopes.size:
        raise ValueError(f"a cochleagram has frames and bands, not the shape {envelopes.shape}")
    if not np.isfinite(envelopes).all() or (envelopes < 0).any():
        raise ValueError("envelopes are finite and not negative")
    return envelopes


def loudness(cochleagram: ArrayLike) -> float:
    """The largest L2 norm over the bands at any time."""
    return float(np.linalg.norm(validate(cochleagram), axis=1).max())


def spectral_centroid(
    cochleagram: ArrayLike, impact_frame: int | None = None, envelope_rate_hz: float = ENVELOPE_RATE_HZ
) -> float:
    """Centre of mass of the bands, counted from 0, around the impact; NaN for silence there.

    Parameters
    ----------
    impact_frame
        The frame of the contact; None for the middle one.
    """
    envelopes = validate(cochleagram)
    middle = len(envelopes) // 2 if impact_frame is None else impact_frame
    width = max(1, round(CENTROID_WINDOW_S * envelope_rate_hz))
    first = max(0, middle - width // 2)
    mass = envelopes[first : first + width].sum(axis=0)
    return float((np.arange(mass.size) * mass).sum() / mass.sum()) if mass.sum() > 0 else float("nan")


def evaluate(
    sounds: Iterable[tuple[ArrayLike, ArrayLike]], envelope_rate_hz: float = ENVELOPE_RATE_HZ
) -> ImpactSoundScores:
    """Compare (true, predicted) cochleagrams of centred impacts.

    A pair of which one side is silent at the impact has no centroid and is left out of the centroid's
    scores.

    Raises
    ------
    ValueError
        When there is no pair, or a pair has different bands.
    """
    pairs = [(validate(true), validate(predicted)) for true, predicted in sounds]
    if not pairs:
        raise ValueError("there is no sound to compare")
    for true, predicted in pairs:
        if true.shape[1] != predicted.shape[1]:
            raise ValueError(f"a sound of {true.shape[1]} bands can't be compared with {predicted.shape[1]}")
    levels = np.array([[loudness(side) for side in pair] for pair in pairs])
    centroids = np.array(
        [[spectral_centroid(side, None, envelope_rate_hz) for side in pair] for pair in pairs]
    )
    centroids = centroids[~np.isnan(centroids).any(axis=1)]
    return ImpactSoundScores(
        _squared_error(levels),
        pearson(*levels.T),
        _squared_error(centroids),
        pearson(*centroids.T),
        len(pairs),
    )


def _squared_error(pairs: NDArray[np.float64]) -> float:
    return float(np.mean((pairs[:, 0] - pairs[:, 1]) ** 2)) if len(pairs) else float("nan")
