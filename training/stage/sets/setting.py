"""The list of settings: kinds of places, and which materials each shows of its own accord."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.stage.sets.draft import Draft

Builder = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of place.

    Attributes
    ----------
    name
        Such as `file-cabinet`.
    natural
        Materials that belong here; any other comes in as a thing that somebody left.
    build
        Furnishes a draft, its camera and light included.
    outdoors
        Under the sky.
    weight
        How often it is drawn among those that suit the wanted materials equally well.
    """

    name: str
    natural: frozenset[str]
    build: Builder
    outdoors: bool
    weight: float


SETTINGS: dict[str, Setting] = {}


def setting(
    name: str, natural: str, outdoors: bool = False, weight: float = 1.0
) -> Callable[[Builder], Builder]:
    """Enter the builder that follows under a name; `natural` lists materials, apart by spaces."""

    def enter(build: Builder) -> Builder:
        SETTINGS[name] = Setting(name, frozenset(natural.split()), build, outdoors, weight)
        return build

    return enter
