"""What a person wants generated: by which generator, how, for which stretch and which hits."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.project.document import GeneratedTrack, Project, Recipe
from engine.project.document_json import RECIPE_SHAPE, to_json
from engine.project.shapes import ShapeError

SEEDS = 2**32
"""Seeds are whole numbers below this."""
MOST_TAKES = 8
LEAST_TEMPERATURE, MOST_TEMPERATURE = 0.2, 1.5


@dataclass(frozen=True, slots=True)
class SoundtrackRequest:
    """One wish.

    Attributes
    ----------
    model
        The generator's name; "" is the program's own choice.
    seed
        Of the first take; each further one has the next.
    temperature
        1 draws by the network's odds; less is tamer, more is wilder.
    start, end
        The stretch in project samples; None and None for the whole film.
    tracks, materials
        Only hits of these are told to the generator; None for all. "" stands for hits without one.
    replace
        Id of the generated track whose stretch is made anew; "" for new tracks.
    """

    model: str = ""
    seed: int = 0
    temperature: float = 1.0
    takes: int = 1
    start: int | None = None
    end: int | None = None
    tracks: tuple[str, ...] | None = None
    materials: tuple[str, ...] | None = None
    replace: str = ""

    def arguments(self, project: Project, file: Path | None) -> dict[str, Any]:
        """For the engine's job "generate"; the sounds go beside the project's file where there is one."""
        return {
            "project": to_json(project),
            "model": self.model,
            "seed": self.seed,
            "temperature": self.temperature,
            "takes": self.takes,
            "start": self.start,
            "end": self.end,
            "tracks": None if self.tracks is None else list(self.tracks),
            "materials": None if self.materials is None else list(self.materials),
            "replace": self.replace or None,
            "folder": str(file.parent) if file is not None else "",
        }

    @property
    def is_of_everything(self) -> bool:
        """Whether it is for the whole film and all its hits, so that it can stand for the hits' sounds."""
        return self.start is None and self.tracks is None and self.materials is None and not self.replace


def random_seed() -> int:
    """A seed nobody has thought of."""
    return random.randrange(SEEDS - MOST_TAKES)


def request_like(track: GeneratedTrack) -> SoundtrackRequest:
    """More like this track: its generator, temperature and hits, another seed."""
    recipe = first_recipe(track)
    if recipe is None:
        return SoundtrackRequest(seed=random_seed())
    named = dict(recipe.parameters)
    return SoundtrackRequest(
        model=recipe.model,
        seed=random_seed(),
        temperature=_number(named.get("temperature"), 1.0),
        tracks=_ids(named.get("tracks")),
        materials=_ids(named.get("materials")),
    )


def remake_request(track: GeneratedTrack, start: int, end: int) -> SoundtrackRequest | None:
    """A part of this track anew; None where the stretch doesn't touch it."""
    track_end = track.position + track.length if track.length else end
    start, end = max(start, track.position), min(end, track_end)
    if end <= start:
        return None
    return replace(request_like(track), start=start, end=end, replace=track.id)


def first_recipe(track: GeneratedTrack) -> Recipe | None:
    """What made the whole of a track, before parts of it were made anew."""
    recipe = track.take.recipe
    while recipe is not None and (base := base_recipe(recipe)) is not None:
        recipe = base
    return recipe


def base_recipe(recipe: Recipe) -> Recipe | None:
    """What a part was made anew of; None for a recipe that made all of it."""
    written = dict(recipe.parameters).get("base")
    if not isinstance(written, str) or not written:
        return None
    try:
        return RECIPE_SHAPE.read(json.loads(written))
    except (ValueError, ShapeError):
        return None


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _ids(value: object) -> tuple[str, ...] | None:
    return tuple(value.split(",")) if isinstance(value, str) else None
