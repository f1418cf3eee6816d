"""What a camera makes of a scene: an unsteady hand, exposure, noise, and frame rates converted badly.

Everything is drawn once per clip (`draw_film`); the pictures then follow without further surprises.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from training.stage.picture.still import MARGIN_PX

cv2.setNumThreads(1)

FRAME_RATE = 30.0
_NOISE_MARGIN = 61

Conversion = Literal["none", "repeated", "blended"]


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """How one clip is filmed.

    Attributes
    ----------
    source_rate
        Pictures a second that the camera took; the clip has `FRAME_RATE`.
    conversion
        How those became the clip's: as they are, by repeating some, by blending neighbours.
    shutter
        The share of the time between two source pictures that each is exposed.
    lead_s
        So much earlier than its sound a picture shows what happens: no camera stamps both alike.
    readout
        The share that reading it from top to bottom takes (rolling shutter).
    path : (n, 3) float64
        Camera's shift right and down in px and turn in radians, per source picture.
    gains : (n, 3) float64
        Linear brightness of red, green and blue per source picture.
    contrast, saturation
        1 is neutral.
    blur_px
        Softness of lens and scaling (sigma).
    noise : int16 (H, W, 3) or None
        A field of grain, larger than the picture, to cut from.
    """

    source_rate: float
    conversion: Conversion
    shutter: float
    lead_s: float
    readout: float
    path: NDArray[np.float64]
    gains: NDArray[np.float64]
    contrast: float
    saturation: float
    blur_px: float
    noise: NDArray[np.int16] | None

    def shown(self, index: int) -> tuple[int, int, float]:
        """Which source pictures the clip's picture `index` shows: first, second, and the second's weight."""
        at = index * self.source_rate / FRAME_RATE
        first = math.floor(at + 1e-6)
        weight = at - first if self.conversion == "blended" else 0.0
        return first, first + 1, weight if weight > 0.02 else 0.0


def _wander(
    rng: np.random.Generator, count: int, rate_hz: float, slowest_s: float, fastest_s: float
) -> NDArray[np.float64]:
    """Smooth noise (count,), standard deviation about 1, that changes within the two time spans."""
    spectrum = np.fft.rfft(rng.normal(size=2 * count))
    frequency = np.fft.rfftfreq(2 * count, 1 / rate_hz)
    shape = 1 / (1 + (frequency * slowest_s) ** 2) + 0.08 / (1 + (frequency * fastest_s) ** 4)
    shape[0] = 0
    path = np.fft.irfft(spectrum * shape)[:count]
    return path / max(float(path.std()), 1e-9)


def _camera_path(rng: np.random.Generator, count: int, rate_hz: float) -> NDArray[np.float64]:
    path = np.zeros((count, 3))
    if rng.random() < 0.45:
        return path
    # Most hands are calm; some clips are filmed while walking about.
    sway_px = min(float(rng.lognormal(0.3, 0.9)), 7.0)
    for axis, scale in enumerate((sway_px, 0.8 * sway_px, 0.0025 * sway_px)):
        path[:, axis] = scale * _wander(rng, count, rate_hz, 1.5, 0.12)
    reach = MARGIN_PX - 6.0
    largest = np.abs(path[:, :2]).max() + np.abs(path[:, 2]).max() * 200
    return path * min(1.0, reach / max(float(largest), 1e-9))


def _gains(rng: np.random.Generator, count: int, rate_hz: float) -> NDArray[np.float64]:
    level = 2.0 ** rng.normal(0.0, 0.35)
    gains = np.full(count, level)
    if rng.random() < 0.5:
        gains *= 2.0 ** (rng.uniform(0.01, 0.12) * _wander(rng, count, rate_hz, 2.0, 0.5))
    if rng.random() < 0.12:
        # A cloud, a door, automatic exposure: the light goes to another level within a moment.
        start, length = rng.integers(count), rng.uniform(0.05, 1.0) * rate_hz
        ramp = np.clip((np.arange(count) - start) / length, 0, 1)
        gains *= 2.0 ** (rng.normal(0.0, 0.5) * ramp)
    if rng.random() < 0.12:
        # Lamps on mains beat with the frame rate.
        beat_hz = rng.uniform(0.2, 12.0)
        gains *= 1 + rng.uniform(0.005, 0.04) * np.sin(2 * np.pi * beat_hz * np.arange(count) / rate_hz)
    white = np.array([2.0 ** rng.normal(0.0, 0.12), 1.0, 2.0 ** rng.normal(0.0, 0.16)])
    return gains[:, None] * white


def draw_film(rng: np.random.Generator, duration_s: float, width: int, height: int) -> Film:
    """Draw how a clip of `duration_s` and this picture size is filmed."""
    conversion: Conversion = "none"
    source_rate = FRAME_RATE
    if rng.random() < 0.15:
        source_rate = float(rng.choice([15.0, 20.0, 24.0, 25.0, 25.0, 27.5]))
        conversion = "blended" if rng.random() < 0.4 else "repeated"
    count = math.ceil(duration_s * source_rate) + 3
    noise = None
    if rng.random() < 0.85:
        size = height + _NOISE_MARGIN, width + _NOISE_MARGIN
        sigma = min(float(rng.lognormal(0.6, 0.6)), 7.0)
        luma = rng.normal(0.0, sigma, size).astype(np.float32)
        grain_px = rng.uniform(0.0, 0.8)
        if grain_px > 0.35:
            blurred = cv2.GaussianBlur(luma, (0, 0), grain_px)
            luma = blurred * (sigma / max(float(blurred.std()), 1e-6))
        colour = cv2.resize(
            rng.normal(0.0, 0.6 * sigma, (size[0] // 2, size[1] // 2, 3)).astype(np.float32), size[::-1]
        )
        noise = np.rint(luma[..., None] + colour).astype(np.int16)
    return Film(
        source_rate=source_rate,
        conversion=conversion,
        # Indoors, the shutter stays open for most of the time.
        shutter=float(rng.choice([1.0, rng.uniform(0.4, 1.0), rng.uniform(0.1, 0.5)], p=[0.45, 0.4, 0.15])),
        lead_s=float(rng.uniform(-0.010, 0.018)),
        readout=float(rng.uniform(0.3, 0.9)) if rng.random() < 0.6 else 0.0,
        path=_camera_path(rng, count, source_rate),
        gains=_gains(rng, count, source_rate),
        contrast=float(rng.uniform(0.8, 1.25)),
        saturation=float(rng.uniform(0.45, 1.15)),
        blur_px=float(rng.choice([0.0, rng.uniform(0.3, 0.7), rng.uniform(0.7, 1.3)], p=[0.35, 0.45, 0.2])),
        noise=noise,
    )


class Developer:
    """Turns base pictures into the camera's pictures, in order.

    Parameters
    ----------
    film
        How.
    width, height
        Of the camera's pictures; base pictures have `MARGIN_PX` more on every side.
    rng
        Places the grain.
    """

    def __init__(self, film: Film, width: int, height: int, rng: np.random.Generator) -> None:
        self._film, self._size, self._rng = film, (width, height), rng
        # Saturation as a mix of the channels with their brightness, on encoded values.
        share = np.array([[0.299, 0.587, 0.114]], np.float32)
        self._mix = film.saturation * np.eye(3, dtype=np.float32) + (1 - film.saturation) * share
        self._table_of_gains: dict[tuple[float, ...], NDArray[np.uint8]] = {}

    def develop(self, base: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
        """The camera's picture (height, width, 3) from the base picture of source picture `number`."""
        film, (width, height) = self._film, self._size
        x, y, turn = film.path[min(number, len(film.path) - 1)]
        if x or y or turn:
            c, s = math.cos(turn), math.sin(turn)
            middle_x, middle_y = base.shape[1] / 2, base.shape[0] / 2
            # From the output's pixel to the base's: turn about the middle, then shift.
            matrix = np.array(
                [
                    [c, -s, middle_x + x - c * width / 2 + s * height / 2],
                    [s, c, middle_y + y - s * width / 2 - c * height / 2],
                ]
            )
            picture = cv2.warpAffine(
                base,
                matrix,
                (width, height),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
        else:
            picture = base[MARGIN_PX : MARGIN_PX + height, MARGIN_PX : MARGIN_PX + width]
        if film.blur_px:
            picture = cv2.GaussianBlur(picture, (0, 0), film.blur_px)
        picture = cv2.LUT(picture, self._table(number))
        if film.saturation != 1.0:
            picture = cv2.transform(picture, self._mix)
        if film.noise is not None:
            left, top = self._rng.integers(_NOISE_MARGIN, size=2)
            grain = film.noise[top : top + height, left : left + width]
            picture = cv2.add(picture, grain, dtype=cv2.CV_8U)
        return np.ascontiguousarray(picture, np.uint8)

    def _table(self, number: int) -> NDArray[np.uint8]:
        """What each encoded value becomes, per channel: (1, 256, 3)."""
        film = self._film
        gains = tuple(np.round(film.gains[min(number, len(film.gains) - 1)], 3))
        if gains not in self._table_of_gains:
            encoded = np.arange(256)[None, :, None] / 255 * np.power(gains, 1 / 2.2)
            curved = 0.45 + film.contrast * (encoded - 0.45)
            # A shoulder instead of a hard clip.
            curved = np.where(curved > 0.8, 0.8 + 0.2 * np.tanh((curved - 0.8) / 0.2), curved)
            self._table_of_gains = {gains: np.rint(255 * np.clip(curved, 0, 1)).astype(np.uint8)}
        return self._table_of_gains[gains]
