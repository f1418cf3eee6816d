"""From curves to contacts, from grids of any rate to the network's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.interpolate
import scipy.signal
import torch

from engine.features.dense_flow import MotionGrid, MotionGridConfig
from engine.models import motion_hits
from engine.models.checkpoint import save_checkpoint
from engine.models.description import CheckpointError, ModelDescription
from engine.models.motion_hits import (
    GridSequence,
    MotionCurves,
    PickingConfig,
    between_pictures,
    grid_sequences,
    load_motion_hits,
    motion_curves,
    pick_contacts,
    place_of,
)
from engine.models.motion_net import MOTION_NET, MotionNet, MotionNetConfig
from engine.models.plain_config import ConfigError, to_plain

SMALL = MotionNetConfig(cell_width=4, place_width=6, width=8, dilations=(1, 2), cell_reach=1)


def curves_of(onset: list[float], **others: list[float]) -> MotionCurves:
    count = len(onset)
    rows = {"offset": [0.0] * count, "level_db": [-40.0] * count, "scratch": [0.0] * count} | others
    return MotionCurves(np.arange(count) / 30, np.array(onset), *(np.array(rows[name]) for name in rows))


def test_a_peak_is_moved_by_its_offset_and_the_shift():
    curves = curves_of(
        [0, 0, 0.2, 0.9, 0.3, 0, 0],
        offset=[0, 0, 0, 0.4, 0, 0, 0],
        level_db=[-50, -50, -50, -30, -12, -20, -50],
        scratch=[0, 0, 0, 0.8, 0, 0, 0],
    )
    [contact] = pick_contacts(curves, PickingConfig(shift_s=0.01))
    assert contact.time_s == pytest.approx(3.4 / 30 + 0.01)
    assert (contact.confidence, contact.level_db, contact.action) == (0.9, -12.0, "scratch")


def test_an_offset_is_believed_up_to_its_limit_and_no_time_is_negative():
    curves = curves_of([0.9, 0.1, 0, 0, 0.8], offset=[-1, 0, 0, 0, 9])
    first, last = pick_contacts(curves, PickingConfig(furthest_offset=1.5))
    assert first.time_s == 0.0
    assert last.time_s == pytest.approx(5.5 / 30)


def test_candidates_agree_with_scipy_and_the_likelier_of_close_ones_stays():
    rng = np.random.default_rng(3)
    onset = rng.random(400)
    found = pick_contacts(curves_of(list(onset)), PickingConfig(closest_s=0.12))
    expected, _ = scipy.signal.find_peaks(np.pad(onset, 1), height=0.02, distance=4)
    # At 30 pictures a second 0.12 s are more than 3 pictures.
    assert [round(contact.time_s * 30) for contact in found] == [int(index) - 1 for index in expected]
    times_s = np.array([contact.time_s for contact in found])
    assert np.diff(times_s).min() >= 0.12


def test_a_flat_top_is_one_peak():
    assert len(pick_contacts(curves_of([0, 0.5, 0.5, 0.5, 0, 0, 0]), PickingConfig())) == 1


def test_nothing_in_nothing():
    assert pick_contacts(curves_of([0.0] * 9), PickingConfig()) == []


def test_curves_do_not_depend_on_the_pieces(monkeypatch):
    torch.manual_seed(1)
    network = MotionNet(SMALL).eval()
    channels = np.random.default_rng(0).normal(size=(50, 8, 9, 12)).astype(np.float16)
    sequence = GridSequence(np.arange(50) / 30, channels)
    whole = motion_curves(network, sequence)
    monkeypatch.setattr(motion_hits, "_PICTURES_AT_ONCE", 7)
    pieces = motion_curves(network, sequence)
    for name in ("onset", "offset", "level_db", "scratch"):
        np.testing.assert_allclose(getattr(pieces, name), getattr(whole, name), atol=1e-5)
    assert whole.onset.min() >= 0 and whole.onset.max() <= 1


def grids_at(times_s: list[float], shots: list[int] | None = None) -> list[MotionGrid]:
    return [
        MotionGrid(time_s, shot, np.full((8, 2, 3), 10 * time_s, np.float32))
        for time_s, shot in zip(times_s, shots or [0] * len(times_s), strict=True)
    ]


def test_grids_at_the_rate_are_taken_as_they_are():
    times_s = [index / 29.97 for index in range(20)]
    [sequence] = grid_sequences(grids_at(times_s), 30.0)
    np.testing.assert_array_equal(sequence.times_s, times_s)
    np.testing.assert_allclose(sequence.channels[:, 0, 0, 0], 10 * np.array(times_s), rtol=1e-6)


@pytest.mark.parametrize("times_s", [np.arange(41) / 60, np.array([0, 0.03, 0.08, 0.1, 0.19, 0.22, 0.3])])
def test_other_rates_are_interpolated(times_s: np.ndarray):
    [sequence] = grid_sequences(grids_at(list(times_s)), 30.0)
    np.testing.assert_allclose(sequence.times_s, np.arange(len(sequence.times_s)) / 30)
    assert times_s[-1] - 1 / 30 < sequence.times_s[-1] <= times_s[-1] + 1e-9
    np.testing.assert_allclose(sequence.channels[:, 3, 1, 2], 10 * sequence.times_s, rtol=1e-5, atol=1e-6)


def test_shots_are_apart():
    first, second = grid_sequences(grids_at([0, 1 / 30, 2 / 30, 0.5], [0, 0, 0, 1]), 30.0)
    assert len(first.times_s) == 3
    assert second.times_s.tolist() == [0.5]


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
    np.testing.assert_allclose(between_pictures(values, places), expected, rtol=1e-5)
    assert not between_pictures(values, np.array([-2.0, 5.5])).any()


@pytest.fixture
def checkpoint(tmp_path: Path) -> tuple[Path, ModelDescription, MotionNet]:
    torch.manual_seed(0)
    network = MotionNet(SMALL)
    description = ModelDescription(
        MOTION_NET,
        {"network": to_plain(SMALL), "picking": to_plain(PickingConfig(threshold=0.4, shift_s=0.003))},
        to_plain(MotionGridConfig(columns=12)),
        {"action": ("hit", "scratch")},
    )
    save_checkpoint(tmp_path / "best", network.state_dict(), description)
    return tmp_path / "best", description, network


def test_a_detector_comes_back_whole(checkpoint: tuple[Path, ModelDescription, MotionNet]):
    folder, _, network = checkpoint
    detector = load_motion_hits(folder)
    assert detector.picking == PickingConfig(threshold=0.4, shift_s=0.003)
    assert detector.features == MotionGridConfig()
    assert detector.network.config == SMALL and not detector.network.training
    grids = torch.randn(1, 12, 8, 9, 12)
    torch.testing.assert_close(detector.network(grids).onset, network.eval()(grids).onset)


def test_settings_of_another_version_are_refused(checkpoint: tuple[Path, ModelDescription, MotionNet]):
    folder, description, network = checkpoint
    less = {**description.config, "picking": {"threshold": 0.4}}
    save_checkpoint(folder, network.state_dict(), replace(description, config=less))
    with pytest.raises(ConfigError, match="“least_confidence” is missing"):
        load_motion_hits(folder)
    save_checkpoint(folder, network.state_dict(), replace(description, network="other"))
    with pytest.raises(CheckpointError, match="holds a other, not a motion-net"):
        load_motion_hits(folder)


@pytest.mark.parametrize("changes", [{"closest_s": 0.0}, {"threshold": 1.2}, {"least_confidence": 0.5}])
def test_picking_that_can_not_be(changes: dict[str, float]):
    with pytest.raises(ValueError):
        PickingConfig(**changes)  # type: ignore[arg-type]
