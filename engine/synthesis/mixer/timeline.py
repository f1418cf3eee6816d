"""The voices of a mix, found by the stretch of time they sound in."""

from __future__ import annotations

from collections.abc import Iterable

from engine.synthesis.mixer.voices import Order, Voice

STRETCH = 1 << 16
"""Samples per stretch (1.4 s): short enough to find a place's voices at once, long enough to be few."""


class Timeline:
    """Voices sorted into stretches of equal length; a voice lies in each one it touches."""

    def __init__(self, voices: Iterable[Voice] = ()) -> None:
        self._stretches: dict[int, dict[Order, Voice]] = {}
        for voice in voices:
            self.add(voice)

    def add(self, voice: Voice) -> None:
        """Put a voice in."""
        for stretch in _touched(voice):
            self._stretches.setdefault(stretch, {})[voice.order] = voice

    def remove(self, voice: Voice) -> None:
        """Take a voice out."""
        for stretch in _touched(voice):
            del self._stretches[stretch][voice.order]

    def within(self, start: int, end_exclusive: int) -> list[Voice]:
        """The voices that sound anywhere in a range, in the order in which they are summed."""
        found: dict[Order, Voice] = {}
        for stretch in range(start // STRETCH, -(-end_exclusive // STRETCH)):
            for order, voice in self._stretches.get(stretch, {}).items():
                if voice.position < end_exclusive and voice.end_exclusive > start:
                    found[order] = voice
        return [found[order] for order in sorted(found)]


def _touched(voice: Voice) -> range:
    return range(voice.position // STRETCH, -(-voice.end_exclusive // STRETCH))
