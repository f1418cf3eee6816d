"""The built-in sound kit: a drumstick on 17 materials, hitting and scratching, made from a seed.

A `KitRecipe` is all there is to a sound: the same recipe gives the same samples on every run, another seed
another sound, without end. Sounds are mono at 48 kHz; sample 0 is the contact.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from operator import index

import numpy as np

from engine.errors import UserFacingError
from engine.project.document import Recipe, Take
from engine.project.materials import ACTIONS, MATERIALS, Action
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import SEEDS_PER_OBJECT, contact_generator, object_generator
from engine.synthesis.impacts.hit import hit
from engine.synthesis.impacts.scratch import scratch
from engine.synthesis.impacts.surfaces import SURFACES

KIT_MODEL = "kit"
"""The name of the kit in a take's recipe."""
SEED_END = 2**63
SHORTEST_SCRATCH_S, LONGEST_SCRATCH_S = 0.03, 120.0
DEFAULT_SCRATCH_S = 0.5


class KitRecipeError(UserFacingError):
    """A recipe that the sound kit can't follow."""


def kit_version() -> str:
    """The version of the kit's models; it changes whenever the same recipe would sound different."""
    return "1"


@dataclass(frozen=True, slots=True)
class KitRecipe:
    """What makes one sound of the kit.

    Attributes
    ----------
    material : str
        One of the 17 `MATERIALS`.
    action : {"hit", "scratch"}
    seed : int
        0 or more. Sixteen neighbours (0-15, 16-31, ...) meet the same object at different points; beyond
        that the object is another one.
    strength : float
        0 (a faint touch) .. 1 (the hardest blow). Strength makes a sound louder and brighter.
    duration_s : float
        How long a scratch lasts, 0 for half a second. A hit rings as long as it rings and ignores it.

    Raises
    ------
    KitRecipeError
        When a value is not one of those.
    """

    material: str
    action: Action
    seed: int
    strength: float
    duration_s: float = 0.0

    def __post_init__(self) -> None:
        if self.material not in MATERIALS:
            raise KitRecipeError(
                f"The sound kit has no material “{self.material}”; it has {', '.join(MATERIALS)}."
            )
        if self.action not in ACTIONS:
            raise KitRecipeError(f"The sound kit can hit and scratch, but not “{self.action}”.")
        try:
            seed = index(self.seed)
        except TypeError:
            raise KitRecipeError(f"A seed of the sound kit is a whole number, not {self.seed!r}.") from None
        if not 0 <= seed < SEED_END:
            raise KitRecipeError(f"A seed of the sound kit lies between 0 and 2^63 - 1, {seed} does not.")
        if not (math.isfinite(self.strength) and 0.0 <= self.strength <= 1.0):
            raise KitRecipeError(
                f"The strength of a kit sound lies between 0 and 1, {self.strength} does not."
            )
        if not (math.isfinite(self.duration_s) and 0.0 <= self.duration_s <= LONGEST_SCRATCH_S):
            raise KitRecipeError(
                f"A scratch of the sound kit lasts up to {LONGEST_SCRATCH_S:.0f} s, "
                f"{self.duration_s} s can't be made; are these samples or milliseconds?"
            )


def synthesise(recipe: KitRecipe) -> np.ndarray:
    """Make the sound of a recipe.

    Returns
    -------
    np.ndarray
        (n,) float32 at 48 kHz, peak below 1, beginning at the contact and ending in silence. A scratch has
        exactly its duration in samples.
    """
    surface = SURFACES[recipe.material]
    of_object = object_generator(recipe.material, recipe.seed)
    of_contact = contact_generator(recipe.material, recipe.action, recipe.seed)
    if recipe.action == "hit":
        sound = hit(surface, of_object, of_contact, recipe.strength)
    else:
        duration_s = max(SHORTEST_SCRATCH_S, recipe.duration_s or DEFAULT_SCRATCH_S)
        sound = scratch(surface, of_object, of_contact, recipe.strength, round(duration_s * SAMPLE_RATE))
    return sound.astype(np.float32)


def kit_take(recipe: KitRecipe) -> Take:
    """The take that plays a recipe; the same recipe has the same take id."""
    parameters = (
        ("material", recipe.material),
        ("action", recipe.action),
        ("strength", float(recipe.strength)),
        ("duration_s", float(recipe.duration_s)),
    )
    digest = hashlib.sha256(repr((index(recipe.seed), parameters)).encode()).hexdigest()
    return Take(
        id=f"kit-{digest[:12]}",
        name=_name(recipe),
        source="kit",
        material=recipe.material,
        recipe=Recipe(KIT_MODEL, index(recipe.seed), parameters, engine_version=f"kit {kit_version()}"),
    )


def _name(recipe: KitRecipe) -> str:
    """What a person reads: "Wood hit, stroke 9"; strokes are counted from 1 on each object."""
    stroke = index(recipe.seed) % SEEDS_PER_OBJECT + 1
    return f"{recipe.material.capitalize()} {recipe.action}, stroke {stroke}"


def recipe_of(take: Take) -> KitRecipe:
    """The recipe inside a take of the kit.

    Raises
    ------
    KitRecipeError
        When the take is not of the kit, or its recipe is incomplete.
    """
    if take.source != "kit" or take.recipe is None or take.recipe.model != KIT_MODEL:
        raise KitRecipeError(f"The take “{take.name}” was not made by the sound kit.")
    parameters = dict(take.recipe.parameters)
    try:
        return KitRecipe(
            material=str(parameters["material"]),
            action=str(parameters["action"]),  # pyright: ignore[reportArgumentType]  (checked by KitRecipe)
            seed=take.recipe.seed,
            strength=float(parameters["strength"]),
            duration_s=float(parameters.get("duration_s", 0.0)),
        )
    except (KeyError, ValueError) as error:
        raise KitRecipeError(f"The recipe of the take “{take.name}” is incomplete ({error}).") from error
