"""The list of ways a surface can look, each with its painter and how light falls on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.stage.picture.procedural.noise import Picture

Painter = Callable[[np.random.Generator], Picture]


@dataclass(frozen=True, slots=True)
class Style:
    """One kind of surface; a seed makes one of its endless variants.

    Attributes
    ----------
    name
        Such as `planks`.
    material
        The one of the 17 it is made of, None for what is only looked at.
    paint
        Makes a seamless (256, 256, 3) float32 picture, sRGB 0..1.
    scale_m
        Side length of the patch that the picture shows.
    gloss, shininess, mirror, clear, relief
        As in `training.stage.world.Look`.
    pictures
        Beginnings of the names of pictures that show the same, in a folder of textures.
    """

    name: str
    material: str | None
    paint: Painter
    scale_m: float
    gloss: float
    shininess: float
    mirror: float
    clear: float
    relief: float
    pictures: tuple[str, ...]


STYLES: dict[str, Style] = {}


def style(
    name: str,
    material: str | None,
    scale_m: float,
    gloss: float = 0.0,
    shininess: float = 20.0,
    mirror: float = 0.0,
    clear: float = 0.0,
    relief: float = 0.0,
    pictures: tuple[str, ...] = (),
) -> Callable[[Painter], Painter]:
    """Enter the painter that follows under a name; see `Style`."""

    def enter(paint: Painter) -> Painter:
        STYLES[name] = Style(
            name, material, paint, scale_m, gloss, shininess, mirror, clear, relief, pictures
        )
        return paint

    return enter
