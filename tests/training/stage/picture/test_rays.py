"""Rays against closed forms, and against walking along them in tiny steps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.stage.picture.rays import NOTHING, blocker, meet, nearest, packed
from training.stage.world import UPRIGHT, Look, Shape, turned

PLAIN = Look("plain")


def row(kind, half=(0.1, 0.2, 0.3), centre=(0.0, 0.0, 0.0), turn=UPRIGHT, round_m=0.0, look=PLAIN):
    return packed((Shape(kind, centre, half, look, turn=turn, round_m=round_m),), {look.texture: 0})[0]


def test_a_box_is_met_on_its_near_face():
    box = row("box")
    assert meet(box, -1.0, 0.05, 0.1, 1.0, 0.0, 0.0) == pytest.approx((0.9, -1.0, 0.0, 0.0))
    assert meet(box, 0.0, 0.0, 2.0, 0.0, 0.0, -1.0) == pytest.approx((1.7, 0.0, 0.0, 1.0))
    assert meet(box, -1.0, 0.25, 0.0, 1.0, 0.0, 0.0)[0] == NOTHING


def test_a_cup_is_hollow_and_a_cylinder_is_not():
    cup = row("cup", half=(0.1, 0.1, 0.2), round_m=0.01)
    assert meet(cup, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0) == pytest.approx((1.0 + 0.2 - 0.01, 0.0, 0.0, 1.0))
    assert meet(cup, 0.095, 0.0, 1.0, 0.0, 0.0, -1.0)[0] == pytest.approx(0.8)
    solid = row("cylinder", half=(0.1, 0.1, 0.2))
    assert meet(solid, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0)[0] == pytest.approx(0.8)
    assert meet(solid, -1.0, 0.0, 0.0, 1.0, 0.0, 0.0) == pytest.approx((0.9, -1.0, 0.0, 0.0))


def _inside(kind, point, half, round_m):
    x, y, z = np.abs(point)
    if kind == "box":
        return x < half[0] and y < half[1] and z < half[2]
    if kind == "ellipsoid":
        return (point**2 / np.square(half)).sum() < 1
    if kind == "cylinder":
        return math.hypot(x, y) < half[0] and z < half[2]
    over = np.maximum(np.abs(point) - (np.array(half) - round_m), 0)
    return bool((np.abs(point) < half).all() and np.linalg.norm(over) < round_m)


@pytest.mark.parametrize("kind", ["box", "ellipsoid", "cylinder", "rounded"])
def test_every_kind_is_met_where_walking_along_the_ray_first_enters_it(kind):
    rng = np.random.default_rng(3)
    half = (0.2, 0.2, 0.12) if kind == "cylinder" else (0.2, 0.15, 0.12)
    turn = turned(0.5, -0.3, 0.2)
    shape = row(kind, half, (0.1, -0.2, 0.3), turn, round_m=0.05)
    met = 0
    for _ in range(40):
        eye = rng.normal(size=3)
        eye *= 1.2 / np.linalg.norm(eye)
        ray = np.array([0.1, -0.2, 0.3]) + rng.uniform(-0.2, 0.2, 3) - eye
        ray /= np.linalg.norm(ray)
        steps = np.arange(0.0, 3.0, 1e-3)
        own = (eye + steps[:, None] * ray - [0.1, -0.2, 0.3]) @ np.array(turn)
        entered = next((s for s, p in zip(steps, own, strict=True) if _inside(kind, p, half, 0.05)), None)
        distance, nx, ny, nz = meet(shape, *eye, *ray)
        if entered is None:
            continue
        met += 1
        assert distance == pytest.approx(entered, abs=2e-3)
        normal = np.array(turn) @ [nx, ny, nz]
        assert np.linalg.norm(normal) == pytest.approx(1.0)
        assert normal @ ray < 0, "a surface that is seen faces the eye"
    assert met > 15


def test_the_nearest_shape_is_found_and_glass_casts_no_shadow():
    shapes = packed(
        (
            Shape("box", (0, 0, 0), (0.1, 0.1, 0.1), PLAIN),
            Shape("box", (1, 0, 0), (0.1, 0.1, 0.1), Look("plain", clear=0.8)),
        ),
        {"plain": 0},
    )
    none = np.zeros(2, np.bool_)
    assert nearest(shapes, none, 3.0, 0.0, 0.0, -1.0, 0.0, 0.0)[4] == 1
    assert nearest(shapes, np.array([False, True]), 3.0, 0.0, 0.0, -1.0, 0.0, 0.0)[4] == 0
    assert nearest(shapes, none, 3.0, 1.0, 0.0, -1.0, 0.0, 0.0)[4] == -1
    assert blocker(shapes, none, 9.0, 3.0, 0.0, 0.0, -1.0, 0.0, 0.0) == 0
    assert blocker(shapes, none, 1.5, 3.0, 0.0, 0.0, -1.0, 0.0, 0.0) == -1
