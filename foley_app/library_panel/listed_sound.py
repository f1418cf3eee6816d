"""One row of the library as the engine lists it, and which rows a person wants to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.project.materials import MATERIALS

ANY, UNKNOWN = "any", ""
"""What a filter by material may say beside the materials' names."""


@dataclass(frozen=True, slots=True)
class ListedSound:
    """A sound of the library.

    Attributes
    ----------
    named
        The material that the names of file and folders tell, "" when they tell none.
    heard
        The material it sounds like, "" when it was not listened to.
    heard_probability
        How likely that is, 0..1.
    folded_path
        What a search looks in.
    """

    path: str
    name: str
    named: str
    heard: str
    heard_probability: float
    duration_s: float
    action: str
    folded_path: str

    @property
    def material(self) -> str:
        """What it is offered for: the name counts, without one what is heard."""
        return self.named or self.heard


def listed_sounds(rows: Iterable[Mapping[str, Any]]) -> list[ListedSound]:
    """The rows of the engine's job "library_sounds"."""
    return [_listed(row) for row in rows]


def _listed(row: Mapping[str, Any]) -> ListedSound:
    heard: Sequence[Sequence[Any]] = row["heard"]
    name, probability = max(heard, key=lambda one: one[1]) if heard else ("", 0.0)
    path = str(row["path"])
    return ListedSound(
        path=path,
        name=str(row["name"]),
        named=str(row["material"]),
        heard=str(name),
        heard_probability=float(probability),
        duration_s=float(row["duration_s"]),
        action=str(row["action"]),
        folded_path=path.casefold(),
    )


def wanted_sounds(sounds: Sequence[ListedSound], text: str, material: str) -> list[ListedSound]:
    """The sounds of a material whose path has all words of a text."""
    words = text.casefold().split()
    return [
        sound
        for sound in sounds
        if (material == ANY or sound.material == material) and all(w in sound.folded_path for w in words)
    ]


def material_choices(sounds: Iterable[ListedSound]) -> list[tuple[str, str]]:
    """What can be filtered by: (material, text) with how many sounds each has, the unknown ones last."""
    counts = Counter(sound.material for sound in sounds)
    choices = [(ANY, "All materials")]
    choices += [(name, f"{name}  {counts[name]}") for name in sorted(MATERIALS) if counts[name]]
    if counts[UNKNOWN]:
        choices.append((UNKNOWN, f"not known  {counts[UNKNOWN]}"))
    return choices


def duration_text(duration_s: float) -> str:
    """A length: "0.84 s", "2:05"."""
    if duration_s < 60:
        return f"{duration_s:.2f} s"
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes}:{seconds:02d}"
