"""Takes of a film's sound, block after block, for a film of any length.

A generator that is told of the picture as it goes makes the sound in one go. One that sees all pictures first
works in windows: each is seen anew, and the generator hears the end of the one before it, so that the sound
goes on from there. After every picture there is a state to go on from, bit for bit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.features.hit_curves import FORGOTTEN_S, SoundingHit, hit_curves
from engine.job import SILENT_JOB, Job
from engine.models.picture_sound import PictureSoundConfig
from engine.synthesis.sample_rnn.model import GeneratorModel
from engine.synthesis.sample_rnn.streams import Levels, SoundStreams, StreamsState

_SAMPLES_AT_ONCE = 2048
"""Of all takes together: between two of these a person may cancel."""
HEARD_AGAIN = 4
"""A window begins with hearing so many pictures' sound of the one before it."""


class Shown(Protocol):
    """What a film shows, picture after picture at a generator's clock."""

    def take(self, count: int) -> NDArray[np.float32]:
        """The next pictures' features, (count, features)."""
        ...


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


@dataclass(frozen=True, slots=True, eq=False)
class TakesState:
    """Where takes are, between two pictures.

    Attributes
    ----------
    picture
        Number of the next picture.
    streams
        Of their sound.
    heard
        (takes, n): the last sound, which the next window hears again.
    """

    picture: int
    streams: StreamsState
    heard: Levels


def make_takes(
    model: GeneratorModel,
    looks: Shown,
    hits: Sequence[SoundingHit],
    settings: TakeSettings,
    *,
    first: int,
    end: int,
    before: Levels | None = None,
    motion: Shown | None = None,
    job: Job = SILENT_JOB,
) -> Iterator[NDArray[np.float32]]:
    """Make the sound of the pictures `first` to `end` - 1 at the generator's clock.

    Parameters
    ----------
    looks, motion
        The film from picture `TakeMaker.look_from` on; how things move in it is for the variant “flow”.
    hits
        Of the whole film, in order of time; for the generators that are told of them.
    before
        (takes, pictures * samples per picture) levels of the generator's code: the sound just before, to go
        on from.

    Yields
    ------
    NDArray
        (takes, n) float32 of -1..1 at the generator's rate.
    """
    maker = TakeMaker(model, hits, settings, first=first, end=end, before=before)
    made = first * model.config.samples_per_picture
    for levels in maker.levels(looks, motion, job):
        yield maker.code.samples(levels, made)
        made += levels.shape[1]


class TakeMaker:
    """Makes the takes of one request; see `make_takes`.

    Parameters
    ----------
    state
        Where a maker of the same request was, to go on from; `before` has been heard then.
    """

    def __init__(
        self,
        model: GeneratorModel,
        hits: Sequence[SoundingHit],
        settings: TakeSettings,
        *,
        first: int,
        end: int,
        before: Levels | None = None,
        state: TakesState | None = None,
    ) -> None:
        self._model, self._settings = model, settings
        self._hits, self._times_s = hits, [hit.time_s for hit in hits]
        self.code = model.code(hits)
        self._first, self._end, self._picture = first, end, first
        self._streams: SoundStreams | None = None
        self._heard = np.zeros((len(settings.seeds), 0), np.uint8)
        self._before = before if state is None else None
        self._is_between_pictures = True
        if state is not None:
            self._picture, self._heard = state.picture, state.heard
            # What it begins from is of no weight here: the states follow.
            is_told = self._config.is_told_at_start
            anything = np.zeros((1, self._config.encoder), np.float32) if is_told else None
            self._begun(anything).go_on_from(state.streams)

    @property
    def look_from(self) -> int:
        """Number of the first picture that `levels` wants to be shown."""
        config = self._config
        if config.is_told_at_start:
            return self._first + -(-(self._picture - self._first) // config.window) * config.window
        return self._picture - self._pictures_before()

    def state(self) -> TakesState | None:
        """Where the takes are now; None in the middle of a picture, or before the first."""
        if self._streams is None or not self._is_between_pictures:
            return None
        return TakesState(self._picture, self._streams.state(), self._heard.copy())

    def levels(self, looks: Shown, motion: Shown | None = None, job: Job = SILENT_JOB) -> Iterator[Levels]:
        """The levels (takes, n), block after block, up to the end."""
        if self._before is not None:
            self._hear_before(self._before, looks, job)
        window = self._config.window if self._config.is_told_at_start else 1
        while self._picture < self._end:
            start = self._first + (self._picture - self._first) // window * window
            stop = min(start + window, self._end)
            if self._config.is_told_at_start:
                if self._picture == start:
                    self._open_window(looks, motion, stop - start, job)
                rows = self._model.weights.condition_rows(None, self._config.steps_per_picture)
                for _ in range(self._picture, stop):
                    yield from self._make_picture(rows, job)
            else:
                yield from self._make_picture(self._rows(looks.take(1), self._picture), job)

    @property
    def _config(self) -> PictureSoundConfig:
        return self._model.config

    def _pictures_before(self) -> int:
        return 0 if self._before is None else self._before.shape[1] // self._config.samples_per_picture

    def _hear_before(self, before: Levels, looks: Shown, job: Job) -> None:
        if not self._config.is_told_at_start:
            count, size = self._pictures_before(), self._config.samples_per_picture
            streams = self._begun(None)
            for number in range(count):
                job.check()
                rows = self._rows(looks.take(1), self._picture - count + number)
                streams.hear(before[:, number * size : (number + 1) * size], rows[None])
        self._keep(before)
        self._before = None

    def _open_window(self, looks: Shown, motion: Shown | None, count: int, job: Job) -> None:
        moved = None if motion is None else motion.take(count)
        streams = self._begun(self._model.summary(looks.take(count), moved))
        size = self._config.samples_per_picture
        rows = self._model.weights.condition_rows(None, self._config.steps_per_picture)
        for start in range(0, self._heard.shape[1], size):
            job.check()
            streams.hear(self._heard[:, start : start + size], rows[None])

    def _make_picture(self, rows: NDArray[np.float32], job: Job) -> Iterator[Levels]:
        streams = self._begun(None) if self._streams is None else self._streams
        steps_at_once = max(1, _SAMPLES_AT_ONCE // len(self._heard) // self._config.rnn.frame_sizes[0])
        for start in range(0, len(rows), steps_at_once):
            job.check()
            levels = streams.make(rows[None, start : start + steps_at_once])
            self._keep(levels)
            self._is_between_pictures = start + steps_at_once >= len(rows)
            self._picture += self._is_between_pictures
            yield levels

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
        config = self._config
        if config.variant != "hits":
            return self._model.rows(pictures, None)
        steps = len(pictures) * config.steps_per_picture
        step_s, start_s = config.rnn.frame_sizes[0] / config.sample_rate, first / config.picture_rate_hz
        near = slice(
            bisect_left(self._times_s, start_s - FORGOTTEN_S - 1.0),
            bisect_right(self._times_s, start_s + steps * step_s),
        )
        curves = hit_curves(self._hits[near], start_s, steps, step_s)
        envelope = self.code.told(first * config.steps_per_picture, steps)
        return self._model.rows(pictures, curves if envelope is None else np.hstack((curves, envelope)))

    def _keep(self, levels: Levels) -> None:
        longest = HEARD_AGAIN * self._config.samples_per_picture
        self._heard = np.concatenate((self._heard, levels), axis=1)[:, -longest:]
