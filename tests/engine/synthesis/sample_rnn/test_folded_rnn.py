"""The folded loops make what the network itself would make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.models.sample_rnn import SampleRnn, SampleRnnConfig
from engine.synthesis.sample_rnn.folding import folded
from engine.synthesis.sample_rnn.plain import boundary_distance, make_plainly
from engine.synthesis.sample_rnn.streams import SoundStreams

_SIZES: tuple[dict[str, Any], ...] = (
    {"frame_sizes": (16, 4), "condition": 5},
    {"frame_sizes": (8,), "taps": 12, "cell": "lstm", "layers": 2, "skips": True},
    {"frame_sizes": (32, 8, 2), "summary": 6, "normalises_weights": False, "layers": 2},
)


def _network(sizes: dict[str, Any], seed: int = 0) -> SampleRnn:
    torch.manual_seed(seed)
    network = SampleRnn(SampleRnnConfig(width=32, embedding=8, **sizes))
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(1.5).add_(0.05 * torch.randn_like(weights))
    return network


@pytest.mark.parametrize("sizes", _SIZES)
def test_odds_of_the_network_draw_the_same_samples(sizes: dict[str, Any]) -> None:
    network = _network(sizes)
    config, streams, steps = network.config, 3, 12
    length = steps * config.frame_sizes[0]
    condition = torch.randn(1, steps, config.condition) if config.condition else None
    summary = torch.randn(1, config.summary) if config.summary else None
    weights = folded(network)
    sound = SoundStreams(
        weights, [7, 8, 9], summaries=None if summary is None else summary.numpy(), temperature=0.8
    )
    rows = weights.condition_rows(None if condition is None else condition[0].numpy(), steps)
    made = sound.make(rows[None])

    heard = np.concatenate((np.full((streams, config.context), 128), made), axis=1)
    states = network.first_states(streams, None if summary is None else summary.expand(streams, -1))
    with torch.no_grad():
        odds, _ = network(
            torch.from_numpy(heard), states, None if condition is None else condition.expand(streams, -1, -1)
        )
    odds = odds.double().numpy() / 0.8
    uniforms = np.stack([np.random.Generator(np.random.Philox(seed)).random(length) for seed in (7, 8, 9)])
    shares = np.cumsum(np.exp(odds), axis=-1)
    expected = (shares <= uniforms[..., None] * shares[..., -1:]).sum(axis=-1)
    is_clear = boundary_distance(odds, uniforms) > 1e-5
    assert is_clear.mean() > 0.95
    np.testing.assert_array_equal(made[is_clear], expected[is_clear])


def test_the_plain_way_makes_the_same_sound() -> None:
    network = _network(_SIZES[0])
    weights, steps = folded(network), 10
    condition = torch.randn(1, steps, 5)
    made = SoundStreams(weights, [3]).make(weights.condition_rows(condition[0].numpy(), steps)[None])
    uniforms = np.random.Generator(np.random.Philox(3)).random((1, steps * 16))
    plain, _ = make_plainly(
        network,
        network.first_states(1),
        torch.full((1, 16), 128),
        torch.from_numpy(uniforms),
        condition,
    )
    np.testing.assert_array_equal(made, plain.numpy())


@pytest.mark.parametrize("eight_bit", [False, True])
def test_blocks_and_neighbours_change_nothing(eight_bit: bool) -> None:
    weights = folded(_network(_SIZES[0]), eight_bit=eight_bit)
    rows = weights.condition_rows(np.random.default_rng(0).normal(size=(12, 5)).astype(np.float32), 12)[None]
    whole = SoundStreams(weights, range(9), threads=2).make(rows)
    alone = SoundStreams(weights, [4])
    parts = np.concatenate([alone.make(rows[:, :5]), alone.make(rows[:, 5:])], axis=1)
    np.testing.assert_array_equal(whole[4:5], parts)


def test_sound_that_is_heard_leaves_the_tiers_where_making_it_did() -> None:
    weights = folded(_network(_SIZES[1]))
    rows = weights.condition_rows(None, 10)[None]
    maker, listener = SoundStreams(weights, [5]), SoundStreams(weights, [6])
    made = maker.make(rows)
    listener.hear(made, rows)
    np.testing.assert_array_equal(maker._hidden, listener._hidden)
    np.testing.assert_array_equal(maker._past, listener._past)


@pytest.mark.parametrize("sizes", _SIZES)
def test_eight_bits_are_close(sizes: dict[str, Any]) -> None:
    network = _network(sizes)
    config = network.config
    rows, summary = None, None
    said = []
    for eight_bit in (False, True):
        weights = folded(network, eight_bit=eight_bit)
        rng = np.random.default_rng(1)
        condition = rng.normal(size=(6, config.condition)).astype(np.float32) if config.condition else None
        summary = rng.normal(size=(1, config.summary)).astype(np.float32) if config.summary else None
        rows = weights.condition_rows(condition, 6)[None]
        sound = SoundStreams(weights, [1], summaries=summary)
        sound.hear(rng.integers(0, 256, (1, 6 * config.frame_sizes[0])).astype(np.uint8), rows)
        said.append(sound._hidden.copy())
    apart = np.abs(said[0] - said[1]).max()
    assert 0 < apart < 0.05


@pytest.mark.parametrize("sizes", _SIZES)
def test_odds_of_sound_that_is_heard_are_the_networks(sizes: dict[str, Any]) -> None:
    network = _network(sizes)
    config, streams, steps = network.config, 2, 40
    weights, rng = folded(network), np.random.default_rng(2)
    condition = rng.normal(size=(streams, steps, config.condition)).astype(np.float32)
    summary = rng.normal(size=(streams, config.summary)).astype(np.float32) if config.summary else None
    levels = rng.integers(0, 256, (streams, steps * config.frame_sizes[0])).astype(np.uint8)
    rows = np.stack([weights.condition_rows(each if config.condition else None, steps) for each in condition])
    half = steps // 2
    sound = SoundStreams(weights, range(streams), summaries=summary)
    odds = [
        sound.hear_with_odds(part, rows[:, steps_])
        for part, steps_ in zip(np.split(levels, 2, axis=1), (slice(half), slice(half, None)), strict=True)
    ]
    heard = np.concatenate((np.full((streams, config.context), 128), levels), axis=1)
    with torch.no_grad():
        states = network.first_states(streams, None if summary is None else torch.from_numpy(summary))
        told = torch.from_numpy(condition) if config.condition else None
        expected, _ = network(torch.from_numpy(heard), states, told)
    np.testing.assert_allclose(np.concatenate(odds, axis=1), expected.numpy(), rtol=0, atol=1e-5)


def test_streams_go_on_from_a_state_that_was_kept() -> None:
    weights = folded(_network(_SIZES[1]))
    rows = weights.condition_rows(None, 6)[None]
    first, again = (SoundStreams(weights, [5, 6]) for _ in range(2))
    first.make(rows)
    kept = first.state()
    rest = first.make(rows)
    again.go_on_from(kept)
    np.testing.assert_array_equal(again.make(rows), rest)
    again.go_on_from(kept)
    np.testing.assert_array_equal(again.make(rows), rest)
    with pytest.raises(ValueError, match="not of these streams"):
        SoundStreams(weights, [5]).go_on_from(kept)


def test_widths_that_cannot_be_folded_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 16"):
        folded(SampleRnn(SampleRnnConfig(width=20, embedding=8)))
