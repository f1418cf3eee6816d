"""How far a sound that is put on a contact is, by ear, from the one that was heard there.

Both begin at their onset, as the program plays a sound of the library; both are brought to one level. The
distance is the mean absolute difference of their cochleagrams until half a second is over, or the next
contact comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.features.cochleagram import CochleagramConfig, cochleagram
from engine.media.audio import read_audio
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.sound_pool import from_onset

HEARD_S, LEAST_S = 0.5, 0.1
_BEFORE_ONSET_S = 0.02
_CONFIG = CochleagramConfig(sample_rate=SAMPLE_RATE)


@dataclass(frozen=True, slots=True, eq=False)
class HeardSound:
    """Half a second of a sound from its onset.

    Attributes
    ----------
    samples
        (24000,) float32.
    envelopes
        (45, 42) its cochleagram.
    """

    samples: NDArray[np.float32]
    envelopes: NDArray[np.float32]


def heard_sound(samples: NDArray[np.float32]) -> HeardSound:
    """The half second from the onset of a sound (n,) at 48 kHz, silence beyond its end."""
    length = round(HEARD_S * SAMPLE_RATE)
    piece = np.zeros(length, np.float32)
    from_contact = from_onset(samples[:, None])[:length, 0]
    piece[: from_contact.size] = from_contact
    return HeardSound(piece, cochleagram(piece, _CONFIG))


def heard_file(path: Path) -> HeardSound:
    """A library sound.

    Raises
    ------
    MediaError
        When it can't be read.
    """
    return heard_sound(read_audio(path, sample_rate=SAMPLE_RATE, channels=1)[:, 0])


def heard_contact(samples: NDArray[np.float32], time_s: float, next_s: float) -> tuple[HeardSound, float]:
    """The sound of a contact in a recording (n,) at 48 kHz, and how long it can be compared.

    Parameters
    ----------
    time_s, next_s
        When it and the next contact begin.
    """
    first = max(0, round((time_s - _BEFORE_ONSET_S) * SAMPLE_RATE))
    # The next contact's own onset would be a difference between the sounds that nobody made.
    compared_s = float(np.clip(next_s - _BEFORE_ONSET_S - time_s, LEAST_S, HEARD_S))
    last = round((time_s + compared_s) * SAMPLE_RATE)
    return heard_sound(samples[first:last]), compared_s


def distance(one: HeardSound, other: HeardSound, compared_s: float = HEARD_S) -> float:
    """Mean absolute difference of the cochleagrams after level matching; NaN when one of them is silent."""
    levels = [_level(sound, compared_s) for sound in (one, other)]
    if min(levels) <= 0.0:
        return float("nan")
    frames = max(1, round(compared_s * _CONFIG.envelope_rate_hz))
    # Envelopes are compressed, so a gain counts by its power.
    first, second = (
        sound.envelopes[:frames] / level**_CONFIG.power
        for sound, level in zip((one, other), levels, strict=True)
    )
    return float(np.abs(first - second).mean())


def _level(sound: HeardSound, compared_s: float) -> float:
    heard = sound.samples[: round(compared_s * SAMPLE_RATE)]
    return float(np.sqrt(np.mean(np.square(heard, dtype=np.float64))))
