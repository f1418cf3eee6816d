"""Labelled sounds for the SVM: folders of recordings, clips with labels, rendered scenes, the sound kit.

Every sound is described by `sound_features` or `cochleagram_features`, and has an *object*: sounds of one
object (one maker's recordings, one source video, one rendered clip, one thing of the kit) never stand on
two sides.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.project.materials import HARD_MATERIALS, MATERIALS
from training.evaluate.cochleagram_features import clip_cochleagram_features
from training.evaluate.sound_features import clip_sound_features

WORDS = ("material", "action", "reaction", "hardness")
"""What a sound can be asked for."""

_ATTRIBUTION = "ATTRIBUTION.csv"
_SOUND_ENDINGS = (".ogg", ".wav", ".flac", ".mp3")
_CONTACT_SHARE = 0.3
_SILENCE_BEFORE_S, _SILENCE_AFTER_S = 0.3, 0.6

Describe = Callable[[NDArray[np.floating], int, Sequence[float]], NDArray[np.float32]]
"""From samples, their rate and times of impacts in seconds to a row of features for each."""

DESCRIPTIONS: dict[str, Describe] = {
    "shape": clip_sound_features,
    "cochleagram": clip_cochleagram_features,
}
"""Ways to describe sounds: what carries over from recording to recording, and what the paper used."""


@dataclass(frozen=True, slots=True)
class LabelledSound:
    """What is known of one sound, besides its features."""

    name: str
    object: str
    material: str | None
    action: str | None = None
    reaction: str | None = None

    def word(self, kind: str) -> str | None:
        """Its material, action, reaction or hardness; None where nobody said."""
        if kind == "hardness":
            return None if self.material is None else "hard" if self.material in HARD_MATERIALS else "soft"
        return {"material": self.material, "action": self.action, "reaction": self.reaction}[kind]


@dataclass(frozen=True, slots=True, eq=False)
class SoundSet:
    """Described sounds.

    Attributes
    ----------
    sounds
        n of them.
    features
        (n, d) float32.
    left_out
        Names and reasons of what could not be described.
    """

    sounds: tuple[LabelledSound, ...]
    features: NDArray[np.float32]
    left_out: tuple[tuple[str, str], ...] = ()

    def labelled(self, kind: str, action: str | None = None) -> SoundSet:
        """Those of which a word is known, and only one action's when asked."""
        kept = [
            index
            for index, sound in enumerate(self.sounds)
            if sound.word(kind) is not None and (action is None or sound.action == action)
        ]
        return SoundSet(tuple(self.sounds[index] for index in kept), self.features[kept], self.left_out)

    def words(self, kind: str) -> list[str]:
        """The word of each sound.

        Raises
        ------
        UserFacingError
            When a sound has none; `labelled` leaves those out.
        """
        words = [sound.word(kind) for sound in self.sounds]
        if None in words:
            raise UserFacingError(f"A sound has no {kind}; ask for the labelled ones.")
        return [str(word) for word in words]

    def objects(self) -> list[str]:
        """The object of each sound."""
        return [sound.object for sound in self.sounds]


def recorded_sounds(folder: Path, describe: Describe = clip_sound_features) -> SoundSet:
    """A folder with a folder of recordings per material, one impact each.

    The object of a file is its source as `ATTRIBUTION.csv` (columns `file`, `source`) states it, else what
    its name begins with.

    Raises
    ------
    UserFacingError
        When there is no such folder, or no sound of a known material in it.
    """
    if not folder.is_dir():
        raise UserFacingError(f"“{folder}” is no folder, so there are no recordings in it.")
    source_of = _sources(folder / _ATTRIBUTION)
    gathered = _Gathered(describe)
    for material in MATERIALS:
        for path in sorted((folder / material).glob("*")):
            if path.suffix.lower() not in _SOUND_ENDINGS:
                continue
            name = f"{material}/{path.name}"
            source = source_of.get(name, path.stem.split("_")[0])
            gathered.add_recording(path, LabelledSound(name, source, material))
    return gathered.finished(f"“{folder}”")


