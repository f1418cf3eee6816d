"""Looks at labelled hits of real scenes, as the program itself would come to them.

A hit is looked at where the detector finds it, as a hit or as a candidate below its threshold. One that it
does not find at all is looked at when it happened, so that it can be learned from. What the detector finds
beside the labelled hits is looked at as well: the hits of a shot know of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from engine.analysis.analyse import load_detector
from engine.analysis.detectors import default_detector
from engine.analysis.struck_materials import HitSight, Moment, SeenMoments
from engine.evaluation.onsets import match_onsets
from engine.job import SILENT_JOB
from engine.media.probe import require_video
from engine.models.sight import joined_features
from engine.project.materials import MATERIALS, Action
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.recording import Contact, Recording
from training.datasets.silent_scenes import SilentScenes
from training.evaluate.predictions import read_predictions
from training.struck.fitting import LabelledLooks

Found = Literal["hit", "candidate", "missed"]

TOLERANCE_S = 0.1
"""A labelled hit is found when a detected one is this near."""

_LEFT_OUT = Path(__file__).parent.parent / "hits" / "leave_one_out" / "adapt.json"


@dataclass(frozen=True, slots=True)
class LookedHit:
    """One moment that was looked at.

    Attributes
    ----------
    clip, source
        Where it is.
    time_s, action
        As the detector found it; as labelled where it found nothing.
    material, or_material
        What is struck, where somebody said so, and what else it may be.
    certainty
        "annotated" by the data set's annotators, or as whoever marked the scene put it; "" without a label.
    found
        As what the detector found it.
    """

    clip: str
    source: str
    time_s: float
    action: Action
    material: str | None
    or_material: str | None
    certainty: str
    found: Found


@dataclass(frozen=True, slots=True, eq=False)
class LookedScenes:
    """Looks at real scenes.

    Attributes
    ----------
    hits
        n moments.
    seen
        What is seen at them; shots of different clips have different numbers.
    """

    hits: tuple[LookedHit, ...]
    seen: SeenMoments

    @property
    def labelled(self) -> NDArray[np.intp]:
        """Numbers of those whose material is known."""
        return np.flatnonzero([hit.material is not None for hit in self.hits])

    def looks(self, rows: NDArray[np.intp]) -> LabelledLooks:
        """Some of those, to learn from."""
        some = [self.hits[row] for row in rows]
        return LabelledLooks(
            self.seen.features[rows],
            np.array([MATERIALS.index(cast(str, hit.material)) for hit in some], int),
            tuple(hit.action for hit in some),
            tuple(hit.source for hit in some),
        )


def look_at_scenes(data: Path, sight: HitSight) -> LookedScenes:
    """Look at the labelled clips and the marked silent scenes of the folder of real data.

    The clips' hits are those found by detectors that never saw their source (`training/hits/leave_one_out`),
    the silent scenes' those of the detector that ships, which never saw a mark of theirs.
    """
    hits: list[LookedHit] = []
    parts: list[SeenMoments] = []
    left_out = read_predictions(_LEFT_OUT).clips
    silent = SilentScenes(data / "silent")
    for recording in GreatestHitsClips(data).recordings():
        found = left_out[recording.name]
        moments: list[tuple[float, Action, bool]] = [
            (time_s, cast(Action, action or "hit"), confidence >= found.threshold)
            for time_s, action, confidence in zip(
                found.times_s, found.actions, found.confidences, strict=True
            )
        ]
        _look(recording, moments, {}, sight, hits, parts)
    for recording in silent.recordings():
        marks = {mark.contact.time_s: mark for mark in silent.marks[recording.name].contacts}
        about = {time_s: (str(mark.certainty), mark.or_material) for time_s, mark in marks.items()}
        _look(recording, _shipped_hits(recording), about, sight, hits, parts)
    shots = np.concatenate([part.shots + 1000 * number for number, part in enumerate(parts)])
    points = np.concatenate([part.points for part in parts])
    return LookedScenes(
        tuple(hits), SeenMoments(points, joined_features([part.features for part in parts]), shots)
    )


def _look(
    recording: Recording,
    found: Sequence[tuple[float, Action, bool]],
    about: Mapping[float, tuple[str, str | None]],
    sight: HitSight,
    hits: list[LookedHit],
    parts: list[SeenMoments],
) -> None:
    contacts = recording.contacts
    found = sorted(found)
    contact_of: dict[int, Contact] = {}
    # A hit that was found is the better match, however near a candidate is.
    for is_hit in (True, False):
        places = [place for place, row in enumerate(found) if row[2] == is_hit]
        left = [contact for contact in contacts if contact not in contact_of.values()]
        times_s = [found[place][0] for place in places]
        for number, place in match_onsets([one.time_s for one in left], times_s, TOLERANCE_S):
            contact_of[places[place]] = left[number]
    rows: list[tuple[float, Action, Contact | None, Found]] = [
        (time_s, action, contact_of.get(place), "hit" if is_hit else "candidate")
        for place, (time_s, action, is_hit) in enumerate(found)
    ]
    for contact in contacts:
        if contact.material is not None and contact not in contact_of.values():
            rows.append((contact.time_s, cast(Action, contact.action or "hit"), contact, "missed"))
    rows.sort(key=lambda row: row[0])
    for time_s, action, contact, how in rows:
        material = contact.material if contact is not None else None
        certainty, or_material = "", None
        if contact is not None and material is not None:
            certainty, or_material = about.get(contact.time_s, ("annotated", None))
        hits.append(
            LookedHit(recording.name, recording.source, time_s, action, material, or_material, certainty, how)
        )
    parts.append(sight.look(recording.picture, [Moment(row[0], row[1]) for row in rows]))


def _shipped_hits(recording: Recording) -> list[tuple[float, Action, bool]]:
    detector = load_detector(default_detector())
    analysis = detector.detect(require_video(recording.picture), detector.threshold, SILENT_JOB)
    every = (*analysis.hits, *analysis.candidates)
    return [(hit.time_s, hit.action, hit.confidence >= analysis.threshold) for hit in every]
