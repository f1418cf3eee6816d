"""What changed between two pictures, without the camera's own shift and without the exposure's.

Conventions
-----------
Pictures are float32 gray (height, width), 0..255, smoothed a little. A shift is (x, y) in pixels, x to the
right and y down: what lay at a place of the earlier picture lies at place + shift in the later one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MIN_SHIFT_PX = 0.25
_LEAST_CONTRAST = 4.0


def smoothed(image: NDArray[np.uint8], blur_px: float) -> NDArray[np.float32]:
    """The picture blurred with a Gaussian of this sigma."""
    return np.asarray(cv2.GaussianBlur(image.astype(np.float32), (0, 0), blur_px), np.float32)


def is_repeat(earlier: NDArray[np.uint8], later: NDArray[np.uint8], same_levels: float) -> bool:
    """Whether the mean change is below this many gray levels: the same picture, shown again."""
    return cv2.norm(earlier, later, cv2.NORM_L1) < same_levels * later.size


def camera_shift(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """The camera's shift (2,): the median of a flow field (height, width, 2)."""
    return np.median(flow.reshape(-1, 2)[::4], axis=0)


def change_between(
    earlier: NDArray[np.float32], later: NDArray[np.float32], shift: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Signed change of brightness (height, width) without the camera's shift and without the exposure's.

    It is 0 along the edges that the shift brought into the picture.
    """
    change = np.asarray(later - shifted(earlier, shift), np.float32)
    change -= np.float32(np.median(change[::4, ::4]))
    clear_uncovered(change, shift)
    return change


def is_shift(shift: NDArray[np.floating]) -> bool:
    """Whether it is at least a quarter pixel; less is an error of measurement."""
    return float(np.abs(shift).max()) > _MIN_SHIFT_PX


def shifted(picture: NDArray[np.float32], shift: NDArray[np.floating]) -> NDArray[np.float32]:
    """The picture as the shifted camera saw it; a shift below a quarter pixel changes nothing."""
    if not is_shift(shift):
        return picture
    height, width = picture.shape
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    moved = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def clear_uncovered(change: NDArray[np.float32], shift: NDArray[np.floating]) -> None:
    """Set the edges that the camera's shift brought into the picture to 0, in place."""
    across, down = (int(np.ceil(abs(amount))) if abs(amount) > _MIN_SHIFT_PX else 0 for amount in shift)
    if across:
        change[:, slice(None, across) if shift[0] > 0 else slice(-across, None)] = 0
    if down:
        change[slice(None, down) if shift[1] > 0 else slice(-down, None)] = 0


def above_noise(size: NDArray[np.float32], noise_levels: float, noise_share: float) -> NDArray[np.float32]:
    """How much of a change's size (height, width) is more than noise.

    Noise is what is smaller than `noise_levels` gray levels, or than `noise_share` times the median size.
    """
    noise = max(noise_levels, noise_share * float(np.median(size[::4, ::4])))
    return np.maximum(size - noise, 0)


def is_cut(
    change: NDArray[np.float32],
    earlier: NDArray[np.float32],
    later: NDArray[np.float32],
    cut_change: float,
) -> bool:
    """Whether the mean change is this share of the pictures' contrast: another scene."""
    contrast = (float(earlier.std()) + float(later.std())) / 2 + _LEAST_CONTRAST
    return float(np.abs(change).mean()) > cut_change * contrast