def kit_sounds(per_material: int, seed: int = 0, describe: Describe = clip_sound_features) -> SoundSet:
    """Hits of the sound kit as it is, each on another object, in a little noise."""
    from engine.project.timebase import SAMPLE_RATE
    from engine.synthesis.impacts.draws import SEEDS_PER_OBJECT
    from engine.synthesis.kit import KitRecipe, synthesise

    random = np.random.default_rng(seed)
    gathered = _Gathered(describe)
    for material in MATERIALS:
        for number in range(per_material):
            strength = float(random.uniform(0.3, 1.0))
            sound = synthesise(KitRecipe(material, "hit", SEEDS_PER_OBJECT * number, strength))
            padded = _padded(sound, SAMPLE_RATE)
            padded += random.normal(0.0, 0.003 * np.abs(sound).max(), padded.size)
            label = LabelledSound(f"{material} {number}", f"{material} {number}", material, "hit")
            gathered.add(padded, SAMPLE_RATE, [_SILENCE_BEFORE_S], [label])
    return gathered.finished("the sound kit")


def dataset_sounds(path: Path | str, describe: Describe = clip_sound_features) -> SoundSet:
    """The labelled contacts of a data set's clips; a clip that can't be described is left out by name.

    Raises
    ------
    UserFacingError
        When the data set can't be opened, or has no labelled contact with a sound.
    """
    from rich.progress import track

    from engine.media.audio import read_audio
    from training.datasets import open_dataset
    from training.datasets.footage import native_rate

    recordings = open_dataset(path).recordings()
    gathered = _Gathered(describe)
    for recording in track(recordings, description="Listening", transient=True, disable=len(recordings) < 20):
        contacts = [contact for contact in recording.contacts if contact.material or contact.action]
        if recording.sound is None or not contacts:
            continue
        try:
            rate = native_rate(recording.sound)
            sound = read_audio(recording.sound, sample_rate=rate, channels=1)[:, 0]
        except MediaError as error:
            gathered.left_out.append((recording.name, str(error)))
            continue
        labels = [
            LabelledSound(
                f"{recording.name} at {contact.time_s:.2f} s",
                recording.source,
                contact.material,
                contact.action,
                contact.reaction,
            )
            for contact in contacts
        ]
        gathered.add(sound, rate, [contact.time_s for contact in contacts], labels)
    return gathered.finished(f"“{path}”")


class _Gathered:
    """Sounds described one recording after the other."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._sounds: list[LabelledSound] = []
        self._features: list[NDArray[np.float32]] = []
        self.left_out: list[tuple[str, str]] = []

    def add(
        self,
        samples: NDArray[np.floating],
        sample_rate: int,
        times_s: Sequence[float],
        labels: Sequence[LabelledSound],
    ) -> None:
        try:
            features = self._describe(samples, sample_rate, times_s)
        except UserFacingError:
            # One of them is silent or beyond the end: the others are still good.
            for time_s, label in zip(times_s, labels, strict=True):
                try:
                    row = self._describe(samples, sample_rate, [time_s])
                except UserFacingError as error:
                    self.left_out.append((label.name, str(error)))
                else:
                    self._sounds.append(label)
                    self._features.append(row)
            return
        self._sounds += labels
        self._features.append(features)

    def add_recording(self, path: Path, label: LabelledSound) -> None:
        import soundfile

        try:
            samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError as error:
            self.left_out.append((label.name, f"can't be decoded ({error.error_string})"))
            return
        sound = samples.mean(axis=1)
        self.add(_padded(sound, rate), rate, [_SILENCE_BEFORE_S + _contact_s(sound, rate)], [label])

    def finished(self, where: str) -> SoundSet:
        if not self._sounds:
            reason = f" ({self.left_out[0][0]}: {self.left_out[0][1]})" if self.left_out else ""
            raise UserFacingError(f"There is no labelled sound in {where}{reason}.")
        return SoundSet(tuple(self._sounds), np.concatenate(self._features), tuple(self.left_out))


def _sources(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["file"]: row["source"] for row in csv.DictReader(lines)}


def _contact_s(sound: NDArray[np.float64], rate: int) -> float:
    """Where the envelope first reaches a good part of its peak."""
    block = max(1, rate // 200)
    blocks = sound[: max(block, sound.size // block * block)]
    envelope = np.sqrt((blocks[: blocks.size // block * block].reshape(-1, block) ** 2).mean(axis=1))
    if not envelope.size or envelope.max() <= 0:
        return 0.0
    return int(np.argmax(envelope >= _CONTACT_SHARE * envelope.max())) * block / rate


def _padded(sound: NDArray[np.floating], rate: int) -> NDArray[np.float64]:
    before, after = round(_SILENCE_BEFORE_S * rate), round(_SILENCE_AFTER_S * rate)
    return np.pad(np.asarray(sound, np.float64), (before, after))
