"""A sound of the library: which file, what it is made of, what it sounds like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.library.acoustics import Acoustics
from engine.project.document import MediaReference, Take
from engine.project.materials import Action

_ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class LibrarySound:
    """One file of the library.

    Attributes
    ----------
    material
        One of the 17, or "" when no name tells.
    action
        What the names tell, else what the sound does.
    is_action_named
        Whether a name tells it.
    heard_materials
        (name, probability) of what it sounds like, the likeliest first and only the likely ones; empty for a
        sound that was not listened to.
    """

    path: Path
    content_hash: str
    duration_s: float
    material: str
    action: Action
    acoustics: Acoustics
    is_action_named: bool = False
    heard_materials: tuple[tuple[str, float], ...] = ()

    @property
    def id(self) -> str:
        """The same for the same contents, wherever the file lies and whatever it is called."""
        return self.content_hash.rpartition(":")[2][:_ID_DIGITS]

    def take(self, score: float = 0.0) -> Take:
        """The take that plays this file."""
        return Take(
            id=f"library-{self.id}",
            name=self.path.stem,
            source="library",
            material=self.material,
            score=score,
            media=MediaReference(self.path.as_posix(), self.content_hash),
        )
