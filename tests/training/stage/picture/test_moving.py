"""What moves is drawn where it is, blurred by its way, hidden by what stands in front."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.stage.picture.test_still import small_set
from training.stage.motion.wardrobe import Paint
from training.stage.picture import still as still_module
from training.stage.picture.moving import MovingLayer
from training.stage.picture.still import trace_still

GREEN = Paint((0.1, 0.9, 0.1), (0.1, 0.9, 0.1))


@pytest.fixture(scope="module")
def scene():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            still_module, "load_texture", lambda name, folder: np.full((256, 256, 3), 255, np.uint8)
        )
        set_ = small_set()
        return set_, trace_still(set_, np.random.default_rng(1))


def drawn(scene, cones_at, exposed_s=0.0, readout=0.0):
    set_, still = scene
    picture = still.colour.copy()
    MovingLayer(still, set_.light, [GREEN], readout).draw(
        picture, cones_at, 0.0, exposed_s, exposed_s * 30 or 1.0
    )
    return picture


def ball(x, y, z, radius=0.03):
    return np.array([[x, y, z, x, y, z + 1e-4, radius, radius, 0.0]])


def greenness(picture):
    return picture[..., 1].astype(int) - picture[..., 0]


def test_a_ball_is_drawn_where_the_camera_sees_it_and_as_large(scene):
    _, still = scene
    picture = drawn(scene, lambda t: ball(-0.2, -0.1, 0.2))
    rows, columns = np.nonzero(greenness(picture) > 60)
    x, y, depth = still.camera.project(np.array([-0.2, -0.1, 0.2]))
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((x, y), abs=0.7)
    radius_px = 0.03 * still.camera.focal_px / depth
    assert len(rows) == pytest.approx(np.pi * radius_px**2, rel=0.2)


def test_what_is_behind_the_box_is_hidden(scene):
    assert (greenness(drawn(scene, lambda t: ball(0.0, 0.12, 0.03, 0.02))) > 60).sum() == 0
    assert (greenness(drawn(scene, lambda t: ball(0.0, -0.2, 0.03, 0.02))) > 60).sum() > 10


def test_a_fast_ball_is_smeared_along_its_way_and_no_colour_is_gained(scene):
    still_ball = drawn(scene, lambda t: ball(-0.2, -0.2, 0.2))
    fast = drawn(scene, lambda t: ball(-0.3 + 6 * t, -0.2, 0.2), exposed_s=1 / 30)
    base = greenness(scene[1].colour)
    one, smeared = (greenness(picture) - base for picture in (still_ball, fast))
    assert (smeared > 5).any(axis=0).sum() > 2.5 * (one > 5).any(axis=0).sum()
    assert smeared.max() < 0.6 * one.max()
    assert smeared.sum() == pytest.approx(one.sum(), rel=0.15)


def test_a_rolling_shutter_leans_what_moves_sideways(scene):
    def stick(t):
        x = 6 * t - 0.1
        return np.array([[x, 0.2, 0.3, x, -0.4, 0.3, 0.012, 0.012, 0.0]])

    def lean(readout):
        green = np.maximum(greenness(drawn(scene, stick, 0.004, readout)) - greenness(scene[1].colour), 0)
        rows = np.flatnonzero(green.max(axis=1) > 30)
        columns = np.arange(green.shape[1])
        middles = [(green[row] * columns).sum() / green[row].sum() for row in rows]
        return middles[-1] - middles[0]

    assert lean(0.9) > lean(0.0) + 3


def test_a_shadow_falls_below_and_away_from_the_light(scene):
    _, still = scene
    base = still.colour.astype(int)
    picture = drawn(scene, lambda t: ball(-0.35, -0.2, 0.1, 0.03)).astype(int)
    darker = ((base - picture).mean(axis=2) > 12) & (greenness(picture) < 10)
    column, row, _ = still.camera.project(np.array([-0.25, -0.2, 0.0]))
    rows, columns = np.nonzero(darker)
    assert (columns.mean(), rows.mean()) == pytest.approx((column, row), abs=3)


def test_nothing_in_front_of_the_lens_breaks_it(scene):
    picture = drawn(scene, lambda t: np.array([[0, -0.9, 0.8, 0, -3.0, 1.0, 0.03, 0.03, 0.0]]))
    assert (picture == scene[1].colour).all()
    through = drawn(scene, lambda t: np.array([[0, -0.3, 0.3, 0, -3.0, 1.5, 0.03, 0.03, 0.0]]))
    assert np.isfinite(through).all()
