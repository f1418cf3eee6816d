"""A scene as a whole: what is drawn happens where and when the script says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.stage.options import StageOptions
from training.stage.picture.moving import MovingLayer
from training.stage.picture.render import frame_count, render_frames
from training.stage.scene import LEAST_TARGET_SHARE, build_scene, closer
from training.stage.sets import draw_set, targets_seen

OPTIONS = StageOptions(176, 132, 4.0)


@pytest.fixture(scope="module")
def scenes():
    return [build_scene(3, index, OPTIONS) for index in range(4)]


def test_something_is_drawn_over_the_spot_when_it_is_touched_and_seen(scenes):
    near, seen = 0, 0
    for scene in scenes:
        paints = [paint for performer in scene.performers for paint in performer.paints]
        layer = MovingLayer(scene.still, scene.set_.light, paints)
        for contact in scene.contacts:
            if not contact.in_picture:
                continue
            picture = np.zeros_like(scene.still.colour)
            layer.draw(picture, scene.cones, contact.time_s, 0.0, 1.0)
            x, y, _ = (int(v) for v in scene.still.camera.project(np.array(contact.spot)))
            seen += 1
            near += bool(picture[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5].any())
    assert seen > 8
    assert near > 0.75 * seen, "a few tips are hidden by what they strike"


def test_before_a_reaction_begins_the_base_stays_and_afterwards_it_may_not(scenes):
    scene = next(scene for scene in scenes if scene.reactions)
    assert all(reaction.end_s > reaction.start_s for reaction in scene.reactions)
    starts = [contact.time_s for contact in scene.contacts]
    assert all(
        reaction.start_s <= 0 or min(abs(np.subtract(starts, reaction.start_s))) < 0.2
        for reaction in scene.reactions
    )


def test_a_clip_has_all_its_pictures_whatever_the_source_rate(scenes):
    for conversion, rate in (("none", 30.0), ("repeated", 24.0), ("blended", 25.0)):
        film = replace(scenes[0].film, conversion=conversion, source_rate=rate)
        scene = replace(scenes[0], film=film, duration_s=1.0)
        pictures = list(render_frames(scene))
        assert len(pictures) == frame_count(scene) == 30
        assert all(picture.shape == (132, 176, 3) and picture.dtype == np.uint8 for picture in pictures)


def test_the_camera_comes_nearer_and_still_sees_what_is_struck():
    nearer = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        set_ = draw_set(rng, ["wood"])
        close = closer(set_, rng)
        if close is set_:
            continue
        nearer += 1
        assert close.camera.focal_px > set_.camera.focal_px * 0.99
        assert close.camera.eye == set_.camera.eye
        assert sum(targets_seen(close).values()) >= LEAST_TARGET_SHARE
    assert nearer >= 8


def test_small_pictures_that_show_nothing_to_strike_get_another_set():
    tiny = StageOptions(96, 72, 2.0)
    assert sum(len(build_scene(9, index, tiny).contacts) for index in range(6)) > 0
