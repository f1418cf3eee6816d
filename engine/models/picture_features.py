"""Colour pictures described by a network that learned on ImageNet, for generators of sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from engine.features.picture import fitted_picture, normalised_picture
from engine.models.backbones import fill_from_imagenet, make_backbone
from engine.models.sight import load_sight

_TOGETHER = 16


class Describer(Protocol):
    """Says what pictures show."""

    def __call__(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Pictures uint8 (height, width, 3) RGB of any size to (n, features)."""
        ...


def load_describer(backbone: str, device: str = "cpu") -> Describer:
    """A backbone with its weights from ImageNet.

    Raises
    ------
    UserFacingError
        When they can't be had; it says what can be done.
    """
    if backbone == "efficientnet-lite1":
        sight = load_sight(device)
        return lambda pictures: sight.see(pictures)[0]
    network = make_backbone(backbone)
    fill_from_imagenet(network, backbone)
    return _Backbone(network, device)


class _Backbone:
    def __init__(self, network: torch.nn.Module, device: str) -> None:
        self._network, self._device = network.eval().to(device), device

    @torch.inference_mode()
    def __call__(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        described = []
        for start in range(0, len(pictures), _TOGETHER):
            fitted = [fitted_picture(picture) for picture in pictures[start : start + _TOGETHER]]
            batch = torch.from_numpy(np.stack([normalised_picture(picture) for picture in fitted]))
            described.append(self._network(batch.to(self._device)).float().cpu().numpy())
        return np.concatenate(described)
