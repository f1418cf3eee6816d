"""Shapes that are painted from arrays, against pixels and toy numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from engine.project.document import LoudnessCurve, Project
from foley_app.theme.palette import DARK
from foley_app.timeline.column_image import Band, draw_columns
from foley_app.timeline.dashed_line import dashes
from foley_app.timeline.hit_marker import visible_hue
from foley_app.timeline.lane import LaneHeight
from foley_app.timeline.lane_layout import lane_heights
from foley_app.timeline.level_scale import (
    GAIN_BOTTOM_DB,
    GAIN_TOP_DB,
    gain_at,
    gain_per_pixel,
    labelled_marks,
    y_of_gain,
    y_of_level,
)
from foley_app.timeline.mixing import blended
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.mouse import SECOND

RED, GREEN, BLACK = "#FF0000", "#00FF00", "#000000"


def painted(draw: Callable[[QPainter], None], ratio: float = 1.0) -> QImage:
    image = QImage(round(8 * ratio), round(10 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#123456"))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


def column(image: QImage, x: int) -> str:
    letters = {RED: "r", GREEN: "g", BLACK: ".", "#123456": "-"}
    return "".join(letters[image.pixelColor(x, y).name().upper()] for y in range(image.height()))


def test_bands_fill_from_top_to_bottom_over_the_ground() -> None:
    red = Band(np.array([2.0, 5.0, 9.0]), np.array([6.0, 5.0, 30.0]), RED)
    green = Band(np.array([-3.0, 4.0, 20.0]), np.array([1.0, 6.0, 21.0]), GREEN)
    image = painted(lambda painter: draw_columns(painter, 1.0, 10, 1.0, BLACK, red, green))
    assert column(image, 0) == "-" * 10
    assert column(image, 1) == "g.rrrr...."
    assert column(image, 2) == "....gg...."
    assert column(image, 3) == ".........r"
    assert column(image, 4) == "-" * 10


def test_an_empty_band_is_still_one_pixel_and_pixels_follow_the_screen() -> None:
    band = Band(np.array([5.0, 5.0]), np.array([5.0, 5.0]), RED)
    image = painted(lambda painter: draw_columns(painter, 0.0, 10, 2.0, BLACK, band), ratio=2.0)
    assert column(image, 0) == "." * 10 + "r" + "." * 9
    assert column(image, 2) == "-" * 20


def test_dashes_follow_the_line_and_keep_their_place_when_scrolled() -> None:
    x, y = np.array([0.0, 30.0, 30.0, 70.0]), np.array([0.0, 40.0, 0.0, 0.0])
    all_of_them = dashes(x, y, -100, 200)
    lengths = np.hypot(all_of_them[:, 2] - all_of_them[:, 0], all_of_them[:, 3] - all_of_them[:, 1])
    # The way is 50 + 40 + 40 = 130 pixels: 19 dashes of 4 with gaps of 3.
    assert len(all_of_them) == 19
    assert lengths[:7] == pytest.approx(4)
    some = dashes(x, y, 50, 60)
    assert 0 < len(some) < 5
    assert {tuple(dash) for dash in some} <= {tuple(dash) for dash in all_of_them}
    moved = dashes(x + 1e7, y, 1e7 + 50, 1e7 + 60)
    np.testing.assert_allclose(moved - [1e7, 0, 1e7, 0], some, atol=1e-6)


@pytest.mark.parametrize("available", [0, 100, 333, 334, 335, 400, 1000, 5000])
def test_lanes_share_the_height_within_their_limits(available: int) -> None:
    limits = [LaneHeight(36, 48, 112), LaneHeight(52, 76, 160), *(LaneHeight(48, 61, 117) for _ in range(3))]
    heights = lane_heights(limits, available)
    least, most = sum(limit.minimum for limit in limits), sum(limit.maximum for limit in limits)
    assert all(limit.minimum <= h <= limit.maximum for h, limit in zip(heights, limits, strict=True))
    assert sum(heights) <= max(available, least)
    if least <= available <= most:
        assert sum(heights) > available - len(limits)


def test_levels_and_gains_share_a_scale() -> None:
    assert y_of_level(0.0, 108) == 4
    assert y_of_level(-60.0, 108) == 104
    assert y_of_gain(0.0, 108) == y_of_level(-24.0, 108)
    for gain_db in (GAIN_TOP_DB, 0.0, -3.7, GAIN_BOTTOM_DB):
        assert gain_at(y_of_gain(gain_db, 108), 108) == gain_db
    assert y_of_gain(-60.0, 108) == y_of_gain(GAIN_BOTTOM_DB, 108)
    assert gain_per_pixel(108) == 0.6


def test_a_low_lane_has_fewer_labels() -> None:
    assert labelled_marks(100) == (-12, -24, -36, -48)
    assert labelled_marks(52) == (-12, -36)


def level_tops(view: TimelineView) -> list[int]:
    """The uppermost painted row of the curve in each pixel column."""
    image = view.stage.canvas.grab().toImage()
    level = view.stage.level
    ink = QColor(DARK.level)
    rows = range(round(level.y()), round(level.y()) + level.height)
    return [
        next((y - rows[0] for y in rows if image.pixelColor(x, y) == ink), level.height) for x in range(1000)
    ]


def test_a_loud_frame_is_seen_when_many_fall_into_a_pixel(view: TimelineView, project: Project) -> None:
    length = 600 * SECOND
    frames = tuple(range(0, length, SECOND // 30))
    levels_db = [-55.0] * len(frames)
    for index in (5003, 5021, 9000):
        levels_db[index] = -6.0
    view.set_project(
        replace(project, hits=(), length=length, loudness=LoudnessCurve(frames, tuple(levels_db)))
    )
    tops = level_tops(view)
    for index in (5003, 5021, 9000):
        x = round(view.axis.x_of(frames[index]))
        assert min(tops[x - 1 : x + 2]) <= y_of_level(-6.0, view.stage.level.height) + 1
    assert sum(top < view.stage.level.height / 2 for top in tops) <= 9


def test_a_line_runs_from_a_sounding_hit_through_its_tracks_lane(
    view: TimelineView, project: Project
) -> None:
    hits = list(project.hits)
    hits[1] = replace(hits[1], clips=())
    hits[3] = replace(hits[3], mute=True)
    view.set_project(replace(project, hits=tuple(hits)))
    lane = view.stage.sounds[0]
    image = view.stage.canvas.grab().toImage()
    wood = blended(visible_hue(MATERIAL_WOOD, DARK), DARK.lane, 0.55)

    def line_at(position: float) -> bool:
        x, y = view.axis.x_of(position), round(lane.y()) + lane.height - 3
        near = [image.pixelColor(round(x) + dx, y) for dx in (-1, 0, 1)]
        return any(
            abs(c.red() - QColor(wood).red()) <= 2 and abs(c.green() - QColor(wood).green()) <= 2
            for c in near
        )

    assert line_at(SECOND)
    assert not line_at(2 * SECOND)
    assert not line_at(4 * SECOND)
    assert line_at(6 * SECOND)


MATERIAL_WOOD = 15


def test_a_sound_is_drawn_where_it_is_at_any_zoom_and_scroll(view: TimelineView, project: Project) -> None:
    view.set_project(replace(project, hits=()))
    rows = np.zeros((10 * SECOND // 256, 2), np.float32)
    begin, end = 4 * SECOND // 256, 6 * SECOND // 256
    rows[begin:end] = (-0.8, 0.8)
    view.set_lane_peaks("mix", rows, 256)
    for factor, scroll in ((1, 0), (3, 40), (3, -33.3)):
        view.zooming.zoom_to_fit()
        view.zoom_about(factor, 400)
        view.scroll_by(scroll)
        lane = view.stage.sounds[0]
        y = round(lane.y()) + lane.height // 2 + 8
        image = view.stage.canvas.grab().toImage()
        columns = [x for x in range(1000) if image.pixelColor(x, y) == QColor(DARK.sound)]
        assert columns[0] == pytest.approx(max(view.axis.x_of(begin * 256), 0), abs=1.5)
        assert columns[-1] + 1 == pytest.approx(min(view.axis.x_of(end * 256), 1000), abs=1.5)
        assert len(columns) == columns[-1] - columns[0] + 1
