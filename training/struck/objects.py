"""The hand-written table of things and materials (`objects.toml`), as the model takes it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torchvision.models import ResNet18_Weights

from engine.analysis.material_prior import CONTACTS
from engine.errors import UserFacingError
from engine.models.sight import CLASS_COUNT
from engine.project.materials import ACTIONS, MATERIALS

OBJECTS = Path(__file__).with_name("objects.toml")

CATEGORIES: tuple[str, ...] = tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
"""ImageNet's classes as torchvision calls them."""

WEIGHTS = {"made": 3.0, "likely": 1.5, "hint": 0.5}
"""How much each kind of list counts."""
USUAL_WEIGHT = 1.0
"""How much it counts, beside the lists a thing is in, that anything may be struck near it."""


def material_table(path: Path = OBJECTS) -> NDArray[np.float32]:
    """What is struck where each of ImageNet's classes is seen, (1000, 17); rows sum to 1.

    Raises
    ------
    UserFacingError
        When the file names a material, a list or a class that does not exist, or one class twice for a
        material.
    """
    table = np.tile(USUAL_WEIGHT * usual_materials(), (CLASS_COUNT, 1))
    for material, lists in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if material not in MATERIALS:
            raise UserFacingError(f"“{path.name}”: “{material}” is no material.")
        seen: set[str] = set()
        for kind, names in lists.items():
            if kind not in WEIGHTS:
                raise UserFacingError(
                    f"“{path.name}”: {material} has a list “{kind}”; there are: made, likely, hint."
                )
            for name in (" ".join(part.split()) for part in names.split(",")):
                if name not in CATEGORIES or name in seen:
                    what = "is in two lists" if name in seen else "is none of ImageNet's classes"
                    raise UserFacingError(f"“{path.name}”: “{name}” ({material}) {what}.")
                seen.add(name)
                # Two classes share a name, for example the two kinds of maillot.
                rows = [number for number, category in enumerate(CATEGORIES) if category == name]
                table[rows, MATERIALS.index(material)] += WEIGHTS[kind]
    return (table / table.sum(axis=1, keepdims=True)).astype(np.float32)


def material_priors() -> NDArray[np.float32]:
    """How often each material is hit, and scratched, in the annotations, (2, 17); rows sum to 1."""
    counts = np.array([[CONTACTS[action].get(name, 0) for name in MATERIALS] for action in ACTIONS], float)
    # What was never scratched in the annotations is scratched now and then all the same.
    counts += 10.0
    return (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)


def usual_materials() -> NDArray[np.float64]:
    """How often each material is struck at all, (17,), sum 1."""
    counts = np.array([sum(CONTACTS[action].get(name, 0) for action in ACTIONS) for name in MATERIALS], float)
    return counts / counts.sum()
