"""The two towers: vectors of pictures and sounds, and their checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.blow_shape import load_blow_shapes
from engine.models.checkpoint import save_checkpoint
from engine.models.description import CheckpointError, ModelDescription
from engine.models.plain_config import ConfigError, to_plain
from engine.models.sight import SightFeatures
from engine.models.sound_fit import BY_HAND
from engine.models.sound_net import load_sound_model
from engine.models.two_tower import (
    TWO_TOWER,
    VECTOR_WIDTH,
    TwoTower,
    TwoTowerConfig,
    TwoTowerNet,
    load_two_tower,
    two_tower_version,
)

CONFIG = TwoTowerConfig(picture_width=20, sound_width=17, hidden=6, share=0.5)


@dataclass
class Heard:
    """As a sound model has it."""

    vector: np.ndarray


def towers(config: TwoTowerConfig = CONFIG) -> TwoTower:
    """Towers that take a sound for the material whose number of its vector is the largest."""
    torch.manual_seed(2)
    network = TwoTowerNet(config)
    with torch.no_grad():
        network.recorded.weight.copy_(torch.eye(17) * 30)
        network.recorded.bias.zero_()
    return TwoTower(network, BY_HAND, "")


def seen(count: int) -> SightFeatures:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(2, count, 20)).astype(np.float32)
    nothing = np.zeros((count, 0), np.float32)
    return SightFeatures(vectors[0], nothing, vectors[1], nothing)


def test_vectors_are_of_length_one_and_know_the_material() -> None:
    known = np.eye(17, dtype=np.float32)
    pictures = towers().picture_vectors(seen(17), known)
    sounds = towers().sound_vectors(Heard(known))
    assert pictures.shape == sounds.shape == (17, VECTOR_WIDTH)
    assert pictures.dtype == sounds.dtype == np.float32
    for vectors in (pictures, sounds):
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(17), abs=1e-5)
    cosines = pictures @ sounds.T
    # What was learned is a quarter of what is known, and can't turn one material into another.
    assert np.diag(cosines).min() > cosines[~np.eye(17, dtype=bool)].max()
    assert np.diag(cosines).min() >= (1 - 0.25) / 1.25 - 1e-5
    assert cosines[~np.eye(17, dtype=bool)].max() <= 0.25 / 1.25 + 1e-5


def test_without_a_learned_part_the_cosine_is_how_far_materials_agree() -> None:
    rng = np.random.default_rng(1)
    materials = rng.dirichlet(np.ones(17), 4).astype(np.float32)
    heard = Heard(rng.normal(0, 0.05, (4, 17)).astype(np.float32))
    model = towers(replace(CONFIG, share=0.0))
    agreement = np.sqrt(materials) @ np.sqrt(model.sound_materials(heard)).T
    assert model.picture_vectors(seen(4), materials) @ model.sound_vectors(heard).T == pytest.approx(
        agreement, abs=1e-5
    )


def test_what_recordings_are_of_is_told_but_not_of_silence() -> None:
    told = towers().sound_materials(Heard(np.array([np.eye(17)[4], np.zeros(17)], np.float32)))
    assert told[0].argmax() == 4
    assert told.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
    assert told[1] == pytest.approx(np.full(17, 1 / 17))


def test_silence_and_nothing_at_all_have_vectors() -> None:
    assert np.isfinite(towers().sound_vectors(Heard(np.zeros((1, 17), np.float32)))).all()
    assert towers().sound_vectors(Heard(np.zeros((0, 17), np.float32))).shape == (0, VECTOR_WIDTH)


def kept(folder: Path, config: object) -> TwoTower:
    model = towers()
    weights = {name: tensor.to(torch.float16) for name, tensor in model.network.state_dict().items()}
    description = ModelDescription(TWO_TOWER, {"network": config, "fit": to_plain(BY_HAND)})
    save_checkpoint(folder, weights, description)
    return model


def test_a_checkpoint_gives_the_same_vectors(tmp_path: Path) -> None:
    model = kept(tmp_path / "towers", to_plain(CONFIG))
    loaded = load_two_tower(tmp_path / "towers")
    materials = np.full((3, 17), 1 / 17)
    assert loaded.fit == BY_HAND
    assert loaded.version == two_tower_version(tmp_path / "towers") != ""
    assert loaded.picture_vectors(seen(3), materials) == pytest.approx(
        model.picture_vectors(seen(3), materials), abs=4e-3
    )


def test_what_is_missing_damaged_or_of_another_size_is_told(tmp_path: Path) -> None:
    assert two_tower_version(tmp_path) == ""
    with pytest.raises(CheckpointError):
        load_two_tower(tmp_path)
    kept(tmp_path / "other", to_plain(replace(CONFIG, hidden=7)))
    with pytest.raises(CheckpointError, match="does not fit"):
        load_two_tower(tmp_path / "other")
    kept(tmp_path / "lacking", {"hidden": 6})
    with pytest.raises(ConfigError, match="network"):
        load_two_tower(tmp_path / "lacking")


def test_what_ships_belongs_together() -> None:
    rate = 44_100
    knock = np.sin(np.arange(rate // 2) / 9.0) * np.exp(-np.arange(rate // 2) / 900.0)
    heard = load_sound_model().hear([knock.astype(np.float32), np.zeros(9)], rate)
    model = load_two_tower()
    assert model.sound_vectors(heard).shape == (2, VECTOR_WIDTH)
    assert model.sound_materials(heard)[0].max() > model.sound_materials(heard)[1].max()
    sinks = SightFeatures(*(np.ones((1, width), np.float32) for width in (1280, 1000, 1280, 1000)))
    assert model.picture_vectors(sinks, np.full((1, 17), 1 / 17)).shape == (1, VECTOR_WIDTH)
    hit, scratch = load_blow_shapes().distances(knock, rate)
    assert hit < scratch
