"""Sounds for clips: what generators make, told the true or the found hits, and the kit's mix of the hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.analysis.analyse import analyse
from engine.analysis.result import DetectedHit
from engine.analysis.to_document import document_hit, hits_and_loudness, project_from_video
from engine.features.hit_curves import SoundingHit
from engine.features.quantisation import levels_as_samples, quantised
from engine.library.recommend import candidates_for
from engine.models.motion_features import load_motion_describer
from engine.models.picture_features import load_describer
from engine.models.picture_sound import PictureSoundConfig
from engine.project import edits
from engine.project.document import Hit, LoudnessCurve, Project
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.mixer import render
from engine.synthesis.sample_rnn.looks import Looks
from engine.synthesis.sample_rnn.model import GeneratorModel
from engine.synthesis.sample_rnn.motion_looks import MotionLooks
from engine.synthesis.sample_rnn.takes import TakeSettings, make_takes
from engine.synthesis.sample_rnn.told_hits import told_hits
from engine.synthesis.sound_pool import SoundPool
from training.datasets.footage import Footage
from training.datasets.recording import Recording
from training.evaluate.program_path import silent_copy
from training.sample_rnn.clips import sounding_hits
from training.sample_rnn.hit_levels import with_levels

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedClip:
    """A clip that sounds are made for.

    Attributes
    ----------
    name
        Of its recording.
    film
        The picture alone: nothing can hear the sound.
    pictures
        So many at the generators' clock.
    sound
        The true one as a generator could make it, (samples,) at its rate and in its levels.
    hits
        The true ones within that time, as loud as they are in the sound.
    materials
        (hits,) the place of what is struck in `MATERIALS`, -1 where nobody knows.
    project
        With the hits that are found in the picture.
    """

    name: str
    film: Path
    pictures: int
    sound: Samples
    hits: tuple[SoundingHit, ...]
    materials: tuple[int, ...]
    project: Project

    @property
    def found_hits(self) -> tuple[SoundingHit, ...]:
        """The hits that are found in the picture."""
        return told_hits(self.project)


def judged_clip(recording: Recording, config: PictureSoundConfig, folder: Path) -> JudgedClip:
    """Get a clip with sound ready; its silent copy is written to `folder`.

    Raises
    ------
    UserFacingError
        When the clip can't be read.
    """
    pictures = int(recording.duration_s * config.picture_rate_hz + 1e-6)
    length = pictures * config.samples_per_picture
    heard = Footage().sound(recording, 0.0, length, config.sample_rate)
    sound = levels_as_samples(quantised(heard, config.quantisation), config.quantisation)
    end_s = length / config.sample_rate
    contacts = [contact for contact in recording.contacts if contact.time_s < end_s]
    hits = [hit for hit in sounding_hits(recording) if hit.time_s < end_s]
    film = silent_copy(recording.picture, folder)
    return JudgedClip(
        recording.name,
        film,
        pictures,
        sound,
        with_levels(hits, sound, config.sample_rate),
        tuple(MATERIALS.index(each.material) if each.material in MATERIALS else -1 for each in contacts),
        _found(film),
    )


def generated_sounds(
    model: GeneratorModel,
    clip: JudgedClip,
    hits: Sequence[SoundingHit],
    seeds: Sequence[int],
    temperature: float = 1.0,
    threads: int = 1,
) -> list[Samples]:
    """What a generator makes for a clip, a sound (samples,) per seed."""
    looks = Looks(clip.film, model.config, load_describer(model.config.backbone))
    motion = None
    if model.config.variant == "flow":
        motion = MotionLooks(clip.film, model.config, load_motion_describer())
    settings = TakeSettings(seeds, temperature, threads)
    blocks = make_takes(model, looks, hits, settings, first=0, end=clip.pictures, motion=motion)
    return list(np.concatenate(list(blocks), axis=1))


def mixed_sound(clip: JudgedClip, project: Project, config: PictureSoundConfig) -> Samples:
    """The built-in kit's sounds at a project's hits, mixed as the program does, at a generator's rate."""
    project = edits.fill_all(project, candidates_for(project, (), include_kit=True), seed=0)
    length = round(clip.pictures / config.picture_rate_hz * SAMPLE_RATE)
    mix = render(project, SoundPool(clip.film.parent), 0, length).mean(axis=1)
    return soxr.resample(mix, SAMPLE_RATE, config.sample_rate)[: len(clip.sound)]


def true_project(clip: JudgedClip) -> Project:
    """A project with the true hits, as if they had been found."""
    hits = [document_hit(_detected(hit)) for hit in clip.hits]
    return _with_hits(clip.film, hits, LoudnessCurve())


def _found(film: Path) -> Project:
    analysis = analyse(film)
    hits, loudness = hits_and_loudness(analysis)
    return edits.set_threshold(_with_hits(film, hits, loudness), analysis.threshold)


def _with_hits(film: Path, hits: Sequence[Hit], loudness: LoudnessCurve) -> Project:
    project = project_from_video(film, project_folder=film.parent)
    return edits.merge_analysis(project, hits, loudness, "")[0]


def _detected(hit: SoundingHit) -> DetectedHit:
    shares = sorted(zip(MATERIALS, hit.materials, strict=True), key=lambda row: -row[1])
    return DetectedHit(hit.time_s, hit.duration_s, 1.0, hit.level_db, hit.action, None, tuple(shares))
