"""Lanes of generated takes: growing, chosen, silenced by the blend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.project.document import GeneratedTrack, Project
from foley_app.generate.growing_take import GrowingTake
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.conftest import TAKE
from tests.foley_app.timeline.mouse import SECOND, Mouse

Listen = Callable[..., list[tuple[object, ...]]]


def with_take(project: Project, **more: float) -> Project:
    take = GeneratedTrack("g", "Take 1", TAKE, SECOND, 4 * SECOND)
    return replace(project, generated=(take,), **more)  # type: ignore[arg-type]


def growing() -> GrowingTake:
    take = GrowingTake("Take 2", 2 * SECOND, 4 * SECOND, 256)
    take.add(0, [[-0.5, 0.5]] * (SECOND // 256))
    return take


def titles(view: TimelineView) -> list[str]:
    return [view.stage.header(lane.key).title for lane in view.stage.sounds]


def test_a_take_has_a_lane_while_it_is_made(view: TimelineView, project: Project) -> None:
    view.set_project(with_take(project))
    take = growing()
    view.set_growing((take,))
    assert titles(view) == ["Foley", "Take 1", "Take 2"]
    lane = view.stage.sounds[-1]
    image = view.stage.canvas.grab().toImage()
    y = round(lane.y() + lane.height / 2)

    def colour_at(second: float) -> str:
        return image.pixelColor(round(second * 100), y).name().upper()

    assert colour_at(2.5) == view.stage.playhead.palette.generated
    assert colour_at(1.5) == view.stage.playhead.palette.lane
    assert colour_at(5.5) not in (colour_at(1.5), colour_at(2.5))
    take.add(SECOND // 256, [[-0.5, 0.5]] * (2 * SECOND // 256))
    view.set_growing((take,))
    later = view.stage.canvas.grab().toImage()
    assert later.pixelColor(450, y).name().upper() == view.stage.playhead.palette.generated
    view.set_growing(())
    assert titles(view) == ["Foley", "Take 1"]


def test_peaks_that_come_again_take_the_place_of_the_old_ones() -> None:
    take = growing()
    take.add(1, [[-1.0, 1.0]])
    assert take.peaks.tolist() == [[-0.5, 0.5], [-1.0, 1.0]]
    assert take.made == 512


def test_a_takes_waveform_lies_where_the_take_does(view: TimelineView, project: Project) -> None:
    view.set_project(with_take(project))
    view.set_lane_peaks("g", np.full((10, 2), 0.5, np.float32))
    lane = view.stage.sounds[-1]
    assert lane._waveform is not None and lane._waveform.start == SECOND
    moved = replace(view.project.generated[0], position=0)  # type: ignore[union-attr]
    view.set_project(replace(project, generated=(moved,)))
    assert lane._waveform.start == 0


def test_the_side_that_the_blend_silences_is_drawn_paler(view: TimelineView, project: Project) -> None:
    for blend, quiet in ((0.0, [False, True]), (0.5, [False, False]), (1.0, [True, False])):
        view.set_project(with_take(project, blend=blend))
        assert [lane.is_quiet for lane in view.stage.sounds] == quiet


def test_the_blend_is_beside_the_ruler_where_there_are_takes(
    view: TimelineView, project: Project, told: Listen
) -> None:
    view.set_project(project)
    assert not view.stage.headers.blend.isVisible()
    view.set_project(with_take(project, blend=0.2))
    assert view.stage.headers.blend.isVisible()
    assert view.stage.headers.blend.value() == 20
    moves = told(view.blend_changed)
    view.stage.headers.blend.setValue(70)
    assert moves == [(0.7, False)]


def test_a_click_on_its_header_or_lane_chooses_a_take(
    view: TimelineView, project: Project, mouse: Mouse, told: Listen
) -> None:
    view.set_project(with_take(project))
    chosen = told(view.take_chosen)
    QTest.mouseClick(view.stage.header("g"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(view.stage.header("t"), Qt.MouseButton.LeftButton)
    assert chosen == [("g",)]
    lane = view.stage.sounds[-1]
    mouse.click(mouse.at(3 * SECOND, lane))
    assert chosen == [("g",), ("g",)]
    assert "Take 1" in view.stage.header("g").toolTip()


def test_a_take_whose_sound_is_gone_says_so_in_its_lane(view: TimelineView, project: Project) -> None:
    view.set_project(with_take(project))
    view.set_lane_peaks("g", np.full((10, 2), 0.5, np.float32))
    view.set_take_missing("g", "The sound “a.wav” is not there any more.")
    lane = view.stage.sounds[-1]
    assert not lane.has_waveform
    assert lane._message.startswith("The sound “a.wav” is not there any more. Make the take again")
    view.set_lane_peaks("g", np.full((10, 2), 0.5, np.float32))
    assert lane.has_waveform and not lane._message
