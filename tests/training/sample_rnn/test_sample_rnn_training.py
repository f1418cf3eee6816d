"""Stretches of clips, and the error that is made smaller."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.features.hit_curves import SoundingHit
from engine.models.picture_sound import PictureSound, PictureSoundConfig, Variant
from engine.models.sample_rnn import SampleRnnConfig
from engine.project.materials import MATERIALS
from training.sample_rnn.clips import SoundingClip
from training.sample_rnn.recipe import DataConfig, SampleRnnRecipe
from training.sample_rnn.stretches import Stretches
from training.sample_rnn.train import chunk_errors, stretch_loss

_PICTURES, _SAMPLES = 12, 64
_WOOD = tuple(float(name == "wood") for name in MATERIALS)


def _recipe(variant: Variant, **settings: int) -> SampleRnnRecipe:
    rnn = SampleRnnConfig(width=16, embedding=4)
    network = PictureSoundConfig(
        variant,
        samples_per_picture=_SAMPLES,
        looks_every=4,
        features=3,
        motion_features=5 if variant == "flow" else 0,
        encoder=8,
        rnn=rnn,
    )
    return SampleRnnRecipe(DataConfig(pictures=5), network, **settings)


def _clip() -> SoundingClip:
    levels = (np.arange(_PICTURES * _SAMPLES) % 251).astype(np.uint8)
    looks = np.random.default_rng(0).normal(size=(3, 3)).astype(np.float16)
    motion = np.random.default_rng(1).normal(size=(_PICTURES, 5)).astype(np.float16)
    return SoundingClip("clip", levels, looks, (SoundingHit(0.01, -20.0, "hit", 0.0, _WOOD),), motion)


def test_a_stretch_is_what_its_clip_holds_there() -> None:
    recipe, clip = _recipe("hits"), _clip()
    stretches = Stretches([clip], recipe.network, 5, is_anywhere=False)
    assert len(stretches) == 2
    second = stretches.draw(1, np.random.default_rng(0))
    context = recipe.network.rnn.context
    np.testing.assert_array_equal(
        second["samples"], clip.levels[5 * _SAMPLES - context : 10 * _SAMPLES].astype(np.int64)
    )
    np.testing.assert_array_equal(second["pictures"], clip.looks[[1, 1, 1, 2, 2]].astype(np.float32))
    assert second["curves"].any()
    first = stretches.draw(0, np.random.default_rng(0))
    np.testing.assert_array_equal(first["samples"][:context], 128)


def test_where_a_material_is_unlabelled_nothing_is_told_of_it() -> None:
    recipe = _recipe("hits")
    stretches = Stretches([_clip()], recipe.network, 5, unlabelled=0.5, is_anywhere=True)
    wood = 6 + MATERIALS.index("wood")
    told = [stretches.draw(0, np.random.default_rng(seed))["curves"][:, wood].max() for seed in range(40)]
    assert min(told) == 0.0
    assert max(told) >= 0.5


@pytest.mark.parametrize("variant", ["hits", "frame", "sequence", "flow"])
def test_chunks_carry_their_state_on(variant: Variant) -> None:
    torch.manual_seed(0)
    whole, parts = (_recipe(variant, warm_pictures=0, chunk_pictures=count) for count in (5, 1))
    network = PictureSound(whole.network)
    sample = Stretches([_clip()], whole.network, 5, is_anywhere=False).draw(0, np.random.default_rng(0))
    batch = {name: torch.from_numpy(values)[None] for name, values in sample.items()}
    [one] = chunk_errors(network, batch, whole, [0])
    many = chunk_errors(network, batch, parts, range(5))
    assert len(many) == 5
    torch.testing.assert_close(torch.stack(many).mean(), one)
    torch.testing.assert_close(chunk_errors(network, batch, parts, [3]), many[3:4])
    stretch_loss(network, batch, parts)["loss"].backward()
    assert all(weights.grad is not None for weights in network.rnn.last.parameters())
