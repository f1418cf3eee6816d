"""A few clips of *The Greatest Hits* with times picked from their sound: what detectors are judged by.

    clips/NAME.mp4       with the real, time-aligned sound
    clips/truth.json     {clip: {"onsets_s": [...], "level_db_30fps": [...]}}: times and levels
    clips/labels.json    {clip: {"source_video", "start_s", "label_certainty", "events": [[time_s, material,
                         action], ...]}}: what the annotators said, 33 ms coarse
    annotations.json     (beside the folder) the labels of all videos, without footage

A contact is an onset in the sound. It takes material and action of an annotated event at most 0.1 s away, one
to one; without one it is unlabelled. Events without an onset are told and left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from engine.evaluation.onsets import match_onsets
from training.datasets.annotations import read_annotations, read_events, read_object
from training.datasets.catalogue import SeenFile
from training.datasets.folder import Findings, FolderDataset, lies_beyond
from training.datasets.greatest_hits import ADDRESS, CITATION, LICENCE, TEST_SHARE, VALIDATION_SHARE
from training.datasets.recording import Contact, DatasetError, DatasetInfo, Recording, Split
from training.datasets.splits import drawn_split

LABEL_REACH_S = 0.1
"""How far from its onset an annotated event may lie."""

_VALIDATION_SHARES = {"owens": 0.0, "huang-kumar": VALIDATION_SHARE, "two-tower": VALIDATION_SHARE}
_SHA256 = {
    "annotations.json": "c96bcb8d18eb6c196671e8141673b048bf071b961d7844ec21ea3e7d879998fa",
    "clips/labels.json": "2179bc193410ad87c3637872cd7f02ba2dfa9b16329b9f16fedc9ffa29efd6ae",
    "clips/truth.json": "586db4f42994111d40008a484fbc6dad7efd1d6f94a84ec47cca97caf452c0cd",
    "clips/gh_10.mp4": "0319a86166d8dfc72f46a078866cd33c72f3dbc8b1c1abbc6adb290bd0d03d4a",
    "clips/gh_20.mp4": "2ba590805cb3830366acdd351da1cb5a0c18ecd8eff1086f1e95d3b52d3af23e",
    "clips/gh_32.mp4": "5c862c5538fefffeba8c0322aedcdac08d3e2d4bfd7b453e879f1ccd65609f71",
    "clips/gh_334.mp4": "9ccdac2c62bd9601725a645ea7be5124ec376c594325eb4d48d3a2ce2a8e6100",
    "clips/gh_69.mp4": "1d947e0551bf167cf3bde9259366255114c655f896ea590469c311a57c5d7867",
    "clips/gh_70.mp4": "34622b62b5a26acb0c7028b82120300649ac07c7427f2ddc6deb85e02cdab2f8",
    "clips/gh_76.mp4": "815416fd0d588846a59ab0f48f346c5be2d7db4852cfaaee961563d0e5f1a054",
}


class GreatestHitsClips(FolderDataset):
    """The clips with a truth; `root` is the folder that holds `clips`, or `clips` itself.

    Splits carry the names of the papers' but are drawn by lot: the clips are too few for lists.
    """

    info: ClassVar[DatasetInfo] = DatasetInfo(
        name="The Greatest Hits, clips with onsets from their sound",
        citation=CITATION,
        licence=LICENCE,
        address=ADDRESS,
        protocols=tuple(_VALIDATION_SHARES),
        sha256=_SHA256,
    )

    @property
    def clips_folder(self) -> Path:
        """Where the clips lie."""
        below = self.root / "clips"
        return below if below.is_dir() else self.root

    def _read(self) -> Findings:
        found = Findings()
        folder = self.clips_folder
        truth, labels = read_object(folder / "truth.json"), read_object(folder / "labels.json")
        for file_name in sorted(truth):
            self._read_clip(folder / file_name, truth[file_name], labels.get(file_name), found)
        for file_name in sorted(set(labels) - set(truth)):
            found.missing(Path(file_name).stem, "has labels, but no onsets in “truth.json”.")
        for path in sorted(folder.glob("*.mp4")):
            if path.name not in truth and path.name not in labels:
                found.missing(
                    path.stem,
                    "has neither onsets nor labels; open the folder as “impacts” to take its contacts from "
                    "its sound.",
                )
        annotations = folder.parent / "annotations.json"
        if folder != self.root and annotations.is_file():
            read_annotations(annotations, found)
        return found

    def _read_clip(self, path: Path, truth: Any, label: Any, found: Findings) -> None:
        name = path.stem
        if not path.is_file():
            found.missing(name, f"“{path.name}” is named in “truth.json”, but is not here.")
            return
        seen = self._usable_picture(path, name, found)
        if seen is None:
            return
        try:
            onsets_s = [float(time_s) for time_s in truth["onsets_s"]]
            levels_db = tuple(float(level_db) for level_db in truth["level_db_30fps"])
            source = str(label["source_video"]) if label else name
            if label is None:
                found.doubtful(name, "has no entry in “labels.json”: its contacts are unlabelled.")
                label = {"events": []}
            elif label.get("label_certainty") == "guess":
                found.doubtful(name, "has labels that are a guess: nobody knows for sure whose they are.")
            events = read_events(label["events"], name, "labels.json", seen.duration_s, found)
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(
                f"“{path.name}”: its entry in “truth.json” or “labels.json” does not hold what it should "
                f"({error})."
            ) from error
        found.recordings.append(
            Recording(
                name,
                source,
                path,
                self._sound_of([], path, seen, name, found),
                seen.duration_s,
                _labelled(self._inside(onsets_s, name, seen, found), events, name, found),
                "audio",
                self._levels(levels_db, name, seen, found),
            )
        )

    def _inside(self, onsets_s: list[float], name: str, seen: SeenFile, found: Findings) -> list[float]:
        for time_s in onsets_s:
            if lies_beyond(time_s, seen.duration_s):
                found.mislabelled(
                    name,
                    f"“truth.json” has an onset at {time_s:g} s, but the clip lasts {seen.duration_s:.2f} s.",
                )
        return sorted(time_s for time_s in onsets_s if not lies_beyond(time_s, seen.duration_s))

    def _levels(
        self, levels_db: tuple[float, ...], name: str, seen: SeenFile, found: Findings
    ) -> tuple[float, ...] | None:
        if len(levels_db) == seen.picture_count:
            return levels_db
        found.doubtful(
            name,
            f"“truth.json” has {len(levels_db)} levels for {seen.picture_count} pictures: the levels are "
            "measured from the sound instead.",
        )
        return None

    def _parted(self, recordings: list[Recording], protocol: str) -> Split:
        return drawn_split(
            recordings,
            protocol,
            test_share=TEST_SHARE,
            validation_share=_VALIDATION_SHARES[protocol],
            draw=protocol,
        )


def _labelled(
    onsets_s: list[float], events: tuple[Contact, ...], name: str, found: Findings
) -> tuple[Contact, ...]:
    """Onsets with the words of the events they match."""
    event_times_s = [event.time_s for event in events]
    pairs = match_onsets(onsets_s, event_times_s, LABEL_REACH_S) if onsets_s and events else []
    event_of = {onset: events[event] for onset, event in pairs}
    matched = {event for _, event in pairs}
    for number, event in enumerate(events):
        if number not in matched:
            found.doubtful(
                name,
                f"the annotated {event.action or 'event'} at {event.time_s:g} s has no onset in the sound "
                f"within {LABEL_REACH_S:g} s: it counts as no contact.",
            )
    return tuple(
        Contact(time_s, event_of[onset].material, event_of[onset].action)
        if onset in event_of
        else Contact(time_s)
        for onset, time_s in enumerate(onsets_s)
    )
