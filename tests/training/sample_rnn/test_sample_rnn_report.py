"""What the next sample costs, and the table of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine.errors import UserFacingError
from engine.features.hit_curves import SoundingHit, hit_curves
from engine.features.quantisation import quantised
from engine.models.backbones import feature_count
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.picture_sound import PICTURE_SOUND, PictureSound, PictureSoundConfig, Variant
from engine.models.plain_config import to_plain
from engine.models.sample_rnn import SampleRnnConfig
from engine.project.materials import MATERIALS
from training.frame.recipe import load_recipe
from training.sample_rnn.clips import SoundingClip
from training.sample_rnn.cross_entropy import (
    FollowerCounts,
    LevelCounts,
    cross_entropy,
    network_costs,
    uniform_costs,
)
from training.sample_rnn.figures import curves_figure
from training.sample_rnn.hit_levels import hit_levels_db
from training.sample_rnn.recipe import RECIPES, SampleRnnRecipe
from training.sample_rnn.report import ReportRow, table
from training.sample_rnn.runs import opened_runs, require_same_sound

_SAMPLES = 64
_UNKNOWN = (0.0,) * len(MATERIALS)


def _network(variant: Variant, window: int = 156) -> PictureSound:
    torch.manual_seed(0)
    rnn = SampleRnnConfig(width=16, embedding=4)
    return PictureSound(
        PictureSoundConfig(
            variant,
            samples_per_picture=_SAMPLES,
            looks_every=2,
            window=window,
            features=3,
            encoder=8,
            rnn=rnn,
        )
    )


def _clip(pictures: int) -> SoundingClip:
    rng = np.random.default_rng(pictures)
    levels = rng.integers(100, 150, pictures * _SAMPLES).astype(np.uint8)
    looks = rng.normal(size=((pictures + 1) // 2, 3)).astype(np.float16)
    return SoundingClip("clip", levels, looks, (SoundingHit(0.01, -20.0, "hit", 0.0, _UNKNOWN),))


def test_who_knows_nothing_pays_for_every_level() -> None:
    [costs] = uniform_costs([np.arange(256, dtype=np.uint8)])
    assert_allclose(costs, np.log(256), rtol=1e-6)


def test_levels_cost_what_they_are_rare() -> None:
    heard = [np.array([7] * 3 + [9], np.uint8)]
    [costs] = LevelCounts(heard).costs([np.array([7, 9, 0], np.uint8)])
    assert_allclose(costs, -np.log(np.array([4, 2, 1]) / 260), rtol=1e-6)


def test_what_always_follows_costs_little() -> None:
    heard = [np.tile(np.array([3, 200], np.uint8), 50_000)]
    [costs] = FollowerCounts(heard).costs([np.array([3, 200, 200], np.uint8)])
    assert costs[1] < 0.01
    assert costs[2] > 5


@pytest.mark.parametrize("variant", ["hits", "frame", "sequence"])
def test_costs_of_a_network_are_those_of_its_forward(variant: Variant) -> None:
    network, clips = _network(variant), [_clip(9), _clip(9)]
    costs = network_costs(network, clips)
    assert [len(each) for each in costs] == [9 * _SAMPLES] * 2
    first, context = clips[0], network.config.rnn.context
    samples = np.append(np.full(context, 128), first.levels).astype(np.int64)
    pictures = torch.from_numpy(first.looks[np.arange(9) // 2].astype(np.float32))
    curves = hit_curves(first.hits, 0.0, 9 * network.config.steps_per_picture, 16 / 16_000)
    told = torch.from_numpy(curves)[None] if variant == "hits" else None
    with torch.no_grad():
        odds, _ = network(torch.from_numpy(samples)[None], pictures[None], told)
    expected = -odds[0].log_softmax(-1)[np.arange(9 * _SAMPLES), first.levels.astype(np.int64)]
    assert_allclose(costs[0], expected.numpy(), atol=1e-5)


def test_a_window_is_seen_anew() -> None:
    """What is shown in the second window says nothing about the first, and the other way round."""
    network, clip = _network("sequence", window=5), _clip(10)
    remembers = slice(16, 32)  # the gate that keeps the state of a GRU of width 16
    cell = network.rnn.each_tier()[0].cell
    with torch.no_grad():
        cell.bias_ih_l0[remembers] = 8.0  # pyright: ignore[reportIndexIssue]
    changed = SoundingClip(clip.name, clip.levels, clip.looks.copy(), clip.hits)
    changed.looks[3:] += 1.0
    changed.looks[3:, 0] *= -2.0
    [before], [after] = network_costs(network, [clip]), network_costs(network, [changed])
    assert_allclose(before[: 5 * _SAMPLES], after[: 5 * _SAMPLES])
    assert np.abs(before[5 * _SAMPLES :] - after[5 * _SAMPLES :]).max() > 1e-5


def test_sounding_and_silence_are_told_apart() -> None:
    config = _network("frame").config
    loud = 0.5 * np.sin(np.arange(2 * _SAMPLES))
    levels = quantised(np.append(loud, np.zeros(6 * _SAMPLES)), "linear")
    costs = np.repeat(np.array([2.0, 1.0], np.float32), [2 * _SAMPLES, 6 * _SAMPLES])
    found = cross_entropy([costs], [levels], config)
    assert (found.nats, found.sounding, found.silence, found.sounding_share) == (1.25, 2.0, 1.0, 0.25)


def test_a_hit_is_as_loud_as_its_loudest_thirtieth() -> None:
    sound = np.zeros(16_000)
    sound[4_000:5_000] = 0.1
    sound[8_000:8_100] = 0.1
    hits = [SoundingHit(time_s, 0.0, "hit", 0.0, _UNKNOWN) for time_s in (0.25, 0.5, 0.9)]
    window = round(16_000 / 30)
    assert_allclose(
        hit_levels_db(sound, 16_000, hits), [-20.0, 10 * np.log10(0.01 * 100 / window), -60.0], atol=1e-6
    )


def test_runs_stand_in_the_order_of_the_paper(tmp_path: Path) -> None:
    for variant in ("hits", "frame"):
        network = _network(variant)
        description = ModelDescription(
            PICTURE_SOUND, to_plain(network.config), {}, git_commit="", data_sha256="", metrics={}
        )
        save_checkpoint(tmp_path / variant, network.state_dict(), description)
    runs = opened_runs([tmp_path / "hits", tmp_path / "frame", tmp_path / "hits"], is_exact=True)
    assert [run.name for run in runs] == ["frame", "hits (hits)", "hits (hits)"]
    assert require_same_sound(runs).samples_per_picture == _SAMPLES
    with pytest.raises(UserFacingError, match="neither a model nor a run"):
        opened_runs([tmp_path], is_exact=True)


def test_the_table_has_the_rows_of_the_paper() -> None:
    costs = [np.ones(8 * _SAMPLES, np.float32)]
    config = _network("frame").config
    found = cross_entropy(costs, [np.full(8 * _SAMPLES, 128, np.uint8)], config)
    shown = table({"frame": ReportRow(found, found, is_network=True)}, 1, 1, config)
    assert [row.kind for row in shown.rows] == ["ours", "paper", "paper", "paper"]
    assert shown.rows[0].cells == ("1.000", "1.000", "–", "–", "1.000")


def test_the_paper_has_its_recipe() -> None:
    recipe = load_recipe(SampleRnnRecipe, RECIPES / "paper.toml", [])
    network = recipe.network
    assert (network.picture_rate_hz, network.quantisation, network.rnn.taps) == (15.625, "linear", 4)
    assert feature_count(network.backbone) == network.features


def test_curves_are_drawn_with_what_was_judged() -> None:
    points = [{"step": 1, "nats": 5.0}, {"step": 2, "nats": 4.0}, {"step": 2, "validation": {"nats": 4.5}}]
    [axes] = curves_figure({"hits": points}).axes
    assert [len(line.get_xdata()) for line in axes.lines] == [1, 1]  # pyright: ignore[reportArgumentType]
