"""A folder of sounds whose materials are known, and copies of it in which no name tells them."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserFacingError
from engine.library.scan import SOUND_SUFFIXES
from engine.project.materials import MATERIALS

_NAME_DIGITS = 12


@dataclass(frozen=True, slots=True)
class LabelledLibrary:
    """Sounds in a folder.

    Attributes
    ----------
    folder
        Where they lie.
    material_of
        By file.
    """

    folder: Path
    material_of: Mapping[Path, str]

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each material."""
        return Counter(self.material_of.values())


def labelled_library(folder: Path) -> LabelledLibrary:
    """A library with a folder for each material, named like it.

    Raises
    ------
    UserFacingError
        When there is none.
    """
    folder = folder.absolute()
    material_of = {
        path: material
        for material in MATERIALS
        for path in sorted((folder / material).rglob("*"))
        if path.suffix.lower() in SOUND_SUFFIXES and path.is_file()
    }
    if not material_of:
        raise UserFacingError(
            f"“{folder}” is no library of known sounds: it has no folder named like a material ("
            f"{', '.join(MATERIALS)}) with sounds in it."
        )
    return LabelledLibrary(folder, material_of)


def hidden_copy(library: LabelledLibrary, folder: Path, seed: int = 0) -> LabelledLibrary:
    """The sounds copied side by side under names by chance, so that no name tells anything.

    Raises
    ------
    UserFacingError
        When they can't be copied.
    """
    draw = random.Random(seed)
    material_of: dict[Path, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, material in library.material_of.items():
            # Hexadecimal digits spell no material.
            copy = folder / f"{draw.getrandbits(4 * _NAME_DIGITS):0{_NAME_DIGITS}x}{path.suffix.lower()}"
            shutil.copyfile(path, copy)
            material_of[copy] = material
    except OSError as error:
        raise UserFacingError(f"The library can't be copied to “{folder}”: {error.strerror}.") from error
    return LabelledLibrary(folder, material_of)
