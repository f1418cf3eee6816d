"""What the things on the stage sound like when a stick hits or scratches them.

The sound kit has one typical surface per material. Here every thing is drawn around it, far wider than the
kit's own objects differ: thick and thin, damped and free, struck with another stick, and lying on something
else that sounds too (a book on a table, a cloth on a couch, a bowl of water). Sounds are float64 (n,) at
`SAMPLE_RATE`, sample 0 is the contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.project.materials import HARD_MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.body import Body, Thump
from engine.synthesis.impacts.contact import STRENGTH_RANGE_DB, strength_level_db
from engine.synthesis.impacts.draws import amplitude, octaves, within
from engine.synthesis.impacts.finish import at_peak, balanced, faded_end, led_by_attack, trimmed, without_dc
from engine.synthesis.impacts.grains import Grains
from engine.synthesis.impacts.hit import blow, levelled, summed
from engine.synthesis.impacts.noise import Field
from engine.synthesis.impacts.scratch import LIFT_S, scratch
from engine.synthesis.impacts.surface import Surface
from engine.synthesis.impacts.surfaces import SURFACES

LOUDNESS_DB: dict[str, float] = {
    "metal": 0.0,
    "glass": -2.0,
    "wood": -2.0,
    "ceramic": -2.0,
    "tile": -3.0,
    "rock": -3.0,
    "plastic": -4.0,
    "drywall": -5.0,
    "paper": -7.0,
    "gravel": -7.0,
    "plastic-bag": -8.0,
    "water": -8.0,
    "leaf": -10.0,
    "dirt": -10.0,
    "carpet": -11.0,
    "cloth": -12.0,
    "grass": -13.0,
}
"""How loud a blow of one strength is on each material, roughly; things of one material differ around it."""

BACKINGS: dict[str, tuple[str, ...]] = {
    "plastic": ("wood", "metal", "tile", "carpet", "drywall"),
    "drywall": ("wood", "rock"),
    "rock": ("dirt", "gravel", "rock"),
    "metal": ("wood", "rock", "cloth", "drywall"),
    "leaf": ("dirt", "wood", "grass", "rock"),
    "grass": ("dirt",),
    "paper": ("wood", "plastic", "metal", "cloth", "wood"),
    "water": ("metal", "ceramic", "plastic", "rock"),
    "gravel": ("dirt", "rock"),
    "glass": ("wood", "metal", "tile"),
    "tile": ("rock", "wood", "drywall"),
    "ceramic": ("wood", "tile", "metal"),
    "plastic-bag": ("wood", "cloth", "dirt", "plastic", "paper"),
    "dirt": ("rock", "gravel", "grass"),
    "cloth": ("wood", "plastic", "carpet", "metal", "wood"),
    "wood": ("wood", "carpet", "drywall", "rock"),
    "carpet": ("wood", "rock", "tile"),
}
"""What a thing of each material may lie on, be fixed to or be filled into."""

LONGEST_WASH_S = 0.6
"""No rustle or wash has a longer T60; what is left of it then drowns in any recording's noise."""

_REFERENCE_PEAK_DB = -1.0
_FAINTER_STROKE = 0.12
"""Strength differs by this from what the eye can tell."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the things of one material differ from the kit's typical one.

    Attributes
    ----------
    pitch_octaves, ringing_octaves
        Size of the body and of what carries it, and how long they ring.
    contact_octaves
        How hard the surface and the stick's tip are.
    part_db
        Standard deviation of the level of each part: body, thump, rustle, grains, stick.
    tilt_db
        Standard deviation, per octave, of how the parts' levels fall with frequency.
    wash_db
        Standard deviation of how much louder the dense wash of a thing is than its single tones: a sheet of
        metal has more of the one, a pot of the other.
    grain_octaves
        How many grains there are, and how long they fall.
    backing_share
        So many things let the thing they lie on be heard.
    bounce_share
        So many hits on hard things are followed by the stick's bouncing.
    thing_db
        Standard deviation of how loud things of one material are.
    """

    pitch_octaves: float = 0.5
    ringing_octaves: float = 0.9
    contact_octaves: float = 0.7
    part_db: float = 5.0
    tilt_db: float = 1.5
    wash_db: float = 5.0
    grain_octaves: float = 0.8
    backing_share: float = 0.5
    bounce_share: float = 0.3
    thing_db: float = 2.5


