"""Scenes without a picture: things of one material, struck one after the other in one place.

The sound is the stage's (`training.stage.sound`): things drawn far around the kit's typical ones, recordings
laid over some, a room or the open air, what else is heard, a microphone, sometimes a denoiser. A scene costs
a tenth of a second, a rendered clip many, so here come far more things and places than any rendered set has.
Beside that, some scenes echo much longer, as stairwells and halls do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS, Action
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude, octaves, within
from engine.synthesis.impacts.modal import DECAY_OVER_T60
from engine.synthesis.impacts.noise import BAND_CENTERS_HZ, noise_bands
from training.stage.contacts import Contact, Vector
from training.stage.sound.clip_sound import SoundConfig, sound_of
from training.stage.sound.dry import DryConfig
from training.stage.sound.recordings import RecordingShelf
from training.stage.sound.room import placed
from training.stage.sound.sounding import Spread

OUTDOORS = {
    "plastic": 0.3,
    "drywall": 0.02,
    "rock": 0.65,
    "metal": 0.4,
    "leaf": 0.8,
    "grass": 0.95,
    "paper": 0.15,
    "water": 0.45,
    "gravel": 0.85,
    "glass": 0.15,
    "tile": 0.2,
    "ceramic": 0.15,
    "plastic-bag": 0.3,
    "dirt": 0.85,
    "cloth": 0.15,
    "wood": 0.4,
    "carpet": 0.02,
}
"""How often each material is met in the open air; a guess."""

_FRAME_RATE = Fraction(30)
_FIRST_S = 0.6
_CONTACTS = 4
_SCRATCH_SHARE = 0.25
_MOVES_SHARE = 0.2
_ECHO_SHARE = 0.35
_EYE: Vector = (0.0, 0.0, 1.0)

_WIDE = SoundConfig(dry=DryConfig(spread=Spread(ringing_octaves=1.2, part_db=6.0, tilt_db=2.0, wash_db=9.0)))
"""Things differ more than on the stage: what an ear meets in libraries and rooms is no stage."""


@dataclass(frozen=True, slots=True)
class _Camera:
    eye: Vector


@dataclass(frozen=True, slots=True)
class _Place:
    camera: _Camera
    outdoors: bool


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A scene: its sound, float32 (n,) at `SAMPLE_RATE`, and its contacts in order of time."""

    name: str
    sound: NDArray[np.float32]
    contacts: tuple[Contact, ...]


def scenes(count: int, seed: int, shelf: RecordingShelf | None = None) -> Iterator[Scene]:
    """`count` scenes; each material has its turn, and scene n is the same however many are made."""
    for number in range(count):
        material = MATERIALS[number % len(MATERIALS)]
        rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
        yield _scene(f"scene {seed}-{number}", material, rng, shelf)


def _scene(name: str, material: str, rng: np.random.Generator, shelf: RecordingShelf | None) -> Scene:
    contacts: list[Contact] = []
    time_s = _FIRST_S
    for number in range(_CONTACTS):
        action: Action = "scratch" if rng.random() < _SCRATCH_SHARE else "hit"
        duration_s = within(rng, 0.12, 0.7) if action == "scratch" else 0.0
        contacts.append(
            Contact(
                time_s=time_s,
                duration_s=duration_s,
                action=action,
                material=material,
                reaction="rigid-motion" if rng.random() < _MOVES_SHARE else "static",
                strength=rng.uniform(0.25, 1.0),
                spot=(0.0, 0.0, 0.0),
                normal=(0.0, 0.0, 1.0),
                shape=number,
            )
        )
        time_s += duration_s + rng.uniform(0.55, 1.3)
    place = _Place(_Camera(_EYE), bool(rng.random() < OUTDOORS[material]))
    pictures = int(time_s * _FRAME_RATE) + 1
    samples = sound_of(contacts, pictures, _FRAME_RATE, place, rng, shelf=shelf, config=_WIDE).samples
    sound = samples.astype(np.float32) / np.float32(32_768)
    if not place.outdoors and rng.random() < _ECHO_SHARE:
        sound = placed(sound.astype(np.float64), _echo(rng))
    return Scene(name, sound, tuple(contacts))


def _echo(rng: np.random.Generator) -> NDArray[np.float64]:
    """The response of a hard, large place: sample 0 is the direct sound."""
    t60_s, high_share = within(rng, 0.4, 1.6), within(rng, 0.4, 1.1)
    length = int(min(1.0, t60_s) * SAMPLE_RATE)
    time_s = np.arange(length) / SAMPLE_RATE
    response = np.zeros(length)
    shares = np.linspace(0.0, 1.0, BAND_CENTERS_HZ.size)
    for share, (_, band) in zip(shares, noise_bands(length, rng), strict=True):
        response += band * np.exp(-DECAY_OVER_T60 / (t60_s * high_share**share * octaves(rng, 0.3)) * time_s)
    response *= amplitude(rng.uniform(-14.0, 2.0)) / np.sqrt(np.square(response).sum())
    response[0] += 1.0
    return response
