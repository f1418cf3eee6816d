"""*The Greatest Hits* in its original layout (`vis-data`, or the smaller `vis-data-256`).

Per video `NAME_denoised.mp4` (sound cleaned), `NAME_mic.mp4` (the camera's own sound), `NAME_denoised.wav`
(96 kHz) and `NAME_times.txt`; beside them `train.txt` and `test.txt` with 733 and 244 names. Every video is
its own source.

Hits whose material the annotators could not tell ("None") are kept: they were heard, and a detector that is
punished for finding them learns wrong.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from training.datasets.catalogue import SeenFile
from training.datasets.folder import Findings, FolderDataset
from training.datasets.recording import Contact, DatasetInfo, Recording, Split
from training.datasets.splits import drawn_split, listed_split
from training.datasets.words import read_names, read_times

CITATION = (
    "A. Owens, P. Isola, J. McDermott, A. Torralba, E. Adelson, W. Freeman: "
    "Visually Indicated Sounds. CVPR 2016"
)
LICENCE = "CC BY 4.0"
ADDRESS = "https://andrewowens.com/vis/"

TEST_SHARE = 0.25
"""244 of 977."""
VALIDATION_SHARE = 0.2
"""Share of the training videos that later work held out: 147 of 733, which leaves 586."""

# Shares of the training videos that each paper chose by; the test videos are the same.
_VALIDATION_SHARES = {"owens": 0.0, "huang-kumar": VALIDATION_SHARE, "two-tower": VALIDATION_SHARE}
_PICTURES = ("_denoised.mp4", "_mic.mp4")
_TIMES = "_times.txt"
_LISTS = ("train.txt", "test.txt")


class GreatestHits(FolderDataset):
    """Videos of a drumstick hitting and scratching things, labelled by people.

    Splits: `owens` is the dataset's own (733 for training, 244 for the test); `huang-kumar` (733 and 244,
    a fifth of the 733 to choose by) and `two-tower` (586, 147, 244) hold out a fifth of the training videos,
    each another one. Without the lists they are drawn by lot in the same shares.
    """

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="The Greatest Hits",
        citation=CITATION,
        licence=LICENCE,
        address=ADDRESS,
        protocols=tuple(_VALIDATION_SHARES),
    )

    def _read(self) -> Findings:
        found = Findings()
        clips = clips_below(self.root)
        for name, folder in clips.items():
            self._read_clip(name, folder, found)
        self._check_lists(set(clips), found)
        return found

    def _read_clip(self, name: str, folder: Path, found: Findings) -> None:
        picture = next((path for ending in _PICTURES if (path := folder / f"{name}{ending}").is_file()), None)
        if picture is None:
            found.missing(name, f"“{name}_denoised.mp4” is missing: there are only its labels.")
            return
        seen = self._usable_picture(picture, name, found)
        if seen is None:
            return
        recording = self._recording(name, folder, picture, seen, found)
        if recording is not None:
            found.recordings.append(recording)

    def _recording(
        self, name: str, folder: Path, picture: Path, seen: SeenFile, found: Findings
    ) -> Recording | None:
        contacts = self._contacts(name, folder, seen, found)
        if contacts is None:
            return None
        sound = self._sound_of([folder / f"{name}_denoised.wav"], picture, seen, name, found)
        return Recording(name, name, picture, sound, seen.duration_s, contacts, "annotated")

    def _contacts(
        self, name: str, folder: Path, seen: SeenFile, found: Findings
    ) -> tuple[Contact, ...] | None:
        times = folder / f"{name}{_TIMES}"
        if not times.is_file():
            found.missing(name, f"“{times.name}” is missing: nothing is known of its hits.")
            return None
        return read_times(times, name, seen.duration_s, found)

    def _lists(self) -> tuple[list[str], list[str]]:
        """Names for training and for the test; both empty where a list is missing."""
        training, test = (read_names(_nearest(self.root, name)) for name in _LISTS)
        return (training, test) if training and test else ([], [])

    def _check_lists(self, names: set[str], found: Findings) -> None:
        training, test = self._lists()
        if not training:
            found.doubtful(
                _LISTS[0],
                "“train.txt” or “test.txt” is missing, so splits are drawn by lot: numbers are not those of "
                "the paper's split.",
            )
            return
        listed = {*training, *test}
        for name in sorted(listed - names):
            found.missing(name, "is named in the lists, but none of its files is here.")
        for name in sorted(names - listed):
            found.doubtful(name, "is in neither “train.txt” nor “test.txt”: no split uses it.")

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        return self._parted_by_lists(recordings, protocol, _VALIDATION_SHARES[protocol])

    def _parted_by_lists(self, recordings: list[Recording], protocol: str, validation_share: float) -> Split:
        training, test = self._lists()
        if not training:
            return drawn_split(
                recordings, protocol, test_share=TEST_SHARE, validation_share=validation_share, draw=protocol
            )
        return listed_split(
            recordings,
            protocol,
            training_names=frozenset(training),
            test_names=frozenset(test),
            validation_share=validation_share,
            draw=protocol,
        )


def clips_below(root: Path) -> dict[str, Path]:
    """The folder each clip's files lie in, by the clip's name."""
    clips: dict[str, Path] = {}
    for ending in (*_PICTURES, _TIMES):
        for path in sorted(root.rglob(f"*{ending}")):
            clips.setdefault(path.name.removesuffix(ending), path.parent)
    return dict(sorted(clips.items()))


def _nearest(root: Path, name: str) -> Path:
    """A list in the folder itself, or one folder further down, where some archives unpack to."""
    candidates = [root / name, *sorted(root.glob(f"*/{name}"))]
    return next((path for path in candidates if path.is_file()), root / name)
