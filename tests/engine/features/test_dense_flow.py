"""Grids of drawn scenes whose motion is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.features.dense_flow import CHANNELS, MotionGrid, MotionGridConfig, dense_flow, motion_grid
from engine.features.flow import MotionConfig

WIDTH, HEIGHT = 160, 120
SIZE_PX = (WIDTH * HEIGHT) ** 0.5
CHANGE, SIGNED, VELOCITY_X, VELOCITY_Y, SPEED, SPREADING, SHARPENING, FOREGROUND = range(len(CHANNELS))


@dataclass(frozen=True)
class Picture:
    time_s: float
    image: NDArray[np.uint8]


def texture(width: int, height: int, seed: int = 0) -> NDArray[np.float32]:
    grain = np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(grain, (0, 0), 3), np.float32)
    return (smooth - smooth.mean()) / smooth.std() * 40 + 120


SCENE = texture(WIDTH, HEIGHT)
BALL = texture(40, 40, 1)


def picture(time_s: float, x: float, y: float = 40, scene: NDArray[np.float32] = SCENE) -> Picture:
    """A 40 x 40 textured patch over the scene."""
    image = scene.copy()
    left, top = round(x), round(y)
    image[top : top + 40, left : left + 40] = BALL
    return Picture(time_s, np.clip(image, 0, 255).astype(np.uint8))


def grids(pictures: list[Picture], config: MotionGridConfig | None = None) -> list[MotionGrid]:
    return list(motion_grid(pictures, config))


def test_flow_is_where_each_pixel_goes() -> None:
    wide = np.clip(texture(WIDTH + 8, HEIGHT + 8, 3), 0, 255).astype(np.uint8)
    earlier, later = wide[5 : 5 + HEIGHT, 0:WIDTH], wide[2 : 2 + HEIGHT, 6 : 6 + WIDTH]
    flow = dense_flow(np.ascontiguousarray(earlier), np.ascontiguousarray(later))
    assert flow.shape == (HEIGHT, WIDTH, 2)
    assert flow.dtype == np.float32
    inner = flow[16:-16, 16:-16].reshape(-1, 2)
    assert np.median(inner, axis=0) == pytest.approx([-6, 3], abs=0.1)


@pytest.mark.parametrize("rate", [15, 30, 60])
def test_velocities_are_in_picture_sizes_per_second_at_any_rate(rate: int) -> None:
    speed_px = 90
    found = grids([picture(i / rate, 20 + speed_px * i / rate) for i in range(round(0.8 * rate))])
    assert len(found) == round(0.8 * rate)
    assert [grid.time_s for grid in found] == [i / rate for i in range(len(found))]
    fastest = [grid.channels[VELOCITY_X].max() * SIZE_PX / speed_px for grid in found[3:]]
    assert 0.8 < np.median(fastest) < 1.3
    speed = [grid.channels[SPEED].max() * SIZE_PX / speed_px for grid in found[3:]]
    assert 0.8 < np.median(speed) < 1.3


def test_motion_lies_in_the_cells_it_happens_in() -> None:
    config = MotionGridConfig(columns=4, rows=3)
    grid = grids([picture(0, 82, 42), picture(1 / 30, 84, 42)], config)[1]
    assert grid.channels.shape == (len(CHANNELS), 3, 4)
    assert grid.channels.dtype == np.float32
    change = grid.channels[CHANGE]
    assert np.unravel_index(change.argmax(), change.shape) == (1, 2)
    # The blurs reach a few pixels into the cells beside it.
    assert change[1, 2] > 0.8 * change.sum()


def test_change_is_the_mean_over_a_cell_in_gray_levels() -> None:
    base = np.full((HEIGHT, WIDTH), 100, np.uint8)
    brighter = base.copy()
    brighter[0:40, 0:40] = 160
    # A step of 60 levels on a cell of 40 x 40, of which the noise's 3 levels are taken off.
    wide = MotionGridConfig(columns=4, rows=3)
    grid = grids([Picture(0, base), Picture(1 / 30, brighter)], wide)[1]
    assert grid.channels[SIGNED][0, 0] == pytest.approx(60, abs=3)
    assert grid.channels[CHANGE][0, 0] == pytest.approx(57, abs=3)
    assert grid.channels[CHANGE][2, 3] == 0
    darker = grids([Picture(0, brighter), Picture(1 / 30, base)], wide)[1]
    assert darker.channels[SIGNED][0, 0] == pytest.approx(-60, abs=3)
    assert darker.channels[CHANGE][0, 0] == pytest.approx(57, abs=3)


def test_what_comes_nearer_spreads() -> None:
    def zoomed(zoom: float, time_s: float) -> Picture:
        matrix = np.array([[zoom, 0, 80 * (1 - zoom)], [0, zoom, 60 * (1 - zoom)]], np.float64)
        image = cv2.warpAffine(SCENE, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        return Picture(time_s, np.clip(image, 0, 255).astype(np.uint8))

    # The flow grows by 0.06 pixels per pixel in both directions, thirty times a second.
    # A change all over the picture counts as noise unless it is told not to.
    config = MotionGridConfig(motion=MotionConfig(noise_share=0))
    nearer = grids([zoomed(1, 0), zoomed(1.06, 1 / 30)], config)[1].channels[SPREADING]
    farther = grids([zoomed(1.06, 0), zoomed(1, 1 / 30)], config)[1].channels[SPREADING]
    assert np.median(nearer) == pytest.approx(0.12 * 30, rel=0.25)
    assert np.median(farther) == pytest.approx(-0.12 * 30, rel=0.25)


def test_a_smeared_thing_loses_detail_and_gains_it_where_it_stops() -> None:
    sharp = np.full((HEIGHT, WIDTH), 100, np.float32)
    sharp[30:90:6, 40:120] = 200
    smeared = np.asarray(cv2.blur(sharp, (1, 9)), np.float32)
    pictures = [Picture(i / 30, kind.astype(np.uint8)) for i, kind in enumerate((sharp, smeared, sharp))]
    found = grids(pictures, MotionGridConfig(columns=2, rows=2))
    assert (found[1].channels[SHARPENING] < -0.5).all()
    assert found[2].channels[SHARPENING] == pytest.approx(-found[1].channels[SHARPENING], abs=0.1)


def test_a_resting_thing_is_foreground_until_it_belongs_to_the_scene() -> None:
    still = [Picture(i / 30, np.clip(SCENE, 0, 255).astype(np.uint8)) for i in range(60)]
    # Its last row of pixels trembles, so that no picture repeats the one before.
    resting = [picture(2 + i / 30, 100, 40 + i % 2) for i in range(120)]
    found = grids(still + resting, MotionGridConfig(columns=4, rows=3))
    assert max(grid.channels[FOREGROUND].max() for grid in found[:60]) == 0
    assert found[75].channels[FOREGROUND][1, 2] > 10
    assert found[75].channels[FOREGROUND][:, 0].max() == 0
    assert found[75].channels[SPEED].max() < 1
    assert found[-1].channels[FOREGROUND].max() < 3


def test_the_cameras_motion_is_taken_out() -> None:
    wide = texture(WIDTH + 100, HEIGHT, 2)

    def seen_from(i: int, ball_px: int) -> Picture:
        return picture(i / 30, 60 + (ball_px - 2) * i, scene=wide[:, 2 * i : 2 * i + WIDTH])

    fixed = grids([seen_from(i, 2) for i in range(16)])[1:]
    moving = grids([seen_from(i, 5) for i in range(16)])[1:]
    # The patch fixed in the picture moves against the scene, which lies still once the camera is taken out.
    outside = np.ones((9, 12), bool)
    outside[2:7, 3:9] = False
    for grid in fixed:
        assert grid.channels[CHANGE][outside].mean() < 1
        assert grid.channels[FOREGROUND][1:-1, :9][outside[1:-1, :9]].mean() < 1
    assert np.median([grid.channels[VELOCITY_X].max() for grid in moving]) > 100 / SIZE_PX


def test_a_change_of_light_is_no_motion() -> None:
    pictures = [
        Picture(i / 30, np.clip(SCENE * (1 + 0.02 * i) - 2 * i, 0, 255).astype(np.uint8)) for i in range(8)
    ]
    assert max(grid.channels[CHANGE].max() for grid in grids(pictures)) < 0.1


def test_a_cut_and_a_gap_begin_a_new_shot_with_nothing() -> None:
    other = np.clip(texture(WIDTH, HEIGHT, 7), 0, 255).astype(np.uint8)
    cut = grids(
        [picture(i / 30, 20 + i) for i in range(4)] + [Picture((4 + i) / 30, other) for i in range(3)]
    )
    assert [grid.shot for grid in cut] == [0, 0, 0, 0, 1, 1, 1]
    assert not cut[0].channels.any()
    assert not cut[4].channels.any()
    gap = grids([picture(time_s, 20 + 30 * time_s) for time_s in (0, 0.1, 0.4, 0.5)])
    assert [grid.shot for grid in gap] == [0, 0, 1, 1]
    assert not gap[2].channels.any()
    assert gap[3].channels.any()


def test_a_doubled_rate_gives_the_same_motion_twice() -> None:
    once = grids([picture(i / 15, 20 + 4 * i) for i in range(8)])
    doubled = grids([picture(i / 30, 20 + 4 * (i // 2)) for i in range(16)])
    for i in range(1, 7):
        assert doubled[2 * i].channels == pytest.approx(once[i].channels, abs=1e-4)
        assert doubled[2 * i + 1].channels is doubled[2 * i].channels


def test_a_scene_that_stays_the_same_is_still() -> None:
    found = grids([picture(i / 30, 20 + 4 * min(i, 5)) for i in range(10)])
    assert found[5].channels[SPEED].max() > 0.3
    for grid in found[6:]:
        assert not grid.channels[:FOREGROUND].any()
    assert found[-1].channels[FOREGROUND].max() > 0


def test_faster_video_is_thinned_out_and_small_or_single_pictures_pass() -> None:
    assert len(grids([picture(i / 240, 20 + 0.2 * i) for i in range(48)])) == pytest.approx(14, abs=2)
    assert grids([]) == []
    only = grids([picture(0, 20)])
    assert len(only) == 1
    assert not only[0].channels.any()
    tiny = [Picture(i / 30, np.full((32, 48), 90 + 40 * (i % 2), np.uint8)) for i in range(3)]
    assert np.isfinite(grids(tiny, MotionGridConfig(columns=60, rows=40))[-1].channels).all()
