"""Is a recording of a playback the mix, sample for sample, and where was it interrupted?

Conventions
-----------
A playback that is interrupted goes on with the next sample: the recording then holds something else in
between (usually silence), and everything after it lies later. A recorder that was interrupted lacks
samples: what follows lies earlier. Both are told as a new *stretch* with another lag. Whatever fits
neither way is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_PROBE = 64
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples `start`..`end_exclusive` of the mix lie `lag` samples later in the recording."""

    start: int
    end_exclusive: int
    lag: int


@dataclass(frozen=True, slots=True)
class RecordingMatch:
    """How a recording compares with the mix.

    Attributes
    ----------
    stretches
        The parts that are the mix bit for bit, in order; at least one.
    wrong
        Samples of the mix that are in none of them.
    """

    stretches: tuple[Stretch, ...]
    wrong: int

    def lag_at(self, position: int) -> int:
        """The lag of the stretch a sample lies in, or of the one before it."""
        index = bisect_right(self.stretches, position, key=lambda stretch: stretch.start) - 1
        return self.stretches[max(0, index)].lag


def match_recording(recorded: Samples, mix: Samples, lag: int, *, reach: int) -> RecordingMatch:
    """Follow a mix through its recording.

    Parameters
    ----------
    recorded, mix
        (n, channels) float32 of the same rate.
    lag
        Where in the recording the mix begins.
    reach
        The longest interruption that is looked for, in samples.
    """
    stretches: list[Stretch] = []
    position, wrong = 0, 0
    while position < len(mix):
        length = _common_length(recorded[position + lag :], mix[position:])
        if length:
            stretches.append(Stretch(position, position + length, lag))
            position += length
        if position >= len(mix):
            break
        shift = _next_shift(recorded, mix, position, lag, reach)
        if shift is None:
            position, wrong = position + 1, wrong + 1
            continue
        if shift < 0:
            # The recorder was interrupted: these samples were heard, and nobody wrote them down.
            position -= shift
        lag += shift
    return RecordingMatch(tuple(stretches) or (Stretch(0, 0, lag),), wrong)


def _next_shift(recorded: Samples, mix: Samples, position: int, lag: int, reach: int) -> int | None:
    """By how much the lag changes at a mismatch; `None` when the next samples are nowhere near."""
    here = position + lag
    later = _find(mix[position : position + _PROBE], recorded[here : here + reach + _PROBE])
    if later is not None:
        return later
    skipped = _find(recorded[here : here + _PROBE], mix[position : position + reach + _PROBE])
    return None if skipped is None else -skipped


def _common_length(first: Samples, second: Samples) -> int:
    """How many samples are the same from the beginning on."""
    most = min(len(first), len(second))
    for start in range(0, most, _CHUNK):
        end = min(most, start + _CHUNK)
        differs = (first[start:end] != second[start:end]).any(axis=1)
        if differs.any():
            return start + int(np.argmax(differs))
    return most


def _find(part: Samples, whole: Samples) -> int | None:
    """Where a part begins that is not silent throughout; `None` when it is nowhere."""
    if not part.any():
        return None
    loudest = int(np.argmax(np.abs(part[:, 0])))
    candidates = np.flatnonzero(whole[loudest:, 0] == part[loudest, 0])
    for start in candidates:
        if np.array_equal(whole[start : start + len(part)], part):
            return int(start)
    return None
