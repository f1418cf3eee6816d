"""The pinhole camera against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.stage.camera import Camera

CAMERA = Camera(eye=(0.2, -1.0, 0.8), target=(0.0, 0.1, 0.1), field_of_view_deg=40, roll_deg=7)


def test_the_target_lies_in_the_middle():
    x, y, depth = CAMERA.project(np.array(CAMERA.target))
    assert (x, y) == pytest.approx((CAMERA.width / 2, CAMERA.height / 2))
    assert depth == pytest.approx(math.dist(CAMERA.eye, CAMERA.target))


def test_the_field_of_view_spans_the_height():
    camera = Camera(eye=(0, -2, 0), target=(0, 0, 0), field_of_view_deg=60)
    top = camera.project(np.array([0.0, 0.0, 2 * math.tan(math.radians(30))]))
    assert top[:2] == pytest.approx((camera.width / 2, 0.0), abs=1e-9)
    assert camera.project(np.array([0.1, 0.0, 0.0]))[0] > camera.width / 2, "x runs to the right"


def test_a_point_comes_back_from_its_pixel_and_depth():
    point = np.array([0.13, 0.21, 0.05])
    assert CAMERA.point_at(*CAMERA.project(point)) == pytest.approx(point)


def test_rolling_to_the_right_lowers_what_is_on_the_right_side_of_the_picture_by_nothing_at_its_middle():
    level = Camera(eye=(0, -1, 0), target=(0, 0, 0))
    rolled = Camera(eye=(0, -1, 0), target=(0, 0, 0), roll_deg=10)
    right = np.array([0.2, 0.0, 0.0])
    assert level.project(right)[1] == pytest.approx(level.height / 2)
    assert rolled.project(right)[1] < level.height / 2, "a camera leaning right sees the right side higher"


def test_a_widened_camera_sees_the_same_and_more():
    point = np.array([0.1, 0.05, 0.2])
    wide = CAMERA.widened(20)
    assert wide.focal_px == pytest.approx(CAMERA.focal_px)
    assert wide.project(point)[:2] == pytest.approx(CAMERA.project(point)[:2] + 20)
