"""What the data sets have in common: reading a folder once, saying what is wrong with it, parting it."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from training.datasets.catalogue import Catalogue, SeenFile
from training.datasets.recording import DatasetError, DatasetInfo, Problem, Recording, Split

log = logging.getLogger(__name__)

# Annotators round to 1/15 s: half of that may lie beyond the end of the last picture.
_BEYOND_END_S = 1 / 30
# A sound file that ends this much before its picture was cut off.
_SHORT_SOUND_S = 0.5
_NAMED_IN_LOG = 5


@dataclass(slots=True)
class Findings:
    """What reading a folder brings together."""

    recordings: list[Recording] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def broken(self, name: str, reason: str) -> None:
        """A clip that is left out."""
        self.problems.append(Problem(name, reason, "broken"))

    def missing(self, name: str, reason: str) -> None:
        """A clip, or a part of one, that should be there."""
        self.problems.append(Problem(name, reason, "missing"))

    def mislabelled(self, name: str, reason: str) -> None:
        """A label that can't be right."""
        self.problems.append(Problem(name, reason, "mislabelled"))

    def doubtful(self, name: str, reason: str) -> None:
        """Something a person should know of."""
        self.problems.append(Problem(name, reason, "doubtful"))


class FolderDataset(ABC):
    """A data set in a folder; its files are looked into when they are first asked for.

    Parameters
    ----------
    root
        The folder.
    strict
        Whether a mislabelled clip is an error; else the label is left out and told as a problem.
    catalogue
        What is known of the files; the user's own when None.
    """

    info: ClassVar[DatasetInfo]

    def __init__(self, root: Path | str, *, strict: bool = True, catalogue: Catalogue | None = None) -> None:
        self.root = Path(root)
        self._strict = strict
        self._catalogue = catalogue or Catalogue(self.root)
        self._found: Findings | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        """What is missing, broken, mislabelled or doubtful, by name."""
        return tuple(self._findings().problems)

    def recordings(self) -> list[Recording]:
        """Every usable recording, in order of name.

        Raises
        ------
        DatasetError
            When there is none, or one is mislabelled (see `strict`).
        """
        found = self._findings()
        wrong = [problem for problem in found.problems if problem.kind == "mislabelled"]
        if wrong and self._strict:
            more = f" ({len(wrong) - 1} more labels are wrong.)" if len(wrong) > 1 else ""
            raise DatasetError(f"{wrong[0].name}: {wrong[0].reason}{more}")
        if not found.recordings:
            raise DatasetError(f"“{self.root}” is empty: {self._why_empty(found)}")
        return list(found.recordings)

    def split(self, protocol: str | None = None) -> Split:
        """The recordings parted as a paper did it; the first of `info.protocols` when None.

        Raises
        ------
        DatasetError
            When the protocol is unknown, there is nothing to part, or clips of one source would stand on two
            sides.
        """
        wanted = protocol or self.info.protocols[0]
        if wanted not in self.info.protocols:
            known = ", ".join(self.info.protocols)
            raise DatasetError(f"{self.info.name} has no split called “{wanted}”; there is: {known}.")
        return self._parted(self.recordings(), wanted)

    @abstractmethod
    def _read(self) -> Findings:
        """Look into the folder."""

    @abstractmethod
    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        """Part the recordings by one of the protocols."""

    def _findings(self) -> Findings:
        if self._found is None:
            if not self.root.is_dir():
                raise DatasetError(f"“{self.root}” is not a folder: there is no data set to read.")
            found = self._read()
            found.recordings.sort(key=lambda recording: recording.name)
            found.problems.sort(key=lambda problem: problem.name)
            self._catalogue.keep()
            self._found = found
            _tell(self.root, found)
        return self._found

    def _usable_picture(self, path: Path, name: str, found: Findings) -> SeenFile | None:
        """What a clip's picture file holds; None, and a problem, when it can't be used."""
        seen = self._catalogue.look(path)
        if not seen.fault and not seen.picture_count:
            found.broken(name, f"“{path.name}” holds no picture.")
            return None
        if seen.fault:
            found.broken(name, seen.fault)
            return None
        return seen

    def _sound_of(
        self, candidates: Sequence[Path], picture: Path, seen: SeenFile, name: str, found: Findings
    ) -> Path | None:
        """The first usable sound file, else the picture file where it carries sound, else None."""
        for path in candidates:
            if not path.is_file():
                continue
            heard = self._catalogue.look(path)
            if heard.fault:
                found.doubtful(name, f"{heard.fault} The clip's other sound is used.")
            elif heard.duration_s < seen.duration_s - _SHORT_SOUND_S:
                found.doubtful(
                    name,
                    f"“{path.name}” ends {seen.duration_s - heard.duration_s:.1f} s before the picture: it "
                    "may have been cut off. The clip's other sound is used.",
                )
            else:
                return path
        if seen.has_sound:
            return picture
        found.doubtful(name, "has no sound that can be read: it serves as a silent clip only.")
        return None

    def _why_empty(self, found: Findings) -> str:
        left_out = [problem for problem in found.problems if problem.kind in ("missing", "broken")]
        if not left_out:
            return f"it holds no clip in the layout of {self.info.name}."
        first = left_out[0]
        return (
            f"none of its clips can be used. Missing or broken: {len(left_out)}; the first is "
            f"“{first.name}”: {first.reason}"
        )


def _tell(root: Path, found: Findings) -> None:
    """Say how many clips are left out, and which: nothing is skipped in silence."""
    left_out = [problem for problem in found.problems if problem.kind in ("missing", "broken")]
    if left_out:
        named = "; ".join(f"{problem.name}: {problem.reason}" for problem in left_out[:_NAMED_IN_LOG])
        rest = len(left_out) - _NAMED_IN_LOG
        log.warning(
            "%s: clips used %d, missing or broken %d. %s%s",
            root,
            len(found.recordings),
            len(left_out),
            named,
            f"; and {rest} more." if rest > 0 else "",
        )


def lies_beyond(time_s: float, duration_s: float) -> bool:
    """Whether an annotated time can't belong to a clip of this length."""
    return not 0 <= time_s <= duration_s + _BEYOND_END_S
