"""One clip of the stage from its number to its files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from training.stage.options import StageOptions, clip_name
from training.stage.picture.film import FRAME_RATE
from training.stage.picture.render import frame_count, render_frames
from training.stage.scene import Scene, build_scene
from training.stage.sound.clip_sound import ClipSound, sound_of
from training.stage.sound.recordings import read_shelf
from training.stage.truth import times_text, truth_of, truth_text
from training.stage.writer import draw_compression, write_clip

RATE = Fraction(FRAME_RATE)
_SOUND_KEY, _COMPRESSION_KEY = 0x50FD, 0xC0DE


def generator(seed: int, index: int, key: int) -> np.random.Generator:
    """The random numbers of one concern of one clip."""
    return np.random.default_rng(np.random.SeedSequence([key, seed, index]))


def clip_sound(scene: Scene, seed: int, index: int, options: StageOptions) -> ClipSound:
    """The sound of a clip."""
    return sound_of(
        scene.contacts,
        frame_count(scene),
        RATE,
        scene.set_,
        generator(seed, index, _SOUND_KEY),
        shelf=None if options.sounds is None else read_shelf(options.sounds),
    )


def render_clip(folder: Path, seed: int, index: int, options: StageOptions, job: Job = SILENT_JOB) -> None:
    """Render clip number `index` into a folder; `job` is asked before every picture whether to go on.

    Raises
    ------
    StageWriteError
        When the files can't be written.
    Cancelled
        Nothing of the clip is left.
    """
    scene = build_scene(seed, index, options)
    job.check()
    sound = clip_sound(scene, seed, index, options)
    truth = truth_of(
        scene.contacts,
        scene,
        sound.level_db,
        seed=seed,
        index=index,
        frame_rate=RATE,
        set_name=scene.set_.name,
        near_misses_s=scene.near_misses_s,
    )
    write_clip(
        folder,
        clip_name(seed, index),
        frames=_until_cancelled(render_frames(scene), job),
        frame_rate=RATE,
        size=(options.width, options.height),
        sound=sound,
        times=times_text(scene.contacts),
        truth=truth_text(truth),
        compression=draw_compression(generator(seed, index, _COMPRESSION_KEY)),
    )


def _until_cancelled(frames: Iterator[NDArray[np.uint8]], job: Job) -> Iterator[NDArray[np.uint8]]:
    for frame in frames:
        job.check()
        yield frame
