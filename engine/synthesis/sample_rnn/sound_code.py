"""What a generator's levels stand for: the sound itself, or its shape under the envelope of the hits.

A network that makes the sound itself hears how loud it is from what it made just before, and what it is told
of the hits weighs little against that: once it is loud it stays loud. Under the envelope the sound is as loud
everywhere; the network makes its texture, and the hits make its level.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.features.hit_curves import SoundingHit
from engine.features.hit_envelope import DECAY_TIMES_S, ROOM_DB, hit_envelope
from engine.features.quantisation import levels_as_samples, quantised
from engine.models.picture_sound import PictureSoundConfig

_RMS = 0.25
"""Of the shape: peaks are some 12 dB above the envelope."""
_FULL_DB = 60.0


class SoundCode:
    """Turns sound into levels and back; see the module.

    Parameters
    ----------
    config
        Of the network.
    hits
        Of the whole film, in order of time.
    decays_db
        See `engine.features.hit_envelope`; None where the levels stand for the sound itself.
    room_db
        How loud the room is.
    """

    def __init__(
        self,
        config: PictureSoundConfig,
        hits: Sequence[SoundingHit] = (),
        decays_db: NDArray[np.floating] | None = None,
        room_db: float = ROOM_DB,
    ) -> None:
        self._config, self._decays_db, self._room_db = config, decays_db, room_db
        self._hits, self._times_s = hits, [hit.time_s for hit in hits]
        self._tail_s = DECAY_TIMES_S[-1] + max((hit.duration_s for hit in hits), default=0.0)
        self._step = config.rnn.frame_sizes[0]

    def levels(self, samples: NDArray[np.floating], start: int) -> NDArray[np.uint8]:
        """Of samples (..., n) from sample `start` of the film on, at the generator's rate."""
        if self._decays_db is not None:
            samples = samples * (_RMS / self.envelope(start, samples.shape[-1]))
        return quantised(samples, self._config.quantisation)

    def samples(self, levels: NDArray[np.uint8], start: int) -> NDArray[np.float32]:
        """What levels (..., n) stand for, -1..1."""
        samples = levels_as_samples(levels, self._config.quantisation)
        if self._decays_db is None:
            return samples
        shaped = samples * (self.envelope(start, levels.shape[-1]) / _RMS)
        return np.clip(shaped, -1.0, 1.0).astype(np.float32)

    def all_samples(self, blocks: Iterable[NDArray[np.uint8]], start: int) -> Iterator[NDArray[np.float32]]:
        """What blocks of levels stand for, one after the other."""
        for levels in blocks:
            yield self.samples(levels, start)
            start += levels.shape[-1]

    def told(self, first_step: int, steps: int) -> NDArray[np.float32] | None:
        """The envelope as the coarsest tier is told of it, (steps, 1) of about 0..1."""
        if self._decays_db is None:
            return None
        bounds = self._at_bounds(first_step, steps)
        level_db = 20.0 * np.log10(np.maximum(bounds[1:], 1e-6))
        return (level_db / _FULL_DB + 1.0)[:, None].astype(np.float32)

    def envelope(self, start: int, count: int) -> NDArray[np.float64]:
        """RMS of the sound that is made at each sample, on lines between the steps' bounds: (count,)."""
        first = start // self._step
        steps = -(-(start + count) // self._step) - first
        bounds = self._at_bounds(first, steps)
        places = np.arange(start - first * self._step, start - first * self._step + count) / self._step
        return np.interp(places, np.arange(steps + 1), bounds)

    def _at_bounds(self, first_step: int, steps: int) -> NDArray[np.float64]:
        assert self._decays_db is not None
        step_s = self._step / self._config.sample_rate
        near = slice(
            bisect_left(self._times_s, first_step * step_s - self._tail_s),
            bisect_right(self._times_s, (first_step + steps) * step_s),
        )
        return hit_envelope(self._hits[near], self._decays_db, self._room_db, first_step, steps, step_s)
