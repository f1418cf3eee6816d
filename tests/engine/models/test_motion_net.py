"""The small network: what its answers depend on."""

from __future__ import annotations

import pytest
import torch

from engine.models.motion_net import MotionNet, MotionNetConfig

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


@pytest.mark.parametrize(
    "changes", [{"scales": ()}, {"scales": (1.0, 0.0)}, {"rate_hz": 0.0}, {"dropout": 1.0}, {"width": 0}]
)
def test_sizes_that_can_not_be(changes: dict[str, object]):
    with pytest.raises(ValueError):
        MotionNetConfig(**changes)  # type: ignore[arg-type]
