"""Everything that decides what takes sound like: made from a project, and from the recipe of a take."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.media.media_pool import notes_digest
from engine.models.picture_sound import PictureSoundConfig
from engine.project.document import ParameterValue, Recipe
from engine.project.document_json import RECIPE_SHAPE
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.sample_rnn.generators import GeneratorEntry
from engine.synthesis.sample_rnn.splicing import OldSound
from engine.synthesis.sample_rnn.told_hits import ToldHits, hits_to_bytes


@dataclass(frozen=True, slots=True)
class Base:
    """The take of which only a stretch is made anew.

    Attributes
    ----------
    sound
        Its file.
    content_hash
        Of the file.
    recipe
        What makes it again; None where nobody knows.
    """

    sound: OldSound
    content_hash: str
    recipe: Recipe | None


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """What is to be made.

    Attributes
    ----------
    generator
        Whose sound it is.
    is_exact
        Whether its weights stay as exact as they are.
    seeds
        One per take.
    temperature
        See `TakeSettings`.
    start, end
        Of the stretch, in samples at the project's rate.
    video, video_hash
        The film.
    hits
        What a generator is told of them; none for those that aren't.
    chosen
        Which hits were left in, by name: what a recipe tells a person.
    base
        Where only a stretch of an older take is made anew.
    """

    generator: GeneratorEntry
    is_exact: bool
    seeds: tuple[int, ...]
    temperature: float
    start: int
    end: int
    video: Path
    video_hash: str
    hits: ToldHits = ()
    chosen: tuple[tuple[str, str], ...] = ()
    base: Base | None = None

    @property
    def length(self) -> int:
        """Of the stretch."""
        return self.end - self.start

    @property
    def notes(self) -> bytes:
        """What the recipes' digest of the hits stands for."""
        return hits_to_bytes(self.hits)

    def pictures(self, config: PictureSoundConfig) -> tuple[int, int]:
        """Numbers of the stretch's first picture and of the one after its last, at a generator's clock."""
        per_picture = config.samples_per_picture * SAMPLE_RATE
        return self.start * config.sample_rate // per_picture, -(
            -self.end * config.sample_rate // per_picture
        )

    def digest(self) -> str:
        """Changes with everything that decides the sound."""
        decides = [
            *(RECIPE_SHAPE.write(self.recipe(number)) for number in range(len(self.seeds))),
            self.base.content_hash if self.base else "",
        ]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:32]

    def recipe(self, number: int) -> Recipe:
        """What makes one of the takes again."""
        parameters: list[tuple[str, ParameterValue]] = [
            ("variant", self.generator.variant),
            ("temperature", float(self.temperature)),
            ("exact", self.is_exact),
            ("start", self.start),
            ("end", self.end),
            ("video", self.video_hash),
        ]
        if self.generator.is_told_hits:
            parameters += [("hits", notes_digest(self.notes)), ("hits_count", len(self.hits)), *self.chosen]
        if self.base is not None:
            parameters.append(("position", self.base.sound.position))
            if self.base.recipe is not None:
                parameters.append(("base", json.dumps(RECIPE_SHAPE.write(self.base.recipe))))
        return Recipe(
            model=self.generator.name,
            seed=self.seeds[number],
            parameters=tuple(parameters),
            checkpoint_hash=self.generator.version,
            engine_version=engine.__version__,
        )
