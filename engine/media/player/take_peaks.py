"""The waveforms of generated tracks, which the window draws in lanes of their own."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from engine.errors import MediaError
from engine.media.peaks import SAMPLES_PER_PEAK, peaks_of
from engine.project.document import Project
from engine.synthesis.sound_pool import SoundPool, sound_key
from engine.wire import MappedArray, Message


class TakePeaks:
    """Draws the sound on each generated track once, and again when another one lies there."""

    def __init__(self, maps_folder: Path | None) -> None:
        self._maps_folder = maps_folder
        self._drawn: dict[str, tuple[Hashable, MappedArray]] = {}

    def draw(self, project: Project, pool: SoundPool) -> list[Message]:
        """A description of each waveform that is new; a sound that can't be read has none."""
        for gone in self._drawn.keys() - {track.id for track in project.generated}:
            self._drawn.pop(gone)[1].close()
        drawn: list[Message] = []
        for track in project.generated:
            key = (sound_key(track.take), track.length)
            known = self._drawn.get(track.id)
            if known is not None and known[0] == key:
                continue
            try:
                samples = pool.samples(track.take)
            except MediaError:
                continue
            peaks = peaks_of(samples[: track.length] if track.length else samples).finest
            if known is not None:
                known[1].close()
            mapped = MappedArray.create((len(peaks), 2), "float32", self._maps_folder)
            mapped.array[:] = peaks
            self._drawn[track.id] = (key, mapped)
            drawn.append(
                {"track": track.id, "array": mapped.description, "samples_per_peak": SAMPLES_PER_PEAK}
            )
        return drawn
