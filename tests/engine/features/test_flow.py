"""Motion of drawn scenes whose motion is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.features.flow import MotionConfig, MotionSample, measure_motion

WIDTH, HEIGHT = 160, 120
SIZE_PX = (WIDTH * HEIGHT) ** 0.5


@dataclass(frozen=True)
class Picture:
    time_s: float
    image: NDArray[np.uint8]


def texture(width: int, height: int, seed: int = 0) -> NDArray[np.float32]:
    grain = np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(grain, (0, 0), 5), np.float32)
    return (smooth - smooth.mean()) / smooth.std() * 40 + 120


SCENE = texture(WIDTH, HEIGHT)
BALL = texture(40, 40, 1)


def picture_with_ball(time_s: float, x: float, y: float = 50) -> Picture:
    """A 40 x 40 textured patch over the scene."""
    image = SCENE.copy()
    left, top = round(x), round(y)
    image[top : top + 40, left : left + 40] = BALL
    return Picture(time_s, np.clip(image, 0, 255).astype(np.uint8))


def measured(pictures: list[Picture]) -> list[MotionSample]:
    return list(measure_motion(pictures))


@pytest.mark.parametrize("rate", [20, 30, 60])
def test_speed_is_in_picture_sizes_per_second_at_any_rate(rate: int) -> None:
    speed_px = 120
    pictures = [picture_with_ball(i / rate, 20 + speed_px * i / rate) for i in range(round(0.8 * rate))]
    samples = measured(pictures)
    # The patch uncovers still background behind it, so the mean over all change is lower than its speed.
    assert 0.5 < np.median([sample.velocity_x for sample in samples]) / (speed_px / SIZE_PX) < 1.05
    assert np.abs([sample.velocity_y for sample in samples]).max() < 0.2 * speed_px / SIZE_PX


def test_pairs_are_a_thirtieth_apart_in_fast_video() -> None:
    samples = measured([picture_with_ball(i / 120, 20 + 0.5 * i) for i in range(120)])
    assert len(samples) == pytest.approx(58, abs=2)
    assert [sample.end_s - sample.start_s for sample in samples[2:]] == pytest.approx(
        [1 / 30] * (len(samples) - 2)
    )


def test_a_still_scene_has_no_energy() -> None:
    samples = measured([picture_with_ball(i / 30, 20) for i in range(10)])
    assert len(samples) == 9
    assert max(sample.energy for sample in samples) == 0
    assert max(abs(sample.velocity_x) for sample in samples) < 1e-6


def test_the_cameras_motion_is_taken_out() -> None:
    wide = texture(WIDTH + 60, HEIGHT, 2)

    def seen_from(i: int, ball_px: int) -> Picture:
        image = wide[:, 2 * i : 2 * i + WIDTH].copy()
        left = 60 + (ball_px - 2) * i
        image[40:80, left : left + 40] = BALL
        return Picture(i / 30, np.clip(image, 0, 255).astype(np.uint8))

    fixed = measured([seen_from(i, 0) for i in range(12)])
    moving = measured([seen_from(i, 5) for i in range(12)])
    assert max(sample.energy for sample in fixed) < 0.2
    assert np.median([sample.energy for sample in moving]) > 1
    assert 0.5 < np.median([sample.velocity_x for sample in moving]) / (150 / SIZE_PX) < 1.05


def test_a_change_of_light_is_no_motion() -> None:
    pictures = [
        Picture(i / 30, np.clip(SCENE * (1 + 0.02 * i) - 2 * i, 0, 255).astype(np.uint8)) for i in range(8)
    ]
    assert max(sample.energy for sample in measured(pictures)) < 0.05


def test_a_cut_and_a_gap_begin_a_new_shot() -> None:
    other = texture(WIDTH, HEIGHT, 7)
    cut = [picture_with_ball(i / 30, 20 + i) for i in range(5)]
    cut += [Picture((5 + i) / 30, np.clip(other, 0, 255).astype(np.uint8)) for i in range(4)]
    assert [(sample.shot, round(30 * sample.start_s)) for sample in measured(cut)] == [
        (0, 0),
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 5),
        (1, 6),
        (1, 7),
    ]
    gap = [picture_with_ball(time_s, 20 + 30 * time_s) for time_s in (0, 0.1, 0.4, 0.5)]
    assert [(sample.shot, sample.start_s) for sample in measured(gap)] == [(0, 0), (1, 0.4)]


def test_a_repeated_picture_is_left_out() -> None:
    pictures = [picture_with_ball(i / 30, 20 + 2 * (i // 2)) for i in range(12)]
    samples = measured(pictures)
    assert min(sample.energy for sample in samples[:-1]) > 0.4


def test_the_arm_comes_in_at_the_left_and_reaches_to_the_right() -> None:
    pictures = []
    for i in range(10):
        image = SCENE.copy()
        image[30 + 3 * i : 40 + 3 * i, 0:110] = 250
        pictures.append(Picture(i / 30, image.astype(np.uint8)))
    for sample in measured(pictures):
        assert sample.energy_left > 10 * sample.energy_right
        assert sample.reach_x == pytest.approx(0.63, abs=0.1)
        assert sample.velocity_y > 0


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (344, 256), (64, 48), (3000, 100)])
def test_pictures_go_in_at_about_one_size(width: int, height: int) -> None:
    small_width, small_height = MotionConfig().picture_size(width, height)
    assert min(small_width, small_height) >= 32
    if max(width / height, height / width) < 2:
        assert small_width * small_height == pytest.approx(19_200, rel=0.02)
        assert small_width / small_height == pytest.approx(width / height, rel=0.02)
