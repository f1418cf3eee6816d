"""A dashed line as separate segments: only the visible dashes, which keep their place while scrolling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DASH_PIXELS, _GAP_PIXELS = 4.0, 3.0


def dashes(x: NDArray[np.float64], y: NDArray[np.float64], left: float, right: float) -> NDArray[np.float64]:
    """The dashes of a line through points, between two x.

    Parameters
    ----------
    x, y
        (n,) pixels, `x` ascending; dashes are counted from the first point.

    Returns
    -------
    (m, 4) float64: x1, y1, x2, y2 of each dash.
    """
    way = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    period = _DASH_PIXELS + _GAP_PIXELS
    first = np.floor(np.interp(left, x, way) / period)
    last = np.ceil(np.interp(right, x, way) / period)
    starts = np.arange(first, last) * period
    ends = np.minimum(starts + _DASH_PIXELS, way[-1])
    starts, ends = starts[starts < way[-1]], ends[starts < way[-1]]
    return np.column_stack(
        (
            np.interp(starts, way, x),
            np.interp(starts, way, y),
            np.interp(ends, way, x),
            np.interp(ends, way, y),
        )
    )
