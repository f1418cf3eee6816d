"""The rendered stage: rays against closed forms, and a stick that touches exactly when it says."""

from __future__ import annotations

import json
import math

import av
import numpy as np
import pytest

from engine.bundled import demo_video
from training.demo.__main__ import CAMERA, CONTACTS, DURATION_S, FRAME_RATE
from training.demo.drummer import Contact, Drummer
from training.demo.shapes import NO_HIT, box_entry, cone_distance, cone_entry, cylinder_entry
from training.demo.surfaces import SURFACES


def test_a_box_is_met_on_its_near_face():
    box = np.array([0, 0, 0, 1, 2, 3, 0, 0], dtype=float)
    assert box_entry(box, -5.0, 0.5, 0.5, 1.0, 0.0, 0.0) == pytest.approx((4.0, -1.0, 0.0, 0.0))
    assert box_entry(box, 0.0, 0.0, 9.0, 0.0, 0.0, -1.0) == pytest.approx((6.0, 0.0, 0.0, 1.0))
    assert box_entry(box, -5.0, 2.5, 0.0, 1.0, 0.0, 0.0)[0] == NO_HIT


def test_a_turned_box_is_met_at_its_corner():
    box = np.array([0, 0, 0, 1, 1, 1, math.pi / 4, 0])
    assert box_entry(box, -5.0, 1e-9, 0.0, 1.0, 0.0, 0.0)[0] == pytest.approx(5 - math.sqrt(2), abs=1e-6)


def test_a_cylinder_is_met_on_its_side_and_its_top():
    cylinder = np.array([0, 0, 0, 0.5, 2, 0, 0], dtype=float)
    assert cylinder_entry(cylinder, -3.0, 0.0, 1.0, 1.0, 0.0, 0.0) == pytest.approx((2.5, -1.0, 0.0, 0.0))
    assert cylinder_entry(cylinder, 0.2, 0.2, 5.0, 0.0, 0.0, -1.0) == pytest.approx((3.0, 0.0, 0.0, 1.0))
    assert cylinder_entry(cylinder, -3.0, 0.0, 2.5, 1.0, 0.0, 0.0)[0] == NO_HIT


def test_a_cup_is_open():
    cup = np.array([0, 0, 0, 0.5, 2, 0.45, 0], dtype=float)
    depth = cylinder_entry(cup, 0.0, 0.0, 5.0, 0.0, 0.0, -1.0)[0]
    assert depth == pytest.approx(5 - 0.2)


def test_a_round_cone_with_equal_radii_is_a_capsule():
    capsule = np.array([0, 0, 0, 1, 0, 0, 0.1, 0.1, 0], dtype=float)
    assert cone_distance(capsule, 0.5, 0.4, 0.0) == pytest.approx(0.3)
    assert cone_distance(capsule, 1.5, 0.0, 0.0) == pytest.approx(0.4)
    t, _, ny, _ = cone_entry(capsule, 0.5, 5.0, 0.0, 0.0, -1.0, 0.0, NO_HIT)
    assert t == pytest.approx(4.9, abs=1e-3)
    assert ny == pytest.approx(1.0, abs=1e-3)


def _tip(drummer: Drummer, time_s: float) -> np.ndarray:
    stick = next(row for row in drummer.shapes(time_s) if row[8] == SURFACES["stick"])
    return stick[:3]


@pytest.mark.parametrize("contact", CONTACTS, ids=lambda contact: f"{contact.time_s:g}s")
def test_the_tip_touches_at_the_contact_time_and_stops_abruptly(contact: Contact):
    drummer = Drummer(CONTACTS)
    # The bead's middle is 6 mm up the stick from the planned tip.
    assert np.linalg.norm(_tip(drummer, contact.time_s) - contact.spot) < 0.0075
    step = 1e-3
    before = (_tip(drummer, contact.time_s - step) - _tip(drummer, contact.time_s - 2 * step)) / step
    assert before[2] < -0.5, "the stick falls until the very contact"
    heights = [_tip(drummer, contact.time_s + t)[2] for t in (0.0, 0.02)]
    assert heights[1] >= heights[0] - 1e-3, "and does not sink into what it struck"


def test_a_scratch_stays_on_the_surface_and_moves_along_it():
    scratch = next(contact for contact in CONTACTS if contact.duration_s)
    tips = np.array(
        [_tip(Drummer(CONTACTS), t) for t in np.linspace(scratch.time_s, scratch.end_s - 1e-6, 50)]
    )
    assert np.ptp(tips[:, 2]) < 0.004
    assert np.ptp(tips[:, 0]) > 1.8 * scratch.reach_m
    turns = np.sum(np.diff(np.sign(np.diff(tips[:, 0]))) != 0)
    assert turns == scratch.strokes - 1


def test_the_bundled_demo_is_what_the_recipe_describes():
    with av.open(str(demo_video())) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == FRAME_RATE
        assert stream.frames == int(DURATION_S * FRAME_RATE)
        assert not container.streams.audio
    truth = json.loads((demo_video().parent / "truth.json").read_text())
    assert [hit["time_s"] for hit in truth["hits"]] == [contact.time_s for contact in CONTACTS]
    assert demo_video().stat().st_size < 1_000_000


def test_the_camera_sees_its_target_in_the_middle():
    assert CAMERA.project(np.array(CAMERA.target)) == pytest.approx((0.5, 0.5), abs=1e-9)
