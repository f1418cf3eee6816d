"""Furnished settings: rooms, ground and things that show wanted materials, each drawn from a seed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from engine.errors import UserFacingError
from engine.project.materials import MATERIALS

# Each module enters its settings when it is imported.
from training.stage.camera import HEIGHT, WIDTH
from training.stage.sets import floors, fronts, ground, kitchen, masonry, open_air, seating, tables, walls
from training.stage.sets.coverage import targets_seen
from training.stage.sets.draft import MOST_SHAPES, Draft
from training.stage.sets.lighting import colour_cast
from training.stage.sets.setting import SETTINGS, Setting
from training.stage.sets.wardrobe import Wardrobe
from training.stage.world import Set

__all__ = ["LEAST_SHARE", "SETTINGS", "SetError", "draw_set", "furnish", "targets_seen"]

_MODULES = (floors, fronts, ground, kitchen, masonry, open_air, seating, tables, walls)

LEAST_SHARE = 0.02
"""The targets of each wanted material cover at least this share of the picture."""
MOST_MATERIALS = 5
"""So many fit into one picture."""
_TRIES = 32
_FIT = 5.0
"""So much likelier is a setting for each wanted material that belongs there."""


class SetError(UserFacingError):
    """A set that can't be furnished as asked."""


def draw_set(
    rng: np.random.Generator,
    materials: Sequence[str],
    recent: Collection[str] = (),
    size: tuple[int, int] = (WIDTH, HEIGHT),
    textures: Path | None = None,
) -> Set:
    """Choose and furnish a setting that shows materials.

    Parameters
    ----------
    rng
        Source of all draws; the same state gives the same set.
    materials
        Wanted ones, the most important first; repeats do no harm.
    recent
        Names of settings not to be drawn this time, for variety.
    size
        Width and height of the picture.
    textures
        Folder of texture pictures, a folder per material in it; procedural ones alone without it.

    Returns
    -------
    Set
        With at most 40 shapes. Targets of each wanted material are in sight.

    Raises
    ------
    SetError
        When no material is wanted, more than 5 are, or one isn't among the 17.
    """
    wanted = tuple(dict.fromkeys(materials))
    if not wanted:
        raise SetError("A set shows at least one material, none was asked for.")
    for material in wanted:
        if material not in MATERIALS:
            raise SetError(f"There is no material “{material}”; the materials are {', '.join(MATERIALS)}.")
    if len(wanted) > MOST_MATERIALS:
        raise SetError(
            f"A set shows at most {MOST_MATERIALS} materials, but {len(wanted)} were asked for: "
            f"{', '.join(wanted)}."
        )
    best: tuple[float, Set] | None = None
    for attempt in range(_TRIES):
        own = rng.spawn(1)[0]
        chosen = _choose(own, wanted, recent if attempt < _TRIES // 2 else ())
        drawn = furnish(own, chosen, wanted, size, textures)
        seen = targets_seen(drawn)
        least = min(seen.get(material, 0.0) for material in wanted)
        if least >= 1.25 * LEAST_SHARE:
            return drawn
        if best is None or least > best[0]:
            best = (least, drawn)
    if best is not None and best[0] >= LEAST_SHARE:
        return best[1]
    raise SetError(
        f"No picture shows {', '.join(wanted)} together with {LEAST_SHARE:.0%} of it for each, "
        f"after {_TRIES} tries; ask for fewer materials at once."
    )


def _choose(rng: np.random.Generator, wanted: tuple[str, ...], recent: Collection[str]) -> Setting:
    entries = [entry for entry in SETTINGS.values() if entry.name not in recent] or list(SETTINGS.values())
    fits = np.array([sum(material in entry.natural for material in wanted) for entry in entries])
    leads = np.array([wanted[0] in entry.natural for entry in entries])
    weights = np.array([entry.weight for entry in entries]) * _FIT**fits * np.where(leads, _FIT, 1.0)
    return entries[rng.choice(len(entries), p=weights / weights.sum())]


def furnish(
    rng: np.random.Generator,
    chosen: Setting,
    wanted: tuple[str, ...],
    size: tuple[int, int],
    textures: Path | None,
) -> Set:
    """Build one setting, its camera and light included; wanted materials may still be missing from it."""
    of_colours, of_things, of_looks = rng.spawn(3)
    wardrobe = Wardrobe(of_looks, textures, colour_cast(of_colours, chosen.outdoors))
    draft = Draft(of_things, wardrobe, wanted, size)
    chosen.build(draft)
    arm_from: Literal["left", "right", "bottom"] = "bottom"
    if (draw := rng.random()) < 0.85:
        arm_from = "left" if draw < 0.55 else "right"
    return Set(
        name=chosen.name,
        shapes=tuple(draft.shapes[:MOST_SHAPES]),
        camera=draft.camera,
        light=draft.light,
        sky=draft.sky,
        arm_from=arm_from,
        outdoors=chosen.outdoors,
    )
