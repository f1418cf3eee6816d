"""From a take to its samples: library files read, kit sounds made, both kept within a memory limit.

A library sound starts at its onset: recordings carry tens of milliseconds of room before the contact,
and a hit must sound when it is seen. What can't be read raises `MediaError` for the one who asks for it
and is listed in `missing`, so the mix can go on without it and the product can still say so.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.project.document import Take
from engine.project.timebase import SAMPLE_RATE

Samples = NDArray[np.float32]

DEFAULT_LIMIT_BYTES = 512 * 1024 * 1024

_ONSET_BELOW_PEAK_DB = 24.0
_PRE_ROLL = (
    SAMPLE_RATE // 2000
)  # half a millisecond before the onset, faded in, so that the cut makes no click


@dataclass(frozen=True, slots=True)
class SoundProblem:
    """A take whose sound is not what the project expects, and a sentence that says why."""

    take: Take
    sentence: str


class SoundPool:
    """The sounds of a project's takes at 48 kHz, least recently used ones forgotten first.

    Safe to use from several threads.

    Parameters
    ----------
    project_folder
        The folder that relative media paths start from.
    limit_bytes
        Most memory the kept sounds may take.

    Attributes
    ----------
    project_folder
        As given.
    missing
        What could not be read so far.
    changed
        Files that were read, but whose contents differ from the ones the project was made with.
    """

    def __init__(self, project_folder: Path, *, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self.project_folder = Path(project_folder)
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Hashable, Samples] = OrderedDict()
        self._kept_bytes = 0
        self._shapes: dict[Hashable, tuple[int, int]] = {}
        self._missing: dict[Hashable, SoundProblem] = {}
        self._changed: dict[Hashable, SoundProblem] = {}
        self._lock = threading.Lock()

    @property
    def missing(self) -> tuple[SoundProblem, ...]:
        return tuple(self._missing.values())

    @property
    def changed(self) -> tuple[SoundProblem, ...]:
        return tuple(self._changed.values())

    def samples(self, take: Take) -> Samples:
        """The take's sound: (n, 1 or 2) float32 at 48 kHz, read-only.

        Raises
        ------
        MediaError
            When the file is missing or can't be decoded; the sentence names it.
        """
        key = sound_key(take)
        self._raise_if_missing(key)
        try:
            return self.derived(key, lambda: self._load(take))
        except MediaError as error:
            with self._lock:
                self._missing[key] = SoundProblem(take, str(error))
            raise

    def shape(self, take: Take) -> tuple[int, int]:
        """Frames and channels of `samples(take)`; what was read once is known without reading it again."""
        key = sound_key(take)
        self._raise_if_missing(key)
        known = self._shapes.get(key)
        if known is None:
            frames, channels = self.samples(take).shape
            known = (frames, channels)
        return known

    def derived(self, key: Hashable, make: Callable[[], Samples]) -> Samples:
        """What `make` gives, kept under `key` within the pool's memory limit; read-only."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._kept_bytes += made.nbytes
            while self._kept_bytes > self._limit_bytes and len(self._kept) > 1:
                _, forgotten = self._kept.popitem(last=False)
                self._kept_bytes -= forgotten.nbytes
        return made

    def try_again(self) -> None:
        """Forget which sounds were missing or changed, for after the person put a file back."""
        with self._lock:
            for key in (*self._missing, *self._changed):
                forgotten = self._kept.pop(key, None)
                if forgotten is not None:
                    self._kept_bytes -= forgotten.nbytes
                self._shapes.pop(key, None)
            self._missing.clear()
            self._changed.clear()

    def _raise_if_missing(self, key: Hashable) -> None:
        problem = self._missing.get(key)
        if problem is not None:
            raise MediaError(problem.sentence)

    def _load(self, take: Take) -> Samples:
        loaded = self._read(take) if take.media is not None else _make(take)
        loaded = np.ascontiguousarray(loaded, dtype=np.float32)
        if not np.isfinite(loaded).all():
            raise MediaError(f"The sound “{take.name}” holds values that are not numbers; it is damaged.")
        self._shapes[sound_key(take)] = (loaded.shape[0], loaded.shape[1])
        return loaded

    def _read(self, take: Take) -> Samples:
        from engine.media.audio import read_sound
        from engine.project.references import has_contents, resolve_reference

        assert take.media is not None
        path = resolve_reference(take.media, self.project_folder)
        if path is None:
            raise MediaError(f"The sound “{take.media.path}” is not there any more; relink or replace it.")
        samples = read_sound(path)
        if take.media.content_hash and not has_contents(path, take.media.content_hash):
            sentence = f"The sound “{take.media.path}” has changed since the project was made with it."
            self._changed[sound_key(take)] = SoundProblem(take, sentence)
        if samples.shape[1] > 2:
            samples = samples.mean(axis=1, keepdims=True)
        return from_onset(samples) if take.source == "library" else samples


def _make(take: Take) -> Samples:
    from engine.synthesis.kit import recipe_of, synthesise

    if take.source != "kit":
        raise MediaError(f"The sound “{take.name}” has neither a file nor a recipe that makes it here.")
    try:
        return synthesise(recipe_of(take))[:, None]
    except UserFacingError as error:
        raise MediaError(str(error)) from error


def sound_key(take: Take) -> Hashable:
    """Equal for takes that sound the same, whatever their ids."""
    return (take.source, take.media, take.recipe)


def from_onset(samples: Samples) -> Samples:
    """A recording without the quiet before its contact.

    The onset is the first sample within 24 dB of the peak; half a millisecond before it is kept and faded in.

    Parameters
    ----------
    samples
        (n, channels) float32.
    """
    level = np.abs(samples).max(axis=1, initial=0.0)
    peak = level.max(initial=0.0)
    if peak == 0.0:
        return samples
    onset = int(np.argmax(level >= peak * 10.0 ** (-_ONSET_BELOW_PEAK_DB / 20.0)))
    if onset <= _PRE_ROLL:
        return samples
    trimmed = samples[onset - _PRE_ROLL :].copy()
    trimmed[:_PRE_ROLL] *= (np.arange(_PRE_ROLL, dtype=np.float32) / _PRE_ROLL)[:, None]
    return trimmed
