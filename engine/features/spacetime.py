"""Spacetime pictures: the previous, this and the next gray picture as three channels.

A still scene is gray in them and motion is coloured, so a network made for colour pictures sees motion.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.flow import TimedPicture


@dataclass(frozen=True, slots=True)
class SpacetimeConfig:
    """Size of the pictures that go in, as (width, height)."""

    width: int = 224
    height: int = 224

    @property
    def size(self) -> tuple[int, int]:
        """What to ask of the decoder."""
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class SpacetimePicture:
    """Three consecutive gray pictures, uint8 (height, width, 3), at the time of the middle one."""

    time_s: float
    image: NDArray[np.uint8]


def spacetime_pictures(pictures: Iterable[TimedPicture]) -> Iterator[SpacetimePicture]:
    """One spacetime picture per gray picture; at either end the missing neighbour is the picture itself.

    Parameters
    ----------
    pictures
        Gray pictures in order of time, uint8 (height, width), all of one size.
    """
    previous: TimedPicture | None = None
    current: TimedPicture | None = None
    for following in pictures:
        if current is not None:
            yield _stacked(previous or current, current, following)
        previous, current = current, following
    if current is not None:
        yield _stacked(previous or current, current, current)


def _stacked(previous: TimedPicture, current: TimedPicture, following: TimedPicture) -> SpacetimePicture:
    image = np.stack((previous.image, current.image, following.image), axis=-1)
    return SpacetimePicture(current.time_s, image)
