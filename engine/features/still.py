"""What stands still around a moment: the picture without the stick and the hand that pass through it.

A pixel of the still picture is the median of that pixel over five pictures around the moment. What moves is
in none of them for long. A hit's own picture shows a stick, and a network that knows a thousand things is
then sure of a drumstick, a plunger, a hammer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

STILL_OFFSETS_S = (-0.6, -0.3, 0.0, 0.3, 0.6)
"""When the pictures are taken, from the moment."""

_MOVED_BEYOND = 40.0
"""A picture that differs from the moment's by so many of 255 on average is another shot, or another view."""
_FEWEST = 3


def still_picture(pictures: Sequence[NDArray[np.uint8]], moment: int) -> NDArray[np.uint8]:
    """The median of the pictures that show what the moment's picture shows.

    Parameters
    ----------
    pictures
        uint8 (height, width, 3), of one size; those at `STILL_OFFSETS_S`, as far as there are any.
    moment
        Which of them is that of the moment itself; it is returned when too few of the others are alike.
    """
    at = pictures[moment]
    alike = [
        picture for number, picture in enumerate(pictures) if number == moment or shows_the_same(picture, at)
    ]
    if len(alike) < _FEWEST:
        return at
    return _median_of_five(alike) if len(alike) == 5 else np.median(np.stack(alike), axis=0).astype(np.uint8)


def _median_of_five(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The same by comparing pairs of whole pictures, in a tenth of the time."""
    a, b, c, d, e = pictures
    low, high = np.maximum(np.minimum(a, b), np.minimum(c, d)), np.minimum(np.maximum(a, b), np.maximum(c, d))
    # The least and the largest of four are not the median of five; it is the middle of the other two and e.
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))


def shows_the_same(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    """Whether two pictures of one size are of one shot, and of one view in it."""
    one, other = first[::4, ::4].astype(np.int16), second[::4, ::4].astype(np.int16)
    return float(np.abs(one - other).mean()) <= _MOVED_BEYOND
