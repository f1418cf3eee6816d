"""The same motion as another camera, room and stick would have shown it.

All act on the grids of a window, float32 (pictures, channels, rows, columns), in place or on a copy; the
channels are those of `engine.features.dense_flow.CHANNELS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.dense_flow import CHANNELS

Grids = NDArray[np.float32]

_BRIGHTNESS = [CHANNELS.index(name) for name in ("change", "signed change", "sharpening", "foreground")]
_MOTION = [CHANNELS.index(name) for name in ("velocity x", "velocity y", "speed", "spreading")]
_SIGNED = CHANNELS.index("signed change")
_ACROSS = CHANNELS.index("velocity x")
_LOSABLE = [CHANNELS.index(name) for name in ("spreading", "sharpening", "foreground")]


@dataclass(frozen=True, slots=True)
class MotionVariationConfig:
    """How far and how often samples are varied.

    Attributes
    ----------
    mirror, invert
        How often left and right change places, and bright and dark.
    contrast, motion
        Standard deviation of the logarithm of a factor on all changes of brightness, and on all motion.
    shift
        Largest shift in cells.
    cell_noise
        Standard deviation of the logarithm of a factor on each cell's values.
    lost_channel
        How often a channel that not every scene shows is taken away.
    lost_pictures
        How often a picture is shown twice, and the next one not at all.
    """

    mirror: float = 0.5
    invert: float = 0.5
    contrast: float = 0.4
    motion: float = 0.25
    shift: int = 2
    cell_noise: float = 0.1
    lost_channel: float = 0.1
    lost_pictures: float = 0.02

    def __post_init__(self) -> None:
        for name in ("mirror", "invert", "lost_channel", "lost_pictures"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must be from 0 to 1")
        for name in ("contrast", "motion", "shift", "cell_noise"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, it must not be below 0")


def varied_motion(
    grids: Grids, speed: float, config: MotionVariationConfig, rng: np.random.Generator
) -> Grids:
    """Grids that were taken from between pictures at `speed`, varied.

    Parameters
    ----------
    grids
        (pictures, channels, rows, columns); may be changed.
    """
    factors = np.ones(len(CHANNELS), np.float32)
    # Motion is per second: played faster it is faster. How much changes from picture to picture grows less.
    factors[_MOTION] *= speed * np.exp(config.motion * rng.standard_normal())
    factors[_BRIGHTNESS] *= np.exp(config.contrast * rng.standard_normal())
    if rng.random() < config.invert:
        factors[_SIGNED] *= -1
    for channel in _LOSABLE:
        if rng.random() < config.lost_channel:
            factors[channel] = 0
    grids *= factors[:, None, None]
    if config.cell_noise:
        noise = rng.standard_normal(grids.shape, np.float32)
        grids *= np.exp(config.cell_noise * noise)
    if rng.random() < config.mirror:
        grids = mirrored(grids)
    if config.shift:
        down, right = rng.integers(-config.shift, config.shift + 1, 2)
        grids = shifted(grids, int(down), int(right))
    for index in np.flatnonzero(rng.random(len(grids) - 1) < config.lost_pictures):
        grids[index + 1] = grids[index]
    return grids


def mirrored(grids: Grids) -> Grids:
    """Left and right changed."""
    other = grids[..., ::-1].copy()
    other[:, _ACROSS] *= -1
    return other


def shifted(grids: Grids, down: int, right: int) -> Grids:
    """The grids moved by whole cells; nothing moves where nothing was seen."""
    other = np.zeros_like(grids)
    rows, columns = grids.shape[2:]
    there = slice(max(down, 0), rows + min(down, 0)), slice(max(right, 0), columns + min(right, 0))
    here = slice(max(-down, 0), rows + min(-down, 0)), slice(max(-right, 0), columns + min(-right, 0))
    other[:, :, there[0], there[1]] = grids[:, :, here[0], here[1]]
    return other
