"""The contacts of a clip as bare sounds on one time line, before any room or microphone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude
from engine.synthesis.impacts.hit import levelled, summed
from training.stage.contacts import Contact, Vector
from training.stage.sound.recordings import RecordingShelf
from training.stage.sound.sounding import DEFAULT_SPREAD, SoundingThing, Spread, draw_thing

_KNOCK_SHARE = 0.4
"""So many of the things that move as a whole are heard to knock against what they stand on."""


@dataclass(frozen=True, slots=True)
class DryConfig:
    """How the bare sounds are made.

    Attributes
    ----------
    spread
        How much things of one material differ.
    recorded_share
        So many things sound of a real recording too, where there is one of their material.
    recorded_quietest_db, recorded_loudest_db
        How loud the recording is against the kit's sound.
    """

    spread: Spread = DEFAULT_SPREAD
    recorded_share: float = 0.5
    recorded_quietest_db: float = -8.0
    recorded_loudest_db: float = 8.0


@dataclass(frozen=True, slots=True)
class _Thing:
    """A sounding thing of this clip and the recording laid over it, if any."""

    sounding: SoundingThing
    is_recorded: bool
    recorded_db: float


def dry_sound(
    contacts: Sequence[Contact],
    length: int,
    rng: np.random.Generator,
    *,
    eye: Vector | None = None,
    shelf: RecordingShelf | None = None,
    config: DryConfig | None = None,
) -> NDArray[np.float64]:
    """Every contact at its own sample, and nothing else.

    Parameters
    ----------
    contacts
        In any order. Contacts with one shape and material sound of one and the same thing.
    length
        Samples to make; what rings beyond is cut.
    eye
        Where the camera is (m): nearer contacts are louder. None: all are equally far.
    shelf
        Real recordings to mix in.

    Returns
    -------
    NDArray
        (length,) float64 at `SAMPLE_RATE`; the contact at `time_s` begins at sample
        `round(time_s * SAMPLE_RATE)`. A hard blow on metal at middle distance peaks near 1.
    """
    config = config or DryConfig()
    things: dict[tuple[int, str], _Thing] = {}
    sound = np.zeros(length)
    # Each contact draws from a generator of its own: one more contact leaves the others as they were.
    of_contacts = rng.spawn(len(contacts))
    nearness_db = _nearness_db(contacts, eye)
    for contact, of_contact, near_db in zip(contacts, of_contacts, nearness_db, strict=True):
        key = (contact.shape, contact.material)
        if key not in things:
            things[key] = _draw(contact.material, rng, config)
        start = round(contact.time_s * SAMPLE_RATE)
        if not 0 <= start < length:
            continue
        piece = amplitude(near_db) * _sound_of(contact, things[key], of_contact, shelf)
        end = min(length, start + piece.size)
        sound[start:end] += piece[: end - start]
    return sound


def _draw(material: str, rng: np.random.Generator, config: DryConfig) -> _Thing:
    return _Thing(
        draw_thing(material, rng, config.spread),
        rng.random() < config.recorded_share,
        rng.uniform(config.recorded_quietest_db, config.recorded_loudest_db),
    )


def _sound_of(
    contact: Contact, thing: _Thing, of_contact: np.random.Generator, shelf: RecordingShelf | None
) -> NDArray[np.float64]:
    if contact.action == "scratch" and contact.duration_s > 0.0:
        turns_s = [turn_s - contact.time_s for turn_s in contact.turns_s]
        return thing.sounding.scratch(contact.strength, contact.duration_s, turns_s, of_contact)
    sound = thing.sounding.hit(contact.strength, of_contact)
    if shelf is not None and thing.is_recorded:
        of_thing = np.random.default_rng(np.random.SeedSequence([thing.sounding.seed, 2]))
        recorded = shelf.varied(contact.material, of_thing, of_contact)
        if recorded is not None:
            peak = float(np.abs(sound).max())
            both = summed([levelled(sound, 0.0), levelled(recorded, thing.recorded_db)])
            sound = both * (peak / max(1e-12, float(np.abs(both).max())))
    if contact.reaction == "rigid-motion" and of_contact.random() < _KNOCK_SHARE:
        sound = _knocking(sound, of_contact)
    return sound


def _knocking(sound: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """A thing that was moved comes to rest: fainter, duller copies of its own sound after the blow."""
    dull = np.convolve(sound, np.full(9, 1.0 / 9.0))[: sound.size]
    parts = [sound]
    at_s = rng.uniform(0.06, 0.25)
    for _ in range(int(rng.integers(1, 5))):
        knock = dull * amplitude(rng.uniform(-26.0, -12.0))
        parts.append(np.concatenate((np.zeros(int(at_s * SAMPLE_RATE)), knock)))
        at_s += rng.uniform(0.03, 0.12)
    return summed(parts)


def _nearness_db(contacts: Sequence[Contact], eye: Vector | None) -> NDArray[np.float64]:
    """The level of each contact against one at the median distance, by the law of 1/r."""
    if eye is None or not contacts:
        return np.zeros(len(contacts))
    distance_m = np.array([np.linalg.norm(np.subtract(contact.spot, eye)) for contact in contacts])
    distance_m = np.maximum(distance_m, 0.15)
    return 20.0 * np.log10(np.median(distance_m) / distance_m)
