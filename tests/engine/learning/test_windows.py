"""What the detector learns from: targets, variations, windows, and the loss on them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.features.dense_flow import CHANNELS
from engine.learning.loss import LossConfig, contact_loss, detector_loss
from engine.learning.motion_variations import MotionVariationConfig, mirrored, shifted, varied_motion
from engine.learning.picture_variations import PictureVariationConfig, varied_pictures
from engine.learning.targets import PlacedContacts, TargetConfig, make_targets
from engine.learning.windows import LearningShot, VariationConfig, Windows, learned_levels, placed_contacts
from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.motion_net import MotionNetConfig
from engine.models.picture_net import PictureNetConfig
from engine.models.shot_view import ShotView

SMALL = HitNetConfig(
    motion=MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2), cell_reach=1),
    pictures=PictureNetConfig(widths=(8, 8, 8), width=8, dilations=(1, 2)),
)
STILL = MotionVariationConfig(0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)
UNTOUCHED = PictureVariationConfig(**{field.name: 0.0 for field in fields(PictureVariationConfig)})


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
    after = varied_motion(grids, 1.25, STILL, np.random.default_rng(0))
    factors = np.where(
        [name in ("velocity x", "velocity y", "speed", "spreading") for name in CHANNELS], 1.25, 1
    )
    np.testing.assert_allclose(after, before * factors[:, None, None], rtol=1e-5)


def test_variations_come_from_the_given_random_numbers_only(grids: np.ndarray):
    one, other, third = (
        varied_motion(grids.copy(), 1.0, MotionVariationConfig(), np.random.default_rng(seed))
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, third)


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(1).uniform(40, 200, (12, 84, 112)).astype(np.float32)


def test_untouched_pictures_stay_as_they_are(pictures: np.ndarray):
    varied, backdrop = varied_pictures(pictures, pictures[0], UNTOUCHED, np.random.default_rng(0))
    np.testing.assert_allclose(varied, pictures, atol=0.01)
    np.testing.assert_allclose(backdrop, pictures[0], atol=0.01)


def test_a_still_scene_stays_still_but_for_the_noise(pictures: np.ndarray):
    still = np.repeat(pictures[:1], 12, axis=0)
    noiseless = PictureVariationConfig(least_noise=0.0, most_noise=0.0)
    varied, backdrop = varied_pictures(still, still[0], noiseless, np.random.default_rng(4))
    assert not np.allclose(varied, still)
    for picture in varied:
        np.testing.assert_array_equal(picture, backdrop)


def test_mirrored_pictures_of_a_dark_and_a_bright_half():
    halves = np.full((3, 84, 112), 50, np.float32)
    halves[:, :, 56:] = 200
    config = PictureVariationConfig(**{**{f.name: 0.0 for f in fields(UNTOUCHED)}, "mirror": 1.0})
    varied, _ = varied_pictures(halves, halves[0], config, np.random.default_rng(0))
    np.testing.assert_allclose(varied[1], halves[1][:, ::-1], atol=0.01)


@pytest.mark.parametrize("changes", [{"mirror": 2.0}, {"blur": -0.1}, {"gamma": -1.0}, {"least_noise": 9.0}])
def test_variations_that_can_not_be(changes: dict[str, float]):
    with pytest.raises(ValueError):
        PictureVariationConfig(**changes)


def view(pictures: int = 60, start_s: float = 0.0) -> ShotView:
    """Everything in picture n has the value n."""
    numbers = np.arange(pictures)
    grids = np.zeros((pictures, len(CHANNELS), 9, 12), np.float16)
    grids[:] = numbers[:, None, None, None]
    shown = np.broadcast_to(numbers[:, None, None], (pictures, 84, 112)).astype(np.uint8)
    return ShotView(start_s + numbers / 30, grids, shown, np.zeros((84, 112), np.uint8))


def shot(*contacts: tuple[float, float, str | None], level_db: np.ndarray | None = None) -> LearningShot:
    """Contacts are (time_s, duration_s, action)."""
    seen = view()
    begins_s, lasts_s, actions = zip(*contacts, strict=True) if contacts else ((), (), ())
    levels = np.full(60, np.nan) if level_db is None else level_db
    placed = placed_contacts(seen.times_s, begins_s, lasts_s, actions, [True] * len(contacts))
    return LearningShot(seen, placed, learned_levels(levels))


def test_windows_to_judge_by_lie_side_by_side():
    levels_db = np.arange(-60.0, 0.0)
    windows = Windows([shot((1.0, 0.0, "hit"), level_db=levels_db)], 32, TargetConfig(), None)
    assert len(windows) == 2
    first, second = (windows.draw(index, np.random.default_rng(0)) for index in (0, 1))
    assert first["grids"].shape == (32, len(CHANNELS), 9, 12) and first["grids"].dtype == np.float32
    assert second["grids"][:, 0, 0, 0].tolist() == [*range(32, 60), 0, 0, 0, 0]
    # Nothing changes beyond the end: the last picture stays.
    assert second["pictures"][:, 5, 5].tolist() == [*range(32, 60), 59, 59, 59, 59]
    assert first["onset"].argmax() == 30 and first["onset"][30] == pytest.approx(1.0)
    assert second["onset_weight"].tolist() == [1.0] * 28 + [0.0] * 4
    assert second["level_weight"].tolist() == [1.0] * 28 + [0.0] * 4
    np.testing.assert_allclose(first["level"], learned_levels(levels_db[:32]), atol=1e-6)


def test_training_windows_follow_the_contact_through_time():
    variations = VariationConfig(0.8, 1.25, 1.0, STILL, UNTOUCHED)
    windows = Windows([shot((1.0, 0.0, None))], 32, TargetConfig(), variations)
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
            assert sample["pictures"][place, 3, 3] == pytest.approx(sample["grids"][place, 0, 0, 0], abs=0.6)
            shown += 1
        assert not sample["level_weight"].any() and np.isfinite(sample["level"]).all()
    assert shown > 5


def test_where_nobody_looked_nothing_is_learned():
    weight = np.ones(60, np.float32)
    weight[20:40] = 0.0
    seen = shot((1.0, 0.0, "hit"))
    windows = Windows([LearningShot(seen.view, seen.contacts, seen.level, weight)], 60, TargetConfig(), None)
    sample = windows.draw(0, np.random.default_rng(0))
    assert sample["onset_weight"].tolist() == weight.tolist()
    assert not sample["near_weight"].any() and not sample["scratch_weight"].any()


def _batch(sample: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(np.stack([values, values])) for name, values in sample.items()}


def _window(*contacts: tuple[float, float, str | None]) -> dict[str, torch.Tensor]:
    shots = [shot(*contacts, level_db=np.full(60, -30.0))]
    return _batch(Windows(shots, 48, TargetConfig(), None).draw(0, np.random.default_rng(0)))


def test_the_loss_is_the_weighted_cross_entropy_of_torch():
    torch.manual_seed(0)
    network = HitNet(SMALL).eval()
    batch = _window((1.0, 0.4, "scratch"))
    said = network.on_motion[0](batch["grids"])
    losses = contact_loss(said, batch, LossConfig(positive=3.0, offset=0.5, level=0.05, scratch=0.2))
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


def test_every_network_is_judged_by_itself():
    torch.manual_seed(0)
    network = HitNet(SMALL).eval()
    batch = _window((1.0, 0.0, "hit"))
    alone = [network.on_motion[0](batch["grids"])]
    alone += [network.on_pictures[0](batch["pictures"], batch["backdrop"])]
    expected = sum(contact_loss(said, batch, LossConfig())["loss"] for said in alone)
    torch.testing.assert_close(detector_loss(network, batch, LossConfig())["loss"], expected)


def test_gradients_go_by_the_way_that_several_processes_share():
    called: list[bool] = []
    network = HitNet(SMALL)
    network.register_forward_hook(lambda *_: called.append(True))
    detector_loss(network, _window(), LossConfig())
    assert called


def test_every_parameter_gets_a_gradient_even_without_any_contact():
    network = HitNet(SMALL)
    detector_loss(network, _window(), LossConfig())["loss"].backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
