"""What a struck surface does: never before the blow, where it belongs, as strong as the blow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.stage.reaction_scene import GROUND, SPOT, TIN, WALL, blow, change, ground
from training.stage.reactions import react, surroundings
from training.stage.reactions.rigid_motion import RigidMotion

CASES = [
    ("cloth", "deform", "hit"),
    ("cloth", "deform", "scratch"),
    ("plastic-bag", "deform", "hit"),
    ("leaf", "deform", "scratch"),
    ("leaf", "scatter", "hit"),
    ("dirt", "scatter", "scratch"),
    ("tile", "scatter", "hit"),
    ("water", "splash", "hit"),
    ("water", "splash", "scratch"),
    ("metal", "rigid-motion", "hit"),
]


def reaction_to(contact, seed=3, **options):
    set_, still = ground(contact.material)
    return react(contact, still, set_, np.random.default_rng(seed), **options), still


def drawn(reaction, still, time_s):
    picture = still.colour.copy()
    reaction.draw(picture, time_s)
    return picture


@pytest.mark.parametrize(("material", "kind", "action"), CASES)
def test_nothing_is_seen_before_the_contact_and_something_after_it(material, kind, action):
    reaction, still = reaction_to(blow(material, kind, action=action))
    assert reaction.start_s == 1.0
    for time_s in (0.0, 0.95, 1.0):
        assert np.array_equal(drawn(reaction, still, time_s), still.colour)
    assert change(still.colour, drawn(reaction, still, 1.03)).sum() > 300
    assert reaction.end_s < 4.0


@pytest.mark.parametrize(("material", "kind", "action"), CASES)
def test_what_is_drawn_depends_on_the_time_and_the_seed_alone(material, kind, action):
    first, still = reaction_to(blow(material, kind, action=action))
    second, _ = reaction_to(blow(material, kind, action=action))
    other, _ = reaction_to(blow(material, kind, action=action), seed=4)
    times_s = (1.02, 1.3, 1.1, 1.7)
    pictures = [drawn(first, still, time_s) for time_s in times_s]
    for time_s, picture in zip(reversed(times_s), reversed(pictures), strict=True):
        assert np.array_equal(drawn(second, still, time_s), picture)
    assert not np.array_equal(drawn(other, still, 1.02), pictures[0])


@pytest.mark.parametrize(("material", "kind", "action"), CASES)
def test_what_stays_is_what_was_seen_last(material, kind, action):
    reaction, still = reaction_to(blow(material, kind, action=action))
    settled = still.colour.copy()
    reaction.settle(settled)
    last = drawn(reaction, still, reaction.end_s - 1e-4)
    assert change(settled, last).max() <= 6
    # Without jumps on the way there: the last tenth of a second changes little.
    before = drawn(reaction, still, reaction.end_s - 0.05)
    assert change(settled, before).mean() < 0.25


@pytest.mark.parametrize(
    ("material", "kind"), [("cloth", "deform"), ("leaf", "scatter"), ("water", "splash")]
)
def test_a_harder_blow_changes_more(material, kind):
    changes = []
    for strength in (0.15, 0.5, 1.0):
        total = 0
        for seed in range(6):
            reaction, still = reaction_to(blow(material, kind, strength=strength), seed)
            total += sum(change(still.colour, drawn(reaction, still, t)).sum() for t in (1.03, 1.06, 1.1))
        changes.append(total)
    assert changes[0] * 1.3 < changes[1]
    assert changes[1] * 1.3 < changes[2]


@pytest.mark.parametrize("material", ["cloth", "plastic-bag", "paper", "grass", "dirt", "carpet", "wood"])
def test_a_dent_stays_on_its_own_shape_and_near_the_stick(material):
    # Right beside the tin, which must not be bent along.
    contact = blow(material, "deform", strength=1.0, spot=(0.03, 0.0, 0.0))
    reaction, still = reaction_to(contact)
    away = np.linalg.norm(still.position - np.array(contact.spot), axis=-1)
    changed = np.zeros(still.shape.shape, bool)
    for time_s in np.arange(1.01, reaction.end_s, 0.04):
        changed |= change(still.colour, drawn(reaction, still, float(time_s))) > 0
    assert changed.any()
    assert (still.shape[changed] == GROUND).all()
    assert away[changed].max() < 0.30
    assert away[changed].min() < 0.02


def test_the_dent_of_a_scratch_is_where_the_stick_is():
    contact = blow("cloth", "deform", action="scratch", strength=1.0)
    reaction, still = reaction_to(contact)
    for time_s, point in ((1.01, contact.stroke_points[0]), (1.3, contact.stroke_points[1])):
        weight = change(still.colour, drawn(reaction, still, time_s)).astype(float) ** 2
        rows, columns = np.indices(weight.shape)
        x, y, _ = still.camera.project(np.array(point))
        seen = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
        assert np.hypot(seen[0] - x, seen[1] - y) < 7
    assert change(still.colour, drawn(reaction, still, reaction.end_s)).mean() < 1


def test_cloth_springs_back_and_soil_does_not():
    changes = {}
    for material in ("cloth", "dirt"):
        reaction, still = reaction_to(blow(material, "deform", strength=1.0))
        pressed = change(still.colour, drawn(reaction, still, 1.04)).sum()
        changes[material] = change(still.colour, drawn(reaction, still, reaction.end_s)).sum() / pressed
    assert changes["cloth"] < 0.35
    assert changes["dirt"] > 0.7


def test_bits_fly_away_from_the_blow_and_stay_where_they_land():
    reaction, still = reaction_to(blow("gravel", "scatter", strength=1.0))
    away = np.linalg.norm(still.position - np.array(SPOT), axis=-1)
    far = away > 0.12
    assert change(still.colour, drawn(reaction, still, 1.004))[far].sum() == 0
    rest = drawn(reaction, still, reaction.end_s)
    assert change(still.colour, rest)[far].sum() > 100
    assert np.array_equal(drawn(reaction, still, reaction.end_s + 1.0), rest)


def test_a_splash_runs_outwards_and_dies_down():
    reaction, still = reaction_to(blow("water", "splash", strength=0.7))
    away = np.linalg.norm(still.position - np.array(SPOT), axis=-1)
    total, reach = [], []
    for time_s in (1.06, 1.2, 1.4, reaction.end_s - 0.02):
        changed = change(still.colour, drawn(reaction, still, time_s))
        total.append(changed.sum())
        ground_only = np.where((still.shape == GROUND) & (away < 0.2), changed, 0)
        reach.append(float((away * ground_only).sum() / max(ground_only.sum(), 1)))
    assert reach[0] < reach[1] < reach[2]
    assert total[1] > total[2] > total[3]
    assert total[3] < 0.1 * total[1]
    assert 0.5 <= reaction.end_s - 1.0 <= 1.5
    settled = still.colour.copy()
    reaction.settle(settled)
    assert np.array_equal(settled, still.colour)


def struck_tin(strength=0.9, height_m=0.1):
    return blow(
        "metal",
        "rigid-motion",
        strength=strength,
        shape=TIN,
        spot=(0.06, 0.0, height_m),
        normal=(-1.0, 0.0, 0.0),
    )


def test_a_thing_that_is_struck_again_comes_back():
    for seed in range(8):
        reaction, still = reaction_to(struck_tin(), seed)
        assert isinstance(reaction, RigidMotion)
        assert change(still.colour, drawn(reaction, still, 1.05)).sum() > 1000
        settled = still.colour.copy()
        reaction.settle(settled)
        assert np.array_equal(settled, still.colour)
        # What is drawn last is the thing in its place, but for the rim of its outline.
        assert change(still.colour, drawn(reaction, still, reaction.end_s)).mean() < 1.0


def test_a_thing_that_is_struck_last_may_slide_or_topple_within_the_picture():
    kinds = set()
    for seed in range(24):
        reaction, still = reaction_to(struck_tin(), seed, is_last_on_shape=True)
        assert isinstance(reaction, RigidMotion)
        kinds.add(reaction.sway.kind)
        if not reaction.sway.stays_moved:
            continue
        assert reaction.is_in_picture()
        settled = still.colour.copy()
        reaction.settle(settled)
        own = still.shape == TIN
        # Where it stood the ground is seen, and as much as has gone is seen elsewhere.
        moved_px = change(still.colour, settled)[~own]
        assert (moved_px > 30).sum() > 20
    assert {"slide", "topple"} <= kinds


def test_a_toppled_tin_lies_to_the_right_when_struck_from_the_left():
    set_, still = ground("metal")
    seeds = (reaction_to(struck_tin(), seed, is_last_on_shape=True)[0] for seed in range(60))
    toppling = next(reaction for reaction in seeds if reaction.sway.kind == "topple")
    settled = still.colour.copy()
    toppling.settle(settled)
    rows, columns = np.nonzero((change(still.behind, settled) > 40) & (still.shape != TIN))
    x, y, _ = still.camera.project(np.array(set_.shapes[TIN].centre))
    assert columns.mean() > x + 5
    assert rows.mean() > y


def test_a_blow_from_above_on_something_fixed_moves_it_only_a_little():
    contact = blow(
        "drywall", "rigid-motion", strength=1.0, shape=WALL, spot=(-0.1, 0.28, 0.1), normal=(0.0, -1.0, 0.0)
    )
    reaction, still = reaction_to(contact)
    changed = change(still.colour, drawn(reaction, still, 1.03)) > 0
    assert changed.any()
    assert (still.shape[changed] == WALL).mean() > 0.9
    settled = still.colour.copy()
    reaction.settle(settled)
    assert np.array_equal(settled, still.colour)


def test_hardly_anything_happens_to_what_is_said_to_be_static():
    def count(material, strength):
        return sum(
            reaction_to(blow(material, "static", strength=strength), seed)[0] is not None
            for seed in range(60)
        )

    assert count("wood", 0.4) == 0
    assert 0 < count("wood", 0.95) < 25
    assert 0 < count("dirt", 0.95) < 25


def test_what_is_not_seen_does_not_react():
    contact = blow("cloth", "deform")
    assert reaction_to(replace(contact, in_picture=False))[0] is None
    assert reaction_to(replace(contact, spot=(5.0, 0.0, 0.0)))[0] is None
    # Behind the wall nothing of the ground is seen.
    assert reaction_to(replace(contact, spot=(0.0, 0.6, 0.0)))[0] is None


def test_a_scratch_with_other_times_than_points_is_refused():
    contact = replace(blow("cloth", "deform", action="scratch"), stroke_times_s=(1.0, 1.6))
    with pytest.raises(ValueError, match="3 stroke points but 2"):
        reaction_to(contact)


def test_only_water_shimmers_and_only_on_its_own_pixels():
    set_, still = ground("water")
    (shimmer,) = surroundings(still, set_, np.random.default_rng(2), 10.0)
    assert (shimmer.start_s, shimmer.end_s) == (0.0, 10.0)
    changed = change(still.colour, drawn(shimmer, still, 3.0))
    assert changed[still.shape == GROUND].mean() > 1
    assert changed[still.shape != GROUND].max() == 0
    assert not np.array_equal(drawn(shimmer, still, 3.1), drawn(shimmer, still, 3.0))
    dry_set, dry_still = ground("wood")
    assert surroundings(dry_still, dry_set, np.random.default_rng(2), 10.0) == ()
