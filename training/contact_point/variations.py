"""The same contact as another camera, lens, light and encoder would have shown it, and its point with it.

All five pictures are varied alike, so what moves goes on moving as it did; only a trembling hand, noise and
flicker differ from one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_MIDDLE_GRAY = 128.0

Pictures = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VariationConfig:
    """How far and how often samples are varied.

    Attributes
    ----------
    jitter_s, most_jitter_s
        Standard deviation and limit of the error of the contact's time.
    slow
        How often pictures come from a video of 15 to 25 pictures a second.
    least_crop
        The least share of the picture's width and height that is kept.
    squeeze
        Standard deviation of the logarithm of width by height.
    turn_deg
        Standard deviation of a rotation.
    mirror, invert
        How often left and right change places, and bright and dark.
    tremble_px, pan, most_pan_px
        Standard deviation of each picture's shift; how often the camera turns, and how far at most from
        one picture to the next.
    gamma, contrast, flicker
        Standard deviation of the logarithm of each; flicker is from picture to picture.
    brightness
        Standard deviation in gray levels.
    blur, most_blur_px
        How often pictures are blurred, and by how much at most.
    least_noise, most_noise
        Standard deviation of the noise in gray levels.
    """

    jitter_s: float = 0.015
    most_jitter_s: float = 0.04
    slow: float = 0.3
    least_crop: float = 0.6
    squeeze: float = 0.12
    turn_deg: float = 6.0
    mirror: float = 0.5
    invert: float = 0.15
    tremble_px: float = 0.3
    pan: float = 0.2
    most_pan_px: float = 1.5
    gamma: float = 0.25
    contrast: float = 0.2
    flicker: float = 0.01
    brightness: float = 12.0
    blur: float = 0.5
    most_blur_px: float = 1.2
    least_noise: float = 0.2
    most_noise: float = 4.0

    def __post_init__(self) -> None:
        for name in ("slow", "mirror", "invert", "pan", "blur"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must be from 0 to 1")
        if not 0 < self.least_crop <= 1:
            raise ValueError(f"least_crop is {self.least_crop:g}, it must be above 0 and at most 1")
        spreads = ("jitter_s", "most_jitter_s", "squeeze", "turn_deg", "tremble_px", "most_pan_px", "gamma")
        for name in (*spreads, "contrast", "flicker", "brightness", "most_blur_px"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must not be below 0")
        if not 0 <= self.least_noise <= self.most_noise:
            raise ValueError(
                f"least_noise {self.least_noise:g} and most_noise {self.most_noise:g} must be in order"
            )


def shown_at(times_s: NDArray[np.float64], config: VariationConfig, rng: np.random.Generator) -> NDArray:
    """Times (5,) of the pictures to take, with an error, and as a slower video would have them."""
    error_s = np.clip(config.jitter_s * rng.standard_normal(), -config.most_jitter_s, config.most_jitter_s)
    times_s = times_s + error_s
    if rng.random() < config.slow:
        rate_hz = rng.choice([15.0, 20.0, 24.0, 25.0])
        phase_s = rng.random() / rate_hz
        times_s = np.round((times_s - phase_s) * rate_hz) / rate_hz + phase_s
    return times_s


def varied(
    pictures: NDArray[np.uint8],
    point: tuple[float, float],
    size: tuple[int, int],
    config: VariationConfig,
    rng: np.random.Generator,
) -> tuple[Pictures, NDArray[np.float32]]:
    """Five pictures of `size` (width, height), float32 0..255, and where the point is in them, (2,) 0..1."""
    seen, there = _seen_from_elsewhere(pictures, point, size, config, rng)
    seen = _in_another_light(seen, config, rng)
    if rng.random() < config.blur and config.most_blur_px > 0:
        blur_px = rng.uniform(0.25, 1.0) * config.most_blur_px
        seen = np.stack([cv2.GaussianBlur(picture, (0, 0), blur_px) for picture in seen])
    noise = rng.standard_normal(seen.shape, np.float32)
    spread = np.float32(rng.uniform(config.least_noise, config.most_noise))
    return np.clip(seen + spread * noise, 0, 255).astype(np.float32), there


def _seen_from_elsewhere(
    pictures: NDArray[np.uint8],
    point: tuple[float, float],
    size: tuple[int, int],
    config: VariationConfig,
    rng: np.random.Generator,
) -> tuple[Pictures, NDArray[np.float32]]:
    height, width = pictures.shape[1:]
    scale = rng.uniform(config.least_crop, 1.0)
    squeeze = np.exp(config.squeeze * rng.standard_normal())
    kept = np.clip([scale * squeeze**0.5, scale / squeeze**0.5], config.least_crop, 1.0)
    corner = np.array([_corner(at, share, rng) for at, share in zip(point, kept, strict=True)])
    # From pixels of the picture to pixels of what is shown of it.
    target = np.array(size, float)
    shown = np.diag([*(target / (kept * (width, height))), 1.0])
    shown[:2, 2] = -corner * target / kept
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D(
        (target[0] / 2, target[1] / 2), config.turn_deg * rng.standard_normal(), 1
    )
    turned = turn @ shown
    there = turned @ np.array([point[0] * width, point[1] * height, 1.0])
    if not (
        0.02 * target[0] < there[0] < 0.98 * target[0] and 0.02 * target[1] < there[1] < 0.98 * target[1]
    ):
        turned = shown
    if rng.random() < config.mirror:
        turned = np.array([[-1, 0, target[0]], [0, 1, 0], [0, 0, 1]], float) @ turned
    there = (turned @ np.array([point[0] * width, point[1] * height, 1.0]))[:2] / target
    pan = np.zeros(2)
    if rng.random() < config.pan:
        angle = rng.uniform(0, 2 * np.pi)
        pan = rng.random() * config.most_pan_px * np.array([np.cos(angle), np.sin(angle)])
    seen = []
    for index, picture in enumerate(pictures.astype(np.float32)):
        # Pixel centres lie at halves; OpenCV counts them from 0.
        warp = turned.copy()
        warp[:2, 2] += warp[:2, :2] @ (0.5, 0.5) - 0.5
        if index != len(pictures) // 2:
            warp[:2, 2] += config.tremble_px * rng.standard_normal(2) + (index - len(pictures) // 2) * pan
        seen.append(cv2.warpAffine(picture, warp[:2], size, borderMode=cv2.BORDER_REFLECT))
    return np.stack(seen).astype(np.float32), there.astype(np.float32)


def _corner(at: float, share: float, rng: np.random.Generator) -> float:
    """Where a part of the picture begins that shows the point, not at its very edge if it need not."""
    margin = min(0.06 * share, at, 1 - at)
    return rng.uniform(max(0.0, at + margin - share), max(0.0, min(at - margin, 1 - share)))


def _in_another_light(pictures: Pictures, config: VariationConfig, rng: np.random.Generator) -> Pictures:
    gamma, contrast = np.exp(rng.standard_normal(2) * (config.gamma, config.contrast))
    curved = 255 * np.clip(pictures / 255, 0, 1) ** np.float32(gamma)
    brightness = _MIDDLE_GRAY + config.brightness * rng.standard_normal()
    flicker = np.exp(config.flicker * rng.standard_normal((len(pictures), 1, 1)))
    lit = np.clip(flicker * (contrast * (curved - _MIDDLE_GRAY) + brightness), 0, 255).astype(np.float32)
    return 255 - lit if rng.random() < config.invert else lit
