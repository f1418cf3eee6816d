"""Textures on shapes: the right level of detail, no seams, gradients that follow the picture."""

from __future__ import annotations

import numpy as np
import pytest

from training.stage.picture.paint import TEXTURE_SIZE, linear_of, pyramids, surface_colour, texel
from training.stage.picture.rays import packed
from training.stage.world import Look, Shape


@pytest.fixture(scope="module")
def ramp():
    """Brightness grows to the right in the texture, then falls again: it repeats without a seam."""
    wave = 128 + 100 * np.sin(2 * np.pi * (np.arange(TEXTURE_SIZE) + 0.5) / TEXTURE_SIZE)
    picture = np.broadcast_to(wave[None, :, None], (TEXTURE_SIZE, TEXTURE_SIZE, 3)).astype(np.uint8)
    return pyramids([picture]), picture


def test_texels_are_the_picture_at_full_size_and_its_mean_far_away(ramp):
    pyramid, picture = ramp
    linear = linear_of(picture)
    assert texel(pyramid[0], 0, (10 + 0.5) / 256, 0.3) == pytest.approx(linear[0, 10], abs=1e-6)
    assert texel(pyramid[0], 5, 0.5, 0.5)[0] == pytest.approx(linear[:, 112:144].mean(), abs=0.05)


def test_a_texture_repeats_without_a_seam(ramp):
    pyramid, _ = ramp
    for level in range(6):
        assert texel(pyramid[0], level, -1e-6, 0.0) == pytest.approx(
            texel(pyramid[0], level, 1e-6, 1.0), abs=1e-3
        )


def test_a_far_surface_shows_the_smooth_level_and_its_tint(ramp):
    pyramid, _ = ramp
    shapes = packed(
        (Shape("box", (0, 0, 0), (1, 1, 1), Look("x", scale_m=0.1, tint=(1.0, 0.5, 0.0))),), {"x": 0}
    )
    far = [
        surface_colour(shapes[0], 0, pyramid, x, 0.0, 1.0, 0.0, 0.0, 1.0, 0.5) for x in np.linspace(0, 0.1, 9)
    ]
    near = [
        surface_colour(shapes[0], 0, pyramid, x, 0.0, 1.0, 0.0, 0.0, 1.0, 1e-4)
        for x in np.linspace(0, 0.1, 9)
    ]
    assert np.ptp([c[0] for c in far]) < np.ptp([c[0] for c in near])
    assert near[2][1] == pytest.approx(near[2][0] / 2)
    assert near[2][2] == 0.0


def test_the_slope_points_to_where_the_texture_gets_brighter(ramp):
    pyramid, _ = ramp
    shapes = packed((Shape("box", (0, 0, 0), (1, 1, 1), Look("x", scale_m=1.0, relief=0.5)),), {"x": 0})
    for x, sign in ((0.02, 1), (0.5, -1)):
        slope_u, slope_v = surface_colour(shapes[0], 0, pyramid, x, 0.0, 1.0, 0.0, 0.0, 1.0, 1e-4)[3:5]
        assert slope_u * sign > 0
        assert slope_v == pytest.approx(0.0, abs=1e-6)
