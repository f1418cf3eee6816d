"""The sounds that fit a hit best, from the library and from the kit, ranked on one scale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.library.kit_sounds import KitSound, kit_levels_db, kit_sounds
from engine.library.matching import SoundTable
from engine.library.sound import LibrarySound
from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, Hit, Project
from engine.project.edits import Candidate
from engine.synthesis.kit import kit_take

_HIGHEST_PEAK_DB = -2.0
"""A click is all peak and little level: matching its level alone would drive it into the limiter."""

_VARIETY = 0.04
"""Scores are lowered by up to this share, by seed, hit and sound, so that like hits vary."""


@dataclass(frozen=True, slots=True)
class ScoredSound(Candidate):
    """A sound recommended for a hit, ready to be put into its clip.

    `gain_db` brings it to the hit's level; `length` 0 lets it ring out, or fill a scratch. `score` is
    0..1. `id` is the same for the same sound in every project, `path` "" for a sound of the kit.
    """

    material: str = ""
    score: float = 0.0

    @property
    def id(self) -> str:
        """Stable name of the sound: of its contents for a file, of its recipe for the kit."""
        return self.take.id.removeprefix("library-")

    @property
    def path(self) -> str:
        """Where the file lies; "" for a sound that is none."""
        return self.take.media.path if self.take.media is not None else ""


Candidates = Mapping[str, tuple[ScoredSound, ...]]
"""Recommended sounds by hit id, the best first."""


def recommend(
    hit: Hit, sounds: Iterable[LibrarySound], k: int, *, include_kit: bool = False, seed: int = 0
) -> tuple[ScoredSound, ...]:
    """The k sounds that fit a hit best, sorted by score; equal scores by id."""
    return _Recommender(sounds, include_kit, k, seed).for_hit(hit)


def candidates_for(
    hits: Project | Iterable[Hit],
    library: Iterable[LibrarySound],
    *,
    include_kit: bool,
    k: int = 8,
    seed: int = 0,
    job: Job = SILENT_JOB,
) -> dict[str, tuple[ScoredSound, ...]]:
    """Sounds for many hits.

    Parameters
    ----------
    hits
        The hits, or a project for all its shown ones.
    library
        The person's own sounds.
    include_kit
        Whether the built-in kit's sounds take part.
    k
        How many sounds per hit.
    seed
        Another seed varies the order among sounds that fit about equally, and the kit's objects.

    Returns
    -------
    By hit id, the best first.
    """
    wanted = hits.shown_hits if isinstance(hits, Project) else tuple(hits)
    recommender = _Recommender(library, include_kit, k, seed)
    candidates = {}
    for number, hit in enumerate(wanted):
        job.progress(number / len(wanted), f"Choosing sounds for hit {number + 1} of {len(wanted)}")
        candidates[hit.id] = recommender.for_hit(hit)
    return candidates


class _Recommender:
    def __init__(self, library: Iterable[LibrarySound], include_kit: bool, k: int, seed: int) -> None:
        self._table = SoundTable(sorted(library, key=lambda sound: sound.id))
        self._numbers = np.array([_number(sound.id) for sound in self._table.sounds], dtype=np.uint64)
        self._include_kit, self._k, self._seed = include_kit, max(0, k), seed

    def for_hit(self, hit: Hit) -> tuple[ScoredSound, ...]:
        found = self._of_library(hit)
        if self._include_kit:
            found += [_scored_kit_sound(hit, sound) for sound in kit_sounds(hit, self._k, self._seed)]
        found.sort(key=lambda sound: (-sound.score, sound.id))
        return tuple(found[: self._k])

    def _of_library(self, hit: Hit) -> list[ScoredSound]:
        if not self._table.sounds:
            return []
        lowered = _unit_draws(self._numbers, _number(f"{self._seed}/{hit.id}"))
        scores = self._table.scores(hit) * (1.0 - _VARIETY * lowered)
        best = np.argsort(-scores, kind="stable")[: self._k]
        return [_scored_file(hit, self._table.sounds[row], float(scores[row])) for row in best]


def _scored_file(hit: Hit, sound: LibrarySound, score: float) -> ScoredSound:
    gain_db = _gain_db(hit, sound.acoustics.level_db, sound.acoustics.peak_db)
    return ScoredSound(sound.take(score), gain_db, 0, material=sound.material, score=score)


def _scored_kit_sound(hit: Hit, sound: KitSound) -> ScoredSound:
    take = replace(kit_take(sound.recipe), score=sound.score)
    gain_db = _gain_db(hit, *kit_levels_db(sound.recipe))
    return ScoredSound(take, gain_db, 0, material=sound.recipe.material, score=sound.score)


def _gain_db(hit: Hit, level_db: float, peak_db: float) -> float:
    """Brings a sound to the hit's level, as far as its peak stays below full scale."""
    wanted_db = min(hit.level_db - level_db, _HIGHEST_PEAK_DB - peak_db)
    return min(max(wanted_db, MIN_GAIN_DB), MAX_GAIN_DB)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _unit_draws(numbers: NDArray[np.uint64], salt: int) -> NDArray[np.float64]:
    """A draw in 0..1 for each number, decided by it and the salt alone: (n,) float64 (splitmix64)."""
    mixed = numbers ^ np.uint64(salt)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53