DEFAULT_SPREAD = Spread()


@dataclass(frozen=True, slots=True)
class SoundingThing:
    """One thing of a clip, as it sounds whenever it is struck.

    Attributes
    ----------
    material
        Its word.
    surface
        What it is like.
    backing, backing_db
        What lies under it and how loud that is against it; None when it isn't heard.
    level_db
        How loud a hard blow on it is, against one on a typical metal thing.
    bounce_chance
        How often the stick bounces on it.
    seed
        Fixes the thing: the same modes at every blow.
    """

    material: str
    surface: Surface
    backing: Surface | None
    backing_db: float
    level_db: float
    bounce_chance: float
    seed: int

    def hit(self, strength: float, rng: np.random.Generator) -> np.ndarray:
        """One blow; `rng` decides where it lands, the thing stays what it is."""
        strength = _near(strength, rng)
        sound = levelled(blow(self.surface, self._own(0), rng, strength), 0.0)
        if self.backing is not None:
            below = blow(self.backing, self._own(1), rng, strength)
            sound = summed([sound, levelled(below, self.backing_db + rng.normal(0.0, 1.5))])
        if rng.random() < self.bounce_chance:
            sound = _bouncing(sound, rng)
        finished = balanced(faded_end(trimmed(led_by_attack(without_dc(sound)))))
        return at_peak(finished, _REFERENCE_PEAK_DB) * self._gain(strength)

    def scratch(
        self, strength: float, duration_s: float, turns_s: Sequence[float], rng: np.random.Generator
    ) -> np.ndarray:
        """The stick drawn across the thing for a while, reversing at `turns_s` after the contact."""
        length = max(64, round((duration_s + min(LIFT_S, 0.25 * duration_s)) * SAMPLE_RATE))
        turns = [round(turn_s * SAMPLE_RATE) for turn_s in turns_s]
        sound = scratch(self.surface, self._own(0), rng, _near(strength, rng), length, turns)
        # The kit's peaks differ by surface, and its strength is a level that `_gain` brings again.
        own_db = self.surface.peak_db + strength_level_db(strength)
        return sound * amplitude(_REFERENCE_PEAK_DB - own_db) * self._gain(strength)

    def _own(self, part: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, part])))

    def _gain(self, strength: float) -> float:
        return amplitude(self.level_db - STRENGTH_RANGE_DB * (1.0 - strength))


def draw_thing(material: str, rng: np.random.Generator, spread: Spread = DEFAULT_SPREAD) -> SoundingThing:
    """One thing of a material."""
    backing, backing_db = None, 0.0
    if rng.random() < spread.backing_share:
        choices = BACKINGS[material]
        under = _varied(SURFACES[choices[int(rng.integers(len(choices)))]], rng, spread)
        # What is struck through something else is struck softly, and not by the stick's tip.
        softer = within(rng, 1.2, 4.0)
        backing = replace(
            under,
            contact_s=max(under.contact_s, 0.0003) * softer,
            tip_contact_s=max(under.tip_contact_s, 0.0003) * softer,
            # Of it, only what carries far is heard, not its surface, and what lies on it damps it.
            body=None if under.body is None else replace(under.body, t60_scale=0.4 * under.body.t60_scale),
            stick_db=under.stick_db - 12.0,
            fields=(),
            grains=None,
            bubbles=None,
        )
        backing_db = rng.uniform(-24.0, -4.0)
    return SoundingThing(
        material=material,
        surface=_varied(SURFACES[material], rng, spread),
        backing=backing,
        backing_db=backing_db,
        level_db=LOUDNESS_DB[material] + rng.normal(0.0, spread.thing_db),
        bounce_chance=rng.uniform(0.0, 2.0 * spread.bounce_share) if material in HARD_MATERIALS else 0.0,
        seed=int(rng.integers(2**62)),
    )


