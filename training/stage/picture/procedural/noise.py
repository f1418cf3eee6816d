"""Seamless noise and the few operations that surface pictures are made of.

A picture is (256, 256) or (256, 256, 3) float32; colours are sRGB, 0..1. Everything repeats without a seam
in both directions: noise is shaped in the frequency domain, and warping reads around the edges.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

Picture = NDArray[np.floating]

SIZE_PX = 256
"""Side length of every surface picture."""


@lru_cache(maxsize=128)
def _amplitudes(roughness: float, finest_px: float, coarsest_px: float, stretch: float) -> Picture:
    """(256, 129) amplitude per frequency, so scaled that the noise has a standard deviation of 1."""
    along = fft.rfftfreq(SIZE_PX)[None, :] * stretch
    across = fft.fftfreq(SIZE_PX)[:, None]
    frequency = np.hypot(along, across)
    frequency[0, 0] = 1.0
    amplitude = frequency**-roughness
    amplitude *= np.exp(-((frequency * finest_px / 2) ** 2))
    amplitude *= 1 - np.exp(-((frequency * coarsest_px) ** 2))
    amplitude[0, 0] = 0.0
    weight = np.full(amplitude.shape[1], 2.0)
    weight[[0, -1]] = 1.0
    # Each complex coefficient of unit parts has a mean square of 2.
    power = 2 * float((amplitude**2 * weight).sum()) / SIZE_PX**4
    return (amplitude / math.sqrt(power)).astype(np.float32)


def clouds(
    rng: np.random.Generator,
    roughness: float = 1.0,
    finest_px: float = 2.0,
    coarsest_px: float = 256.0,
    stretch: float = 1.0,
) -> Picture:
    """Seamless random noise.

    Parameters
    ----------
    rng
        Source of the draws.
    roughness
        The amplitude falls with frequency to this power: 0 is grain, 1 marble, 2 soft clouds.
    finest_px, coarsest_px
        Features smaller or larger than this are left out.
    stretch
        Features are longer along x by this factor (below 1: along y).

    Returns
    -------
    (256, 256) float32, mean 0, standard deviation about 1.
    """
    amplitude = _amplitudes(round(roughness, 1), round(finest_px, 1), round(coarsest_px), round(stretch, 2))
    parts = rng.standard_normal((*amplitude.shape, 2), dtype=np.float32)
    spectrum = parts.view(np.complex64)[..., 0] * amplitude
    return np.asarray(fft.irfft2(spectrum, s=(SIZE_PX, SIZE_PX)), np.float32)


@lru_cache(maxsize=1)
def grid() -> tuple[Picture, Picture]:
    """x and y of every pixel, (256, 256) each; not to be written to."""
    y, x = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


def warped(picture: Picture, x_px: Picture | float, y_px: Picture | float) -> Picture:
    """The picture read so many pixels further right and down, around the edges."""
    x, y = grid()
    at_x, at_y = np.ascontiguousarray(x + np.float32(x_px)), np.ascontiguousarray(y + np.float32(y_px))
    read = cv2.remap(picture, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(read, np.float32)


def softened(picture: Picture, sigma_px: float) -> Picture:
    """A seamless Gaussian blur."""
    reach = math.ceil(3 * sigma_px)
    wider = cv2.copyMakeBorder(picture, reach, reach, reach, reach, cv2.BORDER_WRAP)
    blurred = cv2.GaussianBlur(wider, (0, 0), sigma_px)[reach:-reach, reach:-reach]
    return np.ascontiguousarray(blurred, np.float32)


def step(value: Picture, threshold: float, width: float = 0.2) -> Picture:
    """0 below the threshold, 1 above, a straight slope of this width between."""
    return np.clip((value - np.float32(threshold)) / np.float32(width) + np.float32(0.5), 0, 1)


def mixed(first: Picture, second: Picture, share: Picture) -> Picture:
    """`first` where share is 0, `second` where it is 1; colours may be (3,) or whole pictures."""
    return first + (second - first) * share[..., None]


def ramp(value: Picture, colours: Picture) -> Picture:
    """Colours (k, 3) spread evenly over -2..2 of a noise, as a (256, 256, 3) picture."""
    places = np.linspace(0, 255, len(colours))
    table = np.stack([np.interp(np.arange(256), places, colours[:, c]) for c in range(3)], axis=1)
    index = np.clip(value * 64 + 128, 0, 255).astype(np.uint8)
    return table.astype(np.float32)[index]


def shaded(colour: Picture, *tones: tuple[Picture, float]) -> Picture:
    """A colour (3,) or picture, made lighter and darker by noises with their strengths."""
    tone = np.ones((SIZE_PX, SIZE_PX), np.float32)
    for noise, strength in tones:
        tone += noise * np.float32(strength)
    return colour * tone[..., None]


def slope_light(height: Picture, strength: float, angle: float = 2.3) -> Picture:
    """How much brighter a relief is where it faces a low light; mean 0.

    Parameters
    ----------
    height
        (256, 256), in any unit.
    strength
        Brightness per unit of slope.
    angle
        Direction the light comes from, in radians from x towards y.
    """
    right = np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)
    down = np.roll(height, -1, axis=0) - np.roll(height, 1, axis=0)
    slope = right * np.float32(math.cos(angle)) + down * np.float32(math.sin(angle))
    return slope * np.float32(strength / 2)


def bytes_of(picture: Picture) -> NDArray[np.uint8]:
    """The finished picture as uint8 sRGB."""
    return np.clip(picture * 255 + np.float32(0.5), 0, 255).astype(np.uint8)
