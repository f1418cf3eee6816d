"""What the small detector learns from: targets, variations, windows, and the loss on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.features.dense_flow import CHANNELS
from engine.models.motion_hits import GridSequence
from engine.models.motion_net import MotionNet, MotionNetConfig, MotionOutput
from training.datasets.recording import Contact, Recording
from training.hits.loss import LossConfig, contact_loss
from training.hits.targets import PlacedContacts, TargetConfig, make_targets
from training.hits.variations import VariationConfig, mirrored, shifted, varied
from training.hits.windows import Windows, learning_clips

NETWORK = MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2), cell_reach=1)
STILL = VariationConfig(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)


def placed(*contacts: tuple[float, float, float, bool]) -> PlacedContacts:
    place, end, scratches, is_seen = zip(*contacts, strict=True) if contacts else ((), (), (), ())
    return PlacedContacts(
        np.array(place, float), np.array(end, float), np.array(scratches, float), np.array(is_seen, bool)
    )


def test_a_hit_between_pictures():
    targets = make_targets(placed((4.25, 4.25, 0, True)), 10, TargetConfig(spread=1.0, reach=2.0))
    assert targets.onset.argmax() == 4
    assert targets.onset[4] == pytest.approx(np.exp(-0.5 * 0.25**2))
    assert targets.onset[6] == pytest.approx(np.exp(-0.5 * 1.75**2))
    np.testing.assert_allclose(targets.offset[3:7], [1.25, 0.25, -0.75, -1.75])
    assert np.flatnonzero(targets.near_weight).tolist() == [3, 4, 5, 6]
    assert targets.onset_weight.tolist() == [1.0] * 10
    assert targets.scratch.tolist() == [0.0] * 10


def test_the_inside_of_a_scratch_weighs_less_but_for_contacts_in_it():
    contacts = placed((2, 12, 1, True), (9, 9, 0, True))
    targets = make_targets(contacts, 16, TargetConfig(reach=2.0, scratch_weight=0.25))
    assert targets.onset_weight.tolist() == [1] * 5 + [0.25] * 2 + [1] * 5 + [0.25] * 2 + [1] * 2
    assert targets.scratch[2] == 1 and targets.scratch[9] == 0


def test_what_is_only_heard_is_neither_asked_for_nor_forbidden():
    targets = make_targets(placed((5, 5, 0, False)), 12, TargetConfig(unsure_reach=2.0))
    assert not targets.onset.any() and not targets.near_weight.any()
    assert targets.onset_weight.tolist() == [1] * 3 + [0] * 5 + [1] * 4


def test_nobody_said_whether_it_scratches():
    targets = make_targets(placed((5, 5, np.nan, True)), 12, TargetConfig())
    assert targets.near_weight.any() and not targets.scratch_weight.any()
    assert np.isfinite(targets.scratch).all()


def test_no_contact_at_all():
    targets = make_targets(placed(), 6, TargetConfig())
    assert not targets.onset.any() and targets.onset_weight.tolist() == [1.0] * 6


@pytest.fixture
def grids() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(20, len(CHANNELS), 9, 12)).astype(np.float32)


def test_mirroring_twice_changes_nothing(grids: np.ndarray):
    once = mirrored(grids)
    across = CHANNELS.index("velocity x")
    assert once[3, across, 2, 0] == -grids[3, across, 2, -1]
    assert once[3, 0, 2, 0] == grids[3, 0, 2, -1]
    np.testing.assert_array_equal(mirrored(once), grids)


@pytest.mark.parametrize(("down", "right"), [(2, -1), (0, 0), (-3, 2)])
def test_shifting(grids: np.ndarray, down: int, right: int):
    moved = shifted(grids, down, right)
    expected = np.zeros_like(grids)
    for row in range(9):
        for column in range(12):
            if 0 <= row + down < 9 and 0 <= column + right < 12:
                expected[:, :, row + down, column + right] = grids[:, :, row, column]
    np.testing.assert_array_equal(moved, expected)


def test_faster_motion_is_faster(grids: np.ndarray):
    before = grids.copy()
    after = varied(grids, 1.25, STILL, np.random.default_rng(0))
    factors = np.where(
        [name in ("velocity x", "velocity y", "speed", "spreading") for name in CHANNELS], 1.25, 1
    )
    np.testing.assert_allclose(after, before * factors[:, None, None], rtol=1e-5)


def test_variations_come_from_the_given_random_numbers_only(grids: np.ndarray):
    one, other, third = (
        varied(grids.copy(), 1.0, VariationConfig(), np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, third)


def recording(contacts: tuple[Contact, ...], level_db: tuple[float, ...] | None = None) -> Recording:
    return Recording("one", "one", Path("one.mp4"), None, 2.0, contacts, "exact", level_db)


def sequence(pictures: int = 60, start_s: float = 0.0) -> GridSequence:
    channels = np.zeros((pictures, len(CHANNELS), 9, 12), np.float16)
    channels[:] = np.arange(pictures, dtype=np.float16)[:, None, None, None]
    return GridSequence(start_s + np.arange(pictures) / 30, channels)


def test_validation_windows_lie_side_by_side():
    [clip] = learning_clips(
        recording((Contact(1.0, action="hit"),), tuple(range(-60, 0))), [sequence()], NETWORK
    )
    windows = Windows([clip], 32, TargetConfig(), None)
    assert len(windows) == 2
    first, second = (windows.draw(index, np.random.default_rng(0)) for index in (0, 1))
    assert first["grids"].shape == (32, len(CHANNELS), 9, 12) and first["grids"].dtype == np.float32
    assert second["grids"][:, 0, 0, 0].tolist() == [*range(32, 60), 0, 0, 0, 0]
    assert first["onset"].argmax() == 30 and first["onset"][30] == pytest.approx(1.0)
    assert second["onset_weight"].tolist() == [1.0] * 28 + [0.0] * 4
    assert second["level_weight"].tolist() == [1.0] * 28 + [0.0] * 4
    # The level while picture n is shown is the n-th one.
    np.testing.assert_allclose(
        NETWORK.level_db + NETWORK.level_spread_db * first["level"], range(-60, -28), atol=1e-4
    )


def test_training_windows_follow_the_contact_through_time():
    [clip] = learning_clips(recording((Contact(1.0),)), [sequence()], NETWORK)
    variations = VariationConfig(0.8, 1.25, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)
    windows = Windows([clip], 32, TargetConfig(), variations)
    shown = 0
    for seed in range(20):
        sample = windows.draw(0, np.random.default_rng(seed))
        place = int(sample["onset"].argmax())
        if 2 < place < 29:
            # The value of every cell is its picture's number; the contact is at number 30.
            step = sample["grids"][place, 0, 0, 0] - sample["grids"][place - 1, 0, 0, 0]
            there = sample["grids"][place, 0, 0, 0] + step * sample["offset"][place]
            assert there == pytest.approx(30, abs=0.05)
            assert 0.79 < step < 1.26
            shown += 1
        assert not sample["level_weight"].any() and np.isfinite(sample["level"]).all()
    assert shown > 5


def test_a_contact_belongs_to_the_shot_it_falls_into():
    contacts = (Contact(0.5), Contact(1.5))
    first, second = learning_clips(recording(contacts), [sequence(30), sequence(30, 1.0)], NETWORK)
    assert first.contacts.place.tolist() == [15.0]
    assert second.contacts.place == pytest.approx([15.0])


def _batch(sample: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(np.stack([values, values])) for name, values in sample.items()}


def test_the_loss_is_the_weighted_cross_entropy_of_torch():
    network = MotionNet(NETWORK).eval()
    [clip] = learning_clips(
        recording((Contact(1.0, action="scratch", duration_s=0.4),), (-30.0,) * 60), [sequence()], NETWORK
    )
    batch = _batch(dict(Windows([clip], 48, TargetConfig(), None).draw(0, np.random.default_rng(0))))
    losses = contact_loss(network, batch, LossConfig(positive=3.0, offset=0.5, level=0.05, scratch=0.2))
    said: MotionOutput = network(batch["grids"])
    onset = functional.binary_cross_entropy_with_logits(
        said.onset, batch["onset"], batch["onset_weight"], pos_weight=torch.tensor(3.0)
    )
    scratch = functional.binary_cross_entropy_with_logits(
        said.scratch, batch["scratch"], batch["scratch_weight"]
    )
    torch.testing.assert_close(losses["onset"], onset)
    torch.testing.assert_close(losses["scratch"], scratch)
    total = onset + 0.5 * losses["offset"] + 0.05 * losses["level"] + 0.2 * scratch
    torch.testing.assert_close(losses["loss"], total)


def test_every_parameter_gets_a_gradient_even_without_any_contact():
    network = MotionNet(NETWORK)
    [clip] = learning_clips(recording(()), [sequence()], NETWORK)
    batch = _batch(dict(Windows([clip], 48, TargetConfig(), None).draw(0, np.random.default_rng(0))))
    contact_loss(network, batch, LossConfig())["loss"].backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
