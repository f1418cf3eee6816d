"""Films longer than a network was made for: overlapping windows, joined where they differ least.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016 (ten seconds with an
overlap of 30 %).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

OVERLAP = 0.3


def window_starts(count: int, window: int, overlap: float = OVERLAP) -> list[int]:
    """Where windows begin so that they cover `count` pictures; the last one ends with them."""
    if count <= window:
        return [0]
    stride = max(1, round(window * (1 - overlap)))
    return [*range(0, count - window, stride), count - window]


def joined_windows(
    count: int,
    window: int,
    predict: Callable[[int, int], NDArray[np.floating]],
    *,
    rows_per_picture: int = 1,
    overlap: float = OVERLAP,
) -> NDArray[np.float64]:
    """Predict in windows and join.

    Parameters
    ----------
    count
        Pictures in all.
    window
        Pictures at once.
    predict
        Of the first picture and the number of pictures of a window: rows (pictures * rows_per_picture, n).

    Returns
    -------
    (count * rows_per_picture, n)
    """
    whole: NDArray[np.float64] | None = None
    for start in window_starts(count, window, overlap):
        rows = np.asarray(predict(start, min(window, count - start)), np.float64)
        if whole is None:
            whole = rows
            continue
        first = start * rows_per_picture
        shared = len(whole) - first
        apart = np.square(whole[first:] - rows[:shared]).sum(axis=1)
        seam = int(np.argmin(apart)) if shared else 0
        whole = np.concatenate((whole[: first + seam], rows[seam:]))
    assert whole is not None
    return whole
