"""Settings: every material is shown, from any seed, by sound shapes in sight of the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.project.materials import MATERIALS
from training.stage import sets
from training.stage.picture.still import trace_still
from training.stage.picture.textures import load_texture
from training.stage.sets import LEAST_SHARE, SETTINGS, SetError, draw_set, targets_seen
from training.stage.sets.coverage import coverage
from training.stage.sets.draft import MOST_SHAPES, Draft, footprint_m, placed
from training.stage.sets.props import THINGS, thing_of
from training.stage.sets.wardrobe import Wardrobe
from training.stage.world import Set, turned


def draft_for(wanted: Sequence[str] = ("wood",), seed: int = 0) -> Draft:
    """An empty set."""
    rng = np.random.default_rng(seed)
    return Draft(rng, Wardrobe(rng, None), wanted)


def check_shapes(set_: Set) -> None:
    """Nothing that a tracer or a camera would stumble over."""
    assert 2 <= len(set_.shapes) <= MOST_SHAPES
    for shape in set_.shapes:
        assert min(shape.half) > 0, shape.name
        assert shape.material is None or shape.material in MATERIALS
        assert np.allclose(np.asarray(shape.turn) @ np.asarray(shape.turn).T, np.eye(3), atol=1e-9)
        if shape.kind in ("cup", "cylinder"):
            assert shape.half[0] == shape.half[1]
        if shape.kind == "cup":
            # A wall thicker than the cup is high would leave its floor above its rim.
            assert 0 < shape.round_m < min(shape.half[0], 2 * shape.half[2]), shape.name
        if shape.kind == "rounded":
            assert shape.round_m > 0, shape.name
        if shape.target:
            assert shape.material is not None
        look = shape.look
        assert look.scale_m > 0 and min(look.tint) > 0
        assert all(0 <= part <= 1 for part in (look.gloss, look.mirror, look.clear, look.relief))
    assert np.linalg.norm(set_.light.direction) > 0


def test_each_material_belongs_to_two_settings_or_more():
    for material in MATERIALS:
        homes = [entry.name for entry in SETTINGS.values() if material in entry.natural]
        assert len(homes) >= 2, material
        assert material in THINGS


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_setting_builds_sound_shapes_from_any_seed(name: str):
    for seed in range(6):
        rng = np.random.default_rng([seed, 3])
        wanted = rng.permutation(sorted(SETTINGS[name].natural))[: seed % 4 + 1].tolist()
        draft = Draft(rng, Wardrobe(rng, None), wanted)
        SETTINGS[name].build(draft)
        check_shapes(Set(name, tuple(draft.shapes[:MOST_SHAPES]), draft.camera, draft.light, draft.sky))


@pytest.mark.parametrize("material", MATERIALS)
def test_a_wanted_material_is_in_the_traced_picture(material: str):
    set_ = draw_set(np.random.default_rng([5, MATERIALS.index(material)]), [material])
    small = replace(set_, camera=replace(set_.camera, width=86, height=64))
    still = trace_still(small, np.random.default_rng(0))
    x0, y0, x1, y1 = still.inner
    is_target = np.array([shape.target and shape.material == material for shape in set_.shapes] + [False])
    share = is_target[still.shape[y0:y1, x0:x1]].mean()
    assert share >= 0.8 * LEAST_SHARE
    assert share == pytest.approx(targets_seen(set_)[material], abs=0.02)


@pytest.mark.parametrize("seed", range(12))
def test_several_materials_at_once(seed: int):
    rng = np.random.default_rng([17, seed])
    wanted = rng.permutation(MATERIALS)[: 2 + seed % 3].tolist()
    set_ = draw_set(rng, wanted)
    check_shapes(set_)
    seen = targets_seen(set_)
    assert all(seen[material] >= LEAST_SHARE for material in wanted)


def test_the_same_state_draws_the_same_set_and_another_another():
    one, same, other = (draw_set(np.random.default_rng(seed), ["paper", "wood"]) for seed in (4, 4, 5))
    assert one == same
    assert one != other


def test_settings_vary_and_recent_ones_are_left_out():
    names = {draw_set(np.random.default_rng(seed), ["metal"]).name for seed in range(30)}
    assert len(names) >= 8
    most = sorted(SETTINGS)[:20]
    for seed in range(6):
        assert draw_set(np.random.default_rng(seed), ["wood"], recent=most).name not in most


def test_pictures_from_a_folder_change_textures_and_nothing_else(tmp_path: Path):
    prefixes = {"wood": "acg_Wood0", "drywall": "acg_Plaster", "plastic": "acg_Plastic", "metal": "acg_Metal"}
    for material, prefix in prefixes.items():
        (tmp_path / material).mkdir()
        picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
        cv2.imwrite(str(tmp_path / material / f"{prefix}1.png"), picture)
    found = set()
    for seed in range(12):
        plain = draw_set(np.random.default_rng(seed), ["wood"])
        dressed = draw_set(np.random.default_rng(seed), ["wood"], textures=tmp_path)
        assert plain.camera == dressed.camera and plain.name == dressed.name
        for a, b in zip(plain.shapes, dressed.shapes, strict=True):
            assert replace(a, look=b.look) == b
            found.add(b.look.texture)
            load_texture(b.look.texture, tmp_path)
    assert found & {"wood/acg_Wood01", "drywall/acg_Plaster1", "plastic/acg_Plastic1"}


def test_the_picture_has_the_size_asked_for():
    camera = draw_set(np.random.default_rng(1), ["rock"], size=(160, 120)).camera
    assert (camera.width, camera.height) == (160, 120)


def test_what_can_not_be_shown_is_said():
    with pytest.raises(SetError, match="none was asked for"):
        draw_set(np.random.default_rng(0), [])
    with pytest.raises(SetError, match="chalk"):
        draw_set(np.random.default_rng(0), ["wood", "chalk"])
    with pytest.raises(SetError, match="at most 5 materials, but 17"):
        draw_set(np.random.default_rng(0), MATERIALS)


def test_a_material_that_is_never_in_sight_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sets, "targets_seen", lambda set_: {"wood": 0.5, "paper": 0.01})
    with pytest.raises(SetError, match="wood, paper together with 2% of it"):
        draw_set(np.random.default_rng(0), ["wood", "paper"])


@pytest.mark.parametrize("material", MATERIALS)
def test_things_rest_on_the_plane_and_show_their_material(material: str):
    for seed in range(10):
        parts = thing_of(draft_for(seed=seed), material, True)
        assert any(part.target and part.material == material for part in parts)
        lowest = min(part.centre[2] - float((np.abs(np.asarray(part.turn)) @ part.half)[2]) for part in parts)
        # Heaps and tilted things reach into the ground a little, none hovers.
        assert -0.13 < lowest < 0.012
        assert 0.02 < footprint_m(parts) < 0.8


def test_a_spot_is_where_the_camera_sees_it():
    draft = draft_for()
    draft.look_from((0.1, 0.0, 0.0), (0.6, 0.6), (40, 40))
    for x, y in ((0.2, 0.4), (0.5, 0.5), (0.8, 0.9)):
        spot = draft.spot(x, y, 0.1)
        assert spot is not None and spot[2] == pytest.approx(0.1)
        seen = draft.camera.project(np.asarray(spot))
        assert seen[:2] == pytest.approx([x * draft.camera.width, y * draft.camera.height], abs=1e-6)
        assert seen[2] > 0


def test_no_spot_lies_on_the_floor_above_the_horizon():
    draft = draft_for()
    draft.look_from((0, 0, 1.0), (0.6, 0.6), (0, 0), drift=0.0)
    assert draft.spot(0.5, 0.05) is None


def test_the_view_is_as_high_as_asked_at_the_focus():
    draft = draft_for()
    draft.look_from((0, 0, 0), (0.7, 0.7), (30, 30), drift=0.0)
    assert draft.size_at((0, 0, 0)) == pytest.approx(0.7)


def test_free_spots_keep_their_distance():
    draft = draft_for()
    draft.look_from((0, 0, 0), (1.0, 1.0), (60, 60), (0, 0))
    mug = thing_of(draft, "ceramic", True)
    first = draft.free_spot(0.1)
    assert first is not None and draft.put(mug, first)
    for _ in range(20):
        other = draft.free_spot(0.1, within=(-0.5, -0.4, 0.5, 0.4))
        assert other is not None
        assert np.hypot(other[0] - first[0], other[1] - first[1]) >= 0.5 * (0.1 + footprint_m(mug)) - 1e-9
        assert -0.45 <= other[0] <= 0.45 and -0.35 <= other[1] <= 0.35


def test_placing_turns_and_moves_a_thing_as_a_whole():
    parts = thing_of(draft_for(seed=3), "plastic", True)
    moved = placed(parts, (1.0, 2.0, 3.0), turned(np.pi / 2))
    for before, after in zip(parts, moved, strict=True):
        x, y, z = before.centre
        assert after.centre == pytest.approx((1 - y, 2 + x, 3 + z))
        assert np.allclose(np.asarray(after.turn), np.asarray(turned(np.pi / 2)) @ np.asarray(before.turn))
        assert after.half == before.half


def test_a_thing_that_would_be_too_much_is_left_out():
    draft = draft_for()
    mug = thing_of(draft, "ceramic", True)
    draft.shapes = [mug[0]] * MOST_SHAPES
    assert not draft.put(mug, (0, 0, 0))
    assert len(draft.shapes) == MOST_SHAPES


def test_materials_are_claimed_once_in_order_of_importance():
    draft = draft_for(["metal", "wood", "metal"])
    assert draft.claim("wood", "metal") == "metal"
    assert draft.claim("metal") is None
    assert draft.pending == ["wood"]


def test_coverage_adds_up_to_the_whole_picture():
    set_ = draw_set(np.random.default_rng(2), ["cloth"])
    shares = coverage(set_)
    assert shares.shape == (len(set_.shapes),)
    assert 0.5 < shares.sum() <= 1 + 1e-9
