"""Fields of flow of drawn scenes whose motion is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.features.flow_fields import FlowFieldConfig, flow_fields

CONFIG = FlowFieldConfig(width=128, height=96, pooled_px=2)
WIDTH, HEIGHT = CONFIG.width, CONFIG.height


@dataclass(frozen=True)
class Picture:
    time_s: float
    image: NDArray[np.uint8]


def texture(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    grain = np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(grain, (0, 0), 2), np.float32)
    return np.clip((smooth - smooth.mean()) / smooth.std() * 40 + 120, 0, 255).astype(np.uint8)


SCENE, PATCH = texture(WIDTH + 64, HEIGHT, 0), texture(30, 30, 1)


def patch_at(x: float, y: float = 30.0) -> NDArray[np.uint8]:
    image = SCENE[:, :WIDTH].copy()
    image[round(y) : round(y) + 30, round(x) : round(x) + 30] = PATCH
    return image


def film(rate_hz: float, duration_s: float, drawn: Callable[[float], NDArray[np.uint8]]) -> list[Picture]:
    return [Picture(n / rate_hz, drawn(n / rate_hz)) for n in range(round(duration_s * rate_hz))]


@pytest.mark.parametrize("rate_hz", [15, 24, 30, 60])
def test_velocities_are_in_widths_per_second_at_any_rate(rate_hz: float) -> None:
    fields = list(flow_fields(film(rate_hz, 0.8, lambda time_s: patch_at(10 + 90 * time_s)), CONFIG))
    assert len(fields) == pytest.approx(0.8 * CONFIG.rate_hz, abs=CONFIG.rate_hz / rate_hz + 1)
    assert fields[0].shape == (2, HEIGHT // 2, WIDTH // 2) and fields[0].dtype == np.float32
    assert not fields[0].any()
    fastest = np.array([(field[0].max(), np.abs(field[1]).max()) for field in fields[6:-2]])
    assert np.median(fastest[:, 0]) * WIDTH == pytest.approx(90, rel=0.1)
    assert np.median(fastest[:, 1]) * HEIGHT < 20
    aside = np.stack([field[:, :10] for field in fields])
    assert np.abs(aside).max() < 0.1


def test_what_the_camera_does_is_not_motion() -> None:
    def panned(time_s: float) -> NDArray[np.uint8]:
        left = round(60 * time_s)
        return np.ascontiguousarray(SCENE[:, left : left + WIDTH])

    fields = np.stack(list(flow_fields(film(30, 0.8, panned), CONFIG)))
    assert np.abs(fields[:, :, 8:-8, 8:-8]).max() < 0.15


def test_a_still_scene_and_a_cut_have_no_motion() -> None:
    other = texture(WIDTH, HEIGHT, 5)
    cut = film(30, 0.6, lambda time_s: patch_at(20) if time_s < 0.3 else other)
    assert not np.stack(list(flow_fields(cut, CONFIG))).any()


def test_a_doubled_picture_goes_on_moving_and_a_stopped_one_does_not() -> None:
    def doubled(time_s: float) -> NDArray[np.uint8]:
        return patch_at(10 + 90 * int(min(time_s, 0.6) * 15 + 1e-6) / 15)

    fields = list(flow_fields(film(30, 1.2, doubled), CONFIG))
    fastest = [float(np.abs(field).max()) for field in fields]
    assert min(fastest[5:18]) > 0.5
    assert not any(fastest[26:])


def test_a_range_has_the_fields_of_the_whole() -> None:
    whole = film(24, 2.0, lambda time_s: patch_at(50 + 30 * np.sin(9 * time_s), 30 + 20 * np.cos(7 * time_s)))
    fields = list(flow_fields(whole, CONFIG))
    begin = 30 - CONFIG.warm_steps
    part = [picture for picture in whole if picture.time_s >= begin / CONFIG.rate_hz]
    ranged = list(flow_fields(part, CONFIG, begin))[CONFIG.warm_steps :]
    np.testing.assert_array_equal(np.stack(ranged), np.stack(fields[30:]))
