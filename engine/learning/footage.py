"""Footage with production sound as something to learn from: the sound says when, and how loud."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.features.flux_onsets import AudioOnset, flux_onsets
from engine.features.loudness import PEAK_WINDOW_S, frame_levels_db
from engine.job import Job
from engine.learning.example import Example, KnownContact, SoundLevels, Stretch
from engine.learning.sound_match import SoundMatchConfig, seen_onsets
from engine.media.audio import read_audio

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".3gp", ".mxf"}
)
"""What is taken for a video in a folder; a file that is named may be called anything."""

LEAST_RANGE_DB = 12.0
"""The onsets have to be this much louder than what is heard between them, or the levels are something else's:
of music, a crowd, the wind."""

_RATE = 48_000
_AFTER_S = 0.35
"""So long after an onset its sound may still be heard."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardStretch:
    """The sound of a stretch of a video.

    Attributes
    ----------
    stretch
        As far as there is sound.
    onsets
        In order; their times are from the video's first picture.
    levels
        Every 1/30 s.
    """

    stretch: Stretch
    onsets: tuple[AudioOnset, ...]
    levels: SoundLevels

    @property
    def onsets_s(self) -> NDArray[np.float64]:
        """(n,) their times."""
        return np.array([onset.time_s for onset in self.onsets], np.float64)

    @property
    def range_db(self) -> float:
        """How much louder the onsets are than what is heard between them (medians)."""
        since_s = self.levels.times_s[:, None] - self.onsets_s[None, :]
        is_between = ~((since_s > -2 * PEAK_WINDOW_S) & (since_s < _AFTER_S)).any(axis=1)
        if not self.onsets or not is_between.any():
            return 0.0
        between_db = float(np.median(self.levels.level_db[is_between]))
        return float(np.median([onset.level_db for onset in self.onsets])) - between_db


def videos_in(paths: Iterable[Path]) -> list[Path]:
    """The files, and every video in the folders and below them; each once, in order.

    What begins with a dot is passed over, as everywhere.

    Raises
    ------
    UserFacingError
        When one of the paths does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (
                file
                for file in path.rglob("*")
                if file.suffix.lower() in VIDEO_SUFFIXES and not file.name.startswith(".") and file.is_file()
            )
            found.update(dict.fromkeys(sorted(inside)))
        elif path.is_file():
            found[path] = None
        else:
            raise UserFacingError(f"“{path}” doesn't exist.")
    return list(found)


def listen(stretch: Stretch, job: Job) -> HeardStretch:
    """Hear a stretch.

    Raises
    ------
    MediaError
        When it has no sound that can be decoded.
    """
    samples = read_audio(
        stretch.video,
        sample_rate=_RATE,
        channels=1,
        start_s=stretch.start_s,
        end_s=stretch.end_s,
        job=job,
    )[:, 0]
    if not samples.size:
        raise MediaError(f"“{stretch.video.name}” has no sound from {stretch.start_s:.0f} s on.")
    onsets = tuple(
        AudioOnset(stretch.start_s + onset.time_s, onset.strength, onset.level_db)
        for onset in flux_onsets(samples, _RATE)
    )
    starts_s = np.arange(int(len(samples) / _RATE / PEAK_WINDOW_S), dtype=np.float64) * PEAK_WINDOW_S
    # What is seen after the sound has ended makes none in it.
    heard_s = min(stretch.duration_s, len(samples) / _RATE)
    stretch = Stretch(stretch.video, stretch.start_s, stretch.start_s + heard_s)
    levels = SoundLevels(
        stretch.start_s + starts_s + PEAK_WINDOW_S / 2, frame_levels_db(samples, _RATE, starts_s)
    )
    return HeardStretch(stretch, onsets, levels)


def heard_example(
    heard: HeardStretch,
    times_s: NDArray[np.float64],
    likely: NDArray[np.float64],
    config: SoundMatchConfig | None = None,
) -> Example:
    """What a stretch teaches whose sound belongs to its picture.

    Parameters
    ----------
    times_s, likely
        (n,) times of its pictures, and how likely the detector holds a contact at each to be.
    """
    is_seen = seen_onsets(times_s, likely, heard.onsets_s, config)
    contacts = tuple(
        KnownContact(onset.time_s, is_seen=bool(seen))
        for onset, seen in zip(heard.onsets, is_seen, strict=True)
    )
    return Example(heard.stretch, contacts, heard.levels if heard.range_db >= LEAST_RANGE_DB else None)
