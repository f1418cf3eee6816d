"""The still picture around a moment."""

from __future__ import annotations

import numpy as np

from engine.features.still import shows_the_same, still_picture


def scene(stick_at: int | None = None, brightness: int = 90) -> np.ndarray:
    image = np.full((40, 60, 3), brightness, np.uint8)
    image[:, :20] += 30
    if stick_at is not None:
        image[10:30, stick_at : stick_at + 6] = 250
    return image


def test_what_moves_is_gone() -> None:
    pictures = [scene(at) for at in (0, 12, 24, 36, 48)]
    assert np.array_equal(still_picture(pictures, 2), scene())


def test_another_shot_does_not_show_through() -> None:
    other = scene(brightness=200)
    pictures = [other, other, scene(24), scene(36), scene(48)]
    assert not shows_the_same(other, pictures[2])
    assert np.array_equal(still_picture(pictures, 2), scene())
    alone = [other, other, scene(24), other, other]
    assert np.array_equal(still_picture(alone, 2), alone[2])
