"""Sounds as the sound tower and the fit take them: heard once, measured once, and kept in a file.

Three kinds: the true sounds of rendered hits, the built-in kit's, and recordings in folders by material. A
sound has a *maker*: the clip, the kit's object, or the people whose recordings a file is among, so that a
library can be judged that nothing was learned from.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.library.acoustics import measure
from engine.library.listening import listened_part
from engine.media.audio import read_audio
from engine.models.blow_shape import sound_shape
from engine.models.sound_fit import SoundCues
from engine.project.materials import MATERIALS
from training.datasets.footage import Footage
from training.datasets.recording import Recording
from training.fit.struck import SOUND_RATE, StruckHit, true_sound

_SUFFIXES = (".ogg", ".wav", ".flac", ".mp3")
_ATTRIBUTION = "ATTRIBUTION.csv"
_TOGETHER = 32


class HeardLike(Protocol):
    """What a sound model says about n sounds (`engine.models.sound_net.Heard`)."""

    @property
    def vector(self) -> NDArray[np.float32]:
        """(n, d)."""
        ...

    @property
    def materials(self) -> NDArray[np.floating]:
        """(n, 17) probabilities."""
        ...

    @property
    def scratch(self) -> NDArray[np.floating]:
        """(n,) probability that it is one."""
        ...


class SoundModelLike(Protocol):
    """What listens."""

    def hear(self, sounds: Sequence[NDArray[np.float32]], sample_rate: int) -> HeardLike:
        """Listen to mono sounds."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SoundRows:
    """n sounds.

    Attributes
    ----------
    names, makers
        (n,) text.
    material, is_scratch
        (n,) number of the material, and what it is known to be.
    vector, materials, scratch
        What was heard: (n, d), (n, 17), (n,).
    level_db, centroid_hz, attack_s, decay_s, duration_s
        (n,) as `engine.library.acoustics` measures them.
    shape
        float16 (n, frames, bands), as `sound_shape` gives it; 0 for silence.
    """

    names: NDArray[np.str_]
    makers: NDArray[np.str_]
    material: NDArray[np.intp]
    is_scratch: NDArray[np.bool_]
    vector: NDArray[np.float32]
    materials: NDArray[np.float32]
    scratch: NDArray[np.float32]
    level_db: NDArray[np.float64]
    centroid_hz: NDArray[np.float64]
    attack_s: NDArray[np.float64]
    decay_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    shape: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.names)

    def rows(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> SoundRows:
        """Those of some rows."""
        return SoundRows(*(getattr(self, field.name)[which] for field in fields(self)))

    def with_materials(self, materials: NDArray[np.floating]) -> SoundRows:
        """The same sounds, heard as other materials."""
        return replace(self, materials=np.asarray(materials, np.float32))

    def cues(
        self, vectors: NDArray[np.float32] | None, unlike: NDArray[np.floating] | None = None
    ) -> SoundCues:
        """What the fit is told of them, with their vectors (n, 128) and the distances of their shapes."""
        return SoundCues(
            self.materials,
            vectors,
            self.scratch,
            self.level_db,
            self.centroid_hz,
            self.attack_s,
            self.decay_s,
            self.duration_s,
            unlike,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Sounding:
    name: str
    maker: str
    material: str
    is_scratch: bool
    samples: NDArray[np.float32]


def heard_hits(
    recordings: dict[str, Recording], hits: Sequence[StruckHit], model: SoundModelLike
) -> SoundRows:
    """The true sounds of hits, a row for each.

    Parameters
    ----------
    recordings
        By the clip's name as the hits have it.
    """
    footage = Footage()
    return _heard(
        (
            _Sounding(
                f"{hit.clip}@{hit.time_s:.3f}",
                hit.source,
                hit.material,
                hit.action == "scratch",
                true_sound(recordings[hit.clip], hit.time_s, footage),
            )
            for hit in hits
        ),
        model,
    )


def heard_library(folder: Path, model: SoundModelLike) -> SoundRows:
    """The recordings of a folder with a folder per material; their makers as `ATTRIBUTION.csv` states them.

    Raises
    ------
    UserFacingError
        When there is no such folder, or no recording in it.
    """
    if not folder.is_dir():
        raise UserFacingError(f"“{folder}” is no folder, so there are no recordings in it.")
    makers = _makers(folder / _ATTRIBUTION)
    paths = [
        path
        for material in MATERIALS
        for path in sorted((folder / material).glob("*"))
        if path.suffix.lower() in _SUFFIXES
    ]
    if not paths:
        raise UserFacingError(f"“{folder}” holds no recording in a folder named after a material.")
    return _heard((_recording(path, makers.get(f"{path.parent.name}/{path.name}")) for path in paths), model)


def heard_kit(per_material: int, model: SoundModelLike, seed: int = 0) -> SoundRows:
    """Hits and scratches of the built-in kit's objects, `per_material` of each material."""
    return _heard(_kit(per_material, seed), model)


def joined_rows(parts: Sequence[SoundRows]) -> SoundRows:
    """Sounds one after the other."""
    return SoundRows(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(SoundRows))
    )


def save_sounds(path: Path, rows: SoundRows) -> None:
    """Keep sounds in one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **{field.name: getattr(rows, field.name) for field in fields(SoundRows)})  # pyright: ignore[reportArgumentType]


def load_sounds(path: Path) -> SoundRows:
    """Sounds that `save_sounds` kept.

    Raises
    ------
    UserFacingError
        When the file is missing or damaged.
    """
    try:
        with np.load(path) as kept:
            return SoundRows(*(kept[field.name] for field in fields(SoundRows)))
    except (OSError, ValueError, KeyError) as error:
        raise UserFacingError(
            f"“{path}” holds no prepared sounds ({error}). Make it with `python -m training.fit prepare`."
        ) from error


def _recording(path: Path, maker: str | None) -> _Sounding:
    samples = read_audio(path, sample_rate=SOUND_RATE, channels=1)[:, 0]
    material = path.parent.name
    acoustics = measure(samples[:, None], SOUND_RATE)
    return _Sounding(
        f"{material}/{path.name}",
        maker or path.stem.split("_")[0],
        material,
        acoustics.action == "scratch",
        samples,
    )


def _kit(per_material: int, seed: int) -> Iterator[_Sounding]:
    import soxr

    from engine.project.timebase import SAMPLE_RATE
    from engine.synthesis.kit import SEEDS_PER_OBJECT, KitRecipe, synthesise

    rng = np.random.default_rng(seed)
    for material in MATERIALS:
        for number in range(per_material):
            is_scratch = number % 4 == 3
            strength = round(float(rng.uniform(0.2, 1.0)), 1)
            action = "scratch" if is_scratch else "hit"
            recipe = KitRecipe(
                material, action, number * SEEDS_PER_OBJECT, strength, 0.5 if is_scratch else 0.0
            )
            made = np.asarray(synthesise(recipe), np.float32)
            made = made.mean(axis=1) if made.ndim == 2 else made
            samples = np.asarray(soxr.resample(made, SAMPLE_RATE, SOUND_RATE), np.float32)
            yield _Sounding(
                f"kit/{material}-{number}", f"kit/{material}-{number}", material, is_scratch, samples
            )


def _heard(sounds: Iterator[_Sounding], model: SoundModelLike) -> SoundRows:
    columns: dict[str, list[object]] = {field.name: [] for field in fields(SoundRows)}
    batch: list[_Sounding] = []

    def hear() -> None:
        heard = model.hear([listened_part(each.samples[:, None], SOUND_RATE) for each in batch], SOUND_RATE)
        columns["vector"] += list(heard.vector)
        columns["materials"] += list(heard.materials)
        columns["scratch"] += list(heard.scratch)
        batch.clear()

    for each in sounds:
        batch.append(each)
        measured = measure(each.samples[:, None], SOUND_RATE)
        shape = sound_shape(each.samples, SOUND_RATE)
        for name, value in (
            ("names", each.name),
            ("makers", each.maker),
            ("material", MATERIALS.index(each.material)),
            ("is_scratch", each.is_scratch),
            ("level_db", measured.level_db),
            ("centroid_hz", measured.centroid_hz),
            ("attack_s", measured.attack_s),
            ("decay_s", measured.decay_s),
            ("duration_s", len(each.samples) / SOUND_RATE),
            ("shape", _silent_shape() if shape is None else shape.astype(np.float16)),
        ):
            columns[name].append(value)
        if len(batch) == _TOGETHER:
            hear()
    if batch:
        hear()
    return SoundRows(**{name: np.array(values) for name, values in columns.items()})


def _silent_shape() -> NDArray[np.float16]:
    shape = sound_shape(np.ones(SOUND_RATE, np.float32), SOUND_RATE)
    assert shape is not None
    return np.zeros(shape.shape, np.float16)


def _makers(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["source"] for row in csv.DictReader(file) if row.get("file")}
