"""Short silent scenes of *The Greatest Hits*, their contacts marked by eye.

    scene_NN.mp4         224x224, 29.97 fps, no sound
    silent_scenes.json   (beside this module) what is touched, when, where, and how certain that is

The marks were made on stills of every picture, before any model had seen the scenes. They are for judging:
what is judged by a scene must not have learned from it. A file counts as a scene when its digest is the one
that was marked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, cast, get_args

from engine.project.materials import ACTIONS, MATERIALS
from training.datasets.annotations import read_object
from training.datasets.folder import Findings, FolderDataset, lies_beyond
from training.datasets.greatest_hits import ADDRESS, CITATION, LICENCE
from training.datasets.recording import Contact, DatasetError, DatasetInfo, Recording, Split

MARKS = Path(__file__).with_name("silent_scenes.json")
"""The marks that come with the program."""

Certainty = Literal["certain", "likely", "guess"]
"""Plain to see; what is touched or when could be something else; the best of several readings."""

CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)


@dataclass(frozen=True, slots=True)
class MarkedContact:
    """A contact somebody saw.

    Attributes
    ----------
    contact
        When, what, where; `time_s` is the first touch.
    certainty
        Of what is touched and when, the lesser of the two.
    or_material
        What else it may be, where that is open.
    """

    contact: Contact
    certainty: Certainty
    or_material: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedScene:
    """A scene's marks.

    Attributes
    ----------
    sha256
        Of the file they were made on.
    sees
        What is in the picture, in a sentence.
    contacts
        In order of time.
    """

    sha256: str
    sees: str
    contacts: tuple[MarkedContact, ...]


class SilentScenes(FolderDataset):
    """The scenes that were marked; `marks` has what `Contact` can't say. All are for judging."""

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="The Greatest Hits, silent scenes marked by eye",
        citation=CITATION,
        licence=LICENCE,
        address=ADDRESS,
        protocols=("judging",),
    )

    @property
    def marks(self) -> Mapping[str, MarkedScene]:
        """The marks of each scene, by name."""
        return read_marks()

    def _read(self) -> Findings:
        found = Findings()
        for name, scene in read_marks().items():
            path = self.root / f"{name}.mp4"
            if not path.is_file():
                found.missing(name, f"“{path.name}” is not here.")
                continue
            if _digest(path) != scene.sha256:
                found.broken(name, f"“{path.name}” is not the file its contacts were marked on.")
                continue
            seen = self._usable_picture(path, name, found)
            if seen is None:
                continue
            contacts = tuple(marked.contact for marked in scene.contacts)
            late = [contact for contact in contacts if lies_beyond(contact.time_s, seen.duration_s)]
            for contact in late:
                found.mislabelled(
                    name, f"is marked at {contact.time_s:g} s, and lasts {seen.duration_s:.2f} s."
                )
            usable = tuple(contact for contact in contacts if contact not in late)
            found.recordings.append(Recording(name, name, path, None, seen.duration_s, usable))
        return found

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        return Split(protocol, (), (), tuple(recordings))


def read_marks(path: Path = MARKS) -> dict[str, MarkedScene]:
    """The marks in a file, by the name of the scene.

    Raises
    ------
    DatasetError
        When the file can't be read, or a mark does not hold what it should.
    """
    scenes = {}
    for name, entry in sorted(read_object(path).get("scenes", {}).items()):
        try:
            marked = sorted(
                (_marked(mark) for mark in entry["contacts"]), key=lambda mark: mark.contact.time_s
            )
            scenes[name] = MarkedScene(str(entry["sha256"]), str(entry["sees"]), tuple(marked))
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(
                f"“{path.name}”: the marks of “{name}” are not as they should be: {error}."
            ) from error
    if not scenes:
        raise DatasetError(f"“{path.name}” holds no scenes.")
    return scenes


def holds_scenes(folder: Path) -> bool:
    """Whether one of the marked scenes lies in a folder."""
    return any(
        path.is_file() and _digest(path) == scene.sha256
        for path, scene in ((folder / f"{name}.mp4", scene) for name, scene in read_marks().items())
    )


def _marked(mark: Mapping[str, Any]) -> MarkedContact:
    x, y = (float(value) for value in mark["point"])
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(f"the point ({x:g}, {y:g}) is outside the picture")
    other = mark.get("or_material")
    for word, words in (
        (mark["material"], MATERIALS),
        (other or mark["material"], MATERIALS),
        (mark["action"], ACTIONS),
        (mark["certainty"], CERTAINTIES),
    ):
        if word not in words:
            raise ValueError(f"“{word}” is none of: {', '.join(words)}")
    contact = Contact(float(mark["time_s"]), str(mark["material"]), str(mark["action"]), point=(x, y))
    return MarkedContact(contact, cast(Certainty, mark["certainty"]), other)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
