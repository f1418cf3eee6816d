"""The camera's own doing: shifts, exposure, grain and frame rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.stage.picture.film import Developer, Film, draw_film
from training.stage.picture.still import MARGIN_PX

WIDTH, HEIGHT = 60, 40


def plain(**changes) -> Film:
    film = Film(
        source_rate=30.0,
        conversion="none",
        shutter=1.0,
        lead_s=0.0,
        readout=0.0,
        path=np.zeros((9, 3)),
        gains=np.ones((9, 3)),
        contrast=1.0,
        saturation=1.0,
        blur_px=0.0,
        noise=None,
    )
    return replace(film, **changes)


def developed(film: Film, base: np.ndarray, number: int = 0) -> np.ndarray:
    return Developer(film, WIDTH, HEIGHT, np.random.default_rng(0)).develop(base, number)


@pytest.fixture
def base() -> np.ndarray:
    size = HEIGHT + 2 * MARGIN_PX, WIDTH + 2 * MARGIN_PX, 3
    return np.random.default_rng(5).integers(30, 190, size).astype(np.uint8)


def test_a_steady_neutral_camera_shows_the_middle_of_the_base(base):
    inner = base[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
    assert (developed(plain(), base) == inner).all()


def test_the_camera_shifts_by_whole_pixels_exactly(base):
    path = np.zeros((9, 3))
    path[1] = (4.0, -2.0, 0.0)
    shifted = developed(plain(path=path), base, 1)
    assert (shifted == base[MARGIN_PX - 2 : -MARGIN_PX - 2, MARGIN_PX + 4 : -MARGIN_PX + 4]).all()


def test_half_the_light_is_darker_by_what_the_eye_s_curve_says(base):
    halved = developed(plain(gains=np.full((9, 3), 0.5)), base).astype(float)
    inner = base[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
    assert halved == pytest.approx(inner * 0.5 ** (1 / 2.2), abs=1.0)


def test_grain_is_new_in_every_picture_and_as_strong_as_drawn(base):
    noise = np.rint(np.random.default_rng(1).normal(0, 4, (HEIGHT + 61, WIDTH + 61, 3))).astype(np.int16)
    flat = np.full_like(base, 120)
    developer = Developer(plain(noise=noise), WIDTH, HEIGHT, np.random.default_rng(0))
    one, other = (developer.develop(flat, k).astype(float) for k in range(2))
    assert one.std() == pytest.approx(4, rel=0.1)
    assert (one - other).std() == pytest.approx(4 * 2**0.5, rel=0.1)


def test_repeated_and_blended_pictures_follow_the_source_rate():
    repeated = plain(source_rate=15.0, conversion="repeated")
    assert [repeated.shown(k)[0] for k in range(6)] == [0, 0, 1, 1, 2, 2]
    blended = plain(source_rate=24.0, conversion="blended")
    first, second, weight = blended.shown(3)
    assert (first, second) == (2, 3)
    assert weight == pytest.approx(0.4)
    assert plain().shown(7) == (7, 8, 0.0)


def test_no_drawn_camera_leaves_its_margin():
    for seed in range(40):
        film = draw_film(np.random.default_rng(seed), 10.0, 344, 256)
        turn_px = np.abs(film.path[:, 2]) * 215
        assert (np.abs(film.path[:, :2]).max(axis=1) + turn_px).max() <= MARGIN_PX
        assert film.gains.min() > 0
        assert len(film.path) >= film.shown(299)[1]
