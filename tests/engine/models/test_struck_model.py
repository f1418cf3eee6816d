"""What is struck, from what pictures show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, SightFeatures
from engine.models.struck import StruckConfig, StruckModel, StruckWeights, load_struck
from engine.project.materials import MATERIALS

WOOD, METAL, PAPER = (MATERIALS.index(name) for name in ("wood", "metal", "paper"))
CARTON, SAFE = 478, 771


def sees(*classes: int, share: float = 0.9) -> SightFeatures:
    posteriors = np.full((len(classes), CLASS_COUNT), (1 - share) / (CLASS_COUNT - 1), np.float32)
    posteriors[range(len(classes)), classes] = share
    vectors = np.ones((len(classes), VECTOR_LENGTH), np.float32)
    return SightFeatures(vectors, posteriors, vectors, posteriors)


def plain_model() -> StruckModel:
    """Class 478 is paper, 771 is metal, everything else anything; nothing is corrected."""
    table = np.full((CLASS_COUNT, 17), 1 / 17, np.float32)
    table[CARTON], table[SAFE] = np.eye(17)[PAPER], np.eye(17)[METAL]
    prior = np.full((2, 17), 0.5 / 16, np.float32)
    prior[0, WOOD] = prior[1, METAL] = 0.5
    nothing = np.zeros((2 * VECTOR_LENGTH, 17), np.float32)
    return StruckModel(StruckWeights(table, prior, nothing[:, 0], nothing))


def test_a_thing_tells_its_material_and_nothing_tells_what_is_usual() -> None:
    model = plain_model()
    said = model.materials(sees(CARTON, SAFE, 0))
    assert said.shape == (3, 17)
    assert said.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert said.argmax(axis=1).tolist() == [PAPER, METAL, WOOD]
    assert model.materials(sees(0), ["scratch"]).argmax() == METAL


def test_a_correction_counts_by_its_direction() -> None:
    model = plain_model()
    correction = model.weights.correction.copy()
    correction[:, METAL] = 1.0
    corrected = StruckModel(replace(model.weights, correction=correction))
    before, after = (each.materials(sees(CARTON))[0, METAL] for each in (model, corrected))
    assert after > 10 * before


def test_temperature_flattens() -> None:
    model = plain_model()
    flat = StruckModel(model.weights, StruckConfig(temperature=3.0))
    assert flat.materials(sees(CARTON)).max() < model.materials(sees(CARTON)).max()


def test_hits_of_a_shot_know_of_each_other_but_a_sure_one_stands() -> None:
    model = plain_model()
    rows = np.full((5, 17), 0.4 / 16)
    rows[:, WOOD] = 0.6
    rows[2] = 0.5 / 15
    rows[2, [WOOD, METAL]] = 0.24, 0.26
    assert model.in_one_shot(rows)[2].argmax() == WOOD
    rows[2] = 0.01 / 16
    rows[2, METAL] = 0.99
    together = model.in_one_shot(rows)
    assert together[2].argmax() == METAL
    assert together.sum(axis=1) == pytest.approx(np.ones(5))
    assert model.in_one_shot(rows[:1]) == pytest.approx(rows[:1])


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="prior has shape"):
        replace(plain_model().weights, prior=np.ones((3, 17), np.float32))


def test_the_one_that_ships() -> None:
    model = load_struck()
    assert model.version.startswith("struck-")
    said = model.materials(sees(CARTON, SAFE))
    assert said.argmax(axis=1).tolist() == [PAPER, METAL]
    nothing = SightFeatures(*(np.zeros((1, size), np.float32) for size in (1280, 1000, 1280, 1000)))
    assert np.isfinite(model.materials(nothing)).all()
