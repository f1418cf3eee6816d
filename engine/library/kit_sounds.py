"""The built-in kit's sounds as candidates: for every likely material some strokes of one object.

A hit's strength comes from its level. Strengths, durations and seeds are taken from a grid, so that a
project of thousands of hits asks for some hundred different sounds rather than thousands, and the mixer
keeps them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.features.loudness import peak_level_db, sample_peak_db
from engine.library.matching import material_probabilities, named_row
from engine.models.sound_fit import BY_HAND, SoundFit, fit_probability, material_part
from engine.project.document import Hit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import LONGEST_SCRATCH_S, SEEDS_PER_OBJECT, KitRecipe, synthesise

_MADE_LOG_ODDS = -0.4
"""So much less likely, in log odds, a made sound fits than a good recording of the same material."""

_LATER_STROKE = 0.01
_NOT_SEEN = np.array([np.nan])
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
    probabilities = material_probabilities(hit)
    agreement = material_part(probabilities, np.stack([named_row(name) for name in MATERIALS]))
    found = []
    for material, share in _shares(hit, count):
        first = _number(seed, material) % _OBJECTS * SEEDS_PER_OBJECT
        turn = _number(seed, hit.id, material)
        for number in range(share):
            stroke = (turn + number) % SEEDS_PER_OBJECT
            recipe = KitRecipe(material, hit.action, first + stroke, strength_of(hit), _duration_s(hit))
            # It is made for the hit: at its level, as bright as such a blow, of its action.
            parts = {"material": float(agreement[MATERIALS.index(material)])}
            columns = {**{name: np.array([part]) for name, part in parts.items()}, "picture": _NOT_SEEN}
            score = float(fit_probability(columns, fit, _MADE_LOG_ODDS - _LATER_STROKE * number)[0])
            found.append(KitSound(recipe, score, parts))
    return tuple(sorted(found, key=lambda sound: -sound.score))


def strength_of(hit: Hit) -> float:
    """How hard the kit's stick strikes for a hit, in tenths: 0.1 at -45 dBFS and below, 1 from -12 on."""
    share = (hit.level_db - _FAINTEST_DB) / (_HARDEST_DB - _FAINTEST_DB)
    strength = _FAINTEST_STRENGTH + (1.0 - _FAINTEST_STRENGTH) * min(max(share, 0.0), 1.0)
    return round(strength * 10.0) / 10.0


@lru_cache(maxsize=8192)
def kit_levels_db(recipe: KitRecipe) -> tuple[float, float]:
    """Level (RMS in dBFS of the loudest 1/30 s) and sample peak (dBFS) of a kit sound."""
    samples = synthesise(recipe)
    return peak_level_db(samples, SAMPLE_RATE), sample_peak_db(samples)


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
