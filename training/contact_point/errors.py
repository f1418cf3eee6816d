"""How far points are from where contacts are, in shares of the picture's width."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def point_errors(said: ArrayLike, true: ArrayLike, shape: ArrayLike = 4 / 3) -> NDArray[np.float64]:
    """Distances in shares of the picture's width.

    Parameters
    ----------
    said, true
        (n, 2), x and y in 0..1.
    shape
        Width of the pictures by their height, one number or (n,).
    """
    apart = np.asarray(said, np.float64) - np.asarray(true, np.float64)
    return np.hypot(apart[:, 0], apart[:, 1] / np.asarray(shape, np.float64))
