"""Real hits to judge by: what is known to be struck, and what the program sees who has not learned from them.

Clips with their sound (`greatest-hits-clips`) and silent scenes marked by eye. Materials are seen by models
that learned without the hit's own source, so that nothing is judged by what it was taught.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.library.acoustics import measure
from engine.models.blow_shape import sound_shape
from engine.models.sight import SightFeatures
from engine.models.sound_fit import HitCues
from engine.models.two_tower import TwoTower
from engine.project.materials import MATERIALS
from training.datasets.footage import Footage
from training.datasets.recording import Recording
from training.fit.judged import JudgedHits
from training.fit.struck import SOUND_RATE, true_sound

SILENT_LEVEL_DB = -20.0
"""The level that a hit is taken to have whose sound nobody heard."""


@dataclass(frozen=True, slots=True, eq=False)
class RealHits:
    """n hits.

    Attributes
    ----------
    sources, clips
        (n,) video and clip of each.
    time_s
        (n,) in the clip.
    material, is_scratch
        (n,) what people said.
    is_certain
        (n,) whether they were certain.
    level_db, length_s
        (n,) of its sound; the length of a scratch, 0 for a hit.
    materials
        (n, 17) what is seen by a model that has not learned from the hit's source.
    shapes
        (n, frames, bands) of the true sounds; NaN where there is none.
    whole, crop
        (n, 1280) as in `SightFeatures`.
    """

    sources: NDArray[np.str_]
    clips: NDArray[np.str_]
    time_s: NDArray[np.float64]
    material: NDArray[np.intp]
    is_scratch: NDArray[np.bool_]
    is_certain: NDArray[np.bool_]
    level_db: NDArray[np.float64]
    length_s: NDArray[np.float64]
    materials: NDArray[np.float32]
    shapes: NDArray[np.float32]
    whole: NDArray[np.float32]
    crop: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.clips)

    def judged(self, towers: TwoTower | None) -> JudgedHits:
        """The hits as recommendations are asked for them, with pictures' vectors where there are towers."""
        vectors: list[NDArray[np.float32] | None] = [None] * len(self)
        if towers is not None:
            nothing = np.zeros((len(self), 0), np.float32)
            features = SightFeatures(self.whole, nothing, self.crop, nothing)
            vectors = list(towers.picture_vectors(features, self.materials))
        cues = tuple(
            HitCues(
                self.materials[row],
                float(self.level_db[row]),
                bool(self.is_scratch[row]),
                float(self.length_s[row]),
                vectors[row],
            )
            for row in range(len(self))
        )
        return JudgedHits(cues, self.material, self.is_scratch, self.sources, self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class HeardContact:
    """What the sound of a contact tells; what is usual where it has none."""

    level_db: float
    length_s: float
    shape: NDArray[np.float32]


def heard_contact(recording: Recording, time_s: float, action: str | None) -> HeardContact:
    """Level, length and shape of the true sound of a contact."""
    if recording.sound is None:
        return HeardContact(SILENT_LEVEL_DB, 0.0, np.full(_nothing().shape, np.nan, np.float32))
    samples = true_sound(recording, time_s, Footage())
    shape = sound_shape(samples, SOUND_RATE)
    level_db = measure(samples[:, None], SOUND_RATE).level_db
    length_s = len(samples) / SOUND_RATE if action == "scratch" else 0.0
    return HeardContact(level_db, length_s, np.full_like(_nothing(), np.nan) if shape is None else shape)


def save_real(path: Path, hits: RealHits) -> None:
    """Keep hits in one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **{field.name: getattr(hits, field.name) for field in fields(RealHits)})  # pyright: ignore[reportArgumentType]


def load_real(path: Path) -> RealHits:
    """Hits that `save_real` kept.

    Raises
    ------
    UserFacingError
        When the file is missing or damaged.
    """
    try:
        with np.load(path) as kept:
            hits = RealHits(*(kept[field.name] for field in fields(RealHits)))
    except (OSError, ValueError, KeyError) as error:
        raise UserFacingError(
            f"“{path}” holds no real hits ({error}). Make it with `python -m training.fit prepare`."
        ) from error
    if hits.materials.shape != (len(hits), len(MATERIALS)):
        raise UserFacingError(f"“{path}” is damaged: materials are of shape {hits.materials.shape}.")
    return hits


def _nothing() -> NDArray[np.float32]:
    shape = sound_shape(np.ones(SOUND_RATE, np.float32), SOUND_RATE)
    assert shape is not None
    return shape
