"""Projects and pools for mixer tests: sounds given as arrays, hits given by a few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.errors import MediaError
from engine.project.document import Clip, Hit, MediaReference, Project, Take, Track
from engine.synthesis.sound_pool import Samples, SoundPool


class KnownSounds(SoundPool):
    """A pool whose files are arrays: `sounds[path]`; any other path is missing."""

    def __init__(self, sounds: Mapping[str, np.ndarray], **limits: int) -> None:
        super().__init__(Path(), **limits)
        self._sounds = sounds

    def _read(self, take: Take) -> Samples:
        assert take.media is not None
        if take.media.path not in self._sounds:
            raise MediaError(f"The sound “{take.media.path}” is not there.")
        sound = np.asarray(self._sounds[take.media.path], dtype=np.float32)
        return sound[:, None] if sound.ndim == 1 else sound


def take_of(path: str) -> Take:
    return Take(f"take-{path}", path, "library", media=MediaReference(path))


def clip_of(path: str, clip_id: str = "clip", **shape: float) -> Clip:
    take = take_of(path)
    return Clip(clip_id, (take,), take.id, **shape)  # type: ignore[arg-type]


def hit_of(path: str, position: int, hit_id: str = "hit", *, track: str = "feet", **more: object) -> Hit:
    """A hit with one clip; keywords that a clip knows go to the clip, the rest to the hit."""
    known = {"offset", "start", "gain_db", "pan", "pitch_semitones", "fade_in", "fade_out", "clip_length"}
    shape = {("length" if k == "clip_length" else k): v for k, v in more.items() if k in known}
    rest = {k: v for k, v in more.items() if k not in known}
    clip = clip_of(path, f"clip-{hit_id}", **shape)  # type: ignore[arg-type]
    return Hit(hit_id, position, track=track, clips=(clip,), **rest)  # type: ignore[arg-type]


def project_of(*hits: Hit, length: int = 4800, channels: int = 1, **more: object) -> Project:
    more.setdefault("tracks", (Track("feet", "Feet"),))
    ordered = tuple(sorted(hits, key=lambda hit: (hit.position, hit.id)))
    return Project("project", length=length, channels=channels, hits=ordered, **more)  # type: ignore[arg-type]
