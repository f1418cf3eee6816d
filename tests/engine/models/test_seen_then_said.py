"""The networks in two steps, for learning only the second one: what is seen, and what is said about it."""

import numpy as np
import pytest
import torch

from engine.features.dense_flow import CHANNELS
from engine.models.contact_output import ContactOutput
from engine.models.hit_net import HitNet, HitNetConfig, averaged
from engine.models.motion_net import MotionNet
from engine.models.picture_net import PictureNet

PICTURES = 40


@pytest.fixture(scope="module")
def network() -> HitNet:
    torch.manual_seed(0)
    return HitNet(HitNetConfig()).eval()


@pytest.fixture(scope="module")
def inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    grids = torch.from_numpy(rng.standard_normal((1, PICTURES, len(CHANNELS), 9, 12), np.float32))
    pictures = torch.from_numpy(rng.uniform(0, 255, (1, PICTURES, 84, 112)).astype(np.float32))
    return grids, pictures, pictures[:, 0]


def test_two_steps_are_one(network: HitNet, inputs: tuple[torch.Tensor, ...]):
    grids, pictures, backdrop = inputs
    motion, picture = network.on_motion[0], network.on_pictures[0]
    assert isinstance(motion, MotionNet)
    assert isinstance(picture, PictureNet)
    with torch.no_grad():
        whole = network(*inputs)
        said = [motion.said(motion.seen(grids))], [picture.said(picture.seen(pictures, backdrop))]
        for one, other in zip(averaged(*said), whole, strict=True):
            torch.testing.assert_close(one, other)


def test_views_count_the_same_however_many_networks_follow_them():
    def said(value: float) -> ContactOutput:
        return ContactOutput(*(torch.full((1, 3), value) for _ in ContactOutput._fields))

    both = averaged([said(1.0), said(2.0), said(3.0)], [said(10.0)])
    assert both.onset.tolist() == [[6.0] * 3]
    assert averaged([], [said(4.0)]).level.tolist() == [[4.0] * 3]


def test_what_is_seen_reaches_as_far_as_it_says(network: HitNet, inputs: tuple[torch.Tensor, ...]):
    grids, pictures, backdrop = inputs
    changed_grids, changed_pictures = grids.clone(), pictures.clone()
    changed_grids[:, 20] += 1
    changed_pictures[:, 20] = 255 - changed_pictures[:, 20]
    motion, picture = network.on_motion[0], network.on_pictures[0]
    assert isinstance(motion, MotionNet)
    assert isinstance(picture, PictureNet)
    with torch.no_grad():
        moved = motion.seen(grids) != motion.seen(changed_grids)
        shown = picture.seen(pictures, backdrop) != picture.seen(changed_pictures, backdrop)
    for differs, reach in ((moved, motion.reach), (shown, picture.reach)):
        places = differs.any(1)[0].nonzero().flatten().tolist()
        assert places[0] == 20 - reach
        assert places[-1] == 20 + reach
