"""What a detector, or a file of predictions, finds in the clips of a data set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.evaluation.contacts import ClipContacts
from training.datasets.recording import Recording
from training.evaluate.predictions import SCHEMA, VERSION, read_predictions

FRAME_S = 1 / 30
"""From picture to picture, where a file of predictions does not say when each is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one clip.

    Attributes
    ----------
    times_s, confidence
        (m,) of everything found, candidates below the threshold too.
    threshold
        The confidence from which it counts.
    frame_times_s, level_db
        (n,) the pictures' times and predicted levels; both empty when levels were not predicted. Without
        times (`None`) the levels are those of the clip's own pictures.
    actions
        (m,) what each of the found is called, None where nobody said; empty when none was told.
    """

    times_s: NDArray[np.float64]
    confidence: NDArray[np.float64]
    threshold: float
    frame_times_s: NDArray[np.float64] | None
    level_db: NDArray[np.float64]
    actions: tuple[str | None, ...] = ()

    @property
    def picture_times_s(self) -> NDArray[np.float64]:
        """When each picture that has a level is shown."""
        if self.frame_times_s is not None:
            return self.frame_times_s
        return np.arange(self.level_db.size, dtype=np.float64) * FRAME_S


@dataclass(frozen=True, slots=True)
class Finder:
    """A name for tables, and what it found by the clip's name."""

    name: str
    clips: Mapping[str, Found]


def found_by_model(model: str, recordings: Sequence[Recording]) -> Finder:
    """Run a detector over clips.

    Parameters
    ----------
    model
        The name of a detector, or what else `engine.analysis` can load one from.

    Raises
    ------
    UserFacingError
        When there is no such detector, or a clip can't be analysed.
    """
    from rich.progress import track

    from engine.analysis.analyse import analyse, load_detector

    label = load_detector(model).model.label
    clips: dict[str, Found] = {}
    for recording in track(recordings, description=label, transient=True):
        analysis = analyse(recording.picture, model=model, materials=False)
        every = (*analysis.hits, *analysis.candidates)
        clips[recording.name] = Found(
            np.array([hit.time_s for hit in every]),
            np.array([hit.confidence for hit in every]),
            analysis.threshold,
            analysis.frame_times_s,
            analysis.level_db,
            tuple(hit.action for hit in every),
        )
    return Finder(label, clips)


def found_in_file(path: Path) -> Finder:
    """What a `foley.predictions` says about clips.

    Raises
    ------
    PredictionsError
        When it can't be read.
    UserFacingError
        When it says nothing about clips.
    """
    predictions = read_predictions(path)
    if not predictions.clips:
        raise UserFacingError(f"“{path.name}” predicts nothing about clips.")
    return Finder(
        predictions.model,
        {
            name: Found(
                np.array(clip.times_s),
                np.array(clip.confidences),
                clip.threshold,
                None,
                np.array(clip.level_db),
                clip.actions,
            )
            for name, clip in predictions.clips.items()
        },
    )


def predictions_text(finder: Finder) -> str:
    """A `foley.predictions` of what was found."""
    clips = {
        name: {
            "hits": _hits(found),
            "threshold": found.threshold,
            "level_db": [round(float(level_db), 2) for level_db in found.level_db],
        }
        for name, found in finder.clips.items()
    }
    values = {"schema": SCHEMA, "version": VERSION, "model": finder.name, "clips": clips}
    return json.dumps(values, allow_nan=False) + "\n"


def _hits(found: Found) -> list[dict[str, float | str]]:
    hits: list[dict[str, float | str]] = [
        {"time_s": round(float(time_s), 5), "confidence": round(float(confidence), 5)}
        for time_s, confidence in zip(found.times_s, found.confidence, strict=True)
    ]
    for hit, action in zip(hits, found.actions, strict=False):
        if action is not None:
            hit["action"] = action
    return hits


def merged(name: str, finders: Sequence[Finder]) -> Finder:
    """One finder of several that each looked at clips of their own.

    Raises
    ------
    UserFacingError
        When two of them say something about the same clip.
    """
    clips: dict[str, Found] = {}
    for finder in finders:
        twice = sorted(set(clips) & set(finder.clips))
        if twice:
            raise UserFacingError(f"Two files of predictions by “{name}” speak of the clip “{twice[0]}”.")
        clips.update(finder.clips)
    return Finder(name, clips)


def clip_contacts(recordings: Sequence[Recording], finder: Finder) -> list[ClipContacts]:
    """True and found contacts of every clip.

    Contacts that can't be seen are not asked of a detector of pictures: they are left out of the truth.

    Raises
    ------
    UserFacingError
        When nothing was found out about a clip, or nothing is known about any.
    """
    missing = [recording.name for recording in recordings if recording.name not in finder.clips]
    if missing:
        raise UserFacingError(
            f"{finder.name} says nothing about {len(missing)} of {len(recordings)} clips, the first being "
            f"“{missing[0]}”; a clip in which nothing was found needs an empty list."
        )
    clips = []
    for recording in recordings:
        seen = [contact for contact in recording.contacts if contact.in_picture]
        found = finder.clips[recording.name]
        clips.append(
            ClipContacts(
                recording.name,
                recording.source,
                recording.duration_s,
                np.array([contact.time_s for contact in seen]),
                tuple(contact.action for contact in seen),
                found.times_s,
                found.confidence,
                found.threshold,
            )
        )
    if not any(clip.true_s.size for clip in clips):
        raise UserFacingError("No clip has any contact that is known, so nothing can be scored.")
    return clips
