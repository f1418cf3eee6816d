"""Where a contact is in five pictures: the maps, the points made of them, the model that ships."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.models import contact_point_net
from engine.models.contact_point_net import (
    NEAR,
    PICTURE_OFFSETS_S,
    ContactPointModel,
    ContactPointNet,
    ContactPointNetConfig,
    brought_to_size,
    load_contact_point_model,
    located,
)

ROWS, COLUMNS = 24, 32


def bump(x: float, y: float, cells: float = 1.0, mass: float = 1.0) -> NDArray[np.float32]:
    """A Gaussian map around a point in 0..1."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS] + 0.5
    away = (columns - x * COLUMNS) ** 2 + (rows - y * ROWS) ** 2
    drawn = np.exp(-away / 2 / cells**2)
    return (mass * drawn / drawn.sum()).astype(np.float32)


def tap(tip: tuple[float, float], size: tuple[int, int] = (128, 96)) -> NDArray[np.uint8]:
    """Five pictures of a bright stick that comes down from the right onto its tip."""
    width, height = size
    pictures = []
    for offset_s in PICTURE_OFFSETS_S:
        picture = np.full((height, width), 90, np.uint8)
        x, y = tip[0] * width, (tip[1] - 1.5 * abs(offset_s)) * height
        start = (1.05 * width, y + (0.1 - 0.8 * abs(offset_s)) * height)
        ends = [tuple(round(16 * value) for value in point) for point in (start, (x, y))]
        cv2.line(picture, ends[0], ends[1], 200, max(1, round(width / 40)), cv2.LINE_AA, shift=4)
        pictures.append(picture)
    return np.stack(pictures)


def distance(said: NDArray[np.floating], true: tuple[float, float], shape: float = 4 / 3) -> float:
    return float(np.hypot(said[0] - true[0], (said[1] - true[1]) / shape))


@pytest.mark.parametrize("point", [(0.5, 0.5), (0.313, 0.707), (0.1, 0.2), (0.03, 0.97)])
def test_a_point_is_found_to_a_fraction_of_a_cell(point: tuple[float, float]):
    found = located(bump(*point)[None])
    assert distance(found.points[0], point) < (0.3 if point[0] > 0.05 else 0.6) / COLUMNS
    assert found.confidence[0] > 0.98


def test_the_greater_share_of_the_map_counts_and_is_the_confidence():
    split = bump(0.2, 0.3, 0.8, 0.35) + bump(0.8, 0.6, 1.0, 0.65)
    found = located(split[None])
    assert distance(found.points[0], (0.8, 0.6)) < 0.01
    assert found.confidence[0] == pytest.approx(0.65, abs=0.05)
    flat = located(np.full((1, ROWS, COLUMNS), 1 / (ROWS * COLUMNS), np.float32))
    assert flat.confidence[0] == pytest.approx(np.pi * NEAR**2 * 4 / 3, rel=0.2)


def test_no_pictures_no_points():
    model = ContactPointModel(ContactPointNet(ContactPointNetConfig()))
    found = model.points(np.zeros((0, 5, 60, 80), np.uint8))
    assert len(found) == 0 and found.points.shape == (0, 2)
    for shape in ((1, 4, 60, 80), (5, 60, 80), (1, 5, 0, 80)):
        with pytest.raises(ValueError, match="pictures have shape"):
            model.points(np.zeros(shape, np.uint8))


def test_pictures_of_any_size_are_brought_to_the_networks():
    config = ContactPointNetConfig()
    large = np.random.default_rng(0).integers(0, 255, (2, 5, 192, 256), np.uint8)
    halved = brought_to_size(large, config)
    assert halved.shape == (2, 5, 96, 128)
    blocks = large.reshape(2, 5, 96, 2, 128, 2).mean((3, 5))
    assert np.abs(halved - blocks).max() <= 1
    assert brought_to_size(large[:, :, :40, :50], config).shape == (2, 5, 96, 128)


def test_settings_that_can_not_be():
    with pytest.raises(ValueError, match="multiples of 16"):
        ContactPointNetConfig(width=100)
    with pytest.raises(ValueError, match="at least 1"):
        ContactPointNetConfig(widths=(8, 0, 8, 8))


def test_the_one_that_ships_sees_the_tip():
    model = load_contact_point_model()
    tips = [(0.3, 0.4), (0.45, 0.6), (0.2, 0.7), (0.4, 0.3)]
    for size in ((128, 96), (320, 240)):
        found = model.points(np.stack([tap(tip, size) for tip in tips]))
        errors = [distance(point, tip) for point, tip in zip(found.points, tips, strict=True)]
        assert max(errors) < 0.1 and np.median(errors) < 0.05


@pytest.mark.parametrize("gray", [0, 128, 255])
def test_where_nothing_is_to_be_seen_the_answer_is_a_point_all_the_same(gray: int):
    found = load_contact_point_model().points(np.full((1, 5, 96, 128), gray, np.uint8))
    assert np.isfinite(found.points).all() and ((found.points >= 0) & (found.points <= 1)).all()
    assert 0 <= found.confidence[0] < 0.7


def test_how_many_go_together_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    model = load_contact_point_model()
    pictures = np.stack([tap((x, 0.5)) for x in (0.1, 0.2, 0.3, 0.4, 0.5)])
    at_once = model.points(pictures)
    monkeypatch.setattr(contact_point_net, "_AT_ONCE", 2)
    assert model.points(pictures).points == pytest.approx(at_once.points, abs=1e-4)
