"""The sound features of Owens et al. for their SVM: the cochleagram of the half second around an impact.

As in the paper: 42 compressed subband envelopes at 90 Hz, 45 frames with the impact in the middle, flattened.
Unlike there, a sound is brought to a largest value of 1 first, because recordings of several makers have
nothing in common in their gain.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import UserFacingError
from engine.features.cochleagram import CochleagramConfig, cochleagram

CLIP_S = 0.5


def centred_cochleagram(samples: ArrayLike, sample_rate: int, time_s: float) -> NDArray[np.float32]:
    """The cochleagram (45, 42) of the half second whose middle is at `time_s`, silence beyond the ends."""
    sound = np.asarray(samples, np.float32)
    length = round(CLIP_S * sample_rate)
    first = round((time_s - CLIP_S / 2) * sample_rate)
    piece = np.zeros(length, np.float32)
    begin, end = max(0, first), min(sound.size, first + length)
    if begin < end:
        piece[begin - first : end - first] = sound[begin:end]
    return cochleagram(piece, CochleagramConfig(sample_rate=sample_rate))


def clip_cochleagram_features(
    samples: ArrayLike, sample_rate: int, times_s: Sequence[float]
) -> NDArray[np.float32]:
    """Features of one or more impacts of one recording: (len(times_s), 1890) float32, at most 1.

    Raises
    ------
    UserFacingError
        When the sound is silent around an impact.
    """
    rows = []
    for time_s in times_s:
        envelopes = centred_cochleagram(samples, sample_rate, time_s)
        if envelopes.max() <= 0.0:
            raise UserFacingError(
                f"The sound is silent around {time_s:.3f} s; an impact there can't be described."
            )
        rows.append(envelopes.ravel() / envelopes.max())
    return np.stack(rows).astype(np.float32)
