"""A library as columns, to ask of all its sounds at once how well they fit a hit.

What makes a sound fit, and how probable that is, is `engine.models.sound_fit`'s. Here is what is known of the
sounds for it: from their names, from having listened to them, and from measuring them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.library.byte_vectors import best, cosines
from engine.library.sound import LibrarySound
from engine.models.sound_fit import (
    BY_HAND,
    HitCues,
    SoundCues,
    SoundFit,
    fit_log_odds,
    fit_probability,
    material_part,
    parts_of,
)
from engine.project.document import Hit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE

Scores = NDArray[np.float64]

_SURENESS_OF_A_BARE_NAME = 0.9
_LEAST_LOOKED_AT = 1024

# What a name says is so nearly always; what is left goes to what was heard, or to related matter.
_NAME_IS_RIGHT = 0.9
_RELATED_SHARE = 0.5
_NAMED_ACTION, _MEASURED_ACTION = 0.97, 0.9
_OTHER_ACTION_LOG_ODDS = -1.0
"""What a scrape under a blow, or a blow under a scrape, costs beside its part: less than another material
does. The part's weight is that of an ear, which is unsure of it; a name, or a sound that goes on, is not."""

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


def _related() -> Scores:
    """(17, 17) float64: for each material, which others it is taken for; rows sum to 1."""
    likeness = np.zeros((len(MATERIALS), len(MATERIALS)))
    for (one, other), share in _PASSES_FOR.items():
        a, b = MATERIALS.index(one), MATERIALS.index(other)
        likeness[a, b] = likeness[b, a] = share
    totals = likeness.sum(axis=1, keepdims=True)
    return np.where(totals > 0.0, likeness / np.where(totals > 0.0, totals, 1.0), 0.0)


_RELATED = _related()


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What listening gave, a row for each sound of a table.

    Attributes
    ----------
    materials
        (n, 17) probabilities; a row of 0 for a sound that was not listened to.
    scratch
        (n,) probability that it is a scratch; NaN where it was not listened to.
    unlike
        (n, 2) `BlowShapes.distances` from a hit and from a scratch; NaN where it was not listened to.
    codes, rows
        The vectors in bytes (see `byte_vectors`), and which of them is whose: (n,) int64, -1 for none.
    """

    materials: NDArray[np.float32]
    scratch: NDArray[np.float32]
    unlike: NDArray[np.float32]
    codes: NDArray[np.int8]
    rows: NDArray[np.int64]


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


def hit_cues(hit: Hit, picture: NDArray[np.floating] | None = None) -> HitCues:
    """What decides which sounds fit a hit; `picture` is the vector of its picture, where it was looked at."""
    return HitCues(
        materials=material_probabilities(hit),
        level_db=hit.level_db,
        is_scratch=hit.action == "scratch",
        length_s=hit.length / SAMPLE_RATE,
        picture=picture,
    )


class SoundTable:
    """A library as columns, to score all of it at once.

    Parameters
    ----------
    sounds
        The library.
    heard
        What listening to them gave; None when nobody did.
    fit
        How the parts of a fit count.

    Attributes
    ----------
    sounds
        The sounds, in the order of the rows.
    materials
        (n, 17) float32: what each is of, by its names and by its sound; a row of 0 when nothing is known.
    numbers
        (n,) uint64: a number for each sound, by its contents alone.
    fit
        As given.
    """

    def __init__(
        self, sounds: Sequence[LibrarySound], heard: Heard | None = None, fit: SoundFit = BY_HAND
    ) -> None:
        self.sounds = sounds = tuple(sounds)
        self.fit = fit
        self._row_by_take = {f"library-{sound.id}": row for row, sound in enumerate(self.sounds)}
        self.numbers = np.array([_number(sound.id) for sound in self.sounds], np.uint64)
        count = len(self.sounds)
        self._heard = heard or Heard(
            np.zeros((count, len(MATERIALS)), np.float32),
            np.full(count, np.nan, np.float32),
            np.full((count, 2), np.nan, np.float32),
            np.zeros((0, 0), np.int8),
            np.full(count, -1, np.int64),
        )
        self.materials = _known_materials(self.sounds, self._heard.materials)
        self._is_scratch = np.array([sound.action == "scratch" for sound in self.sounds], bool)
        is_known = self.materials.any(axis=1, keepdims=True)
        self._complete = np.where(is_known, self.materials, np.float32(1.0 / len(MATERIALS)))
        self._cues = SoundCues(
            materials=self.materials,
            vectors=None,
            scratch=_scratch_probability(self.sounds, self._heard.scratch),
            level_db=np.array([sound.acoustics.level_db for sound in sounds]),
            centroid_hz=np.array([sound.acoustics.centroid_hz for sound in sounds]),
            attack_s=np.array([sound.acoustics.attack_s for sound in sounds]),
            decay_s=np.array([sound.acoustics.decay_s for sound in sounds]),
            duration_s=np.array([sound.duration_s for sound in sounds]),
            unlike=self._heard.unlike,
        )

    def __len__(self) -> int:
        return len(self.sounds)

    def only(self, rows: Sequence[int]) -> SoundTable:
        """The table of some of its sounds."""
        which, heard = np.asarray(rows, np.int64), self._heard
        some = Heard(
            heard.materials[which],
            heard.scratch[which],
            heard.unlike[which],
            heard.codes,
            heard.rows[which],
        )
        return SoundTable([self.sounds[row] for row in rows], some, self.fit)

    def row_of(self, take_id: str) -> int | None:
        """Which row plays as the take of this id; None when no sound here does."""
        return self._row_by_take.get(take_id)

    def best(
        self,
        hit: HitCues,
        k: int,
        more_log_odds: Scores | None = None,
        chosen: Scores | None = None,
    ) -> tuple[NDArray[np.int64], Scores, dict[str, Scores]]:
        """The k sounds that fit a hit best, exactly those that scoring every sound in full would give.

        Parameters
        ----------
        more_log_odds
            (n,) what is known beside the parts.
        chosen
            (n,) the probability that a sound is right for another reason, below 1; None for none.

        Returns
        -------
        tuple
            Rows (up to k,), their probabilities, the highest first, and their parts by name.
        """
        more = self._action_log_odds(hit)
        if more_log_odds is not None:
            more = more + more_log_odds
        # No part counts against a sound, so that material and picture alone tell what it reaches at most.
        material, picture = self._material_part(hit), self._picture_part(hit)
        at_most = _rank(fit_log_odds({"material": material, "picture": picture}, self.fit) + more, chosen)
        looked_at = max(_LEAST_LOOKED_AT, 4 * k)
        while True:
            rows = best(at_most, looked_at)
            parts = self._parts(hit, rows, picture)
            odds, of_these = (
                fit_log_odds(parts, self.fit) + more[rows],
                None if chosen is None else chosen[rows],
            )
            found = _rank(odds, of_these)
            order = best(found, k)
            is_complete = len(rows) == len(self)
            if is_complete or (len(order) == k and found[order[-1]] > at_most[rows[-1]]):
                scores = 1.0 / (1.0 + np.exp(-odds[order]))
                if of_these is not None:
                    scores = 1.0 - (1.0 - scores) * (1.0 - of_these[order])
                return rows[order], scores, {name: part[order] for name, part in parts.items()}
            looked_at *= 4

    def scores(self, hit: HitCues) -> Scores:
        """The probability that each sound fits: (n,) float64."""
        return fit_probability(self.parts(hit), self.fit, self._action_log_odds(hit))

    def parts(self, hit: HitCues) -> dict[str, Scores]:
        """The parts of every sound's fit, by name: (n,) float64 in 0..1, `picture` NaN where unknown."""
        return self._parts(hit, np.arange(len(self)), self._picture_part(hit))

    def _parts(self, hit: HitCues, rows: NDArray[np.int64], picture: Scores) -> dict[str, Scores]:
        columns = {field.name: getattr(self._cues, field.name) for field in fields(SoundCues)}
        some: dict[str, Any] = {
            name: None if column is None else column[rows] for name, column in columns.items()
        }
        return {**parts_of(hit, SoundCues(**some), self.fit), "picture": picture[rows]}

    def _action_log_odds(self, hit: HitCues) -> Scores:
        return np.where(self._is_scratch == hit.is_scratch, 0.0, _OTHER_ACTION_LOG_ODDS)

    def _material_part(self, hit: HitCues) -> Scores:
        # The part is a sum over the sound's materials: so much for each.
        per_material = material_part(hit.materials, np.eye(len(MATERIALS)))
        shares = np.einsum("nm,m->n", self._complete, per_material.astype(np.float32))
        return shares.astype(np.float64)

    def _picture_part(self, hit: HitCues) -> Scores:
        heard = self._heard
        if hit.picture is None or not heard.codes.size or not self.fit.picture_counts:
            return np.full(len(self), np.nan)
        cosine = cosines(heard.codes, heard.rows, hit.picture).astype(np.float64)
        return np.where(heard.rows >= 0, np.clip(0.5 + 0.5 * cosine, 0.0, 1.0), np.nan)


