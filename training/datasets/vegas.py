"""VEGAS: clips of ten kinds of sounding things, chosen by people from AudioSet.

    CATEGORY/videos/video_00000.mp4 ...
    CATEGORY/audios/video_00000.wav ...     where the sound was taken out
    CATEGORY/video_info.csv                 row n (from 0) tells the YouTube video (YTID) of video_0000n

28,109 clips, seven seconds long on average and ten at most. The paper fills every clip to ten seconds by
playing it over and over, and tests on 128 clips of each category; which ones it does not say, so they are
drawn by lot. Clips of one YouTube video stay on one side where `video_info.csv` tells.

References
----------
Zhou, Wang, Fang, Bui, Berg: Visual to Sound: Generating Natural Sound for Videos in the Wild. CVPR 2018.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import ClassVar

from training.datasets.catalogue import Catalogue
from training.datasets.folder import Findings, FolderDataset
from training.datasets.recording import DatasetError, DatasetInfo, Recording, Split
from training.datasets.splits import checked

CATEGORIES: tuple[str, ...] = (
    "baby_cry",
    "chainsaw",
    "dog",
    "drum",
    "fireworks",
    "helicopter",
    "printer",
    "rail_transport",
    "snoring",
    "water_flowing",
)

CLIP_S = 10.0
"""Every clip is filled to this length, or cut to it."""

TEST_CLIPS = 128
"""Clips of each category that are for the test."""

_NUMBERED = re.compile(r"video_(\d+)")
# Shorter by less than a picture is as long.
_FULL_S = CLIP_S - 0.05


class Vegas(FolderDataset):
    """Clips with a category each, and no contacts.

    Parameters
    ----------
    root
        The folder that holds the categories, or one folder above it.
    strict, catalogue
        As in every data set.
    test_clips
        Clips of each category for the test; fewer than the paper's for part of the data.
    """

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="VEGAS",
        citation=(
            "Y. Zhou, Z. Wang, C. Fang, T. Bui, T. Berg: Visual to Sound: Generating Natural Sound for "
            "Videos in the Wild. CVPR 2018"
        ),
        licence=("none stated; chosen from AudioSet (labels CC BY 4.0), the videos are their uploaders'"),
        address="http://bvision11.cs.unc.edu/bigpen/yipin/visual2sound_webpage/visual2sound.html",
        protocols=("zhou",),
    )

    def __init__(
        self,
        root: Path | str,
        *,
        strict: bool = True,
        catalogue: Catalogue | None = None,
        test_clips: int = TEST_CLIPS,
    ) -> None:
        super().__init__(root, strict=strict, catalogue=catalogue)
        self._test_clips = test_clips

    def _read(self) -> Findings:
        found = Findings()
        folders = category_folders(self.root)
        for category in CATEGORIES:
            if category in folders:
                self._read_category(category, folders[category], found)
            else:
                found.missing(category, "there is no folder of this category.")
        return found

    def _read_category(self, category: str, folder: Path, found: Findings) -> None:
        videos = folder / "videos" if (folder / "videos").is_dir() else folder
        source_of = _sources(folder / "video_info.csv")
        for path in sorted(videos.glob("*.mp4")):
            name = f"{category}/{path.stem}"
            seen = self._usable_picture(path, name, found)
            if seen is None:
                continue
            sound = self._sound_of([folder / "audios" / f"{path.stem}.wav"], path, seen, name, found)
            repeat_s = seen.duration_s if seen.duration_s < _FULL_S else None
            found.recordings.append(
                Recording(
                    name,
                    source_of.get(path.stem, name),
                    path,
                    sound,
                    CLIP_S,
                    category=category,
                    repeat_s=repeat_s,
                )
            )

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        clips = Counter(recording.category for recording in recordings)
        few = [category for category, count in clips.items() if count <= self._test_clips]
        if few:
            raise DatasetError(
                f"VEGAS: the split “{protocol}” takes {self._test_clips} clips of each category for the "
                f"test, and “{few[0]}” has only {clips[few[0]]}, which leaves none to train on."
            )
        test_sources = self._drawn_sources(recordings)
        training = tuple(recording for recording in recordings if recording.source not in test_sources)
        test = tuple(recording for recording in recordings if recording.source in test_sources)
        return checked(Split(protocol, training, (), test))

    def _drawn_sources(self, recordings: list[Recording]) -> set[str]:
        """Sources by lot, until each category has its number of clips; none makes a category exceed it."""
        clips_of: dict[str, Counter[str | None]] = defaultdict(Counter)
        for recording in recordings:
            clips_of[recording.source][recording.category] += 1
        taken: Counter[str | None] = Counter()
        drawn: set[str] = set()
        for source in sorted(clips_of, key=lambda source: hashlib.sha256(source.encode()).hexdigest()):
            counts = clips_of[source]
            if all(taken[category] + count <= self._test_clips for category, count in counts.items()):
                drawn.add(source)
                taken += counts
        return drawn


def category_folders(root: Path) -> dict[str, Path]:
    """The categories' folders, in the folder itself or one further down."""
    folders = {}
    for category in CATEGORIES:
        candidates = [root / category, *sorted(root.glob(f"*/{category}"))]
        folder = next((path for path in candidates if path.is_dir()), None)
        if folder is not None:
            folders[category] = folder
    return folders


def _sources(path: Path) -> dict[str, str]:
    """The YouTube video of each clip, by the clip's stem; empty without the table."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        videos = [row.get("YTID") or "" for row in csv.DictReader(file)]
    sources = {}
    for clip in path.parent.rglob("*.mp4"):
        numbered = _NUMBERED.fullmatch(clip.stem)
        if numbered and int(numbered[1]) < len(videos) and videos[int(numbered[1])]:
            sources[clip.stem] = videos[int(numbered[1])]
    return sources
