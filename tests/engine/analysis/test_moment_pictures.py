"""Pictures around moments, out of a video's pictures as they come by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.analysis.moment_pictures import pictures_around_moments
from engine.media.decode import Frame


def frames(count: int, rate_hz: float = 30.0) -> Iterator[Frame]:
    """Each picture is as bright as its number."""
    for number in range(count):
        yield Frame(number / rate_hz, np.full((2, 2, 3), number % 256, np.uint8))


def numbers(times_s: list[float], offsets_s: tuple[float, ...], count: int = 90) -> list[list[int]]:
    found = pictures_around_moments(frames(count), times_s, offsets_s)
    return [[int(image[0, 0, 0]) for image in images] for images in found]


def test_the_nearest_pictures_are_taken() -> None:
    assert numbers([1.0, 1.01, 2.0], (-0.5, 0.0, 0.5)) == [[15, 30, 45], [15, 30, 45], [45, 60, 75]]


def test_at_the_ends_the_first_and_last_stand_in() -> None:
    assert numbers([0.0, 2.9, 7.0], (-0.5, 0.0, 0.5)) == [[0, 0, 15], [72, 87, 89], [89, 89, 89]]


def test_nothing_is_asked_or_nothing_shown() -> None:
    assert numbers([], (0.0,)) == []
    assert numbers([1.0], (0.0,), count=0) == []


def test_the_window_stays_small() -> None:
    alive: list[int] = []

    def counted() -> Iterator[Frame]:
        for frame in frames(3000):
            alive.append(1)
            yield frame

    found = list(pictures_around_moments(counted(), [0.5, 90.0], (-0.1, 0.1)))
    assert [int(image[0, 0, 0]) for image in found[1]] == [2697 % 256, 2703 % 256]
    assert len(alive) < 2710