def _rank(log_odds: Scores, chosen: Scores | None) -> Scores:
    """What sounds are ranked by: with `chosen`, how surprising it is if neither reason holds, in nats."""
    return log_odds if chosen is None else np.log1p(np.exp(np.minimum(log_odds, 50.0))) - np.log1p(-chosen)


def named_row(material: str, heard: NDArray[np.floating] | None = None) -> NDArray[np.float32]:
    """What a sound is of whose name says so: (17,) float32, sum 1.

    Parameters
    ----------
    heard
        (17,) what it sounds like, sum 1; None when nobody listened.
    """
    row = np.zeros(len(MATERIALS))
    index = MATERIALS.index(material)
    rest = np.full(len(MATERIALS), 1.0 / len(MATERIALS)) if heard is None else np.asarray(heard, np.float64)
    related = _RELATED[index] if _RELATED[index].any() else rest
    row += (1.0 - _NAME_IS_RIGHT) * (_RELATED_SHARE * related + (1.0 - _RELATED_SHARE) * rest)
    row[index] += _NAME_IS_RIGHT
    return row.astype(np.float32)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _known_materials(sounds: Sequence[LibrarySound], heard: NDArray[np.float32]) -> NDArray[np.float32]:
    totals = heard.sum(axis=1, keepdims=True)
    materials = np.asarray(heard / np.where(totals > 0.0, totals, 1.0), np.float32)
    unheard: Mapping[str, NDArray[np.float32]] = {name: named_row(name) for name in MATERIALS}
    for number, sound in enumerate(sounds):
        if sound.material in unheard:
            is_heard = materials[number].any()
            materials[number] = (
                named_row(sound.material, materials[number]) if is_heard else unheard[sound.material]
            )
    return materials


def _scratch_probability(sounds: Sequence[LibrarySound], heard: NDArray[np.float32]) -> Scores:
    def told(sound: LibrarySound, heard_scratch: float) -> float:
        if not sound.is_action_named and np.isfinite(heard_scratch):
            return heard_scratch
        sureness = _NAMED_ACTION if sound.is_action_named else _MEASURED_ACTION
        return sureness if sound.action == "scratch" else 1.0 - sureness

    return np.array([told(sound, float(heard[n])) for n, sound in enumerate(sounds)], np.float64)
