"""Hits that are looked at and heard: some of each rendered clip, what they show, and how they sound.

They are looked at once, as the program does, and what was seen is kept in a file; training then never decodes
a picture. The crop is taken around the true contact point, moved by as much as a predicted one is off.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.analysis.struck_materials import HitSight, Moment
from engine.errors import UserFacingError
from engine.models.sight import SightFeatures, joined_features
from engine.project.materials import MATERIALS, Action
from training.datasets.footage import Footage
from training.datasets.recording import Contact, Recording

SOUND_RATE = 44_100
"""In Hz, of the hits' sounds."""

_BEFORE_S, _LONGEST_S, _SHORTEST_S = 0.02, 1.2, 0.12
_NEXT_BEGINS_S = 0.01
_USUAL_MISS, _FAR_MISS = 0.04, 0.2
_FAR_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class StruckHit:
    """One hit.

    Attributes
    ----------
    clip
        Name of its clip, and of the data set before it: "stage-31/stage-31-000004".
    source
        Hits of one source never stand on two sides of a split.
    time_s
        In the clip.
    material, action
        Words of the field.
    level_db
        Of its loudest 1/30 s in dBFS.
    length_s
        Of a scratch; 0 for a hit.
    point
        Around which the crop is taken, x and y in 0..1.
    """

    clip: str
    source: str
    time_s: float
    material: str
    action: str
    level_db: float
    length_s: float
    point: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class StruckHits:
    """Hits with what their pictures show.

    Attributes
    ----------
    hits
        n of them.
    features
        Of n pictures; those of hits that were kept have no posteriors.
    """

    hits: tuple[StruckHit, ...]
    features: SightFeatures

    def __len__(self) -> int:
        return len(self.hits)

    @property
    def materials(self) -> NDArray[np.intp]:
        """(n,) number of each one's material."""
        return np.array([MATERIALS.index(hit.material) for hit in self.hits], np.intp)

    def rows(self, which: NDArray[np.intp]) -> StruckHits:
        """Those of some rows."""
        return StruckHits(tuple(self.hits[row] for row in which), self.features[which])


def chosen_contacts(recording: Recording, count: int, rng: np.random.Generator) -> list[tuple[int, Contact]]:
    """Some contacts of a recording that can be seen and heard, with their numbers, in order of time."""
    usable = [
        (number, contact)
        for number, contact in enumerate(recording.contacts)
        if contact.in_picture and contact.material in MATERIALS and contact.action and contact.point
    ]
    kept = rng.permutation(len(usable))[:count]
    return [usable[number] for number in sorted(kept)]


def looked_at(
    recordings: Sequence[Recording], sight: HitSight, *, per_clip: int, prefix: str, seed: int = 0
) -> StruckHits:
    """Hits of recordings and what their pictures show.

    Parameters
    ----------
    recordings
        Clips with contact points.
    per_clip
        So many hits of each at most.
    prefix
        Before each clip's name.
    """
    hits: list[StruckHit] = []
    features: list[SightFeatures] = []
    for number, recording in enumerate(recordings):
        rng = np.random.default_rng((seed, number))
        found = [
            _hit(recording, index, prefix, rng) for index, _ in chosen_contacts(recording, per_clip, rng)
        ]
        if found:
            moments = [Moment(hit.time_s, _action(hit), hit.point) for hit in found]
            features.append(sight.look(recording.picture, moments).features)
            hits += found
    return StruckHits(tuple(hits), joined_features(features))


def true_sound(recording: Recording, time_s: float, footage: Footage) -> NDArray[np.float32]:
    """The sound of a contact, until shortly before the next one: (n,) float32 at `SOUND_RATE`."""
    later = [each.time_s for each in recording.contacts if each.time_s > time_s + 0.03]
    end_s = min([time_s + _LONGEST_S, *(other - _NEXT_BEGINS_S for other in later)])
    start_s = max(0.0, time_s - _BEFORE_S)
    length_s = max(_SHORTEST_S, end_s - start_s)
    return footage.sound(recording, start_s, round(length_s * SOUND_RATE), SOUND_RATE)


def save_hits(path: Path, struck: StruckHits) -> None:
    """Keep hits in one file; of what their pictures show, all but the posteriors."""
    told = [{name: getattr(hit, name) for name in _NAMES} for hit in struck.hits]
    arrays = {name: getattr(struck.features, name).astype(np.float16) for name in ("whole", "crop")}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, hits=np.array(json.dumps(told)), **arrays)  # pyright: ignore[reportArgumentType]


def load_hits(path: Path) -> StruckHits:
    """Hits that `save_hits` kept.

    Raises
    ------
    UserFacingError
        When the file is missing or damaged.
    """
    try:
        with np.load(path) as kept:
            told = json.loads(str(kept["hits"]))
            whole, crop = (kept[name].astype(np.float32) for name in ("whole", "crop"))
    except (OSError, ValueError, KeyError) as error:
        raise UserFacingError(
            f"“{path}” holds no prepared hits ({error}). Make it with `python -m training.fit prepare`."
        ) from error
    hits = tuple(StruckHit(**{**one, "point": tuple(one["point"])}) for one in told)
    nothing = np.zeros((len(hits), 0), np.float32)
    return StruckHits(hits, SightFeatures(whole, nothing, crop, nothing))


_NAMES = tuple(field.name for field in fields(StruckHit))


def _hit(recording: Recording, index: int, prefix: str, rng: np.random.Generator) -> StruckHit:
    contact = recording.contacts[index]
    assert contact.point is not None
    miss = _FAR_MISS if rng.random() < _FAR_SHARE else _USUAL_MISS
    x, y = np.clip(np.add(contact.point, rng.normal(0.0, miss, 2)), 0.0, 1.0)
    level_db = contact.level_db
    if level_db is None:
        level_db = _level_db(recording, contact.time_s)
    return StruckHit(
        f"{prefix}/{recording.name}",
        f"{prefix}/{recording.source}",
        contact.time_s,
        str(contact.material),
        str(contact.action),
        float(level_db),
        contact.duration_s,
        (float(x), float(y)),
    )


def _level_db(recording: Recording, time_s: float) -> float:
    """The highest of the levels stated for the pictures around a contact; -80 where none is stated."""
    levels = recording.level_db
    if not levels:
        return -80.0
    per_s = len(levels) / recording.duration_s
    first = max(0, int(time_s * per_s))
    return float(max(levels[first : first + max(1, round(0.1 * per_s))], default=-80.0))


def _action(hit: StruckHit) -> Action:
    return "scratch" if hit.action == "scratch" else "hit"
