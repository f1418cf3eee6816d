"""Small stand-ins for the parts of a scene that sound and truth need, and for rendering a whole clip."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.project.materials import Action, Reaction
from training.stage.camera import Camera
from training.stage.contacts import Contact
from training.stage.options import StageOptions, clip_name
from training.stage.sound.clip_sound import ClipSound
from training.stage.writer import Compression, write_clip

SIZE = (64, 64)
RATE = Fraction(30)
COMPRESSION = Compression(crf=24, preset="superfast", gop=12, b_frames=2, sound_bit_rate=96_000)
SLOW_MARKER = "slow"


@dataclass(frozen=True)
class Place:
    """A set without anything in it."""

    outdoors: bool = False
    camera: Camera = field(default_factory=lambda: Camera((0.0, -1.0, 0.5), (0.0, 0.0, 0.0), 45.0, *SIZE))


@dataclass(frozen=True)
class ShakyFilm:
    """A camera that shakes as it is told."""

    path: NDArray[np.float64]
    source_rate: float = 30.0


@dataclass(frozen=True)
class Filmed:
    """A camera and how it shook."""

    camera: Camera
    film: ShakyFilm


def contact(
    time_s: float,
    material: str = "wood",
    action: Action = "hit",
    *,
    duration_s: float = 0.0,
    strength: float = 0.8,
    reaction: Reaction = "static",
    turns_s: tuple[float, ...] = (),
    spot: tuple[float, float, float] = (0.0, 0.0, 0.0),
    shape: int = 0,
) -> Contact:
    """A contact where the place doesn't matter."""
    times_s = (time_s, *turns_s, time_s + duration_s) if duration_s else ()
    return Contact(
        time_s,
        duration_s,
        action,
        material,
        reaction,
        strength,
        spot,
        (0.0, 0.0, 1.0),
        (spot,) * len(times_s),
        times_s,
        shape,
    )


def moving_bar(count: int, size: tuple[int, int] = SIZE) -> list[NDArray[np.uint8]]:
    """Pictures of a bright bar that moves one pixel per picture."""
    frames = []
    for number in range(count):
        picture = np.full((size[1], size[0], 3), 40, np.uint8)
        picture[:, number % size[0]] = (200, 180, 90)
        frames.append(picture)
    return frames


def noise_sound(count: int, seed: int) -> ClipSound:
    """A clip's sound that is noise."""
    samples = np.random.default_rng(seed).integers(-8000, 8000, count * 1600).astype(np.int16)
    return ClipSound(samples, np.full(count, -12.0))


def render_tiny(folder: Path, seed: int, index: int, options: StageOptions, job: Job = SILENT_JOB) -> None:
    """A clip of six pictures whose sound tells its number; slow where the stage's folder says so."""
    if (folder.parent / SLOW_MARKER).exists():
        for _ in range(200):
            job.check()
            time.sleep(0.02)
    job.check()
    write_clip(
        folder,
        clip_name(seed, index),
        frames=moving_bar(6),
        frame_rate=RATE,
        size=SIZE,
        sound=noise_sound(6, seed * 1000 + index),
        times="0.1 wood hit static\n",
        truth="{}\n",
        compression=COMPRESSION,
    )
