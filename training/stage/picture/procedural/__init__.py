"""Surface pictures made from a seed: some ninety styles, each with endless variants."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

# Each module enters its styles when it is imported.
from training.stage.picture.procedural import (
    built,
    fabric,
    ground,
    metal,
    plants,
    printed,
    smooth,
    stone,
    wood,
)
from training.stage.picture.procedural.noise import bytes_of
from training.stage.picture.procedural.style import STYLES, Style

__all__ = ["STYLES", "Style", "paint", "styles_of"]

_MODULES = (built, fabric, ground, metal, plants, printed, smooth, stone, wood)


def styles_of(material: str) -> tuple[str, ...]:
    """Names of the styles of a material."""
    return tuple(name for name, entry in STYLES.items() if entry.material == material)


def paint(style: str, seed: int) -> NDArray[np.uint8]:
    """One variant of a style: seamless (256, 256, 3) uint8 sRGB, the same for the same seed."""
    # Equal seeds of two styles must not share their draws.
    rng = np.random.default_rng([seed, zlib.crc32(style.encode())])
    return bytes_of(STYLES[style].paint(rng))
