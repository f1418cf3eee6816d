"""Labelled sounds as pictures (`engine.features.impact_picture`): of scenes, clips, recordings and the kit.

Contacts follow each other; what is heard of one ends where the next begins, as it does in the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.features.impact_picture import impact_picture, is_silent
from engine.project.materials import ACTIONS, MATERIALS
from engine.project.timebase import SAMPLE_RATE
from training.datasets.recording import Contact, Recording
from training.datasets.sound_file import native_rate, read_mono

NEXT_IS_APART_S = 0.08
"""A contact this soon after another is heard with it."""
_BEFORE_NEXT_S = 0.02
_FADE_S = 0.01
_BEFORE_S = 0.1
_MOST_OF_A_KIND = 4
_KIT_BEFORE_S = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """n labelled sounds.

    Attributes
    ----------
    pictures
        (n, 3, 64, 96) float16 in dB.
    materials, actions
        (n,) int64, places in `MATERIALS` and `ACTIONS`; -1 where nobody said.
    sources
        What each was made of (a clip, a maker's recordings, a thing of the kit).
    times_s
        (n,) when in its source.
    """

    pictures: NDArray[np.float16]
    materials: NDArray[np.int64]
    actions: NDArray[np.int64]
    sources: tuple[str, ...]
    times_s: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.materials)

    def only(self, rows: NDArray[np.intp]) -> Examples:
        """Some of them."""
        return Examples(
            self.pictures[rows],
            self.materials[rows],
            self.actions[rows],
            tuple(self.sources[row] for row in rows),
            self.times_s[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Example:
    picture: NDArray[np.float32]
    material: str | None
    action: str | None
    source: str
    time_s: float


def together(parts: Sequence[Examples]) -> Examples:
    """Several sets as one.

    Raises
    ------
    UserFacingError
        When there is no sound in any.
    """
    filled = [part for part in parts if len(part)]
    if not filled:
        raise UserFacingError("There is no labelled sound to learn from.")
    return Examples(
        np.concatenate([part.pictures for part in filled]),
        np.concatenate([part.materials for part in filled]),
        np.concatenate([part.actions for part in filled]),
        tuple(source for part in filled for source in part.sources),
        np.concatenate([part.times_s for part in filled]),
    )


def scene_examples(count: int, seed: int, recordings: Path | None, without: Sequence[str] = ()) -> Examples:
    """Sounds of so many scenes without a picture; `recordings` are laid over some of their things.

    `without` names makers whose recordings are not.
    """
    from rich.progress import track

    from training.heard.scenes import scenes
    from training.stage.sound.recordings import read_shelf

    shelf = None if recordings is None else read_shelf(recordings, tuple(without))
    found: list[_Example] = []
    for scene in track(scenes(count, seed, shelf), "Scenes", count, transient=True):
        contacts = [Contact(each.time_s, each.material, each.action) for each in scene.contacts]
        found += _contacts(scene.sound, SAMPLE_RATE, contacts, scene.name)
    return _gathered(found)


def clip_examples(
    recordings: Sequence[Recording], *, most_of_a_kind: int | None = _MOST_OF_A_KIND, seed: int = 0
) -> Examples:
    """Contacts of clips with sound: of each clip, material and action at most `most_of_a_kind`, by lot."""
    from rich.progress import track

    rng = np.random.default_rng(seed)
    found: list[_Example] = []
    for recording in track(recordings, "Clips", transient=True):
        if recording.sound is None:
            continue
        try:
            rate = native_rate(recording.sound)
            sound = read_mono(recording.sound, rate, 0.0, recording.duration_s)
        except MediaError:
            continue
        wanted = _some(recording.contacts, most_of_a_kind, rng)
        found += _contacts(sound, rate, recording.contacts, recording.source, wanted, recording.name)
    return _gathered(found)


def recorded_examples(folder: Path, without: Sequence[str] = ()) -> Examples:
    """A folder with a folder of recordings per material, an impact each; not those of some makers."""
    found: list[_Example] = []
    for material in MATERIALS:
        for path in sorted((folder / material).glob("*")):
            maker = path.stem.split("_")[0]
            if maker in without:
                continue
            try:
                samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                continue
            picture = impact_picture(samples.mean(axis=1), rate)
            found.append(_Example(picture, material, None, maker, 0.0))
    return _gathered(found)


def kit_examples(per_material: int, seed: int = 0) -> Examples:
    """The kit's own sounds, each of another thing, dry."""
    from engine.synthesis.kit import SEEDS_PER_OBJECT, KitRecipe, synthesise

    rng = np.random.default_rng(seed)
    found: list[_Example] = []
    for material in MATERIALS:
        for number in range(per_material):
            action = ACTIONS[int(number % 4 == 3)]
            recipe = KitRecipe(material, action, SEEDS_PER_OBJECT * number, float(rng.uniform(0.3, 1.0)))
            sound = np.pad(synthesise(recipe), (round(_KIT_BEFORE_S * SAMPLE_RATE), 0))
            picture = impact_picture(sound, SAMPLE_RATE, _KIT_BEFORE_S)
            found.append(_Example(picture, material, action, f"kit {material} {number}", 0.0))
    return _gathered(found)


def heard_of_contact(
    sound: NDArray[np.float32], sample_rate: int, time_s: float, next_s: float | None
) -> NDArray[np.float32]:
    """The picture of one contact of a recording, ending where the next contact begins."""
    first = max(0, round((time_s - _BEFORE_S) * sample_rate))
    end = sound.size if next_s is None else min(sound.size, round((next_s - _BEFORE_NEXT_S) * sample_rate))
    piece = sound[first : max(first, end)].copy()
    if next_s is not None:
        fade = min(piece.size, round(_FADE_S * sample_rate))
        piece[piece.size - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return impact_picture(piece, sample_rate, time_s - first / sample_rate)


def _contacts(
    sound: NDArray[np.float32],
    sample_rate: int,
    contacts: Sequence[Contact],
    source: str,
    wanted: Sequence[int] | None = None,
    name: str = "",
) -> Iterator[_Example]:
    times_s = np.array([contact.time_s for contact in contacts])
    for number in range(len(contacts)) if wanted is None else wanted:
        contact = contacts[number]
        later = times_s[times_s > contact.time_s + NEXT_IS_APART_S]
        picture = heard_of_contact(
            sound, sample_rate, contact.time_s, float(later.min()) if later.size else None
        )
        if not is_silent(picture):
            yield _Example(picture, contact.material, contact.action, name or source, contact.time_s)


def _some(contacts: Sequence[Contact], most: int | None, rng: np.random.Generator) -> list[int]:
    """Labelled contacts in order of time, not more than `most` of one material and action."""
    labelled = [number for number, contact in enumerate(contacts) if contact.material is not None]
    if most is None:
        return labelled
    counts: dict[tuple[str | None, str | None], int] = {}
    kept = []
    for number in rng.permutation(labelled):
        kind = (contacts[number].material, contacts[number].action)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= most:
            kept.append(int(number))
    return sorted(kept)


def _gathered(found: Sequence[_Example]) -> Examples:
    return Examples(
        np.array([each.picture for each in found], np.float16).reshape(-1, 3, 64, 96),
        np.array([MATERIALS.index(each.material) if each.material else -1 for each in found], np.int64),
        np.array([ACTIONS.index(each.action) if each.action else -1 for each in found], np.int64),  # pyright: ignore[reportArgumentType]
        tuple(each.source for each in found),
        np.array([each.time_s for each in found], np.float64),
    )
