"""A learned detector that has learned nothing: small networks with weights by chance, and opinions."""

from __future__ import annotations

import torch

from engine.analysis.learned_detector import LearnedDetector
from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.hits import HitModel, hit_description
from engine.models.motion_net import MotionNetConfig
from engine.models.picking import PickingConfig
from engine.models.picture_net import PictureNetConfig
from engine.models.shot_blocks import BlockConfig
from engine.models.shot_view import ViewConfig

NETWORK = HitNetConfig(
    motion=MotionNetConfig(cell_width=4, place_width=6, width=16, dilations=(1, 2), cell_reach=1),
    pictures=PictureNetConfig(widths=(8, 8, 8), width=16, dilations=(1, 2)),
)
# What chance says differs little from picture to picture: a steep slope makes confidences of it.
PICKING = PickingConfig(threshold=0.5, least_confidence=0.05, slope=30.0, bias=69.5)
VIEW = ViewConfig()


def small_model(device: str = "cpu") -> HitModel:
    """The same one every time."""
    torch.manual_seed(5)
    network = HitNet(NETWORK).eval().to(device)
    return HitModel(network, VIEW, PICKING, hit_description(NETWORK, VIEW, PICKING, {}))


def small_detector(blocks: BlockConfig | None = None, device: str = "cpu") -> LearnedDetector:
    """A detector called "small"."""
    return LearnedDetector(small_model(device), "small", "1", blocks)
