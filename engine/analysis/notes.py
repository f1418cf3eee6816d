"""What a person should know about a video before relying on its analysis, each as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.result import DetectedHit, Note
from engine.analysis.watching import PictureWatch
from engine.errors import MediaError
from engine.features.loudness import peak_level_db
from engine.job import SILENT_JOB, Job
from engine.media.audio import read_audio
from engine.media.probe import MediaInfo


@dataclass(frozen=True, slots=True)
class NoteConfig:
    """When something is worth a note.

    Attributes
    ----------
    black_share
        Share of black pictures from which a video is dark.
    moved_share
        Share of moments with motion below which it is still.
    least_rate_hz
        Pictures per second below which hits can't be timed.
    fewest_cuts, shortest_shot_s
        There are many cuts when there are so many, and shots are shorter on average.
    sound_level_db
        A sound whose loudest moment is below this is none.
    listened_s, sound_rate_hz
        How long, at the beginning, in the middle and at the end each, a sound is listened to, and at what
        rate.
    familiar_confidence
        Below this mean confidence of the hits shown, a detector doesn't know what it sees.
    shortest_s
        A shorter video says nothing about what a detector knows.
    """

    black_share: float = 0.9
    moved_share: float = 0.02
    least_rate_hz: float = 12.0
    fewest_cuts: int = 3
    shortest_shot_s: float = 1.5
    sound_level_db: float = -50.0
    listened_s: float = 10.0
    sound_rate_hz: int = 8000
    familiar_confidence: float = 0.5
    shortest_s: float = 3.0


def picture_notes(watch: PictureWatch, config: NoteConfig | None = None) -> tuple[Note, ...]:
    """What the pictures themselves give reason to say."""
    config = config or NoteConfig()
    count = len(watch.times_s)
    if count < 2:
        return ()
    duration_s = watch.times_s[-1] - watch.times_s[0]
    notes: list[Note] = []
    if watch.black > config.black_share * count:
        notes.append(Note("dark", "The picture is black nearly all the time, so no hits can be seen in it."))
    elif watch.compared and watch.moved <= config.moved_share * watch.compared:
        notes.append(Note("still", "Nothing moves in the picture, so no hits can be seen in it."))
    rate_hz = (count - 1) / duration_s
    if rate_hz < config.least_rate_hz:
        notes.append(
            Note(
                "slow",
                f"The video shows only {rate_hz:.3g} pictures a second; hits can be seen from about 15 on, "
                "and timed well from 24 on.",
            )
        )
    elif watch.cuts >= config.fewest_cuts and duration_s / (watch.cuts + 1) < config.shortest_shot_s:
        notes.append(
            Note(
                "cuts",
                f"There are {watch.cuts} cuts in {duration_s:.0f} s; hits close to a cut can't be told from "
                "it and are left out.",
            )
        )
    return tuple(notes)


def sound_notes(
    media: MediaInfo, job: Job = SILENT_JOB, config: NoteConfig | None = None
) -> tuple[Note, ...]:
    """The offer to use a video's own sound, when it has one that can be heard."""
    config = config or NoteConfig()
    if not media.audio:
        return ()
    last_s = max(0.0, media.duration_s - config.listened_s)
    for start_s in sorted({0.0, last_s / 2, last_s}):
        try:
            sound = read_audio(
                media.path,
                sample_rate=config.sound_rate_hz,
                channels=1,
                start_s=start_s,
                end_s=start_s + config.listened_s,
                job=job,
            )
        except MediaError:
            return ()
        if peak_level_db(sound, config.sound_rate_hz) > config.sound_level_db:
            text = (
                "The video has a sound of its own. If it was recorded with the picture, the detector "
                "“sound-onsets” times the hits by it."
            )
            return (Note("has-sound", text),)
    return ()


def familiarity_notes(
    hits: Sequence[DetectedHit],
    duration_s: float,
    others: Sequence[Note],
    config: NoteConfig | None = None,
) -> tuple[Note, ...]:
    """Whether a detector whose confidences are probabilities knows what it sees.

    Parameters
    ----------
    hits
        Those shown.
    others
        Notes that tell already why little was found.
    """
    config = config or NoteConfig()
    if duration_s < config.shortest_s or any(note.kind in ("dark", "still", "slow") for note in others):
        return ()
    if not hits:
        text = "No hit was found: perhaps there is none, or this detector has seen nothing like it."
    elif np.mean([hit.confidence for hit in hits]) < config.familiar_confidence:
        text = "This detector is unsure about most of the hits here: it has seen little like this video."
    else:
        return ()
    return (Note("unfamiliar", f"{text} Check them, and let it learn from your corrections."),)
