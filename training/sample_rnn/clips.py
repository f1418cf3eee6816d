"""Clips as a generator learns from them: sound in levels, what the pictures show, what moves, the hits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from engine.errors import UserFacingError
from engine.features.hit_curves import SoundingHit
from engine.features.quantisation import levels_as_samples, quantised
from engine.models.motion_features import load_motion_describer
from engine.models.picture_features import Describer, load_describer
from engine.models.picture_sound import PictureSoundConfig
from engine.project.durable import write_beside
from engine.project.materials import MATERIALS
from engine.synthesis.sample_rnn.motion_looks import MotionLooks
from engine.user_folders import cache_folder
from training.datasets.footage import Footage
from training.datasets.manifest import file_sha256
from training.datasets.picture_cache import PictureFormat
from training.datasets.recording import Recording
from training.sample_rnn.hit_levels import with_levels

_SIDE = 240
_USUAL_LEVEL_DB = -20.0


@dataclass(frozen=True, slots=True, eq=False)
class SoundingClip:
    """One clip.

    Attributes
    ----------
    name
        Of its recording.
    levels
        uint8 (pictures * samples per picture,).
    looks
        float16 (looks, features): what every `looks_every`-th picture shows.
    hits
        In order of time, as loud as they are in the sound; `materials` is all 0 where nobody said.
    motion
        float16 (pictures, motion features): what moves around each picture, for the variant “flow”.
    envelope
        float32 (steps, 1): see `training.sample_rnn.envelopes`.
    """

    name: str
    levels: NDArray[np.uint8]
    looks: NDArray[np.float16]
    hits: tuple[SoundingHit, ...]
    motion: NDArray[np.float16] | None = None
    envelope: NDArray[np.float32] | None = None


def prepared_clips(
    recordings: Sequence[Recording], config: PictureSoundConfig, clip_s: float, cache: Path | None
) -> list[SoundingClip]:
    """Listen to and look at clips, once: what was found is kept by the contents of their files.

    Raises
    ------
    UserFacingError
        When none has sound and lasts long enough.
    """
    keeper = _Keeper(config, clip_s, cache or cache_folder() / "sample-rnn")
    usable = [each for each in recordings if each.sound is not None and each.duration_s >= clip_s - 1e-3]
    if not usable:
        raise UserFacingError(f"None of the {len(recordings)} clips has sound and lasts {clip_s:g} s.")
    console = Console(stderr=True)
    return [keeper.clip(each) for each in track(usable, "preparing clips", console=console, transient=True)]


def sounding_hits(recording: Recording) -> tuple[SoundingHit, ...]:
    """The contacts of a recording, of one level where the data set does not state it."""
    hits = []
    for contact in recording.contacts:
        is_known = contact.material in MATERIALS
        hits.append(
            SoundingHit(
                contact.time_s,
                _USUAL_LEVEL_DB if contact.level_db is None else contact.level_db,
                "scratch" if contact.action == "scratch" else "hit",
                contact.duration_s,
                tuple(float(is_known and name == contact.material) for name in MATERIALS),
            )
        )
    return tuple(hits)


class _Keeper:
    def __init__(self, config: PictureSoundConfig, clip_s: float, folder: Path) -> None:
        self._config = config
        self._pictures = int(clip_s * config.picture_rate_hz + 1e-6)
        settings = (config.sample_rate, config.samples_per_picture, config.quantisation, config.backbone)
        words = repr((settings, config.looks_every, clip_s, _SIDE))
        self._folder = folder / hashlib.sha256(words.encode()).hexdigest()[:24]
        self._footage = Footage()
        self._describer: Describer | None = None
        self._motion_describer = load_motion_describer() if config.motion_features else None

    def clip(self, recording: Recording) -> SoundingClip:
        assert recording.sound is not None
        digest = file_sha256(recording.picture)[:24] + file_sha256(recording.sound)[:24]
        path = self._folder / f"{digest}.npz"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            contents = BytesIO()
            np.savez(
                contents, allow_pickle=False, levels=self._levels(recording), looks=self._looks(recording)
            )
            write_beside(path, contents.getvalue()).replace(path)
        with np.load(path) as kept:
            levels, looks = kept["levels"], kept["looks"]
        samples = levels_as_samples(levels, self._config.quantisation)
        hits = with_levels(sounding_hits(recording), samples, self._config.sample_rate)
        return SoundingClip(recording.name, levels, looks, hits, self._motion(recording, digest))

    def _levels(self, recording: Recording) -> NDArray[np.uint8]:
        config = self._config
        length = self._pictures * config.samples_per_picture
        return quantised(self._footage.sound(recording, 0.0, length, config.sample_rate), config.quantisation)

    def _looks(self, recording: Recording) -> NDArray[np.float16]:
        config = self._config
        if self._describer is None:
            self._describer = load_describer(config.backbone)
        times_s = np.arange(0, self._pictures, config.looks_every) / config.picture_rate_hz
        pictures = self._footage.pictures_at(recording, times_s, PictureFormat(_SIDE, _SIDE, gray=False))
        return self._describer(list(pictures)).astype(np.float16)

    def _motion(self, recording: Recording, digest: str) -> NDArray[np.float16] | None:
        """What moves around each picture, kept per version of the network that says so."""
        describer = self._motion_describer
        if describer is None:
            return None
        path = self._folder / f"{digest}.{describer.version}.npy"
        if not path.is_file():
            length = self._pictures
            if recording.repeat_s is not None:
                length = min(length, max(1, round(recording.repeat_s * self._config.picture_rate_hz)))
            once = MotionLooks(recording.picture, self._config, describer).take(length)
            contents = BytesIO()
            np.save(contents, once[np.arange(self._pictures) % length].astype(np.float16))
            write_beside(path, contents.getvalue()).replace(path)
        return np.load(path)
