"""The waveforms of generated tracks, which the window draws in lanes of their own."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from engine.errors import MediaError
from engine.media.peaks import SAMPLES_PER_PEAK, peaks_of
from engine.project.document import GeneratedTrack, Project
from engine.synthesis.sound_pool import SoundPool, sound_key
from engine.wire import MappedArray, Message


class TakePeaks:
    """Draws the sound on each generated track once, and again when another one lies there."""

    def __init__(self, maps_folder: Path | None) -> None:
        self._maps_folder = maps_folder
        self._drawn: dict[str, tuple[Hashable, MappedArray | None]] = {}

    def draw(self, project: Project, pool: SoundPool) -> list[Message]:
        """A message about each waveform that is new, and about each sound that can't be read any more."""
        for gone in self._drawn.keys() - {track.id for track in project.generated}:
            _close(self._drawn.pop(gone)[1])
        drawn: list[Message] = []
        for track in project.generated:
            drawn += self._draw_track(track, pool)
        return drawn

    def look_again(self) -> None:
        """Draw all of them again at the next drawing, and tell again of sounds that can't be read."""
        for _key, mapped in self._drawn.values():
            _close(mapped)
        self._drawn.clear()

    def _draw_track(self, track: GeneratedTrack, pool: SoundPool) -> list[Message]:
        key = (sound_key(track.take), track.length)
        known = self._drawn.get(track.id)
        if known is not None and known[0] == key:
            return []
        try:
            samples = pool.samples(track.take)
        except MediaError as error:
            self._exchange(track.id, key, None)
            return [{"event": "take_missing", "track": track.id, "sentence": str(error)}]
        peaks = peaks_of(samples[: track.length] if track.length else samples).finest
        mapped = MappedArray.create((len(peaks), 2), "float32", self._maps_folder)
        mapped.array[:] = peaks
        self._exchange(track.id, key, mapped)
        fields = {"array": mapped.description, "samples_per_peak": SAMPLES_PER_PEAK}
        return [{"event": "take_peaks", "track": track.id, **fields}]

    def _exchange(self, track_id: str, key: Hashable, mapped: MappedArray | None) -> None:
        if track_id in self._drawn:
            _close(self._drawn[track_id][1])
        self._drawn[track_id] = (key, mapped)


def _close(mapped: MappedArray | None) -> None:
    if mapped is not None:
        mapped.close()
