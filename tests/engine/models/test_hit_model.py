"""From curves to contacts, from pictures of any rate to the detector's, and back from a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import scipy.interpolate
import scipy.signal
import torch

from engine.models import hits
from engine.models.checkpoint import save_checkpoint
from engine.models.description import CheckpointError, ModelDescription
from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.hits import hit_curves, hit_description, load_hit_model
from engine.models.level_shape import LevelShape
from engine.models.motion_net import MotionNetConfig
from engine.models.picking import HitCurves, PickingConfig, pick_contacts
from engine.models.picture_net import PictureNetConfig
from engine.models.plain_config import ConfigError
from engine.models.rhythm import RhythmConfig
from engine.models.shot_view import (
    SeenPicture,
    ShotView,
    ViewConfig,
    between_grids,
    between_pictures,
    place_of,
    shot_view,
    shot_views,
)

SMALL = HitNetConfig(
    motion=MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2), cell_reach=1),
    pictures=PictureNetConfig(widths=(8, 8, 8), width=8, dilations=(1, 2)),
)


PICKED = PickingConfig(threshold=0.4, shift_s=0.003, rhythm=RhythmConfig(weight=0.7))
SHAPE = LevelShape(-40.0, 0.2, ((0.06, 18.0), (0.2, 7.0)))


def log_odds(probability: list[float]) -> np.ndarray:
    inside = np.clip(np.array(probability), 1e-9, 1 - 1e-9)
    return np.log(inside / (1 - inside))


def curves_of(onset: list[float], **others: list[float]) -> HitCurves:
    count = len(onset)
    rows = {"offset": [0.0] * count, "level_db": [-40.0] * count, "scratch": [0.0] * count} | others
    return HitCurves(np.arange(count) / 30, log_odds(onset), *(np.array(rows[name]) for name in rows))


def test_a_peak_is_moved_by_its_offset_and_the_shift():
    curves = curves_of(
        [0, 0, 0.2, 0.9, 0.3, 0, 0],
        offset=[0, 0, 0, 0.4, 0, 0, 0],
        level_db=[-50, -50, -50, -30, -12, -20, -50],
        scratch=[0, 0, 0, 0.8, 0, 0, 0],
    )
    [contact] = pick_contacts(curves, PickingConfig(shift_s=0.01))
    assert contact.time_s == pytest.approx(3.4 / 30 + 0.01)
    assert (contact.level_db, contact.action) == (-12.0, "scratch")
    assert contact.confidence == pytest.approx(0.9)


def test_an_offset_is_believed_up_to_its_limit_and_no_time_is_negative():
    curves = curves_of([0.2, 0.9, 0.1, 0, 0, 0.8, 0], offset=[0, -1.4, 0, 0, 0, 9, 0])
    first, last = pick_contacts(curves, PickingConfig(furthest_offset=1.5))
    assert first.time_s == 0.0
    assert last.time_s == pytest.approx(6.5 / 30)


def test_nobody_knows_whether_the_curve_is_higher_beyond_its_ends():
    assert pick_contacts(curves_of([0.9, 0.1, 0, 0, 0.8]), PickingConfig()) == []


def test_candidates_agree_with_scipy_and_the_likelier_of_close_ones_stays():
    rng = np.random.default_rng(3)
    onset = rng.random(400)
    found = pick_contacts(curves_of(list(onset)), PickingConfig(closest_s=0.125))
    expected, _ = scipy.signal.find_peaks(onset, height=0.02, distance=4)
    # At 30 pictures a second 0.125 s are more than 3 pictures.
    assert [round(contact.time_s * 30) for contact in found] == expected.tolist()
    times_s = np.array([contact.time_s for contact in found])
    assert np.diff(times_s).min() >= 0.125


def test_a_flat_top_is_one_peak():
    assert len(pick_contacts(curves_of([0, 0.5, 0.5, 0.5, 0, 0, 0]), PickingConfig())) == 1


def test_nothing_in_nothing():
    assert pick_contacts(curves_of([0.0] * 9), PickingConfig()) == []


def test_confidence_is_calibrated_but_the_order_stays():
    curves = curves_of([0, 0.9, 0, 0, 0, 0, 0.5, 0])
    first, second = pick_contacts(curves, PickingConfig(slope=0.5, bias=-1.0))
    expected = 1 / (1 + np.exp(1.0 - 0.5 * np.log(0.9 / 0.1)))
    assert first.confidence == pytest.approx(expected)
    assert second.confidence == pytest.approx(1 / (1 + np.exp(1.0)))


def test_a_steady_pace_counts_for_what_fits_and_against_what_does_not():
    onset = np.full(300, -9.0)
    onset[20:280:20] = 2.0
    onset[140] = -0.2
    onset[191] = -0.2
    still = np.zeros(300)
    curves = HitCurves(np.arange(300) / 30, onset, still, still, still)
    alone = {round(each.time_s * 30): each.confidence for each in pick_contacts(curves, PickingConfig())}
    paced_by = PickingConfig(rhythm=RhythmConfig(even_score=0.0))
    paced = {round(each.time_s * 30): each.confidence for each in pick_contacts(curves, paced_by)}
    assert alone[140] == alone[191] == pytest.approx(0.45, abs=0.01)
    assert paced[140] > 0.8 and paced.get(191, 0.0) < 0.2


def random_view(pictures: int, seed: int = 0) -> ShotView:
    rng = np.random.default_rng(seed)
    grids = rng.normal(size=(pictures, 8, 9, 12)).astype(np.float16)
    shown = rng.integers(0, 256, (pictures, 84, 112), np.uint8)
    return ShotView(np.arange(pictures) / 30, grids, shown, shown[0])


def test_curves_depend_neither_on_the_pieces_nor_on_the_company(monkeypatch: pytest.MonkeyPatch):
    torch.manual_seed(1)
    network = HitNet(SMALL).eval()
    shots = [random_view(50), random_view(20, 1), random_view(20, 2), random_view(1, 3)]
    alone = [hit_curves(network, [shot])[0] for shot in shots]
    together = hit_curves(network, shots)
    monkeypatch.setattr(hits, "_PICTURES_AT_ONCE", 7)
    pieces = hit_curves(network, shots)
    for expected, *others in zip(alone, together, pieces, strict=True):
        for curves in others:
            for name in ("onset", "offset", "level_db", "scratch"):
                np.testing.assert_allclose(getattr(curves, name), getattr(expected, name), atol=1e-4)
    assert all(curves.scratch.min() >= 0 and curves.scratch.max() <= 1 for curves in alone)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")
def test_a_graphics_card_says_the_same():
    torch.manual_seed(1)
    network = HitNet(SMALL).eval()
    shots = [random_view(50), random_view(20, 1)]
    expected = hit_curves(network, shots)
    for one, other in zip(hit_curves(network.cuda(), shots), expected, strict=True):
        np.testing.assert_allclose(one.onset, other.onset, atol=1e-2)
        np.testing.assert_allclose(one.level_db, other.level_db, atol=0.1)


def seen_at(times_s: list[float]) -> list[SeenPicture]:
    """Everything in a picture is ten times its time."""
    return [
        SeenPicture(
            time_s,
            0,
            np.full((8, 2, 3), 10 * time_s, np.float32),
            np.full((84, 112), round(100 * time_s), np.uint8),
        )
        for time_s in times_s
    ]


def test_pictures_at_the_rate_are_taken_as_they_are():
    times_s = [index / 29.97 for index in range(20)]
    view = shot_view(seen_at(times_s), 30.0)
    np.testing.assert_array_equal(view.times_s, times_s)
    np.testing.assert_allclose(view.grids[:, 0, 0, 0], 10 * np.array(times_s), rtol=1e-6)


@pytest.mark.parametrize("times_s", [np.arange(41) / 60, np.array([0, 0.03, 0.08, 0.1, 0.19, 0.22, 0.3])])
def test_other_rates_are_interpolated(times_s: np.ndarray):
    view = shot_view(seen_at(list(times_s)), 30.0)
    np.testing.assert_allclose(view.times_s, np.arange(len(view)) / 30)
    assert times_s[-1] - 1 / 30 < view.times_s[-1] <= times_s[-1] + 1e-9
    np.testing.assert_allclose(view.grids[:, 3, 1, 2], 10 * view.times_s, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(view.pictures[:, 8, 9], 100 * view.times_s, atol=1.01)


@dataclass(frozen=True)
class Shown:
    time_s: float
    image: np.ndarray


def test_shots_are_apart_and_each_has_its_backdrop():
    rng = np.random.default_rng(0)
    scenes = [rng.integers(0, 256, (120, 160), np.uint8) for _ in range(2)]
    frames = [Shown(number / 30, scenes[number // 20]) for number in range(40)]
    first, second = shot_views(frames, ViewConfig(), 30.0)
    assert (len(first), len(second)) == (20, 20)
    assert second.times_s[0] == pytest.approx(20 / 30)
    np.testing.assert_array_equal(first.pictures[3], first.backdrop)
    assert first.pictures.shape == (20, 84, 112)
    assert np.abs(first.backdrop.astype(int) - second.backdrop.astype(int)).mean() > 10


def test_places_and_values_between_pictures_agree_with_scipy():
    times_s = np.array([0.0, 0.1, 0.15, 0.4])
    asked_s = np.array([-0.1, 0.0, 0.12, 0.3, 0.5])
    oracle = scipy.interpolate.interp1d(times_s, np.arange(4), bounds_error=False)
    np.testing.assert_allclose(place_of(asked_s, times_s)[1:4], oracle(asked_s)[1:4])
    # Beyond the ends a picture lasts as long as on average.
    np.testing.assert_allclose(place_of(asked_s, times_s)[[0, 4]], [-0.75, 3.75])
    values = np.random.default_rng(0).random((4, 2, 2, 2)).astype(np.float32)
    places = np.array([0.0, 0.25, 1.5, 3.0])
    expected = scipy.interpolate.interp1d(np.arange(4), values, axis=0)(places)
    np.testing.assert_allclose(between_grids(values, places), expected, rtol=1e-5)
    assert not between_grids(values, np.array([-2.0, 5.5])).any()
    shades = (200 * values[:, 0]).astype(np.uint8)
    blended = scipy.interpolate.interp1d(np.arange(4), shades.astype(float), axis=0)(places)
    np.testing.assert_allclose(between_pictures(shades, places), blended, atol=0.51)
    np.testing.assert_array_equal(between_pictures(shades, np.array([-2.0, 9.0])), shades[[0, 3]])


@pytest.fixture
def checkpoint(tmp_path: Path) -> tuple[Path, ModelDescription, HitNet]:
    torch.manual_seed(0)
    network = HitNet(SMALL)
    description = hit_description(SMALL, ViewConfig(), PICKED, {"f1_50ms": 0.5}, levels=SHAPE)
    save_checkpoint(tmp_path / "best", network.state_dict(), description)
    return tmp_path / "best", description, network


def test_a_detector_comes_back_whole(checkpoint: tuple[Path, ModelDescription, HitNet]):
    folder, _, network = checkpoint
    detector = load_hit_model(folder)
    assert detector.picking == PICKED and detector.levels == SHAPE
    assert detector.view == ViewConfig()
    assert detector.network.config == SMALL and not detector.network.training
    [expected] = hit_curves(network.eval(), [random_view(12)])
    [got] = hit_curves(detector.network, [random_view(12)])
    np.testing.assert_array_equal(got.onset, expected.onset)


def test_settings_of_another_version_are_refused(checkpoint: tuple[Path, ModelDescription, HitNet]):
    folder, description, network = checkpoint
    less = {**description.config, "picking": {"threshold": 0.4}}
    save_checkpoint(folder, network.state_dict(), replace(description, config=less))
    with pytest.raises(ConfigError, match="“least_confidence” is missing"):
        load_hit_model(folder)
    save_checkpoint(folder, network.state_dict(), replace(description, network="other"))
    with pytest.raises(CheckpointError, match="holds a other, not a hit-net"):
        load_hit_model(folder)


@pytest.mark.parametrize(
    "changes", [{"closest_s": 0.1}, {"threshold": 1.2}, {"least_confidence": 0.5}, {"slope": 0.0}]
)
def test_picking_that_can_not_be(changes: dict[str, float]):
    with pytest.raises(ValueError):
        PickingConfig(**changes)
