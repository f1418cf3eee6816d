"""The same pictures as another camera, lens, light and encoder would have shown them.

A whole window is varied alike: what moves goes on moving as it did. Pictures are float32 (pictures, height,
width), 0..255, and the backdrop (height, width) is varied with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.float32]

_MIDDLE_GRAY = 128.0


@dataclass(frozen=True, slots=True)
class PictureVariationConfig:
    """How far and how often windows are varied.

    Attributes
    ----------
    turn_deg, shift
        Standard deviation of a rotation, and of a shift in picture sizes.
    scale, mean_scale
        Standard deviation and mean of the logarithm of the size.
    mirror, invert
        How often left and right change places, and bright and dark.
    gamma, contrast
        Standard deviation of the logarithm of each.
    brightness
        Standard deviation in gray levels.
    blur, most_blur_px
        How often pictures are blurred, and by how much at most.
    least_noise, most_noise
        Standard deviation of the noise in gray levels.
    lost_pictures
        How often a picture is shown twice, and the next one not at all.
    """

    turn_deg: float = 6.0
    shift: float = 0.06
    scale: float = 0.15
    mean_scale: float = 0.08
    mirror: float = 0.5
    invert: float = 0.3
    gamma: float = 0.25
    contrast: float = 0.2
    brightness: float = 12.0
    blur: float = 0.5
    most_blur_px: float = 1.2
    least_noise: float = 0.2
    most_noise: float = 2.0
    lost_pictures: float = 0.01

    def __post_init__(self) -> None:
        for name in ("mirror", "invert", "blur", "lost_pictures"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must be from 0 to 1")
        spreads = ("turn_deg", "shift", "scale", "gamma", "contrast", "brightness", "most_blur_px")
        for name in spreads:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must not be below 0")
        if not 0 <= self.least_noise <= self.most_noise:
            raise ValueError(
                f"least_noise {self.least_noise:g} and most_noise {self.most_noise:g} must be in order"
            )


def varied_pictures(
    pictures: Pictures, backdrop: Pictures, config: PictureVariationConfig, rng: np.random.Generator
) -> tuple[Pictures, Pictures]:
    """Pictures and their backdrop, varied."""
    stack = _seen_from_elsewhere(np.concatenate([pictures, backdrop[None]]), config, rng)
    stack = _in_another_light(stack, config, rng)
    if rng.random() < config.blur and config.most_blur_px > 0:
        blur_px = rng.uniform(0.25, 1.0) * config.most_blur_px
        blurred = [cv2.GaussianBlur(picture, (0, 0), blur_px) for picture in stack]
        stack = np.stack(blurred).astype(np.float32)
    pictures, backdrop = stack[:-1], stack[-1]
    noise = np.asarray(rng.standard_normal(pictures.shape, np.float32), np.float32)
    spread = np.float32(rng.uniform(config.least_noise, config.most_noise))
    pictures = np.asarray(pictures + spread * noise, np.float32)
    for index in np.flatnonzero(rng.random(len(pictures) - 1) < config.lost_pictures):
        pictures[index + 1] = pictures[index]
    return pictures, backdrop


def _seen_from_elsewhere(
    stack: Pictures, config: PictureVariationConfig, rng: np.random.Generator
) -> Pictures:
    height, width = stack.shape[1:]
    turn_deg = config.turn_deg * rng.standard_normal()
    scale = float(np.exp(config.mean_scale + config.scale * rng.standard_normal()))
    warp = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, scale)
    warp[:, 2] += config.shift * rng.standard_normal(2) * (width, height)
    if rng.random() < config.mirror:
        warp = warp @ np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]], np.float64)
    size, border = (width, height), cv2.BORDER_REPLICATE
    warped = [cv2.warpAffine(picture, warp, size, borderMode=border) for picture in stack]
    return np.stack(warped).astype(np.float32)


def _in_another_light(stack: Pictures, config: PictureVariationConfig, rng: np.random.Generator) -> Pictures:
    gamma, contrast = np.exp(rng.standard_normal(2) * (config.gamma, config.contrast))
    curved = 255 * np.clip(stack / 255, 0, 1) ** gamma
    brightness = _MIDDLE_GRAY + config.brightness * rng.standard_normal()
    lit = np.clip(contrast * (curved - _MIDDLE_GRAY) + brightness, 0, 255).astype(np.float32)
    return 255 - lit if rng.random() < config.invert else lit
