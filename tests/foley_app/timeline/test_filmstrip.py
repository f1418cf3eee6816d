"""Thumbnails: which are asked for, which are kept, where they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from engine.project.document import MediaReference, Project
from foley_app.timeline.filmstrip import Filmstrip
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.mouse import SECOND

Listen = Callable[..., list[tuple[object, ...]]]


def picture(colour: str = "#FF0000", width: int = 67, height: int = 50) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def test_tiles_are_asked_for_once_at_whole_frames(
    view: TimelineView, project: Project, told: Listen, qtbot: QtBot
) -> None:
    asked = told(view.filmstrip_requested)
    view.set_project(project)
    qtbot.waitUntil(lambda: bool(asked))
    times_s, height = asked[0]
    assert height == view.stage.picture.height
    frames = [time_s * 30 for time_s in times_s]  # type: ignore[attr-defined]
    tile = view.stage.picture.tile_frames
    assert frames == pytest.approx([index * tile for index in range(len(frames))])
    assert len(frames) * tile >= 300
    for time_s in times_s:  # type: ignore[attr-defined]
        view.set_thumbnail(1, time_s, picture())
    view.set_project(replace(project, hits=()))
    qtbot.wait(100)
    assert len(asked) == 1


def test_zooming_asks_for_what_is_missing_only(
    view: TimelineView, project: Project, told: Listen, qtbot: QtBot
) -> None:
    asked = told(view.filmstrip_requested)
    view.set_project(project)
    qtbot.waitUntil(lambda: len(asked) == 1)
    known = set(asked[0][0])  # type: ignore[call-overload]
    for time_s in known:
        view.set_thumbnail(1, time_s, picture())
    view.zoom_about(2, 500)
    qtbot.waitUntil(lambda: len(asked) == 2)
    wanted = set(asked[1][0])  # type: ignore[call-overload]
    assert wanted
    assert not wanted & known


def test_another_video_begins_anew(view: TimelineView, project: Project, told: Listen, qtbot: QtBot) -> None:
    asked = told(view.filmstrip_requested)
    view.set_project(project)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert project.video is not None
    moved = replace(project.video, media=MediaReference("other.mp4"))
    view.set_project(replace(project, video=moved))
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[0] == asked[1]


def test_a_thumbnail_is_drawn_at_its_time(
    view: TimelineView, project: Project, told: Listen, qtbot: QtBot
) -> None:
    asked = told(view.filmstrip_requested)
    view.set_project(project)
    qtbot.waitUntil(lambda: bool(asked))
    lane = view.stage.picture
    for index, time_s in enumerate(asked[0][0]):  # type: ignore[arg-type]
        view.set_thumbnail(1, time_s, picture("#00FF00" if index == 3 else "#FF0000"))
    image = view.stage.canvas.grab().toImage()
    tile = lane.tile_frames * SECOND / 30
    y = round(lane.y()) + lane.height // 2
    assert image.pixelColor(round(view.axis.x_of(3.5 * tile)), y) == QColor("#00FF00")
    assert image.pixelColor(round(view.axis.x_of(2.5 * tile)), y) == QColor("#FF0000")
    assert image.pixelColor(round(view.axis.x_of(4.5 * tile)), y) == QColor("#FF0000")


@pytest.mark.parametrize("factor", [1, 1.7, 3, 9, 40, 120])
def test_tiles_are_never_wider_than_the_picture_nor_much_narrower(
    view: TimelineView, project: Project, factor: float
) -> None:
    view.set_project(project)
    view.zoom_about(factor, 500)
    lane = view.stage.picture
    width = lane.tile_frames * SECOND / 30 / view.axis.samples_per_pixel
    whole = lane.height * 344 / 256
    if lane.tile_frames > 1:
        assert 0.66 * whole <= width <= whole
    assert len(lane.visible_tiles(0, 1000)) <= 1000 / (0.6 * whole) + 2


def test_the_cache_keeps_to_its_budget_and_drops_the_longest_unseen() -> None:
    strip = Filmstrip(budget_bytes=3 * 10 * 10 * 4)
    for time_s in (0.0, 1.0, 2.0):
        strip.put(time_s, picture(width=10, height=10))
    assert strip.nearest(0.1, 0.5) is not None
    strip.put(3.0, picture(width=10, height=10))
    assert len(strip) == 3
    assert strip.nearest(0.0, 0.1) is not None
    assert strip.nearest(1.0, 0.1) is None
    strip.put(3.0, picture(width=10, height=10))
    assert len(strip) == 3
    strip.clear()
    assert strip.nearest(3.0, 10.0) is None
