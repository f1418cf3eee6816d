"""The parts of reactions against closed forms, scipy, and numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.spatial.transform import Rotation

from tests.training.stage.reaction_scene import SPOT, blow, ground
from training.stage.camera import Camera
from training.stage.motion.pose import FIRST_STROKE, STROKES, scratch_shift
from training.stage.motion.stroke import STROKE_FIELDS
from training.stage.reactions.flight import GRAVITY, fly
from training.stage.reactions.pieces import SIDE, draw_bit, draw_streak
from training.stage.reactions.place import MAX_SIDE_PX, Place, place_of, px_per_metre, surface_frame
from training.stage.reactions.relief import Relief, add_rings
from training.stage.reactions.spring import Spring
from training.stage.reactions.stroke import stroke_of
from training.stage.reactions.swarm import Arcs, place_at, see, view_row
from training.stage.reactions.sway import Body, Pose, Sway

UP = np.array([0.0, 0.0, 1.0])


def flat_place(size=(20, 30), px_per_m=100.0, own=None, depth=None, light=(0.0, 0.0)):
    """A surface seen straight on: right is across, down is along, nothing moves with its height."""
    rows, columns = np.indices(size).astype(np.float32)
    return Place(
        left=0,
        top=0,
        across=columns / px_per_m,
        along=rows / px_per_m,
        own=np.ones(size, np.uint8) if own is None else own,
        depth=np.ones(size, np.float32) if depth is None else depth,
        lit=np.ones(size, np.float32),
        frame=np.eye(3),
        px_per_m=np.array([[px_per_m, 0], [0, px_per_m], [0, 0]], np.float32),
        light_per_slope=np.array(light, np.float32),
    )


def picture_of(size, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3)).astype(np.uint8)


def test_an_unchanged_surface_is_left_as_it_is():
    picture = picture_of((20, 30))
    relief = Relief(flat_place(light=(1.0, 1.0)))
    relief.clear()
    drawn = picture.copy()
    relief.draw(drawn)
    assert np.array_equal(drawn, picture)


def test_a_shift_by_whole_pixels_moves_the_picture():
    picture = picture_of((20, 30))
    relief = Relief(flat_place())
    relief.clear()
    relief.shift[..., 0], relief.shift[..., 1] = 0.03, -0.02
    drawn = picture.copy()
    relief.draw(drawn)
    assert np.array_equal(drawn[:-2, 3:], picture[2:, :-3])


def test_a_slope_towards_the_light_brightens():
    picture = np.full((20, 30, 3), 100, np.uint8)
    relief = Relief(flat_place(light=(-0.5, 0.0)))
    relief.clear()
    relief.heights += -0.2 * relief.place.across
    drawn = picture.copy()
    relief.draw(drawn)
    # A relative change of 0.5 * 0.2 of the light, divided by the exponent 2.2 of sRGB.
    assert (drawn[1:-1, 1:-1] == round(100 * (1 + 0.1 / 2.2))).all()


def test_what_stands_in_front_is_never_pulled_along():
    own, depth = np.ones((20, 30), np.uint8), np.ones((20, 30), np.float32)
    own[:, 15:], depth[:, 15:] = 0, 0.8
    picture = picture_of((20, 30))
    relief = Relief(flat_place(own=own, depth=depth))
    relief.clear()
    relief.shift[..., 0] = -0.05
    drawn = picture.copy()
    relief.draw(drawn)
    assert np.array_equal(drawn[:, 15:], picture[:, 15:])
    assert np.array_equal(drawn[:, :10], picture[:, 5:15])
    assert np.array_equal(drawn[:, 10:15], picture[:, 10:15])


def test_only_what_may_spill_leaves_its_outline():
    own = np.zeros((20, 30), np.uint8)
    own[5:15, 10:20] = 1
    picture = picture_of((20, 30))
    for spill in (False, True):
        relief = Relief(flat_place(own=own), spill=spill)
        relief.clear()
        relief.shift[..., 0] = 0.04
        drawn = picture.copy()
        relief.draw(drawn)
        assert np.array_equal(drawn[5:15, 20:24], picture[5:15, 16:20]) == spill
        assert np.array_equal(drawn[5:15, 14:20], picture[5:15, 10:16])


def test_rings_follow_their_profile():
    place = flat_place((40, 40))
    centres = np.array([[0.2, 0.2], [0.3, 0.1]], np.float32)
    bins = np.linspace(0, 0.12, 25)
    profiles = np.stack([-np.cos(bins / 0.12 * np.pi / 2), -0.5 * (1 - bins / 0.12)]).astype(np.float32)
    each = []
    for centre, profile in zip(centres, profiles, strict=True):
        distance = np.hypot(place.across - centre[0], place.along - centre[1])
        each.append(np.interp(distance, bins, profile, right=0.0))
    for deepest, expected in ((False, sum(each)), (True, np.minimum(*each))):
        heights = np.zeros(place.size, np.float32)
        add_rings(place.across, place.along, centres, profiles, bins[1], deepest, heights)
        assert heights == pytest.approx(expected, abs=1e-5)


def test_a_spring_goes_in_stays_and_comes_back():
    spring = Spring(rise_s=0.02, hold_s=0.05, relax_s=0.1, swing_hz=0.0, stays=0.2)
    assert spring.pushed(np.array([-1.0, 0.0, 0.01, 0.02, 0.07])) == pytest.approx([0, 0, 0.75, 1, 1])
    assert spring.pushed(0.17) == pytest.approx(0.2 + 0.8 * np.exp(-1) * (1 - 0.2**2))
    assert spring.pushed(spring.lasts_s) == pytest.approx(0.2)
    assert spring.pushed(99.0) == pytest.approx(0.2)
    swinging = Spring(0.02, 0.0, 0.1, 5.0).pushed(np.array([0.02, 0.12, 0.22]))
    assert swinging[0] == 1
    assert swinging[1] < 0 < swinging[2]


def test_a_flight_lands_where_and_when_a_solver_says():
    start, speed, drag = np.array([0.1, 0.2, 0.0]), np.array([0.4, -0.3, 1.6]), 2.5

    def fall(_, state):
        return np.concatenate([state[3:], GRAVITY - drag * state[3:]])

    def ground_event(_, state):
        return state[2]

    ground_event.terminal, ground_event.direction = True, -1.0
    solved = solve_ivp(
        fall, (0, 2), np.concatenate([start + 1e-9 * UP, speed]), events=ground_event, rtol=1e-9, atol=1e-9
    )
    flight = fly(3.0, start, speed, drag, 0.0, (start, UP))
    assert flight.rest_s == pytest.approx(3.0 + solved.t_events[0][0], abs=2e-3)
    assert flight.places_m[-1] == pytest.approx(solved.y_events[0][0][:3], abs=3e-3)
    half = solved.t_events[0][0] / 2
    expected = solve_ivp(fall, (0, half), np.concatenate([start, speed]), rtol=1e-9, atol=1e-9).y[:3, -1]
    assert flight.at(3.0 + half) == pytest.approx(expected, abs=1e-6)


def test_bounces_become_lower_and_packed_flights_agree():
    start = np.zeros(3)
    flights = [
        fly(1.0, start, np.array([0.3, 0.0, 2.0]), 0.5, 0.5, (start, UP)),
        fly(1.1, start, np.array([0.0, 0.2, 0.9]), 3.0, 0.0, (start, UP)),
    ]
    assert len(flights[0].speeds_m_per_s) == 3
    tops = [
        max(flights[0].at(t)[2] for t in np.linspace(a, b, 50))
        for a, b in zip(flights[0].starts_s[:-1], flights[0].starts_s[1:], strict=True)
    ]
    assert tops[0] > 3 * tops[1] > 3 * tops[2] > 0
    arcs, place = Arcs.of(flights), np.empty(3)
    for number, flight in enumerate(flights):
        for time_s in np.linspace(0.9, 2.5, 40):
            place_at(
                arcs.starts_s, arcs.places_m, arcs.speeds_m_per_s, arcs.drags_per_s, number, time_s, place
            )
            assert place == pytest.approx(flight.at(time_s), abs=1e-12)


def test_things_are_seen_where_the_camera_projects_them():
    camera = Camera((0.2, -0.7, 0.6), (0, 0.1, 0), 50, 200, 150, roll_deg=7)
    seen = np.empty(3)
    for point in np.random.default_rng(3).normal(0, 0.2, (5, 3)):
        see(view_row(camera), point, seen)
        assert seen == pytest.approx(camera.project(point), abs=1e-9)


def test_pixels_per_metre_are_the_camera_s():
    camera = Camera((0, 0, 2.0), (0, 0, 0), 45, 200, 150)
    frame = surface_frame(camera, UP)
    scale = camera.focal_px / 2.0
    assert px_per_metre(camera, np.zeros(3), frame) == pytest.approx(
        np.array([[scale, 0], [0, -scale], [0, 0]]), abs=1e-3
    )


def test_a_place_knows_its_pixels_and_stays_small():
    set_, still = ground("cloth")
    place = place_of(blow("cloth", "deform"), still, set_.light, 0.05)
    assert place is not None
    row, column = np.unravel_index(np.argmin(np.hypot(place.across, place.along)), place.size)
    x, y, _ = still.camera.project(np.array(SPOT))
    assert (place.left + column, place.top + row) == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))
    wide = place_of(blow("cloth", "deform"), still, set_.light, 5.0)
    assert wide is not None
    assert max(wide.size) <= MAX_SIDE_PX


def test_the_stroke_moves_as_the_stick_does():
    contact = blow("cloth", "deform", action="scratch")
    set_, still = ground("cloth")
    place = place_of(contact, still, set_.light, 0.05)
    assert place is not None
    stroke = stroke_of(contact, place)
    shifts = np.column_stack([contact.stroke_times_s, np.array(contact.stroke_points) - contact.spot])
    row, moved = np.zeros(STROKE_FIELDS), np.zeros(10)
    row[FIRST_STROKE], row[STROKES] = 0, len(shifts)
    for time_s in (0.9, 1.05, 1.2, 1.31, 1.5, 1.7):
        scratch_shift(time_s, row, shifts, moved)
        expected = moved[:3] @ place.frame[:2].T
        assert stroke.at(np.array([time_s]))[0] == pytest.approx(expected, abs=1e-9)
    shares = np.array([0.0, 0.3, 1.0])
    reached = stroke.at(stroke.reaches_s(0, shares))
    assert reached == pytest.approx(shares[:, None] * stroke.points_m[1], abs=1e-9)


def test_a_pose_turns_as_scipy_does():
    axis = np.array([0.6, 0.0, 0.8])
    points = np.random.default_rng(2).normal(0, 1, (6, 3))
    pivot, shift = np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.0, -0.2])
    expected = pivot + Rotation.from_rotvec(0.7 * axis).apply(points - pivot) + shift
    assert Pose(pivot, axis, 0.7, shift).moved(points) == pytest.approx(expected)


BODY = Body(np.zeros(3), np.array([1.0, 0.0, 0.0]), 0.05, 0.3)
TOP = np.array([[0.0, 0.0, 0.3]])


@pytest.mark.parametrize("kind", ["shake", "rock", "slide", "topple"])
def test_a_sway_begins_where_it_stands(kind):
    sway = Sway(kind, BODY, 0.05, 0.5)
    assert sway.at(0.0).moved(TOP) == pytest.approx(TOP)
    end = sway.at(sway.lasts_s).moved(TOP)
    if kind == "slide":
        assert end == pytest.approx(np.array([[0.05, 0.0, 0.3]]))
    elif kind == "topple":
        # Over its edge at x = 0.05: its height lies along x, its half width stands up.
        assert end == pytest.approx(np.array([[0.35, 0.0, 0.05]]))
    else:
        assert end == pytest.approx(TOP)


def test_a_rocking_thing_never_sinks_into_the_ground():
    sway = Sway("rock", BODY, 0.2, 0.8, 4.0)
    base = np.array([[0.05, 0, 0], [-0.05, 0, 0], [0, 0, 0]])
    for age_s in np.linspace(0, 0.8, 60):
        assert sway.at(float(age_s)).moved(base)[:, 2].min() > -1e-12


def test_a_bit_as_large_as_its_picture_is_its_picture():
    colour = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3)).astype(np.float32)
    picture, depth = np.zeros((20, 20, 3), np.uint8), np.ones((20, 20), np.float32)
    full = np.ones((SIDE, SIDE), np.float32)
    half = SIDE / 2
    draw_bit(picture, depth, 10.0, 10.0, 1.0, half, 0.0, 0.0, half, 1.0, 1.0, colour, full)
    assert np.array_equal(picture[4:16, 4:16], colour)
    assert picture[:4].max() == 0
    assert picture[:, 16:].max() == 0
    picture[:] = 0
    depth[:, :10] = 0.5
    draw_bit(picture, depth, 10.0, 10.0, 1.0, half, 0.0, 0.0, half, 1.0, 1.0, colour, full)
    assert picture[:, :10].max() == 0
    assert picture[:, 10:].max() > 0


def test_a_streak_spreads_the_light_of_a_dot():
    depth = np.ones((60, 60), np.float32)
    sums = []
    for length in (0.0, 10.0, 20.0):
        picture = np.zeros((60, 60, 3), np.uint8)
        draw_streak(picture, depth, 20.0, 30.0, 20.0 + length, 30.0, 1.0, 2.0, 1.0, 200.0, 200.0, 200.0)
        sums.append(float(picture.sum()))
        rows = np.nonzero(picture.any(axis=(1, 2)))[0]
        assert (rows.min(), rows.max()) == (28, 31)
    assert sums[1] == pytest.approx(sums[2], rel=0.2)
    assert sums[0] == pytest.approx(sums[2], rel=0.5)
