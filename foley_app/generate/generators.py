"""What the engine says about a generator of soundtracks, and how a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foley_app.detectors import size_text

_TOLD: dict[str, str] = {
    "hits": "Follows the picture and the hits: what it makes lands on them",
    "frame": "Follows the picture, moment by moment",
    "sequence": "Sees a stretch of picture, then makes its sound",
    "flow": "Sees a stretch of picture and its motion, then makes its sound",
}
"""What each variant of generator goes by."""


@dataclass(frozen=True, slots=True)
class Generator:
    """One generator of soundtracks.

    Attributes
    ----------
    name
        How the engine calls it.
    title
        What it is, in a few words.
    variant
        What it is told of the picture: a key of the paper's ways, or "hits".
    is_told_hits
        Whether the document's hits change what it makes.
    window_s
        It sees the film in windows of so many seconds; 0 for one that goes on through the whole of it.
    problem
        Why it can't be used, "" when it can.
    """

    name: str
    title: str
    variant: str
    sample_rate: int
    size_bytes: int
    is_mine: bool
    is_told_hits: bool
    window_s: float
    problem: str

    @property
    def label(self) -> str:
        """In a list: its title, and whose it is."""
        return f"{self.title or self.name} (yours)" if self.is_mine else self.title or self.name

    @property
    def about(self) -> str:
        """What it goes by, its rate and size, in a line."""
        told = _TOLD.get(self.variant, self.variant)
        parts = [f"{told}.", f"{self.sample_rate / 1000:g} kHz"]
        if self.window_s:
            parts.append(f"in windows of {self.window_s:.0f} s")
        if size := size_text(self.size_bytes):
            parts.append(size)
        return f"{parts[0]} {', '.join(parts[1:])}."


def generator_from_wire(row: Mapping[str, Any]) -> Generator:
    """A generator as the engine's job "generators" lists it."""
    return Generator(
        name=str(row["name"]),
        title=str(row.get("title") or ""),
        variant=str(row["variant"]),
        sample_rate=int(row["sample_rate"]),
        size_bytes=int(row.get("size_bytes") or 0),
        is_mine=row.get("kind") == "user",
        is_told_hits=bool(row.get("is_told_hits")),
        window_s=float(row.get("window_s") or 0.0),
        problem=str(row.get("problem") or ""),
    )
