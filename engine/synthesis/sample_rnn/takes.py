"""Takes of a film's sound, block after block, for a film of any length.

A generator that is told of the picture as it goes makes the sound in one go. One that sees all pictures first
works in windows: each is seen anew, and the generator hears the end of the one before it, so that the sound
goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.hit_curves import SoundingHit, hit_curves
from engine.features.quantisation import levels_as_samples
from engine.job import SILENT_JOB, Job
from engine.synthesis.sample_rnn.looks import Looks
from engine.synthesis.sample_rnn.model import GeneratorModel
from engine.synthesis.sample_rnn.streams import Levels, SoundStreams

_SAMPLES_AT_ONCE = 2048
"""Of all takes together: between two of these a person may cancel."""
_HEARD_AGAIN = 4
"""A window begins with hearing so many pictures' sound of the one before it."""


@dataclass(frozen=True, slots=True)
class TakeSettings:
    """How takes are made.

    Attributes
    ----------
    seeds
        One per take.
    temperature
        1 draws by the network's odds; less is tamer, more is wilder.
    threads
        Takes are shared out among so many.
    """

    seeds: Sequence[int]
    temperature: float = 1.0
    threads: int = 2


def make_takes(
    model: GeneratorModel,
    looks: Looks,
    hits: Sequence[SoundingHit],
    settings: TakeSettings,
    *,
    first: int,
    end: int,
    before: Levels | None = None,
    job: Job = SILENT_JOB,
) -> Iterator[NDArray[np.float32]]:
    """Make the sound of the pictures `first` to `end` - 1 at the generator's clock.

    Parameters
    ----------
    looks
        The film from picture `first` on, or from where `before` begins.
    hits
        Of the whole film, in order of time; for the generators that are told of them.
    before
        (takes, pictures * samples per picture) levels: the sound just before, to go on from. The looks begin
        with its first picture then.

    Yields
    ------
    NDArray
        (takes, n) float32 of -1..1 at the generator's rate.
    """
    maker = _Maker(model, looks, hits, settings, job)
    if before is not None:
        count = before.shape[1] // model.config.samples_per_picture
        maker.hear(before, first - count, count)
    window = model.config.window if model.config.is_told_at_start else 1
    for start in range(first, end, window):
        yield from maker.make(start, min(window, end - start))


class _Maker:
    def __init__(
        self,
        model: GeneratorModel,
        looks: Looks,
        hits: Sequence[SoundingHit],
        settings: TakeSettings,
        job: Job,
    ) -> None:
        self._model, self._looks, self._hits, self._job = model, looks, hits, job
        self._settings = settings
        self._streams: SoundStreams | None = None
        self._heard = np.zeros((len(settings.seeds), 0), np.uint8)

    def hear(self, levels: Levels, first: int, count: int) -> None:
        """Go through sound that is there already."""
        pictures = self._looks.take(count)
        self._begun(self._model.summary(pictures)).hear(levels, self._rows(pictures, first)[None])
        self._keep(levels)

    def make(self, first: int, count: int) -> Iterator[NDArray[np.float32]]:
        """The sound of the next pictures."""
        config = self._model.config
        pictures = self._looks.take(count)
        rows = self._rows(pictures, first)
        is_new = self._streams is None
        if is_new or config.is_told_at_start:
            streams = self._begun(self._model.summary(pictures))
            if not is_new and self._heard.size:
                steps = self._heard.shape[1] // config.rnn.frame_sizes[0]
                streams.hear(self._heard, np.repeat(rows[:1], steps, axis=0)[None])
        assert self._streams is not None
        steps_at_once = max(1, _SAMPLES_AT_ONCE // len(self._heard) // config.rnn.frame_sizes[0])
        for start in range(0, len(rows), steps_at_once):
            self._job.check()
            levels = self._streams.make(rows[None, start : start + steps_at_once])
            self._keep(levels)
            yield levels_as_samples(levels, config.quantisation)

    def _begun(self, summary: NDArray[np.float32] | None) -> SoundStreams:
        if self._streams is None:
            self._streams = SoundStreams(
                self._model.weights,
                self._settings.seeds,
                temperature=self._settings.temperature,
                summaries=summary,
                threads=self._settings.threads,
            )
        elif summary is not None:
            self._streams.begin(summary)
        return self._streams

    def _rows(self, pictures: NDArray[np.float32], first: int) -> NDArray[np.float32]:
        config = self._model.config
        if config.variant != "hits":
            return self._model.rows(pictures, None)
        step_s = config.rnn.frame_sizes[0] / config.sample_rate
        steps = len(pictures) * config.steps_per_picture
        return self._model.rows(
            pictures, hit_curves(self._hits, first / config.picture_rate_hz, steps, step_s)
        )

    def _keep(self, levels: Levels) -> None:
        longest = _HEARD_AGAIN * self._model.config.samples_per_picture
        self._heard = np.concatenate((self._heard, levels), axis=1)[:, -longest:]
