"""Takes that are being made, as lanes show them: their waveform so far, and what is still to come."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foley_app.timeline.sound_lane import Making, SoundLane
from foley_app.timeline.waveform import Waveform


class Growing(Protocol):
    """A take that is being made (`foley_app.generate.growing_take`)."""

    @property
    def name(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def length(self) -> int: ...
    @property
    def made(self) -> int: ...
    @property
    def peaks(self) -> NDArray[np.float32]: ...
    @property
    def samples_per_peak(self) -> int: ...
    @property
    def track(self) -> str: ...


class GrowingLanes:
    """Which lanes show a take that is being made: a part of a track its track's, another take its own."""

    def __init__(self) -> None:
        self._takes: dict[str, Growing] = {}
        self._waveforms: dict[str, Waveform] = {}

    def set_takes(self, takes: Sequence[Growing]) -> None:
        """Show these, as far as they go."""
        self._takes = {take.track or f"take {number}": take for number, take in enumerate(takes)}
        self._waveforms = {
            key: Waveform.of(take.peaks, take.samples_per_peak, take.start)
            for key, take in self._takes.items()
            if take.made
        }

    @property
    def keys(self) -> tuple[str, ...]:
        """The lanes, from the top."""
        return tuple(self._takes)

    def own_lanes(self, tracks: Container[str]) -> list[tuple[str, str]]:
        """Key and title of each lane that is no track's."""
        return [(key, take.name) for key, take in self._takes.items() if key not in tracks]

    def dress(self, lane: SoundLane, sample_rate: int) -> None:
        """Show in a lane what is being made there, or that nothing is."""
        take = self._takes.get(lane.key)
        if take is None:
            lane.set_making(None)
            return
        text = f"{take.made / sample_rate:.1f} s of {take.length / sample_rate:.1f} s"
        making = Making(take.start + take.made, take.start + take.length, text)
        lane.set_making(making, self._waveforms.get(lane.key))
