"""Steps and doors: contacts where something comes down or falls shut, and nothing before."""

from __future__ import annotations

import numpy as np
import pytest

from training.stage.acts.door_leaf import DoorLeaf, Hinged
from training.stage.acts.feet import FootPath, FootTrack, Step
from training.stage.motion.kinematics import Performer
from training.stage.options import TOOLS, StageOptionError, StageOptions
from training.stage.picture.render import render_frames
from training.stage.scene import build_scene


def scenes(tool, count=3):
    options = StageOptions(120, 90, 5.0, tools=(tool,))
    return [build_scene(1, index, options) for index in range(count)]


@pytest.fixture(scope="module")
def steps():
    return scenes("steps")


@pytest.fixture(scope="module")
def doors():
    return scenes("door")


def test_a_foot_comes_down_on_its_place_and_not_through_it():
    rng = np.random.default_rng(0)
    track = FootTrack((0.0, 0.0), 0.0)
    track.take(Step(1.0, (0.5, 0.1), 0.2, 1.2, 0.06, 0.3), 0.5, rng)
    track.take(Step(2.5, (0.9, 0.1), 0.2, 1.2, 0.14, 0.0, hangs_s=0.4), 1.5, rng)
    foot = FootPath(track)
    assert foot.at(1.0)[:3] == pytest.approx([0.5, 0.1, 0.0], abs=1e-9)
    assert foot.at(2.5)[:3] == pytest.approx([0.9, 0.1, 0.0], abs=1e-9)
    heights = [foot.at(float(time_s))[2] for time_s in np.arange(0.0, 3.0, 0.004)]
    assert min(heights) >= 0.0
    assert foot.at(0.99)[2] > 0.002, "it comes down with speed"
    assert track.halts_s == [pytest.approx(2.1)]
    assert foot.at(2.1)[2] == pytest.approx(foot.at(2.2)[2], abs=1e-6) and foot.at(2.1)[2] > 0.03


def test_a_shoe_lies_on_the_spot_of_every_step(steps):
    assert sum(len(scene.contacts) for scene in steps) > 6
    for scene in steps:
        for contact in scene.contacts:
            cones = scene.performers[0].cones(contact.time_s)
            low = cones[:, 2] - cones[:, 6]
            near = np.linalg.norm(cones[:, :2] - contact.spot[:2], axis=1) < 0.02
            assert abs(low[near].min()) < 0.01
            assert contact.material == scene.set_.shapes[contact.shape].material


def test_steps_and_doors_move_and_do_not_jump(steps, doors):
    for scene in (*steps, *doors):
        performer = scene.performers[0]
        shown = np.array([performer.cones(float(time_s))[:, :6] for time_s in np.arange(0.0, 3.0, 0.015)])
        way = np.abs(np.diff(shown, axis=0)).max(axis=(1, 2))
        assert way.max() > 0.005
        assert way.max() < 0.15


def test_a_leaf_is_shut_when_it_is_heard_and_open_before(doors):
    heard = 0
    for scene in doors:
        leaf = scene.performers[0]
        assert isinstance(leaf, DoorLeaf)
        for contact in scene.contacts:
            heard += 1
            assert leaf.angle(contact.time_s) == pytest.approx(0.0, abs=1e-6)
            assert leaf.angle(contact.time_s - 0.04) > 0.01
        for time_s in scene.near_misses_s:
            assert leaf.angle(time_s) > 0.02
        assert min(leaf.angle(float(time_s)) for time_s in np.arange(0, 5, 0.02)) >= -1e-9
    assert heard > 3


def test_a_leaf_turns_about_its_hinges_towards_the_camera_or_away():
    right = Hinged(-0.8, 0.8, -1.0, 1.0, 0.0, inwards=False)
    assert right.point(1.0, 0.0, 0.2) == pytest.approx([0.0, 0.0, 0.2])
    assert right.point(1.0, np.pi / 2, 0.0) == pytest.approx([-0.8, -0.8, 0.0])
    left = Hinged(0.8, -0.8, -1.0, 1.0, 0.0, inwards=True)
    assert left.point(1.0, np.pi / 2, 0.0) == pytest.approx([0.8, 0.8, 0.0])
    assert left.point(0.5, 0.0, 0.0, out_m=0.05) == pytest.approx([0.4, -0.05, 0.0])
    assert right.point(0.5, np.pi / 2, 0.0, out_m=0.05)[0] == pytest.approx(-0.85)


def test_the_kind_of_tool_can_be_chosen(steps, doors):
    hammers = scenes("hammer", 1)
    striker = hammers[0].performers[0]
    assert isinstance(striker, Performer) and striker.tool.kind == "hammer"
    assert all(contact.action == "hit" for scene in hammers for contact in scene.contacts)
    assert {scene.set_.name for scene in steps} == {"walkway"}
    assert {scene.set_.name for scene in doors} == {"doorway"}
    assert {"stick", "hand", "steps", "door"} <= set(TOOLS)
    with pytest.raises(StageOptionError, match="no “saw”"):
        StageOptions(tools=("saw",))
    assert StageOptions().fingerprint()["tools"] is None
    assert StageOptions(tools=("steps", "door")).fingerprint()["tools"] == ["door", "steps"]


def test_frames_of_steps_and_doors_change(steps, doors):
    for scene in (steps[0], doors[0]):
        first, *_, last = (picture for picture, _ in zip(render_frames(scene), range(20), strict=False))
        assert first.shape == (90, 120, 3)
        assert np.abs(first.astype(int) - last).max() > 20
