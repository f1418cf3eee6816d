"""Other microphones, rooms and moments: pictures of sounds, changed as recordings of one sound differ.

All changes are made on pictures in dB, which costs next to nothing: a smooth equaliser, a noise floor of any
colour, an earlier or later beginning, the next contact cutting the sound off, a narrow stretch of bands or
time missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.impact_picture import BANDS, FLOOR_DB, FRAMES, FRAMES_BEFORE

_KNOTS = 6


@dataclass(frozen=True, slots=True)
class SoundVariations:
    """How far pictures are changed.

    Attributes
    ----------
    equaliser_db
        Standard deviation of a smooth curve over the bands.
    latest_frames
        The sound begins at most so many frames of 8 ms earlier or later.
    noise_share, loudest_noise_db, quietest_noise_db
        So many get a noise floor, its level in each band somewhere in between.
    cut_share
        So many are cut off by the next contact.
    mask_share
        So many lose some bands, and some frames after the contact.
    """

    equaliser_db: float = 5.0
    latest_frames: int = 2
    noise_share: float = 0.5
    loudest_noise_db: float = -30.0
    quietest_noise_db: float = -65.0
    cut_share: float = 0.3
    mask_share: float = 0.3


def varied(
    picture: NDArray[np.float32], rng: np.random.Generator, variations: SoundVariations
) -> NDArray[np.float32]:
    """Another recording of the same sound, float32 (3, 64, 96)."""
    changed = np.roll(
        picture, int(rng.integers(-variations.latest_frames, variations.latest_frames + 1)), axis=2
    )
    changed[:2] += _smooth(rng, variations.equaliser_db)[:, None]
    if rng.random() < variations.cut_share:
        end = int(rng.integers(24, FRAMES))
        changed[:2, :, end:], changed[2, :, end:] = FLOOR_DB, 0.0
    if rng.random() < variations.noise_share:
        level_db = rng.uniform(variations.quietest_noise_db, variations.loudest_noise_db)
        _drown(changed, level_db + _smooth(rng, 6.0), rng)
    if rng.random() < variations.mask_share:
        first, width = int(rng.integers(0, BANDS)), int(rng.integers(2, 9))
        changed[:2, first : first + width], changed[2, first : first + width] = FLOOR_DB, 0.0
        start, length = int(rng.integers(FRAMES_BEFORE + 8, FRAMES)), int(rng.integers(2, 13))
        changed[:2, :, start : start + length], changed[2, :, start : start + length] = FLOOR_DB, 0.0
    # The loudest frame is the measure again.
    power = np.power(10.0, changed[0] * 0.1).sum(axis=0).max()
    changed[:2] -= 10.0 * np.log10(power)
    np.maximum(changed[:2], FLOOR_DB, out=changed[:2])
    return changed


def _smooth(rng: np.random.Generator, spread_db: float) -> NDArray[np.float32]:
    """A smooth curve over the bands, (64,)."""
    knots = rng.normal(0.0, spread_db, _KNOTS)
    return np.interp(np.linspace(0.0, 1.0, BANDS), np.linspace(0.0, 1.0, _KNOTS), knots).astype(np.float32)


def _drown(picture: NDArray[np.float32], level_db: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Add noise of a level per band; a line that does not stand out of the noise is not heard."""
    shape = (BANDS, FRAMES)
    noise_db = (
        level_db[:, None] + rng.normal(0.0, 2.0, shape),
        level_db[:, None] + rng.normal(0.0, 4.0, shape),
    )
    covered = picture[0] < noise_db[0]
    for row, noise in zip(picture[:2], noise_db, strict=True):
        np.logaddexp2(row * _BELS, noise * _BELS, out=row, casting="same_kind")
        row /= _BELS
    standing = np.abs(rng.normal(3.0, 1.2, shape))
    picture[2] = np.where(covered, np.minimum(picture[2], standing), picture[2])


_BELS = np.float32(np.log2(10.0) / 10.0)
"""From dB to powers of two."""
