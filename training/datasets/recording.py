"""What every data set consists of: recordings with contacts in them, where they come from, what is broken.

Conventions
-----------
Times are in seconds from the first picture of a file, as `engine.media.decode` counts them. Materials,
actions and reactions are the words of `engine.project.materials`; None is "not said", and such contacts are
kept: they were heard. Levels are RMS in dBFS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from engine.errors import UserFacingError

Timing = Literal["exact", "audio", "annotated"]
"""Where times come from: a renderer that knows them, the recording's own sound, or people who looked."""


class DatasetError(UserFacingError):
    """A data set can't be used as asked; the text says which file, what is wrong and the likely cause."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Something touches something else.

    Attributes
    ----------
    time_s
        When it begins.
    material, action, reaction
        Words of the field, or None where nobody said.
    duration_s
        How long a scratch lasts; 0 for a hit, or where nobody said.
    strength
        0..1, or None where nobody said.
    point
        Where in the picture, (x, y) in 0..1 of its width and height from the upper left.
    in_picture
        Whether it can be seen; else it is only heard.
    level_db
        How loud its loudest 1/30 s is, where that was measured.
    turns_s
        When a scratch turns round, where the data set states it.
    """

    time_s: float
    material: str | None = None
    action: str | None = None
    reaction: str | None = None
    duration_s: float = 0.0
    strength: float | None = None
    point: tuple[float, float] | None = None
    in_picture: bool = True
    level_db: float | None = None
    turns_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """One clip.

    Attributes
    ----------
    name
        Unique within its data set.
    source
        The video it was cut from: clips of one source never stand on two sides of a split.
    picture, sound
        Files; the same one where the picture carries the sound, None where there is no sound.
    duration_s
        From the first picture to the end of the last, or as long as the data set pads it to.
    contacts
        In order of time.
    timing
        How far their times can be trusted.
    level_db
        Level while each picture is shown, where the data set states it; None where it has to be measured.
    category
        What the whole clip is of, in data sets that say so.
    near_misses_s
        When something almost touched, where the data set states it: nothing may be heard there.
    repeat_s
        The file's own length, where the data set fills `duration_s` by playing the file over and over.
    """

    name: str
    source: str
    picture: Path
    sound: Path | None
    duration_s: float
    contacts: tuple[Contact, ...] = ()
    timing: Timing = "annotated"
    level_db: tuple[float, ...] | None = None
    category: str | None = None
    near_misses_s: tuple[float, ...] = ()
    repeat_s: float | None = None


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What a person has to know about a data set before using it.

    Attributes
    ----------
    name
        What it is called.
    citation
        The paper to cite, in one line.
    licence
        Its licence, in one line.
    address
        Where its makers offer it; "" for what nobody offers.
    protocols
        Names of the ways it may be split; the first is taken when nobody chooses.
    sha256
        Digest of files known in advance, by their path within the folder.
    """

    name: str
    citation: str
    licence: str
    address: str = ""
    protocols: tuple[str, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A clip, or another file, that is not as it should be.

    Attributes
    ----------
    name
        Of the clip or file.
    reason
        One sentence.
    kind
        What is missing or broken is left out of the recordings. What is mislabelled stops the work, unless
        the data set was opened with `strict=False`: then the label is left out. What is doubtful is used.
    """

    name: str
    reason: str
    kind: Literal["missing", "broken", "mislabelled", "doubtful"] = "broken"


@dataclass(frozen=True, slots=True)
class Split:
    """The recordings of a data set, parted for training, for choosing, and for judging."""

    protocol: str
    training: tuple[Recording, ...]
    validation: tuple[Recording, ...]
    test: tuple[Recording, ...]


class Dataset(Protocol):
    """A folder of recordings in a layout that is known."""

    info: ClassVar[DatasetInfo]
    """Citation, licence, address, protocols."""

    root: Path
    """The folder."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is missing, broken or doubtful, by name."""
        ...

    def recordings(self) -> list[Recording]:
        """Every usable recording, in order of name.

        Raises
        ------
        DatasetError
            When there is none, or one is mislabelled.
        """
        ...

    def split(self, protocol: str | None = None) -> Split:
        """The recordings parted as a paper did it; the first of `info.protocols` when None.

        Raises
        ------
        DatasetError
            When the protocol is unknown, or clips of one source would stand on two sides.
        """
        ...
