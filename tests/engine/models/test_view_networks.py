"""The networks on both views, and their average: what their answers depend on."""

from __future__ import annotations

import pytest
import torch

from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.motion_net import MotionNet, MotionNetConfig
from engine.models.picture_net import PictureNet, PictureNetConfig

SMALL = MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2), cell_reach=1)


@pytest.fixture
def network() -> MotionNet:
    torch.manual_seed(0)
    return MotionNet(SMALL).eval()


def test_four_numbers_per_picture_for_any_length_and_grid(network: MotionNet):
    for shape in ((2, 20, 8, 9, 12), (1, 1, 8, 6, 8)):
        output = network(torch.randn(shape))
        assert all(part.shape == shape[:2] for part in output)


def test_the_context_is_what_the_config_says(network: MotionNet):
    assert SMALL.context == 5
    grids = torch.randn(1, 31, 8, 9, 12, requires_grad=True)
    network(grids).onset[0, 15].backward()
    assert grids.grad is not None
    seen = grids.grad[0].abs().sum((1, 2, 3)).nonzero().flatten().tolist()
    assert seen == list(range(10, 21))
    assert MotionNetConfig().context == 17


def test_every_cell_and_channel_counts(network: MotionNet):
    grids = torch.randn(1, 11, 8, 9, 12, requires_grad=True)
    network(grids).onset.sum().backward()
    assert grids.grad is not None
    assert bool((grids.grad.abs().sum((0, 1)) > 0).all())


def test_a_contact_is_not_expected_to_begin_with(network: MotionNet):
    with torch.no_grad():
        assert float(network(torch.zeros(1, 40, 8, 9, 12)).onset.sigmoid().mean()) < 0.2


def test_half_precision_grids_are_taken(network: MotionNet):
    grids = torch.randn(1, 20, 8, 9, 12).half()
    torch.testing.assert_close(network(grids).onset, network(grids.float()).onset)


@pytest.mark.parametrize("changes", [{"scales": ()}, {"scales": (1.0, 0.0)}, {"dropout": 1.0}, {"width": 0}])
def test_sizes_that_can_not_be(changes: dict[str, object]):
    with pytest.raises(ValueError):
        MotionNetConfig(**changes)  # type: ignore[arg-type]


SMALL_PICTURES = PictureNetConfig(widths=(8, 8, 8), width=8, dilations=(1, 2))


@pytest.fixture
def on_pictures() -> PictureNet:
    torch.manual_seed(0)
    return PictureNet(SMALL_PICTURES).eval()


def test_pictures_of_any_count_and_size(on_pictures: PictureNet):
    for shape in ((2, 20, 84, 112), (1, 1, 32, 40)):
        pictures = 255 * torch.rand(shape)
        output = on_pictures(pictures, pictures[:, 0])
        assert all(part.shape == shape[:2] for part in output)


def test_the_context_of_pictures_is_what_the_config_says(on_pictures: PictureNet):
    assert SMALL_PICTURES.context == 8 and PictureNetConfig().context == 18
    pictures = 255 * torch.rand(1, 40, 84, 112)
    before = on_pictures(pictures, pictures[:, 0]).onset
    outside = pictures.clone()
    outside[:, :12] = 7.0
    outside[:, 29:] = 7.0
    inside = pictures.clone()
    inside[:, 20 + SMALL_PICTURES.context - 1] = 7.0
    torch.testing.assert_close(on_pictures(outside, pictures[:, 0]).onset[0, 20], before[0, 20])
    assert on_pictures(inside, pictures[:, 0]).onset[0, 20] != before[0, 20]


def test_whole_numbers_are_taken_as_pictures(on_pictures: PictureNet):
    pictures = torch.randint(0, 256, (1, 9, 84, 112), dtype=torch.uint8)
    whole = on_pictures(pictures, pictures[:, 0]).onset
    torch.testing.assert_close(whole, on_pictures(pictures.float(), pictures[:, 0].float()).onset)


def test_both_views_count_the_same_however_many_networks_follow_them():
    torch.manual_seed(0)
    config = HitNetConfig(motion=SMALL, pictures=SMALL_PICTURES, motion_nets=2, picture_nets=1)
    network = HitNet(config).eval()
    grids, pictures = torch.randn(1, 9, 8, 9, 12), 255 * torch.rand(1, 9, 84, 112)
    backdrop = pictures[:, 4]
    first, second = (motion(grids).onset for motion in network.on_motion)
    third = network.on_pictures[0](pictures, backdrop).onset
    expected = 0.25 * first + 0.25 * second + 0.5 * third
    torch.testing.assert_close(network(grids, pictures, backdrop).onset, expected)
    assert config.context == 8


@pytest.mark.parametrize("changes", [{"rate_hz": 0.0}, {"motion_nets": 0, "picture_nets": 0}])
def test_detectors_that_can_not_be(changes: dict[str, float]):
    with pytest.raises(ValueError):
        HitNetConfig(**changes)  # type: ignore[arg-type]
