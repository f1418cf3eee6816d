"""Scripts: where things are struck, what happens besides, and what surfaces do."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import UserFacingError
from tests.training.stage.toy_table import toy_set, toy_still
from training.stage.motion.sight import Sight
from training.stage.script.negatives import draw_absence, draw_gesture
from training.stage.script.outcomes import reaction_of
from training.stage.script.scratches import draw_scratch_habit, draw_strokes
from training.stage.script.spots import Spot, SpotPicker
from training.stage.script.writing import WEAKEST, ScriptConfig, write_script
from training.stage.world import Set

SET = toy_set()
STILL = toy_still(SET)
PLAIN = ScriptConfig(silent_share=0.0, off_picture_share=0.0)


@pytest.fixture(scope="module")
def scripts():
    return [write_script(SET, STILL, 10.0, np.random.default_rng(seed), PLAIN) for seed in range(40)]


def test_contacts_lie_on_the_struck_surface_and_in_the_picture(scripts):
    for script in scripts:
        for contact in script.contacts:
            x, _, z = contact.spot
            assert abs(z) < 1e-3 and contact.normal == pytest.approx((0, 0, 1))
            assert contact.in_picture
            assert contact.material == ("wood" if x < 0 else "cloth")
            assert contact.shape == (0 if x < 0 else 1)
            assert WEAKEST <= contact.strength <= 1
            assert 0 <= contact.time_s < 10
            px, py, _ = SET.camera.project(np.array(contact.spot))
            assert 0 < px < SET.camera.width and 0 < py < SET.camera.height


def test_what_is_no_target_is_not_struck(scripts):
    assert {contact.material for script in scripts for contact in script.contacts} == {"wood", "cloth"}


def test_consecutive_contacts_on_one_thing_are_mostly_near_one_another(scripts):
    ways = [
        np.linalg.norm(np.subtract(first.last_point, second.spot))
        for script in scripts
        for first, second in pairwise(script.contacts)
        if first.shape == second.shape
    ]
    assert np.median(ways) < 0.1


def test_scratches_stay_on_their_surface_and_end_before_the_next_event(scripts):
    count = 0
    for script in scripts:
        events = sorted([*script.contacts, *script.gestures], key=lambda event: event.time_s)
        for first, second in pairwise(events):
            assert first.time_s + first.duration_s < second.time_s + 1e-9
        for contact in script.contacts:
            if contact.action == "hit":
                assert contact.duration_s == 0 and not contact.stroke_points
                continue
            count += 1
            points = np.array(contact.stroke_points)
            assert contact.stroke_points[0] == contact.spot
            assert len(points) == len(contact.stroke_times_s) >= 2
            assert np.abs(points[:, 2]).max() < 1e-3
            assert (np.sign(points[:, 0]) == np.sign(points[0, 0])).all()
            assert (np.diff(contact.stroke_times_s) > 0).all()
            assert contact.stroke_times_s[0] == contact.time_s
            assert contact.stroke_times_s[-1] == pytest.approx(contact.end_s)
            assert contact.turns_s == contact.stroke_times_s[1:-1]
    assert count > 50


def test_the_same_seed_writes_the_same_script():
    first, second, other = (write_script(SET, STILL, 6.0, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert first == second
    assert first != other


def test_near_misses_stop_short_of_the_surface(scripts):
    misses = [g for script in scripts for g in script.gestures if g.kind == "near-miss"]
    assert misses
    assert all(0.02 <= gesture.height_m <= 0.1 for gesture in misses)
    freezes = [g for script in scripts for g in script.gestures if g.kind == "freeze"]
    assert freezes
    assert sum(len(script.near_misses_s) for script in scripts) == len(misses) + len(freezes)


def test_some_clips_are_silent_and_some_are_struck_outside_the_picture():
    silent = ScriptConfig(silent_share=1.0)
    script = write_script(SET, STILL, 10.0, np.random.default_rng(0), silent)
    assert not script.contacts and script.gestures

    outside = ScriptConfig(silent_share=0.0, off_picture_share=1.0)
    contacts = [
        contact
        for seed in range(8)
        for contact in write_script(SET, STILL, 10.0, np.random.default_rng(seed), outside).contacts
    ]
    away = [contact for contact in contacts if not contact.in_picture]
    assert len(away) > 0.2 * len(contacts)
    seen = STILL.camera.project(np.array([contact.spot for contact in away]))
    inside = (seen[:, 0] > 0) & (seen[:, 0] < STILL.camera.width)
    inside &= (seen[:, 1] > 0) & (seen[:, 1] < STILL.camera.height)
    assert not inside.any()
    assert all(abs(contact.spot[2]) < 1e-3 for contact in away)


def test_idle_time_is_spent_with_gestures():
    idle, busy = (
        [
            write_script(
                SET,
                STILL,
                10.0,
                np.random.default_rng(seed),
                ScriptConfig(silent_share=0.0, off_picture_share=0.0, idle_share=share),
            )
            for seed in range(25)
        ]
        for share in (1.0, 0.0)
    )
    assert sum(len(s.contacts) for s in idle) < 0.9 * sum(len(s.contacts) for s in busy)
    assert sum(len(s.gestures) for s in idle) > sum(len(s.gestures) for s in busy) + 5


def test_a_set_with_nothing_to_strike_is_refused():
    bare = Set("bare", tuple(s for s in SET.shapes if not s.target), SET.camera, SET.light)
    still = toy_still(SET)
    still.shape[:] = -1
    with pytest.raises(UserFacingError, match="can be struck"):
        write_script(bare, still, 5.0, np.random.default_rng(0))


def test_spots_keep_within_reach():
    picker = SpotPicker(STILL, SET, 0.3, np.random.default_rng(1))
    first = picker.pick("wood")
    for _ in range(50):
        assert np.linalg.norm(picker.pick("wood", first, 0.05).point - first.point) <= 0.05


def test_spots_keep_off_edges_and_steps():
    still = toy_still(SET)
    # A ridge of 3 cm across the table.
    still.position[120:150, :, 2] += 0.03
    picker = SpotPicker(still, SET, 0.1, np.random.default_rng(0))
    rows = [np.unravel_index(p, still.shape.shape)[0] for p in picker._pixels["wood"]]
    assert not set(rows) & {118, 119, 120, 121, 148, 149, 150, 151}
    assert 135 in rows


def test_strokes_turn_away_from_an_edge():
    picker = SpotPicker(STILL, SET, 0.1, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    spot = Spot(np.array([-0.02, 0.0, 0.0]), np.array([0.0, 0.0, 1.0]), 0)
    for _ in range(30):
        strokes = draw_strokes(spot, 0.6, draw_scratch_habit(rng), picker, rng)
        assert max(point[0] for point in strokes.points) < 0
        assert strokes.times_s[-1] <= 0.6 + 1e-9


def test_gestures_and_absences_need_room():
    rng = np.random.default_rng(0)
    spot = Spot(np.zeros(3), np.array([0.0, 0.0, 1.0]), 0)
    assert draw_gesture(0.0, 1.0, spot, rng) is None
    assert draw_absence(0.0, 0.5, rng, comes_striking=True) is None
    kinds = Counter()
    for _ in range(200):
        gesture = draw_gesture(1.0, 6.0, spot, rng)
        assert gesture is not None
        kinds[gesture.kind] += 1
        assert gesture.time_s > 1.0 and gesture.time_s + gesture.duration_s < 6.0
    assert len(kinds) == 7


def test_reactions_suit_what_is_struck():
    rng = np.random.default_rng(0)

    def drawn(material, action="hit", movable=False, strength=0.6):
        return Counter(reaction_of(material, action, movable, strength, rng) for _ in range(300))

    assert set(drawn("wood")) == {"static"}
    assert drawn("water")["splash"] > 200
    assert drawn("leaf", "scratch")["scatter"] > 150
    assert drawn("metal", movable=True)["rigid-motion"] > 150
    assert "rigid-motion" not in drawn("paper", movable=False)
    assert drawn("cloth", strength=0.2)["static"] > drawn("cloth", strength=0.9)["static"]


def test_sight_agrees_with_the_camera():
    sight = Sight(SET.camera)
    points = np.random.default_rng(0).uniform(-0.4, 0.4, (20, 3))
    assert sight.project(points) == pytest.approx(SET.camera.project(points))


def test_what_sinks_into_the_table_is_hidden():
    sight = Sight(STILL.camera, STILL.depth)
    points = np.array([[0.1, 0.0, 0.1], [0.1, 0.0, -0.1], [0.1, 0.0, 0.02]])
    assert sight.hidden(points, 0.0).tolist() == [False, True, False]
    assert sight.hidden(points, 0.05).tolist() == [False, True, True]
    assert not Sight(STILL.camera).hidden(points, 0.0).any()
    assert sight.is_empty_of(np.array([[5.0, 0.0, 0.0]]), 0.05)
    assert not sight.is_empty_of(points, 0.05)
