"""Makes the takes of a request and writes them, with flat memory for films of any length."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.export.wave_file import WaveWriter
from engine.job import Job
from engine.media.media_pool import MediaPool
from engine.models.picture_features import load_describer
from engine.project.durable import remove_leftovers
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.sample_rnn.growing_peaks import GrowingPeaks
from engine.synthesis.sample_rnn.looks import Looks
from engine.synthesis.sample_rnn.model import GeneratorModel, load_generator
from engine.synthesis.sample_rnn.request import TakeRequest
from engine.synthesis.sample_rnn.splicing import EDGE_FADE, Samples, at_project_rate, faded, spliced
from engine.synthesis.sample_rnn.streams import Levels
from engine.synthesis.sample_rnn.takes import Shown, TakeMaker, TakeSettings
from engine.synthesis.sample_rnn.unfinished import UnfinishedTakes

_PICTURES_BEFORE = 16
"""So much of the sound before it a stretch goes on from."""
_LOADED, _MADE = 0.03, 0.97
_SUFFIX = ".wav"
_DIGITS = 4
"""Of drawn samples: finer than a pixel of any lane."""


@dataclass(frozen=True, slots=True)
class MadeTakes:
    """What was made.

    Attributes
    ----------
    paths
        A file per take, in the pool.
    resumed_s
        So much of the sound an earlier attempt had made.
    """

    paths: tuple[Path, ...]
    resumed_s: float


def make_request(request: TakeRequest, pool: MediaPool, film_length: int, job: Job) -> MadeTakes:
    """Make takes and put them into the pool, all of them or none.

    Parameters
    ----------
    film_length
        In samples at the project's rate.
    job
        Told of the progress in seconds of sound; blocks of the drawn waveforms go out as events "take_block".

    Raises
    ------
    UserFacingError
        When the generator, the film or the disk refuses.
    """
    pool.open()
    job.progress(0.0, "Loading the generator")
    model = job.wait_for(lambda: load_generator(request.generator.folder, is_exact=request.is_exact))
    with UnfinishedTakes(request.digest(), len(request.seeds)) as kept:
        resumed_s = kept.length / model.config.sample_rate
        _make_levels(request, model, kept, job)
        job.progress(_MADE, "Writing the sound")
        if request.generator.is_told_hits:
            pool.keep_notes(request.notes)
        paths = _write(request, model, kept, pool, film_length, job)
    return MadeTakes(paths, resumed_s)


def _make_levels(request: TakeRequest, model: GeneratorModel, kept: UnfinishedTakes, job: Job) -> None:
    config = model.config
    first, end = request.pictures(config)
    peaks = _Drawing(request, model, job)
    if kept.state is not None:
        made_s = kept.length / config.sample_rate
        sentence = f"Goes on at {_clock(made_s)}, where it stopped before."
        job.emit({"event": "note", "sentence": sentence})
        for levels in kept.blocks():
            peaks.add(levels)
    maker = TakeMaker(
        model,
        request.hits,
        TakeSettings(request.seeds, request.temperature),
        first=first,
        end=end,
        before=_before(request, model, first),
        state=kept.state,
    )
    wanted = (end - first) * config.samples_per_picture
    if kept.length >= wanted:
        return
    job.progress(_LOADED, "Looking at the picture")
    looks, motion = _shown(request, model, maker.look_from, job)
    for levels in maker.levels(looks, motion, job):
        kept.append(levels)
        peaks.add(levels)
        state = maker.state()
        if state is not None:
            kept.save_sometimes(state)
        made_s, length_s = kept.length / config.sample_rate, request.length / SAMPLE_RATE
        job.progress(
            _LOADED + (_MADE - _LOADED) * kept.length / wanted,
            f"Generating {_clock(min(made_s, length_s))} of {_clock(length_s)}",
        )


def _before(request: TakeRequest, model: GeneratorModel, first: int) -> Levels | None:
    """The end of the older take before the stretch, as every new take hears it."""
    if request.base is None:
        return None
    config, sound = model.config, request.base.sound
    picture = SAMPLE_RATE * config.samples_per_picture / config.sample_rate
    count = min(_PICTURES_BEFORE, int(first - sound.position / picture))
    if count < 1:
        return None
    heard = sound.heard((first - count) * picture, count * config.samples_per_picture, config.sample_rate)
    levels = model.code(request.hits).levels(heard, (first - count) * config.samples_per_picture)
    return np.repeat(levels[None], len(request.seeds), axis=0)


def _shown(request: TakeRequest, model: GeneratorModel, first: int, job: Job) -> tuple[Shown, Shown | None]:
    config = model.config
    describer = job.wait_for(lambda: load_describer(config.backbone))
    looks = Looks(request.video, config, describer, first, job)
    if config.variant != "flow":
        return looks, None
    from engine.models.motion_features import load_motion_describer
    from engine.synthesis.sample_rnn.motion_looks import MotionLooks

    return looks, MotionLooks(request.video, config, job.wait_for(load_motion_describer), first, job)


class _Drawing:
    """Sends the waveforms out as they grow."""

    def __init__(self, request: TakeRequest, model: GeneratorModel, job: Job) -> None:
        self._job, self._code = job, model.code(request.hits)
        self._made = request.pictures(model.config)[0] * model.config.samples_per_picture
        self._peaks = GrowingPeaks(
            len(request.seeds), model.config.sample_rate, _skipped(request, model), request.length
        )

    def add(self, levels: Levels) -> None:
        before = self._peaks.count
        pairs = self._peaks.add(self._code.samples(levels, self._made))
        self._made += levels.shape[1]
        if not pairs.shape[1]:
            return
        for take, its_pairs in enumerate(pairs):
            rows = its_pairs.astype(np.float64).round(_DIGITS).tolist()
            self._job.emit({"event": "take_block", "take": take, "first_peak": before, "peaks": rows})


def _write(
    request: TakeRequest,
    model: GeneratorModel,
    kept: UnfinishedTakes,
    pool: MediaPool,
    film_length: int,
    job: Job,
) -> tuple[Path, ...]:
    """One file after the other is written; then all are put in place."""
    base = request.base
    frames = request.length if base is None else base.sound.length
    unnamed = pool.folder / f"take{_SUFFIX}"
    remove_leftovers(unnamed)
    paths: list[Path] = []
    with contextlib.ExitStack() as open_files:
        writers: list[WaveWriter] = []
        for number in range(len(request.seeds)):
            writer = open_files.enter_context(WaveWriter(unnamed, SAMPLE_RATE, 1, frames))
            for block in _sound(request, model, kept, number, film_length):
                job.check()
                writer.write(block[:, None])
            writer.finish()
            writer.path = pool.place_of(writer.beside, _SUFFIX)
            writers.append(writer)
            job.progress(_MADE + (1.0 - _MADE) * (number + 1) / len(request.seeds), "Writing the sound")
        for writer in writers:
            writer.put_in_place()
            paths.append(writer.path)
    return tuple(paths)


def _sound(
    request: TakeRequest, model: GeneratorModel, kept: UnfinishedTakes, number: int, film_length: int
) -> Iterator[Samples]:
    config = model.config
    code, made = model.code(request.hits), request.pictures(config)[0] * config.samples_per_picture
    samples = code.all_samples((levels[number] for levels in kept.blocks()), made)
    new = at_project_rate(samples, config.sample_rate, _skipped(request, model), request.length)
    if request.base is not None:
        return spliced(request.base.sound, new, request.start, request.length)
    fade = min(EDGE_FADE, request.length // 2)
    return faded(new, request.length, fade * (request.start > 0), fade * (request.end < film_length))


def _skipped(request: TakeRequest, model: GeneratorModel) -> int:
    """How much of the first picture's sound lies before the stretch."""
    config = model.config
    first, _ = request.pictures(config)
    return request.start - round(first * config.samples_per_picture * SAMPLE_RATE / config.sample_rate)


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(int(time_s), 60)
    return f"{minutes:02d}:{seconds:02d}"
