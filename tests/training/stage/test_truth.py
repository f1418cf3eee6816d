"""What is told about a rendered clip."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest

from tests.training.stage.stage_doubles import Filmed, ShakyFilm, contact
from training.stage.camera import Camera
from training.stage.picture.film import Developer, draw_film
from training.stage.picture.still import MARGIN_PX
from training.stage.truth import point_in_picture, times_text, truth_of, truth_text

CAMERA = Camera((0.1, -1.2, 0.9), (0.0, 0.0, 0.1), 50.0, 160, 120, 4.0)
SPOT = (0.12, 0.05, 0.2)


def still_film() -> ShakyFilm:
    return ShakyFilm(np.zeros((40, 3)))


def test_a_still_camera_shows_a_spot_where_it_projects_it() -> None:
    point = point_in_picture(contact(0.5, spot=SPOT), Filmed(CAMERA, still_film()))
    x_px, y_px, _ = CAMERA.project(np.array(SPOT))
    assert point == pytest.approx((x_px / 160, y_px / 120))


def test_a_shaking_camera_moves_the_point_as_it_moves_the_picture() -> None:
    film = draw_film(np.random.default_rng(0), 1.0, CAMERA.width, CAMERA.height)
    path = np.zeros((40, 3))
    path[14:] = (9.0, -5.0, 0.08)
    film = replace(
        film,
        path=path,
        gains=np.ones((40, 3)),
        source_rate=30.0,
        contrast=1.0,
        saturation=1.0,
        blur_px=0.0,
        noise=None,
    )
    wide = CAMERA.widened(MARGIN_PX)
    base = np.zeros((wide.height, wide.width, 3), np.uint8)
    x_px, y_px, _ = wide.project(np.array(SPOT))
    cv2.circle(base, (round((x_px - 0.5) * 16), round((y_px - 0.5) * 16)), 48, (255, 255, 255), -1, shift=4)
    picture = Developer(film, CAMERA.width, CAMERA.height, np.random.default_rng(0)).develop(base, 15)
    weight = picture[..., 0].astype(float) ** 2
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    seen = (np.average(columns, weights=weight) / 160, np.average(rows, weights=weight) / 120)
    told = point_in_picture(contact(15 / 30 + 0.004, spot=SPOT), Filmed(CAMERA, film))
    assert told == pytest.approx(seen, abs=0.006)
    before = point_in_picture(contact(13 / 30 + 0.004, spot=SPOT), Filmed(CAMERA, film))
    assert before is not None and told is not None and abs(before[0] - told[0]) > 0.03


def test_what_is_outside_or_behind_has_no_point() -> None:
    filmed = Filmed(CAMERA, still_film())
    assert point_in_picture(contact(0.5, spot=(3.0, 0.0, 0.0)), filmed) is None
    assert point_in_picture(contact(0.5, spot=(0.1, -3.0, 0.9)), filmed) is None
    assert point_in_picture(replace(contact(0.5, spot=SPOT), in_picture=False), filmed) is None


def test_the_truth_says_everything_in_order_of_time() -> None:
    contacts = [
        contact(1.25, "paper", "scratch", duration_s=0.5, turns_s=(1.4,), reaction="deform", spot=SPOT),
        contact(0.123456789, "metal", strength=0.51239, spot=SPOT),
    ]
    truth = truth_of(
        contacts,
        Filmed(CAMERA, still_film()),
        np.array([-12.34567, -80.0]),
        seed=3,
        index=7,
        frame_rate=Fraction(30),
        set_name="kitchen",
        near_misses_s=(0.9,),
    )
    read = json.loads(truth_text(truth))
    assert read == truth
    assert (read["version"], read["seed"], read["index"], read["frame_rate"]) == (1, 3, 7, "30")
    assert (read["width"], read["height"], read["set"]) == (160, 120, "kitchen")
    assert read["level_db"] == [-12.346, -80.0] and read["near_misses"] == [0.9]
    first, second = read["contacts"]
    assert first["time_s"] == pytest.approx(0.123457) and first["material"] == "metal"
    assert first["strength"] == 0.5124 and first["turns_s"] == [] and first["in_picture"]
    assert second["duration_s"] == 0.5 and second["turns_s"] == [1.4] and second["reaction"] == "deform"


def test_times_are_written_as_annotators_write_them() -> None:
    contacts = [
        contact(2.0, "leaf", reaction="scatter"),
        contact(0.5, "plastic-bag", "scratch", duration_s=0.2),
    ]
    assert times_text(contacts) == "0.500000 plastic-bag scratch static\n2.000000 leaf hit scatter\n"
