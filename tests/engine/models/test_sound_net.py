"""The network that ships and hears: what it says, of what, and when it can't be loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.bundled import bundled_models_folder
from engine.models.checkpoint import save_checkpoint
from engine.models.description import CheckpointError, ModelDescription
from engine.models.plain_config import to_plain
from engine.models.sound_net import (
    SOUND_NET,
    SoundModel,
    SoundNet,
    SoundNetConfig,
    hard_of,
    load_sound_model,
    sound_net_version,
)
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import KitRecipe, synthesise


@pytest.fixture(scope="module")
def model() -> SoundModel:
    return load_sound_model()


def test_hard_is_a_share_of_hard_and_soft():
    rows = np.full((3, 17), 0.0)
    rows[0, MATERIALS.index("metal")] = rows[1, MATERIALS.index("grass")] = 0.4
    rows[:2, MATERIALS.index("paper")] = 0.6
    rows[2] = 1 / 17
    assert hard_of(rows) == pytest.approx([1, 0, 9 / 14])


def test_probabilities_of_many_sounds_at_once_and_one_by_one(model: SoundModel):
    sounds = [synthesise(KitRecipe(name, "hit", 160, 0.8)) for name in ("metal", "grass", "wood")]
    heard = model.hear(sounds, SAMPLE_RATE)
    assert heard.vector.shape == (3, model.vector_width) and heard.vector.dtype == np.float32
    assert heard.materials.sum(axis=1) == pytest.approx(1, abs=1e-5)
    alone = model.hear(sounds[1:2], SAMPLE_RATE)
    assert np.allclose(alone.materials[0], heard.materials[1], atol=1e-4)
    assert np.allclose(alone.vector[0], heard.vector[1], atol=1e-3)


def test_kit_sounds_never_learned_are_told_apart(model: SoundModel):
    """Objects from far beyond those it was trained on: hard or soft, hit or scratch."""
    hits = {
        name: [synthesise(KitRecipe(name, "hit", 16 * seed, 0.7)) for seed in range(900, 906)]
        for name in ("metal", "glass", "cloth", "plastic-bag")
    }
    hard = {name: model.hear(sounds, SAMPLE_RATE).hard.mean() for name, sounds in hits.items()}
    assert min(hard["metal"], hard["glass"]) > 0.7
    assert max(hard["cloth"], hard["plastic-bag"]) < 0.5
    scratches = [synthesise(KitRecipe("wood", "scratch", 16 * seed, 0.7, 0.6)) for seed in range(900, 906)]
    scratch = model.hear(scratches, SAMPLE_RATE).scratch.mean()
    assert scratch > 0.6 > model.hear(hits["metal"], SAMPLE_RATE).scratch.mean()


def test_bad_sounds_say_nothing_and_do_no_harm(model: SoundModel):
    rng = np.random.default_rng(0)
    blip = rng.normal(0, 0.2, 240).astype(np.float32)
    sounds = [np.zeros(0), np.zeros(48_000), np.full(100, np.nan), blip, np.tile(blip, 40_000)]
    heard = model.hear(sounds, SAMPLE_RATE)
    assert heard.materials[:3] == pytest.approx(1 / 17)
    assert heard.scratch[:3] == pytest.approx(0.5) and not heard.vector[:3].any()
    assert all(np.isfinite(part).all() for part in (heard.vector, heard.materials, heard.hard, heard.scratch))
    assert heard.vector[3:].any(axis=1).all()
    nothing = model.hear([], SAMPLE_RATE)
    assert nothing.materials.shape == (0, 17) and nothing.hard.shape == (0,)
    with pytest.raises(ValueError):
        model.hear(sounds, SAMPLE_RATE, [0.0])


def test_half_precision_is_read_and_damage_is_told(tmp_path: Path):
    config = SoundNetConfig(widths=(4, 4, 4, 4), vector=8, temperature=2.0)
    network = SoundNet(config)
    half = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }
    folder = tmp_path / "ear"
    save_checkpoint(folder, half, ModelDescription(SOUND_NET, {"network": to_plain(config)}))
    assert sound_net_version(folder) and sound_net_version(tmp_path) == ""
    click = np.zeros(4800, np.float32)
    click[100] = 1.0
    read, there = load_sound_model(folder), SoundModel(network, "")
    assert read.version == sound_net_version(folder)
    assert np.allclose(
        read.hear([click], SAMPLE_RATE).materials, there.hear([click], SAMPLE_RATE).materials, atol=1e-3
    )
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"abcd")
    with pytest.raises(CheckpointError, match="damaged or exchanged"):
        load_sound_model(folder)


def test_other_networks_are_refused(tmp_path: Path):
    with pytest.raises(CheckpointError, match="no checkpoint"):
        load_sound_model(tmp_path)
    shutil.copytree(bundled_models_folder() / "hit-net", tmp_path / "other")
    with pytest.raises(CheckpointError, match="not a sound-net"):
        load_sound_model(tmp_path / "other")
