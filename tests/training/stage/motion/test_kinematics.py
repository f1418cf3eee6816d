"""The striker's motion: contacts to the point and the moment, at speeds of hands, not through things."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

from tests.training.stage.toy_table import toy_script, toy_set, toy_still
from training.stage.contacts import Absence, Contact, Gesture, Script
from training.stage.motion.bystanders import BYSTANDER_SHARE, SecondHand, Walker, draw_bystanders
from training.stage.motion.hand import CONE_FIELDS
from training.stage.motion.kinematics import Performer
from training.stage.motion.limbs import ARM_CONES
from training.stage.motion.motions import SINK_M
from training.stage.motion.pose import knot_value
from training.stage.motion.sight import Sight
from training.stage.motion.wardrobe import Tool, draw_outfit, draw_tool

DURATION_S = 8.5
STEP_S = 0.002
FASTEST_M_S = 12.0
STICK = Tool("stick", 0.4, 0.31, 0.0055)
HIT = Contact(1.0, 0.0, "hit", "wood", "static", 0.6, (0.05, 0.02, 0.0), (0.0, 0.0, 1.0))


def tips(performer, start_s=0.0, end_s=DURATION_S):
    times = np.arange(start_s, end_s, STEP_S)
    return times, np.array([performer.tip(float(time_s)) for time_s in times])


@pytest.fixture(scope="module")
def played():
    """(script, performer) of varied people and sides."""
    pairs = []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        set_ = toy_set(("left", "right", "bottom")[seed % 3])
        script = toy_script(rng, leaves=seed % 4 == 0, material="cloth" if seed % 5 == 0 else "wood")
        view = toy_still(set_) if seed % 6 == 0 else None
        pairs.append((script, Performer(script, set_, view, rng)))
    return pairs


def test_the_end_touches_each_spot_at_its_time(played):
    for script, performer in played:
        for contact in script.contacts:
            assert performer.tip(contact.time_s) == pytest.approx(contact.spot, abs=1e-4)


def test_the_end_is_above_the_surface_until_then(played):
    for script, performer in played:
        for before, contact in pairwise(script.contacts):
            start_s = before.end_s + 0.6 * (contact.time_s - before.end_s)
            times = np.linspace(start_s, contact.time_s, 60)[:-1]
            heights = [performer.tip(float(time_s))[2] for time_s in times]
            assert min(heights) > -1e-6
            # It comes down at the end: the last thirtieth of a second is the lowest.
            assert max(heights) == pytest.approx(max(heights[:-1]))


def test_nothing_hard_is_entered_and_soft_things_only_a_little(played):
    for script, performer in played:
        _, points = tips(performer)
        deepest = SINK_M.get(script.contacts[0].material, 0.0)
        assert points[:, 2].min() >= -deepest - 1e-4


def test_a_blow_is_fastest_where_it_lands_and_stops_at_once(played):
    ratios = []
    for script, performer in played:
        for contact in script.contacts:
            if contact.action == "hit" and contact.material == "wood":
                before, at, after = (
                    np.array(performer.tip(contact.time_s + shift)) for shift in (-0.004, 0.0, 0.004)
                )
                ratios.append(np.linalg.norm(after - at) / np.linalg.norm(at - before))
    assert np.median(ratios) < 0.3
    assert max(ratios) < 0.8


def test_speeds_are_those_of_people(played):
    fastest = []
    for _, performer in played:
        _, points = tips(performer)
        fastest.append(np.linalg.norm(np.diff(points, axis=0), axis=1).max() / STEP_S)
    assert max(fastest) < FASTEST_M_S
    assert 3.0 < np.median(fastest) < 9.0


def test_nothing_teleports(played):
    for _, performer in played[:8]:
        before = performer.cones(0.0)
        for time_s in np.arange(0.001, DURATION_S, 0.001):
            now = performer.cones(float(time_s))
            assert np.abs(now[:, :6] - before[:, :6]).max() < 0.05
            before = now


def test_motion_has_no_kinks_between_contacts(played):
    fine_s = 0.0004
    for script, performer in played[:5]:
        times = np.arange(0.0, 4.0, fine_s)
        points = np.array([performer.tip(float(time_s)) for time_s in times])
        jumps = np.linalg.norm(np.diff(points, 2, axis=0), axis=1) / fine_s
        edges = np.array([t for c in script.contacts for t in (c.time_s, c.end_s)])
        far = np.abs(times[1:-1, None] - edges).min(axis=1) > 0.002
        # Between two samples the velocity changes by an acceleration times the step; a kink would be metres
        # a second whatever the step.
        assert jumps[far].max() < 0.5


def test_a_scratch_drags_along_its_strokes(played):
    seen = 0
    for script, performer in played:
        for contact in script.contacts:
            for point, time_s in zip(contact.stroke_points, contact.stroke_times_s, strict=True):
                seen += 1
                tip = performer.tip(time_s)
                assert tip[:2] == pytest.approx(point[:2], abs=1e-4)
                assert tip[2] <= 1e-4
            middle_s = contact.time_s + 0.37 * contact.duration_s
            assert performer.tip(middle_s)[2] <= 1e-4
    assert seen > 20


def test_hands_that_leave_are_out_of_the_picture():
    set_ = toy_set()
    picture = Sight(set_.camera)
    hits = [dataclasses.replace(HIT, time_s=float(time_s)) for time_s in (1.0, 2.0, 3.1, 4.3)]
    absences = [Absence(first.time_s + 0.35, second.time_s - 0.12) for first, second in pairwise(hits)]
    script, out = Script(tuple(hits), (), tuple(absences)), []
    for seed in range(6):
        performer = Performer(script, set_, None, np.random.default_rng(seed), STICK)
        for absence in script.absences:
            # As the next blow begins the hand is as far away as it gets.
            after = next(stroke for stroke in performer.strokes if stroke.motion.time_s > absence.end_s)
            held = performer.cones(after.starts_s)[:-ARM_CONES]
            out.append(picture.is_empty_of(held[:, :6].reshape(-1, 3), 0.0))
    assert len(out) > 10
    assert np.mean(out) > 0.7


def test_a_near_miss_makes_no_contact():
    gesture = Gesture("near-miss", 1.0, 0.2, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), height_m=0.03)
    performer = Performer(Script((), (gesture,)), toy_set(), None, np.random.default_rng(3), STICK)
    _, points = tips(performer, 0.0, 2.0)
    assert points[:, 2].min() == pytest.approx(0.03, abs=1e-3)
    assert performer.tip(1.0)[2] == pytest.approx(0.03, abs=1e-3)


@pytest.mark.parametrize("kind", ["near-miss", "freeze"])
def test_some_blows_and_swings_stop_dead_in_the_air(kind):
    gesture = Gesture(kind, 1.0, 0.3, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), height_m=0.08)
    ratios = []
    for seed in range(12):
        performer = Performer(Script((), (gesture,)), toy_set(), None, np.random.default_rng(seed), STICK)
        _, points = tips(performer, 0.3, 1.25)
        assert points[:, 2].min() > 0.015
        before, at, after = (np.array(performer.tip(1.0 + shift)) for shift in (-0.05, 0.0, 0.05))
        ratios.append(np.linalg.norm(after - at) / np.linalg.norm(at - before))
    assert np.mean(np.array(ratios) < 0.3) > 0.5


def test_withdrawals_and_wind_ups_that_stop_dead_are_told(played):
    halts = [time_s for _, performer in played for time_s in performer.halts_s]
    assert len(halts) > 10
    assert sum(not performer.halts_s for _, performer in played) > 4
    for script, performer in played:
        assert list(performer.halts_s) == sorted(performer.halts_s)
        for time_s in performer.halts_s:
            gap_s = min(max(c.time_s - time_s, time_s - c.end_s) for c in script.contacts)
            assert gap_s > 0.05
            # Nothing is touched there, whatever it looks like.
            assert performer.tip(time_s)[2] > 0.005 or gap_s > 0.3


def test_a_blow_right_after_another_is_smaller_and_still_lands():
    double = Script((HIT, dataclasses.replace(HIT, time_s=1.15), dataclasses.replace(HIT, time_s=2.5)))
    for seed in range(8):
        performer = Performer(double, toy_set(), None, np.random.default_rng(seed), STICK)
        _, between = tips(performer, 1.0, 1.15)
        _, later = tips(performer, 1.3, 2.5)
        assert between[:, 2].max() < later[:, 2].max()
        assert performer.tip(1.15) == pytest.approx(HIT.spot, abs=1e-4)
        speed = np.linalg.norm(np.diff(between, axis=0), axis=1).max() / STEP_S
        assert speed < FASTEST_M_S


def test_the_same_seed_plays_the_same():
    script, set_ = toy_script(np.random.default_rng(2)), toy_set()
    first, second, other = (Performer(script, set_, None, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(first.cones(2.345), second.cones(2.345))
    assert first.paints == second.paints
    assert not np.allclose(first.cones(2.345)[-1], other.cones(2.345)[-1])


def test_cones_are_finite_and_have_paints(played):
    for _, performer in played:
        for time_s in (-1.0, 0.0, 0.3, 5.0, 100.0):
            cones = performer.cones(time_s)
            assert cones.shape[1] == CONE_FIELDS
            assert np.isfinite(cones).all()
            assert (cones[:, 6:8] > 0).all() and cones[:, 6:8].max() < 0.1
            assert set(cones[:, 8]) <= set(range(len(performer.paints)))


def test_the_arm_hangs_together(played):
    for _, performer in played[:6]:
        for time_s in (0.5, 1.7, 3.3):
            palm, forearm, _, _, upper_arm = performer.cones(time_s)[-ARM_CONES:][:5]
            assert palm[3:6] == pytest.approx(forearm[:3])
            assert forearm[3:6] == pytest.approx(upper_arm[:3])
            assert np.linalg.norm(palm[:3] - palm[3:6]) < 0.12


def test_a_script_with_nothing_in_it_is_no_error():
    performer = Performer(Script(()), toy_set(), None, np.random.default_rng(0))
    assert np.isfinite(performer.cones(1.0)).all()
    absent = Performer(Script((), (), (Absence(0.0, 5.0),)), toy_set(), None, np.random.default_rng(0))
    assert np.isfinite(absent.cones(1.0)).all()


def test_knots_are_joined_like_scipys_hermite_spline():
    knots = np.array([[0.0, 1.0, 0.0], [0.3, -0.5, 2.0], [1.0, 0.4, -1.0]])
    oracle = CubicHermiteSpline(knots[:, 0], knots[:, 1], knots[:, 2])
    for time_s in np.linspace(0.001, 0.999, 37):
        assert knot_value(time_s, knots, 0, 3) == pytest.approx(float(oracle(time_s)), abs=1e-12)
    assert knot_value(-1.0, knots, 0, 3) == 1.0
    assert knot_value(2.0, knots, 0, 3) == 0.4
    assert knot_value(2.0, knots, 1, 1) == 0.0


def test_most_hold_a_stick_and_people_differ():
    rng = np.random.default_rng(0)
    tools = [draw_tool(rng) for _ in range(600)]
    sticks = [tool for tool in tools if tool.kind == "stick"]
    assert 0.88 < len(sticks) / len(tools) < 0.96
    assert len({tool.kind for tool in tools}) >= 5
    outfits = [draw_outfit(STICK, True, rng) for _ in range(200)]
    assert 0.1 < np.mean([outfit.sleeve_from_m is None for outfit in outfits]) < 0.35
    tones = [sum(outfit.skin.colour) for outfit in outfits]
    assert min(tones) < 1.0 and max(tones) > 2.2


def test_bystanders_move_in_a_tenth_of_the_clips():
    set_ = toy_set()
    found = [draw_bystanders(set_, 8.0, np.random.default_rng(seed)) for seed in range(400)]
    assert np.mean([bool(some) for some in found]) == pytest.approx(BYSTANDER_SHARE, abs=0.05)
    everyone = [one for some in found for one in some]
    assert {type(one) for one in everyone} == {Walker, SecondHand}
    moved = 0
    for one in everyone:
        shown = [one.cones(float(time_s)) for time_s in np.arange(0, 8, 0.1)]
        for cones in shown:
            assert cones.shape[1] == CONE_FIELDS and np.isfinite(cones).all()
            assert all(number < len(one.paints) for number in cones[:, 8])
        seen = [cones for cones in shown if len(cones)]
        moved += len(seen) > 1 and not np.allclose(seen[0], seen[-1])
    assert moved > 0.9 * len(everyone)
