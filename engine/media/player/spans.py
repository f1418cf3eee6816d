"""Which position of the project is in which frame of the ring.

The sound in the ring is a chain of spans: from a frame on, positions advance by a fixed step per frame
(1 at normal speed and the project's rate, negative in reverse, 0 while the playhead stands).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

_MOST_SPANS = 4096


@dataclass(frozen=True, slots=True)
class Span:
    """From `ring_frame` on, `position` advances by `step` per frame of the ring."""

    ring_frame: float
    position: float
    step: float

    def position_at(self, ring_frame: float) -> float:
        """The position in a frame at or after the span's start; before it, its start."""
        return self.position + self.step * max(0.0, ring_frame - self.ring_frame)


class SpanChain:
    """The spans of the sound in the ring, oldest first; changed by one thread, read by any."""

    def __init__(self, position: float = 0.0) -> None:
        self._spans: tuple[Span, ...] = (Span(0.0, position, 0.0),)

    def position_at(self, ring_frame: float) -> float:
        """The project's position (samples) in a frame of the ring."""
        spans = self._spans
        return self._at(spans, ring_frame).position_at(ring_frame)

    def hold(self, position: float) -> None:
        """Stand at a position, whatever is still in the ring."""
        self._spans = (Span(0.0, position, 0.0),)

    def add(self, span: Span) -> None:
        """Go on from `span.ring_frame` with another span; later ones are forgotten."""
        kept = [old for old in self._spans if old.ring_frame < span.ring_frame]
        if kept and self._continues(kept[-1], span):
            self._spans = tuple(kept)
        else:
            self._spans = (*kept[-_MOST_SPANS:], span)

    @staticmethod
    def _continues(old: Span, span: Span) -> bool:
        return old.step == span.step and abs(old.position_at(span.ring_frame) - span.position) < 0.5

    @staticmethod
    def _at(spans: tuple[Span, ...], ring_frame: float) -> Span:
        index = bisect_right(spans, ring_frame, key=lambda span: span.ring_frame) - 1
        return spans[max(0, index)]
