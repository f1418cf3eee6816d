"""Spacetime pictures: neighbours in the channels, the ends repeated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.spacetime import SpacetimeConfig, spacetime_pictures


@dataclass(frozen=True)
class Picture:
    time_s: float
    image: NDArray[np.uint8]


def test_previous_this_and_next() -> None:
    pictures = [Picture(0.1 * value, np.full((2, 3), value, np.uint8)) for value in range(4)]
    made = list(spacetime_pictures(pictures))
    assert [picture.time_s for picture in made] == [0.0, 0.1, 0.2, 0.1 * 3]
    assert [tuple(picture.image[1, 2]) for picture in made] == [(0, 0, 1), (0, 1, 2), (1, 2, 3), (2, 3, 3)]
    assert made[0].image.shape == (2, 3, 3)
    assert made[0].image.dtype == np.uint8


def test_one_picture_and_none() -> None:
    (only,) = spacetime_pictures([Picture(0.0, np.full((2, 2), 9, np.uint8))])
    assert (only.image == 9).all()
    assert list(spacetime_pictures([])) == []
    assert SpacetimeConfig(320, 240).size == (320, 240)
