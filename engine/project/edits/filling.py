"""Fill all: every hit gets a good sound, none repeats too soon, and no two sound quite alike."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.project.document import (
    MAX_GAIN_DB,
    MAX_PITCH_SEMITONES,
    MIN_GAIN_DB,
    Clip,
    Hit,
    Project,
    Take,
)
from engine.project.edits.checked import clamped, finite, same_or_changed, sound_take, whole
from engine.project.edits.hit_changes import known_ids, with_hits
from engine.project.edits.round_robin import Slot, deal

_RANK_WEIGHT = 0.6
"""How much likelier a candidate is than the next one: the best comes often, the others come too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sound that a hit may get: its take, the gain that brings it to the hit's level, its length."""

    take: Take
    gain_db: float
    length: int = 0
    """How much of it sounds, in samples; 0 lets it fill a scratch, or ring out on a hit."""
    sounds_like: str = ""
    """The material it sounds like; counts where the take's own is not known."""

    @property
    def likely_material(self) -> str:
        """What it is of, as far as anybody knows."""
        return self.take.material or self.sounds_like


def fill_all(
    project: Project,
    candidates: Mapping[str, Sequence[Candidate]],
    *,
    seed: int,
    avoid_repeat_within: int = 4,
    gain_variation_db: float = 1.0,
    pitch_variation_semitones: float = 0.3,
    only: Iterable[str] | None = None,
) -> Project:
    """Give hits their sounds, with round robin and small variations.

    Parameters
    ----------
    candidates
        By hit id, the best first; of those only the ones of the best one's material are dealt out, since
        one thing struck again sounds alike. Ids that are no longer in the project are passed over, because
        the list may have been made before the last edit; hits without candidates keep what they have.
    seed
        Chooses among the candidates and the variations: the same seed gives the same result, and a
        hit's variation depends on the hit and the seed alone.
    avoid_repeat_within
        In this many shown hits in a row no sound plays twice where that can be avoided. Hits that are
        not filled count with the sound they have.
    gain_variation_db, pitch_variation_semitones
        Gain and pitch lie within plus or minus this around the candidate's.
    only
        Fill these hits alone; by default all that are shown. Locked hits are never touched.

    Returns
    -------
    Project
        Each filled hit's first clip plays its new sound alone; its pan, offset and fades and the other
        layers stay. Filling does not mark a hit as edited, so a new analysis may replace it.
    """
    wanted = None if only is None else known_ids(project, only)
    gain_range = abs(finite(gain_variation_db, "gain variation"))
    pitch_range = abs(finite(pitch_variation_semitones, "pitch variation"))
    window = whole(avoid_repeat_within, "distance between repeats", 1)
    shown = {hit.id for hit in project.shown_hits} | (wanted or set())
    row = [hit for hit in project.hits if hit.id in shown]
    draws = {
        hit.id: _Draw(hit, seed, _of_one_material(candidates[hit.id]))
        for hit in row
        if not hit.locked and (wanted is None or hit.id in wanted) and candidates.get(hit.id)
    }
    dealt = deal(
        [
            Slot(options=draws[hit.id].sounds) if hit.id in draws else Slot(fixed=_sounding(hit))
            for hit in row
        ],
        window,
    )
    filled = {
        hit.id: draws[hit.id].fill(option, gain_range, pitch_range)
        for hit, option in zip(row, dealt, strict=True)
        if option is not None
    }
    return with_hits(project, [filled.get(hit.id, hit) for hit in project.hits])


def sound_key(take: Take) -> Hashable:
    """What makes two takes the same sound: the same file's contents, or the same recipe."""
    if take.media is not None:
        return take.media.content_hash or take.media.path
    if take.recipe is not None:
        recipe = take.recipe
        return (recipe.model, recipe.checkpoint_hash, recipe.seed, recipe.parameters)
    return take.id


def _of_one_material(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in candidates if one.likely_material == candidates[0].likely_material]


def _sounding(hit: Hit) -> Hashable | None:
    return sound_key(hit.clips[0].take) if hit.clips else None


class _Draw:
    """One hit's candidates in the order its own chance tries them, the better ones likelier first."""

    def __init__(self, hit: Hit, seed: int, candidates: Sequence[Candidate]) -> None:
        self._hit = hit
        self._random = random.Random(f"{seed} {hit.id}")
        self._gain_share = self._random.uniform(-1.0, 1.0)
        self._pitch_share = self._random.uniform(-1.0, 1.0)
        self._new_clip_id = f"{self._random.getrandbits(48):012x}"
        # A weighted shuffle (Efraimidis and Spirakis, 2006): the largest u ** (1 / weight) first.
        order = sorted(
            range(len(candidates)),
            key=lambda rank: self._random.random() ** (1.0 / _RANK_WEIGHT**rank),
            reverse=True,
        )
        self._candidates = [candidates[rank] for rank in order]
        self.sounds = tuple(sound_key(candidate.take) for candidate in self._candidates)

    def fill(self, option: int, gain_range_db: float, pitch_range_semitones: float) -> Hit:
        hit, chosen = self._hit, self._candidates[option]
        take = sound_take(chosen.take)
        clip = hit.clips[0] if hit.clips else Clip(self._new_clip_id, (take,), take.id)
        filled = same_or_changed(
            clip,
            takes=(take,),
            active_take=take.id,
            start=0,
            length=whole(chosen.length, "length") or (hit.length if hit.action == "scratch" else 0),
            gain_db=clamped(
                finite(chosen.gain_db, "gain") + self._gain_share * gain_range_db,
                "gain",
                MIN_GAIN_DB,
                MAX_GAIN_DB,
            ),
            pitch_semitones=clamped(
                self._pitch_share * pitch_range_semitones,
                "pitch",
                -MAX_PITCH_SEMITONES,
                MAX_PITCH_SEMITONES,
            ),
        )
        if hit.clips and filled is clip:
            return hit
        return replace(hit, clips=(filled, *hit.clips[1:]))
