"""The sound of a clip: its contacts, in a room, with what else is heard, through a microphone.

The contact at `time_s` begins at sample `round(time_s * SAMPLE_RATE)`: nothing in the chain delays it, and
the level of every picture is measured on the very samples that are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.features.loudness import frame_levels_db
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude
from training.stage.contacts import Contact, Vector
from training.stage.sound.ambience import ambience
from training.stage.sound.denoising import denoised
from training.stage.sound.dry import DryConfig, dry_sound
from training.stage.sound.microphone import MicrophoneConfig, coloured, draw_microphone, held_back
from training.stage.sound.recordings import RecordingShelf
from training.stage.sound.room import draw_room, placed

PCM_STEPS = 32_767.0


@dataclass(frozen=True, slots=True)
class SoundConfig:
    """How clips sound.

    Attributes
    ----------
    dry
        The things and how they are struck.
    microphone
        How far microphones differ.
    loudest_noise_db, quietest_noise_db
        RMS of the background against the loudest contact's peak, or against full scale where the peak is
        higher.
    clean_share
        So many clips have next to no background.
    denoised_share
        So many clips went through a denoiser.
    normalised_share
        So many clips were brought to full scale at the end.
    """

    dry: DryConfig = field(default_factory=DryConfig)
    microphone: MicrophoneConfig = field(default_factory=MicrophoneConfig)
    loudest_noise_db: float = -38.0
    quietest_noise_db: float = -58.0
    clean_share: float = 0.15
    denoised_share: float = 0.5
    normalised_share: float = 0.4


DEFAULT_SOUND = SoundConfig()


@dataclass(frozen=True, slots=True, eq=False)
class ClipSound:
    """A finished sound.

    Attributes
    ----------
    samples
        (n,) int16, mono at `SAMPLE_RATE`.
    level_db
        (pictures,) float64, RMS in dBFS of the samples while each picture is shown.
    """

    samples: NDArray[np.int16]
    level_db: NDArray[np.float64]


class Eye(Protocol):
    """Where pictures are taken from; `training.stage.camera.Camera` is one."""

    @property
    def eye(self) -> Vector: ...


class Place(Protocol):
    """What the sound has to know about a set; `training.stage.world.Set` is one."""

    @property
    def camera(self) -> Eye: ...

    @property
    def outdoors(self) -> bool: ...


def sound_of(
    contacts: Sequence[Contact],
    picture_count: int,
    frame_rate: Fraction,
    place: Place,
    rng: np.random.Generator,
    *,
    shelf: RecordingShelf | None = None,
    config: SoundConfig = DEFAULT_SOUND,
) -> ClipSound:
    """Make a clip's sound.

    Parameters
    ----------
    contacts
        What is heard, seen or not.
    picture_count, frame_rate
        How long the clip is, and which stretches its levels are measured on.
    place
        The set: indoors or outdoors, and where the camera stands.
    rng
        Fixes everything that is drawn.
    shelf
        Real recordings to mix in.
    """
    of_contacts, of_room, of_background, of_microphone, of_end = rng.spawn(5)
    length = round(picture_count / frame_rate * SAMPLE_RATE)
    dry = dry_sound(contacts, length, of_contacts, eye=place.camera.eye, shelf=shelf, config=config.dry)
    peak = float(np.abs(dry).max(initial=0.0))
    microphone = draw_microphone(of_microphone, config.microphone)
    sound = coloured(placed(dry, draw_room(of_room, outdoors=place.outdoors)), microphone)
    # The drive is that of what the microphone gives, whatever its colour took away.
    heard_peak = float(np.abs(sound).max(initial=0.0))
    if peak > 0.0 and heard_peak > 0.0:
        sound *= amplitude(microphone.drive_db) / heard_peak
    times_s = [contact.time_s for contact in contacts]
    background = ambience(length, times_s, of_background, outdoors=place.outdoors)
    noise_db = of_background.uniform(config.quietest_noise_db, config.loudest_noise_db)
    noise_db += min(0.0, microphone.drive_db)
    if of_background.random() < config.clean_share:
        noise_db -= 30.0
    sound += amplitude(noise_db) * _at_unit_rms(coloured(background, microphone))
    return finished(held_back(sound, microphone), picture_count, frame_rate, of_end, config)


def finished(
    sound: NDArray[np.float32],
    picture_count: int,
    frame_rate: Fraction,
    rng: np.random.Generator,
    config: SoundConfig = DEFAULT_SOUND,
) -> ClipSound:
    """The last steps: denoising or not, the level, 16 bits, and the level of each picture."""
    if rng.random() < config.denoised_share:
        sound = denoised(
            sound,
            reduction_db=rng.uniform(3.0, 18.0),
            above_noise_db=rng.uniform(3.0, 12.0),
            softness=rng.random(),
        )
    peak = float(np.abs(sound).max(initial=0.0))
    if peak > 0.0 and (peak > 1.0 or rng.random() < config.normalised_share):
        sound = sound * np.float32(rng.uniform(0.85, 0.99) / peak)
    samples = np.rint(np.clip(sound, -1.0, 1.0) * PCM_STEPS).astype(np.int16)
    times_s = np.arange(picture_count) / float(frame_rate)
    return ClipSound(samples, frame_levels_db(samples / 32_768.0, SAMPLE_RATE, times_s))


def _at_unit_rms(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """A background at an RMS of 1, its passing events taken out of the measure by a median."""
    pieces = sound[: sound.size // 480 * 480].reshape(-1, 480)
    power = np.square(pieces).mean(axis=1) if len(pieces) else np.square(sound)
    return sound / max(1e-12, float(np.sqrt(np.median(power))) if power.size else 1.0)
