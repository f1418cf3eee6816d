"""The traced still: its maps say where things are, its light falls as light does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.project.materials import MATERIALS
from training.stage.camera import Camera
from training.stage.picture import still as still_module
from training.stage.picture.paint import linear_of
from training.stage.picture.still import MARGIN_PX, encoded, trace_still
from training.stage.world import Light, Look, Set, Shape


def small_set(**camera) -> Set:
    """A table with a movable box on it, lit from the left."""
    return Set(
        "table",
        (
            Shape("box", (0, 0, -0.02), (0.6, 0.6, 0.02), Look("gray", tint=(0.5, 0.5, 0.5)), "wood"),
            Shape(
                "box",
                (0, 0, 0.06),
                (0.06, 0.06, 0.06),
                Look("gray", tint=(0.9, 0.2, 0.2)),
                "paper",
                movable=True,
            ),
        ),
        Camera((0, -0.8, 0.7), (0, 0, 0), 40, **{"width": 120, "height": 90, **camera}),
        Light((-1, 0, 1), 0.8, 0.3, softness=0.02),
        sky=(0.1, 0.2, 0.3),
    )


@pytest.fixture(scope="module")
def still():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            still_module, "load_texture", lambda name, folder: np.full((256, 256, 3), 255, np.uint8)
        )
        return trace_still(small_set(), np.random.default_rng(1))


def test_positions_lie_where_the_camera_sees_them(still):
    height, width = still.depth.shape
    assert (width, height) == (120 + 2 * MARGIN_PX, 90 + 2 * MARGIN_PX)
    for row, column in ((40, 60), (100, 90), (65, 80)):
        x, y, depth = still.camera.project(still.position[row, column])
        assert (x, y) == pytest.approx((column + 0.25, row + 0.25), abs=1e-3)
        assert depth == pytest.approx(still.depth[row, column], rel=1e-5)


def test_shapes_and_materials_are_told_apart(still):
    x, y, _ = still.camera.project(np.array([0.0, -0.03, 0.12]))
    top = int(y), int(x)
    assert still.shape[top] == 1
    assert MATERIALS[still.material[top]] == "paper"
    assert still.normal[top] == pytest.approx((0, 0, 1))
    assert still.shape[0, 0] in (-1, 0)


def test_the_box_casts_its_shadow_away_from_the_light(still):
    def lit(x):
        column, row, _ = still.camera.project(np.array([x, 0.0, 0.0]))
        return still.lit[int(row), int(column)]

    assert lit(0.1) < 0.05, "right of the box it is dark"
    assert lit(-0.2) > 0.4
    assert lit(0.4) > 0.4


def test_behind_a_movable_thing_lies_the_table_without_its_shadow(still):
    column, row, _ = (int(v) for v in still.camera.project(np.array([0.1, 0.0, 0.0])))
    left, line, _ = (int(v) for v in still.camera.project(np.array([-0.2, 0.0, 0.0])))
    assert np.abs(still.behind[row, column].astype(int) - still.behind[line, left]).max() < 12
    assert still.colour[row, column].mean() < still.behind[row, column].mean() - 20
    sprite = still.sprites[1]
    assert sprite.alpha.max() == 1
    far = np.ones(still.depth.shape, bool)
    far[:, still.depth.shape[1] // 4 : -still.depth.shape[1] // 4] = False
    assert np.abs(still.colour[far].astype(int) - still.behind[far]).max() <= 12
    corner = slice(0, 30), slice(0, 30)
    assert (still.colour[corner] == still.behind[corner]).all()


def test_encoding_is_monotonic_and_keeps_mid_grey_near_itself():
    light = np.linspace(0, 3, 500, dtype=np.float32)
    values = encoded(light).astype(int)
    assert (np.diff(values) >= 0).all()
    grey = linear_of(np.array([128], np.uint8))
    assert abs(int(encoded(grey)[0]) - 128) < 12
