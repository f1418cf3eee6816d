"""Scenes rendered by us, in the layout of *The Greatest Hits* with a truth beside each clip.

    stage.json                     how many clips there shall be, and what decides how they look
    train.txt, test.txt            names
    shard_0000/NAME_denoised.mp4   picture and sound
    shard_0000/NAME_denoised.wav
    shard_0000/NAME_times.txt      as in the original
    shard_0000/NAME_truth.json     contacts at sub-frame precision, near misses, the level at each picture

The truth is what is read; `_times.txt` serves recipes that know the original layout only. It is written last,
so a clip that has one is whole, also where the rendering was stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from engine.project.materials import ACTIONS, MATERIALS, REACTIONS
from training.datasets.annotations import read_object
from training.datasets.catalogue import SeenFile
from training.datasets.folder import Findings, lies_beyond
from training.datasets.greatest_hits import GreatestHits
from training.datasets.recording import Contact, DatasetError, DatasetInfo, Recording, Split
from training.datasets.words import known_word

MANIFEST = "stage.json"
TRUTH_VERSION = 1

_VALIDATION_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class _Truth:
    contacts: tuple[Contact, ...]
    near_misses_s: tuple[float, ...]
    level_db: tuple[float, ...]
    set_name: str | None


class Stage(GreatestHits):
    """Rendered clips; every one is its own source.

    The split `stage` takes the lists and holds out a tenth of the training clips to choose by.
    """

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="The rendered stage",
        citation="rendered by this project; rhythm and words after the annotations of The Greatest Hits",
        licence="CC BY 4.0 (statistics of The Greatest Hits); textures as their sources state",
        protocols=("stage",),
    )

    def _read(self) -> Findings:
        found = super()._read()
        path = self.root / MANIFEST
        if path.is_file():
            clips = read_object(path).get("clips")
            if not isinstance(clips, int):
                raise DatasetError(f"“{path}” does not say how many clips there are (“clips”).")
            if clips > len(found.recordings):
                found.missing(
                    MANIFEST,
                    f"{clips} clips were to be rendered, and {len(found.recordings)} can be used: the "
                    "rendering was stopped, or still goes on.",
                )
        return found

    def _recording(
        self, name: str, folder: Path, picture: Path, seen: SeenFile, found: Findings
    ) -> Recording | None:
        path = folder / f"{name}_truth.json"
        if not path.is_file():
            found.missing(name, f"“{path.name}” is missing: nothing is known of its hits.")
            return None
        try:
            truth = _read_truth(path, name, seen, found)
        except DatasetError as error:
            found.broken(name, str(error))
            return None
        sound = self._sound_of([folder / f"{name}_denoised.wav"], picture, seen, name, found)
        return Recording(
            name,
            name,
            picture,
            sound,
            seen.duration_s,
            truth.contacts,
            "exact",
            truth.level_db or None,
            truth.set_name,
            near_misses_s=truth.near_misses_s,
        )

    def _check_lists(self, names: set[str], found: Findings) -> None:
        training, test = self._lists()
        if not training:
            found.doubtful("train.txt", "the lists are missing, so the split is drawn by lot.")
        elif unlisted := names - {*training, *test}:
            found.doubtful("train.txt", f"{len(unlisted)} clips are in neither list: no split uses them.")

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        return self._parted_by_lists(recordings, protocol, _VALIDATION_SHARE)


def _read_truth(path: Path, name: str, seen: SeenFile, found: Findings) -> _Truth:
    """A clip's truth.

    Raises
    ------
    DatasetError
        When the file is none.
    """
    contents = read_object(path)
    version = contents.get("version")
    if version != TRUTH_VERSION:
        raise DatasetError(
            f"“{path.name}” has version {version}, and this program reads version {TRUTH_VERSION}: it was "
            "rendered by another version; render it anew."
        )
    try:
        contacts = [
            _contact(entry, number, path, name, seen, found)
            for number, entry in enumerate(contents["contacts"], start=1)
        ]
        near_misses_s = tuple(float(time_s) for time_s in contents.get("near_misses", ()))
        level_db = tuple(float(level) for level in contents.get("level_db", ()))
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"“{path.name}” does not hold what it should ({error}).") from error
    if level_db and len(level_db) != seen.picture_count:
        raise DatasetError(
            f"“{path.name}” has {len(level_db)} levels, but the clip {seen.picture_count} pictures: they do "
            "not belong together, or the clip was cut off."
        )
    kept = sorted((contact for contact in contacts if contact), key=lambda contact: contact.time_s)
    set_name = contents.get("set")
    return _Truth(tuple(kept), near_misses_s, level_db, set_name if isinstance(set_name, str) else None)


def _contact(
    entry: dict[str, Any], number: int, path: Path, name: str, seen: SeenFile, found: Findings
) -> Contact | None:
    where = f"contact {number} of “{path.name}”"
    time_s = float(entry["time_s"])
    if lies_beyond(time_s, seen.duration_s):
        found.mislabelled(
            name, f"{where} is at {time_s:g} s, but the clip lasts {seen.duration_s:.2f} s; was it cut off?"
        )
        return None
    point = entry.get("point")
    return Contact(
        time_s,
        known_word(entry["material"], MATERIALS, "material", name, where, found),
        known_word(entry["action"], ACTIONS, "action", name, where, found),
        known_word(entry["reaction"], REACTIONS, "reaction", name, where, found),
        duration_s=float(entry.get("duration_s", 0.0)),
        strength=None if entry.get("strength") is None else float(entry["strength"]),
        point=None if point is None else (float(point[0]), float(point[1])),
        in_picture=bool(entry.get("in_picture", True)),
        turns_s=tuple(float(turn_s) for turn_s in entry.get("turns_s", ())),
    )
