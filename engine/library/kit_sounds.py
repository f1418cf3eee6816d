"""The built-in kit's sounds as candidates: for every likely material some strokes of one object.

A hit's strength comes from its level. Strengths, durations and seeds are taken from a grid, so that a
project of thousands of hits asks for some hundred different sounds rather than thousands, and the mixer
keeps them. They are judged as recordings are, by what they measure; nobody has to listen to know their
material.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.library.acoustics import Acoustics, measure
from engine.library.bundled_ear import bundled_shapes
from engine.library.matching import hit_cues, material_probabilities, named_row
from engine.models.sound_fit import BY_HAND, SoundCues, SoundFit, fit_probability, parts_of
from engine.project.document import Hit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import LONGEST_SCRATCH_S, SEEDS_PER_OBJECT, KitRecipe, synthesise

_MADE_LOG_ODDS = -0.4
"""So much less likely, in log odds, a made sound fits than a good recording of the same material."""

_SURE_ACTION = 0.97
_LIKELY = 0.1
_MOST_MATERIALS = 3
_OBJECTS = 4096
_FAINTEST_DB, _HARDEST_DB = -45.0, -12.0
_FAINTEST_STRENGTH = 0.1
_DURATION_STEP_S = 0.25


@dataclass(frozen=True, slots=True)
class KitSound:
    """A sound of the kit, the probability that it fits a hit, and the parts of that by name."""

    recipe: KitRecipe
    score: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class KitMeasures:
    """What a kit sound measures: `unlike` as `BlowShapes.distances` gives it, NaN without shapes."""

    acoustics: Acoustics
    duration_s: float
    unlike: tuple[float, float]


def kit_sounds(hit: Hit, count: int, seed: int, fit: SoundFit = BY_HAND) -> tuple[KitSound, ...]:
    """Kit sounds for a hit, the best first.

    Parameters
    ----------
    hit
        What they are for.
    count
        How many; shared among the hit's likeliest materials by probability.
    seed
        Decides which object of each material is struck: the same one in the whole project.
    fit
        How the parts of a fit count.
    """
    recipes: list[KitRecipe] = []
    for material, share in _shares(hit, count):
        first = _number(seed, material) % _OBJECTS * SEEDS_PER_OBJECT
        turn = _number(seed, hit.id, material)
        for number in range(share):
            stroke = (turn + number) % SEEDS_PER_OBJECT
            recipes.append(
                KitRecipe(material, hit.action, first + stroke, strength_of(hit), _duration_s(hit))
            )
    if not recipes:
        return ()
    parts = parts_of(hit_cues(hit), _cues(recipes), fit)
    scores = fit_probability(parts, fit, _MADE_LOG_ODDS)
    found = [
        KitSound(
            recipe, float(scores[n]), {name: float(p[n]) for name, p in parts.items() if np.isfinite(p[n])}
        )
        for n, recipe in enumerate(recipes)
    ]
    return tuple(sorted(found, key=lambda sound: -sound.score))


def strength_of(hit: Hit) -> float:
    """How hard the kit's stick strikes for a hit, in tenths: 0.1 at -45 dBFS and below, 1 from -12 on."""
    share = (hit.level_db - _FAINTEST_DB) / (_HARDEST_DB - _FAINTEST_DB)
    strength = _FAINTEST_STRENGTH + (1.0 - _FAINTEST_STRENGTH) * min(max(share, 0.0), 1.0)
    return round(strength * 10.0) / 10.0


@lru_cache(maxsize=8192)
def kit_measures(recipe: KitRecipe) -> KitMeasures:
    """What a kit sound measures."""
    samples = synthesise(recipe)
    channels = samples if samples.ndim == 2 else samples[:, None]
    shapes = bundled_shapes()
    unlike = (math.nan, math.nan) if shapes is None else shapes.distances(channels, SAMPLE_RATE)
    return KitMeasures(measure(channels, SAMPLE_RATE), len(samples) / SAMPLE_RATE, unlike)


def _cues(recipes: Sequence[KitRecipe]) -> SoundCues:
    measured = [kit_measures(recipe) for recipe in recipes]
    return SoundCues(
        materials=np.stack([named_row(recipe.material) for recipe in recipes]),
        vectors=None,
        scratch=np.array(
            [_SURE_ACTION if recipe.action == "scratch" else 1 - _SURE_ACTION for recipe in recipes]
        ),
        level_db=np.array([one.acoustics.level_db for one in measured]),
        centroid_hz=np.array([one.acoustics.centroid_hz for one in measured]),
        attack_s=np.array([one.acoustics.attack_s for one in measured]),
        decay_s=np.array([one.acoustics.decay_s for one in measured]),
        duration_s=np.array([one.duration_s for one in measured]),
        unlike=np.array([one.unlike for one in measured]),
    )


def _shares(hit: Hit, count: int) -> Iterator[tuple[str, int]]:
    probabilities = material_probabilities(hit)
    if not probabilities.any():
        # Nothing is known: wood is what passes for most things.
        yield "wood", min(count, SEEDS_PER_OBJECT)
        return
    order = np.argsort(-probabilities, kind="stable")[:_MOST_MATERIALS]
    likely = [index for index in order if probabilities[index] >= _LIKELY] or [order[0]]
    total, left = sum(probabilities[index] for index in likely), min(count, SEEDS_PER_OBJECT * len(likely))
    for number, index in enumerate(likely):
        others = len(likely) - 1 - number
        fair = math.ceil(count * probabilities[index] / total)
        share = max(0, min(fair, left - others, SEEDS_PER_OBJECT)) if others else min(left, SEEDS_PER_OBJECT)
        left -= share
        if share:
            yield MATERIALS[index], share


def _duration_s(hit: Hit) -> float:
    # Up to the next step: the mixer trims what is over.
    if hit.action != "scratch" or not hit.length:
        return 0.0
    steps = math.ceil(hit.length / SAMPLE_RATE / _DURATION_STEP_S)
    return min(LONGEST_SCRATCH_S, steps * _DURATION_STEP_S)


def _number(*parts: object) -> int:
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
