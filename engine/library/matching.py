"""How well a sound fits a hit: is it the right material, and does it sound like this hit would?

Both are 0..1 and multiply. Material decides: the worst-sounding file of the right material (0.55) still
ranks above the best-sounding one of a related material (0.4).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.library.sound import LibrarySound
from engine.project.document import Hit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE

Scores = NDArray[np.float64]

_WORST_FIT = 0.55
_UNNAMED_AGREEMENT = 0.2  # a file whose names tell no material may be anything
_UNKNOWN_HIT_AGREEMENT = 0.5
_SURENESS_OF_A_BARE_NAME = 0.9
_USUAL_LEVEL_DB = -20.0

# How much a sound of one material passes for another: related matter, surface or size of the grains.
_PASSES_FOR = {
    ("tile", "ceramic"): 0.4,
    ("tile", "rock"): 0.3,
    ("ceramic", "glass"): 0.35,
    ("rock", "gravel"): 0.3,
    ("gravel", "dirt"): 0.35,
    ("dirt", "grass"): 0.25,
    ("dirt", "carpet"): 0.15,
    ("grass", "leaf"): 0.4,
    ("leaf", "paper"): 0.25,
    ("leaf", "plastic-bag"): 0.2,
    ("paper", "plastic-bag"): 0.35,
    ("cloth", "carpet"): 0.4,
    ("cloth", "plastic-bag"): 0.1,
    ("wood", "drywall"): 0.4,
    ("wood", "plastic"): 0.2,
    ("plastic", "drywall"): 0.2,
    ("plastic", "plastic-bag"): 0.15,
    ("metal", "glass"): 0.15,
}


def _likeness() -> Scores:
    """(17, 18) float64: how much each material's sound passes for each; the last column is unnamed."""
    likeness = np.eye(len(MATERIALS), len(MATERIALS) + 1)
    for (one, other), share in _PASSES_FOR.items():
        a, b = MATERIALS.index(one), MATERIALS.index(other)
        likeness[a, b] = likeness[b, a] = share
    likeness[:, -1] = _UNNAMED_AGREEMENT
    return likeness


_LIKENESS = _likeness()


def material_probabilities(hit: Hit) -> Scores:
    """What a hit is on: (17,) float64 in the order of `MATERIALS`, sum 1; all 0 when nothing is known.

    What the person chose is certain. Otherwise the model's probabilities hold; a material without any
    is taken as almost certain.
    """
    probabilities = np.zeros(len(MATERIALS))
    if hit.material_chosen and hit.material in MATERIALS:
        probabilities[MATERIALS.index(hit.material)] = 1.0
        return probabilities
    for row in hit.materials:
        if row.name in MATERIALS:
            probabilities[MATERIALS.index(row.name)] = max(0.0, row.probability)
    total = probabilities.sum()
    if total > 0.0:
        return probabilities / total
    if hit.material in MATERIALS:
        probabilities[:] = (1.0 - _SURENESS_OF_A_BARE_NAME) / (len(MATERIALS) - 1)
        probabilities[MATERIALS.index(hit.material)] = _SURENESS_OF_A_BARE_NAME
    return probabilities


def material_agreement(hit: Hit) -> Scores:
    """How far a sound of each material is right for a hit: (18,) float64 in 0..1; the last is unnamed."""
    probabilities = material_probabilities(hit)
    if not probabilities.any():
        return np.full(len(MATERIALS) + 1, _UNKNOWN_HIT_AGREEMENT)
    return probabilities @ _LIKENESS


class SoundTable:
    """A library as columns, to score all of it at once.

    Attributes
    ----------
    sounds
        The sounds, in the order of the rows.
    """

    def __init__(self, sounds: Sequence[LibrarySound]) -> None:
        self.sounds = tuple(sounds)
        index = {name: number for number, name in enumerate(MATERIALS)}
        self._material = np.array([index.get(s.material, len(MATERIALS)) for s in sounds], dtype=np.intp)
        self._is_scratch = np.array([sound.action == "scratch" for sound in sounds], dtype=bool)
        self._duration_s = np.array([sound.duration_s for sound in sounds])
        self._level_db = np.array([sound.acoustics.level_db for sound in sounds])
        self._attack_s = np.array([sound.acoustics.attack_s for sound in sounds])
        self._decay_s = np.array([sound.acoustics.decay_s for sound in sounds])
        self._brightness = self._relative_brightness()

    def scores(self, hit: Hit) -> Scores:
        """How well each sound fits a hit: (n,) float64 in 0..1."""
        return material_agreement(hit)[self._material] * self.acoustic_fit(hit)

    def acoustic_fit(self, hit: Hit) -> Scores:
        """How much each sound could be this hit's, its material aside: (n,) float64 in 0.55..1."""
        fit = self._level_fit(hit) * self._brightness_fit(hit)
        if hit.action == "scratch":
            fit *= np.where(self._is_scratch, 1.0, 0.3)
            if hit.length:
                # A long recording can be trimmed; a short one has to be drawn out, which is heard.
                fit *= np.minimum(1.0, self._duration_s / (hit.length / SAMPLE_RATE)) ** 0.25
        else:
            fit *= np.where(self._is_scratch, 0.3, 1.0)
            # A late peak is heard as late, a long sound runs into the next hit.
            fit *= np.exp(-np.maximum(0.0, self._attack_s - 0.02) / 0.15)
            fit *= np.exp(-np.maximum(0.0, self._decay_s - 0.6) / 2.0)
            fit *= np.exp(-np.maximum(0.0, self._duration_s - 2.0) / 4.0)
        return _WORST_FIT + (1.0 - _WORST_FIT) * fit

    def _level_fit(self, hit: Hit) -> Scores:
        # Turning a faint recording up brings up its noise; turning a loud one far down is dull.
        gain_db = hit.level_db - self._level_db
        up = np.maximum(0.0, gain_db - 9.0) / 12.0
        down = np.maximum(0.0, -gain_db - 18.0) / 24.0
        return np.exp(-(up**2) - down**2)

    def _brightness_fit(self, hit: Hit) -> Scores:
        # A harder blow is brighter: about a third of an octave per 10 dB, around what the material's
        # sounds usually are.
        expected = np.clip((hit.level_db - _USUAL_LEVEL_DB) / 30.0, -0.7, 0.7)
        return np.exp(-0.5 * ((self._brightness - expected) / 1.2) ** 2)

    def _relative_brightness(self) -> Scores:
        """Octaves between each sound's centroid and the median of its material's: (n,) float64."""
        octaves = np.log2(np.maximum([sound.acoustics.centroid_hz for sound in self.sounds], 20.0))
        relative = np.zeros(len(self.sounds))
        for material in np.unique(self._material):
            rows = self._material == material
            relative[rows] = octaves[rows] - np.median(octaves[rows])
        return relative
