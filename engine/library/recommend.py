"""The sounds that fit a hit best, from the library and from the kit, ranked on one scale.

A score is the probability that the sound fits (`engine.models.sound_fit`), or is what the person would
choose for this surface again (`engine.library.choices`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.job import SILENT_JOB, Job
from engine.library.choices import Choice, Remembered
from engine.library.kit_sounds import KitSound, kit_measures, kit_sounds
from engine.library.matching import SoundTable, hit_cues
from engine.library.sound import LibrarySound
from engine.library.surfaces import SurfaceView
from engine.project.document import MAX_GAIN_DB, MIN_GAIN_DB, Hit, Project
from engine.project.edits import Candidate
from engine.synthesis.kit import kit_take

CHOICES_PART = "choices"
"""Name of the part that earlier choices play in a score, beside `engine.models.sound_fit.PARTS`."""

_HIGHEST_PEAK_DB = -2.0
"""A click is all peak and little level: matching its level alone would drive it into the limiter."""

_LEAST_TOLD = 0.05

_VARIETY = 0.05
"""Log odds are lowered by up to this, by seed, hit and sound, so that like hits vary."""


@dataclass(frozen=True, slots=True)
class ScoredSound(Candidate):
    """A sound recommended for a hit, ready to be put into its clip.

    `gain_db` brings it to the hit's level; `length` 0 lets it ring out, or fill a scratch. `score` is the
    probability that it fits, `parts` are what that is made of, each 0..1, by name; a part that is not known
    is left out. `heard` is what a file sounds like, empty when nobody listened to it. `id` is the same for
    the same sound in every project, `path` "" for a sound of the kit.
    """

    material: str = ""
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    heard: tuple[tuple[str, float], ...] = ()

    @property
    def id(self) -> str:
        """Stable name of the sound: of its contents for a file, of its recipe for the kit."""
        return self.take.id.removeprefix("library-")

    @property
    def path(self) -> str:
        """Where the file lies; "" for a sound that is none."""
        return self.take.media.path if self.take.media is not None else ""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is known of a hit beside the document.

    Attributes
    ----------
    picture
        (128,) vector of its picture, to be held against sounds' vectors; None when there is none.
    surface
        The surface it is on; None when nothing is known of it, and then no earlier choice counts.
    """

    picture: NDArray[np.floating] | None = None
    surface: SurfaceView | None = None


Candidates = Mapping[str, tuple[ScoredSound, ...]]
"""Recommended sounds by hit id, the best first."""


def recommend(
    hit: Hit,
    sounds: Iterable[LibrarySound] | SoundTable,
    k: int,
    *,
    include_kit: bool = False,
    seed: int = 0,
    look: Look | None = None,
    choices: Sequence[Choice] = (),
) -> tuple[ScoredSound, ...]:
    """The k sounds that fit a hit best, sorted by score; equal scores by id."""
    return _Recommender(sounds, include_kit, k, seed, choices).for_hit(hit, look or Look())


def candidates_for(
    hits: Project | Iterable[Hit],
    library: Iterable[LibrarySound] | SoundTable,
    *,
    include_kit: bool,
    k: int = 8,
    seed: int = 0,
    looks: Mapping[str, Look] | None = None,
    choices: Sequence[Choice] = (),
    job: Job = SILENT_JOB,
) -> dict[str, tuple[ScoredSound, ...]]:
    """Sounds for many hits.

    Parameters
    ----------
    hits
        The hits, or a project for all its shown ones.
    library
        The person's own sounds; a table of them saves making one.
    include_kit
        Whether the built-in kit's sounds take part.
    k
        How many sounds per hit.
    seed
        Another seed varies the order among sounds that fit about equally, and the kit's objects.
    looks
        What is known of hits beside the document, by id.
    choices
        What the person chose earlier.

    Returns
    -------
    By hit id, the best first.
    """
    wanted = hits.shown_hits if isinstance(hits, Project) else tuple(hits)
    recommender = _Recommender(library, include_kit, k, seed, choices)
    known = looks or {}
    candidates = {}
    for number, hit in enumerate(wanted):
        job.progress(number / len(wanted), f"Choosing sounds for hit {number + 1} of {len(wanted)}")
        candidates[hit.id] = recommender.for_hit(hit, known.get(hit.id) or Look())
    return candidates


class _Recommender:
    def __init__(
        self,
        library: Iterable[LibrarySound] | SoundTable,
        include_kit: bool,
        k: int,
        seed: int,
        choices: Sequence[Choice],
    ) -> None:
        self._table = library if isinstance(library, SoundTable) else SoundTable(tuple(library))
        self._numbers = self._table.numbers
        self._include_kit, self._k, self._seed = include_kit, max(0, k), seed
        self._remembered = Remembered(choices)

    def for_hit(self, hit: Hit, look: Look) -> tuple[ScoredSound, ...]:
        found = self._of_library(hit, look)
        if self._include_kit:
            found += [self._scored_kit_sound(hit, sound, look) for sound in self._kit_sounds(hit)]
        found.sort(key=lambda sound: (-sound.score, sound.id))
        return tuple(found[: self._k])

    def _of_library(self, hit: Hit, look: Look) -> list[ScoredSound]:
        if not len(self._table):
            return []
        more = -_VARIETY * _unit_draws(self._numbers, _number(f"{self._seed}/{hit.id}"))
        chosen = self._remembered.parts(look.surface, self._table)
        rows, scores, parts = self._table.best(hit_cues(hit, look.picture), self._k, more, chosen)
        return [
            _scored_file(
                hit,
                self._table.sounds[row],
                float(scores[place]),
                {
                    **{name: float(part[place]) for name, part in parts.items() if np.isfinite(part[place])},
                    **_told(None if chosen is None else float(chosen[row])),
                },
            )
            for place, row in enumerate(rows)
        ]

    def _kit_sounds(self, hit: Hit) -> Sequence[KitSound]:
        return kit_sounds(hit, self._k, self._seed, self._table.fit)

    def _scored_kit_sound(self, hit: Hit, sound: KitSound, look: Look) -> ScoredSound:
        take = kit_take(sound.recipe)
        material = sound.recipe.material
        chosen = self._remembered.part(look.surface, take.id, material)
        parts, score = dict(sound.parts), sound.score
        if chosen is not None:
            parts |= _told(chosen)
            score = 1.0 - (1.0 - score) * (1.0 - chosen)
        measured = kit_measures(sound.recipe).acoustics
        gain_db = _gain_db(hit, measured.level_db, measured.peak_db)
        return ScoredSound(replace(take, score=score), gain_db, 0, "", material, score, parts)


def _scored_file(hit: Hit, sound: LibrarySound, score: float, parts: Mapping[str, float]) -> ScoredSound:
    gain_db = _gain_db(hit, sound.acoustics.level_db, sound.acoustics.peak_db)
    heard = sound.heard_materials
    sounds_like = heard[0][0] if heard else ""
    take = sound.take(score)
    return ScoredSound(take, gain_db, 0, sounds_like, sound.material, score, parts, heard)


def _told(chosen: float | None) -> dict[str, float]:
    """The part of earlier choices, where they have a say."""
    return {} if chosen is None or chosen < _LEAST_TOLD else {CHOICES_PART: chosen}


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
