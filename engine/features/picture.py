"""Colour pictures as networks take them: of one size, cut to the middle or squeezed.

Conventions
-----------
Pictures come from the decoder as uint8 (height, width, 3) RGB. Networks that learnt on ImageNet want float32
(3, height, width) with its mean and spread taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_SPREAD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class PictureConfig:
    """What a network's pictures look like.

    Attributes
    ----------
    width, height
        In pixels; 224 x 224 for networks made for ImageNet, 114 x 64 for those of drumstick loudness.
    keeps_shape
        Whether the picture is cut to the target's shape around its middle, or squeezed into it.
    """

    width: int = 224
    height: int = 224
    keeps_shape: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height


def fitted_picture(image: NDArray[np.uint8], config: PictureConfig | None = None) -> NDArray[np.uint8]:
    """The picture in the network's size, uint8 (height, width, 3)."""
    config = config or PictureConfig()
    if config.keeps_shape:
        image = _middle(image, config.width / config.height)
    height, width = image.shape[:2]
    if (width, height) == config.size:
        return image
    shrinks = config.width <= width and config.height <= height
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, config.size, interpolation=way), np.uint8)


def normalised_picture(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """ImageNet's normal form, float32 (3, height, width)."""
    mean, spread = np.array(IMAGENET_MEAN, np.float32), np.array(IMAGENET_SPREAD, np.float32)
    scaled = (image.astype(np.float32) / np.float32(255) - mean) / spread
    return np.ascontiguousarray(scaled.transpose(2, 0, 1), np.float32)


def _middle(image: NDArray[np.uint8], shape: float) -> NDArray[np.uint8]:
    """The largest part around the middle whose width is `shape` times its height."""
    height, width = image.shape[:2]
    kept_width, kept_height = min(width, round(height * shape)), min(height, round(width / shape))
    left, top = (width - kept_width) // 2, (height - kept_height) // 2
    return image[top : top + kept_height, left : left + kept_width]