def _varied(surface: Surface, rng: np.random.Generator, spread: Spread) -> Surface:
    """Another surface of the same material."""
    pitch, ringing = octaves(rng, spread.pitch_octaves), octaves(rng, spread.ringing_octaves)
    tilt_db = rng.normal(0.0, spread.tilt_db)
    wash_db = float(np.clip(rng.normal(0.0, spread.wash_db), -10.0, 12.0))

    def level(level_db: float) -> float:
        return level_db + float(np.clip(rng.normal(0.0, spread.part_db), -12.0, 12.0))

    def body(one: Body) -> Body:
        return replace(
            one,
            frequency_scale=one.frequency_scale * pitch,
            t60_scale=one.t60_scale * ringing,
            tilt_db_per_octave=one.tilt_db_per_octave + tilt_db,
            level_db=level(one.level_db) - 0.5 * wash_db,
        )

    def thump(one: Thump) -> Thump:
        moved = pitch**0.5 * octaves(rng, 0.3)
        return replace(
            one,
            lowest_hz=one.lowest_hz * moved,
            highest_hz=one.highest_hz * moved,
            t60_s=min(0.5, one.t60_s * ringing**0.7),
            level_db=level(one.level_db),
        )

    def field(one: Field) -> Field:
        longer = ringing**0.7 * octaves(rng, 0.2) * 2.0 ** (wash_db / 12.0)
        return replace(
            one,
            low_hz=one.low_hz * octaves(rng, 0.5),
            high_hz=one.high_hz * octaves(rng, 0.5),
            t60_low_s=min(LONGEST_WASH_S, one.t60_low_s * longer),
            t60_high_s=min(LONGEST_WASH_S, one.t60_high_s * longer),
            tilt_db_per_octave=one.tilt_db_per_octave + tilt_db,
            level_db=level(one.level_db) + 0.5 * wash_db,
        )

    def grains(one: Grains) -> Grains:
        moved, longer = octaves(rng, 0.4), octaves(rng, spread.grain_octaves)
        return replace(
            one,
            count=max(4, round(one.count * octaves(rng, spread.grain_octaves))),
            rate_per_s=one.rate_per_s * octaves(rng, 0.5 * spread.grain_octaves),
            span_s=min(0.6, one.span_s * longer),
            low_hz=one.low_hz * moved,
            high_hz=min(14_000.0, one.high_hz * moved),
            t60_long_s=one.t60_long_s * octaves(rng, 0.5),
            level_db=level(one.level_db),
        )

    hardness = octaves(rng, spread.contact_octaves)
    return replace(
        surface,
        contact_s=surface.contact_s * hardness,
        tip_contact_s=surface.tip_contact_s * hardness**0.5 * octaves(rng, 0.5 * spread.contact_octaves),
        stick_db=level(surface.stick_db),
        body=None if surface.body is None else body(surface.body),
        thumps=tuple(thump(one) for one in surface.thumps),
        fields=tuple(field(one) for one in surface.fields),
        grains=None if surface.grains is None else grains(surface.grains),
        friction=replace(
            surface.friction,
            cutoff_hz=surface.friction.cutoff_hz * octaves(rng, 0.4),
            tilt_db_per_octave=surface.friction.tilt_db_per_octave + tilt_db,
            bumps_per_s=surface.friction.bumps_per_s * octaves(rng, 0.7),
            noise_db=level(surface.friction.noise_db),
            body_db=level(surface.friction.body_db),
            stick_db=level(surface.friction.stick_db),
        ),
    )


def _bouncing(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sound, and the stick falling back one to three times, sooner and fainter each time."""
    parts = [sound]
    delay_s, gain_db, at_s = within(rng, 0.018, 0.110), rng.uniform(-22.0, -4.0), 0.0
    for _ in range(int(rng.integers(1, 4))):
        at_s += delay_s
        parts.append(np.concatenate((np.zeros(int(at_s * SAMPLE_RATE)), sound * amplitude(gain_db))))
        delay_s *= rng.uniform(0.45, 0.8)
        gain_db += rng.uniform(-12.0, -3.0)
    return summed(parts)


def _near(strength: float, rng: np.random.Generator) -> float:
    return float(np.clip(strength + rng.uniform(-_FAINTER_STROKE, _FAINTER_STROKE), 0.0, 1.0))
