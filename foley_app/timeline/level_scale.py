"""The level lane's vertical scales: predicted level, and the editor's gain on top of it."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

from engine.project.document import MAX_GAIN_DB

TOP_DB, BOTTOM_DB = 0.0, -60.0
MARKS_DB = (-12, -24, -36, -48)
"""Levels with a line across the lane, and a label where there is room."""
_LABEL_PIXELS = 12
GAIN_TOP_DB = MAX_GAIN_DB
GAIN_BOTTOM_DB = GAIN_TOP_DB - (TOP_DB - BOTTOM_DB)
"""The gain's scale has as many dB per pixel as the level's: its 0 dB lies on the level's -24 dB mark."""
EDGE_PIXELS = 4
"""Room above the top and below the bottom of the scale, so that a point there can be grabbed."""


@overload
def y_of_level(level_db: float, height: int) -> float: ...
@overload
def y_of_level(level_db: NDArray[np.float64], height: int) -> NDArray[np.float64]: ...
def y_of_level(level_db: float | NDArray[np.float64], height: int) -> float | NDArray[np.float64]:
    """Where a level in dBFS lies in a lane of this height; y grows downwards."""
    share = (TOP_DB - level_db) / (TOP_DB - BOTTOM_DB)
    return EDGE_PIXELS + share * (height - 2 * EDGE_PIXELS)


def labelled_marks(height: int) -> tuple[int, ...]:
    """The marks that have room for a label each."""
    spacing = y_of_level(float(MARKS_DB[1]), height) - y_of_level(float(MARKS_DB[0]), height)
    return MARKS_DB if spacing >= _LABEL_PIXELS else MARKS_DB[::2]


def y_of_gain(gain_db: float, height: int) -> float:
    """Where a gain in dB lies; those beyond the scale lie at its ends."""
    inside = min(max(gain_db, GAIN_BOTTOM_DB), GAIN_TOP_DB)
    return y_of_level(inside - GAIN_TOP_DB + TOP_DB, height)


def gain_per_pixel(height: int) -> float:
    """How many dB one pixel upwards adds."""
    return (TOP_DB - BOTTOM_DB) / max(height - 2 * EDGE_PIXELS, 1)


def gain_at(y: float, height: int) -> float:
    """The gain in dB at a y, kept within the scale, to a tenth of a dB."""
    gain_db = GAIN_TOP_DB - (y - EDGE_PIXELS) * gain_per_pixel(height)
    return round(min(max(gain_db, GAIN_BOTTOM_DB), GAIN_TOP_DB), 1)
