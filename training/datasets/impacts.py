"""A folder of one's own clips with their production sound; no labels are needed.

Any video the program opens, in any folders below: phones' turned pictures and variable frame rates too.
When things are hit comes from the sound, which is why the sound must be the camera's, recorded with the
picture. Clips in a subfolder count as cut from one recording and stay together in splits; a clip in the
folder itself is its own source.

References
----------
Huang, Kumar: How Loud are Silent Films? (a folder of phone clips of impacts beside the drumstick videos)
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from engine.errors import MediaError
from training.datasets.contacts_from_sound import contacts_heard
from training.datasets.folder import Findings, FolderDataset
from training.datasets.recording import DatasetInfo, Recording, Split
from training.datasets.splits import drawn_split

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".3gp", ".mxf"}
)

_TEST_SHARE, _VALIDATION_SHARE = 0.25, 0.2


class Impacts(FolderDataset):
    """Clips of a user's own; the split `by-source` draws a quarter for the test and a fifth of the rest."""

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="Impacts (your own clips)",
        citation="your own recordings",
        licence="yours",
        protocols=("by-source",),
    )

    def _read(self) -> Findings:
        found = Findings()
        for path in videos_below(self.root):
            self._read_clip(path, found)
        return found

    def _read_clip(self, path: Path, found: Findings) -> None:
        place = path.relative_to(self.root)
        name = place.as_posix()
        seen = self._usable_picture(path, name, found)
        if seen is None:
            return
        if not seen.has_sound:
            found.broken(name, "has no sound, and when things are hit is read from the sound.")
            return
        try:
            contacts = contacts_heard(path, seen.duration_s, self._catalogue)
        except MediaError as error:
            found.broken(name, str(error))
            return
        if not contacts:
            found.doubtful(name, "no hit is heard in it: it serves as an example of nothing happening.")
        source = place.parent.as_posix() if len(place.parts) > 1 else name
        found.recordings.append(Recording(name, source, path, path, seen.duration_s, contacts, "audio"))

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        return drawn_split(recordings, protocol, test_share=_TEST_SHARE, validation_share=_VALIDATION_SHARE)


def videos_below(root: Path) -> list[Path]:
    """Every video in a folder and those below it; what begins with a dot is passed over, as everywhere."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
