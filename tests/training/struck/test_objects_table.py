"""The table of things, and what is learned beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, SightFeatures
from engine.project.materials import MATERIALS, Action
from training.struck.fitting import LabelledLooks, corrected, table_model
from training.struck.objects import CATEGORIES, material_priors, material_table


def test_the_table_knows_things() -> None:
    table = material_table()
    assert table.shape == (1000, 17)
    assert table.sum(axis=1) == pytest.approx(np.ones(1000), abs=1e-5)
    for thing, material in (("carton", "paper"), ("manhole cover", "metal"), ("quilt", "cloth")):
        assert MATERIALS[int(table[CATEGORIES.index(thing)].argmax())] == material
    assert (material_priors() > 0).all()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[cheese]\nmade = "carton"', "is no material"),
        ('[paper]\nsome = "carton"', "has a list “some”"),
        ('[paper]\nmade = "cardboard"', "none of ImageNet's classes"),
        ('[paper]\nmade = "carton"\nhint = "carton"', "is in two lists"),
    ],
)
def test_mistakes_in_it_are_told(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "objects.toml"
    path.write_text(text)
    with pytest.raises(UserFacingError, match=problem):
        material_table(path)


def test_what_the_table_leaves_unexplained_is_learned() -> None:
    random = np.random.default_rng(0)
    kinds = random.random((2, VECTOR_LENGTH)).astype(np.float32)
    which = np.arange(12) % 2
    vectors = kinds[which] + 0.05 * random.random((12, VECTOR_LENGTH)).astype(np.float32)
    unsure = np.full((12, CLASS_COUNT), 1 / CLASS_COUNT, np.float32)
    looks = SightFeatures(vectors, unsure, vectors, unsure)
    glass, water = MATERIALS.index("glass"), MATERIALS.index("water")
    actions: tuple[Action, ...] = ("hit",) * 12
    labelled = LabelledLooks(
        looks, np.where(which, glass, water), actions, tuple(f"video {number // 2}" for number in range(12))
    )
    base = table_model()
    learned = corrected(base, labelled.of(np.arange(8)))
    before, after = (model.materials(looks[8:])[:, [water, glass]] for model in (base, learned))
    told = after[np.arange(4), which[8:]]
    assert (told > 3 * before[np.arange(4), which[8:]]).all()
