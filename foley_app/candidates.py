"""A sound offered for a hit, as the engine describes it, and how a person reads it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.document import Take

SOURCE_NAMES: dict[str, str] = {
    "library": "Library",
    "kit": "Kit",
    "exemplar": "Match",
    "generated": "Generated",
}


@dataclass(frozen=True, slots=True)
class OfferedSound:
    """One row of the candidate list.

    Attributes
    ----------
    gain_db
        What brings the sound to the hit's predicted level.
    length
        How much of it sounds, in samples; 0 is to its end.
    waveform
        Peak magnitude 0..1 over equal parts of the sound, for the small drawing.
    """

    take: Take
    gain_db: float
    length: int = 0
    waveform: tuple[float, ...] = ()

    @property
    def origin(self) -> str:
        """Where it comes from, as the second line says it: "Kit · wood"."""
        source = SOURCE_NAMES[self.take.source]
        return f"{source} · {self.take.material}" if self.take.material else source
