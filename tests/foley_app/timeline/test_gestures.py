"""What drags, clicks and double clicks ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from engine.project.document import AutomationPoint, Project
from foley_app.timeline.level_scale import gain_at, y_of_gain
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.mouse import SECOND, Mouse

Listen = Callable[..., list[tuple[object, ...]]]
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def shown(view: TimelineView, project: Project) -> None:
    view.set_project(project)


def pixels(view: TimelineView, count: float) -> int:
    return round(count * view.axis.samples_per_pixel)


def test_a_click_on_the_ruler_seeks_and_a_drag_scrubs(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    seeks = told(view.seek_requested)
    mouse.click(mouse.at(2 * SECOND))
    assert seeks == [(2 * SECOND, False)]
    seeks.clear()
    mouse.drag(mouse.at(2 * SECOND), mouse.at(4 * SECOND))
    assert seeks == [(2 * SECOND, False), (3 * SECOND, True), (4 * SECOND, True), (4 * SECOND, False)]


def test_seeking_stays_inside_the_document(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    seeks = told(view.seek_requested)
    mouse.click(QPointF(1, 10))
    mouse.click(QPointF(998, 10))
    assert seeks == [(0, False), (10 * SECOND - 1, False)]


def test_a_click_on_a_lane_seeks(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    seeks = told(view.seek_requested)
    for lane in (view.stage.picture, view.stage.sounds[0]):
        mouse.click(mouse.at(5 * SECOND, lane))
    mouse.click(mouse.at(5 * SECOND, view.stage.level, below_top=70))
    assert seeks == [(5 * SECOND, False)] * 3


def test_a_click_selects_and_modifiers_extend(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    selections = told(view.selection_changed)
    lane = view.stage.hits
    mouse.click(mouse.at(SECOND, lane))
    mouse.click(mouse.at(3 * SECOND, lane), CONTROL)
    mouse.click(mouse.at(5 * SECOND, lane), SHIFT)
    mouse.click(mouse.at(4 * SECOND, lane), CONTROL)
    mouse.click(mouse.at(2 * SECOND, lane))
    assert [set(ids) for (ids,) in selections] == [  # type: ignore[call-overload]
        {"h1"},
        {"h1", "h3"},
        {"h1", "h3", "h4", "h5"},
        {"h1", "h3", "h5"},
        {"h2"},
    ]


def test_a_click_on_one_of_several_selected_selects_it_alone(view: TimelineView, mouse: Mouse) -> None:
    view.set_selection(frozenset(("h1", "h2")))
    mouse.press(mouse.at(2 * SECOND, view.stage.hits))
    assert view.selection == {"h1", "h2"}
    mouse.release()
    assert view.selection == {"h2"}


def test_dragging_a_hit_asks_for_the_exact_distance_once(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    moves, dragged = told(view.move_requested), told(view.hit_dragged)
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.drag(start, start + QPointF(50, 3))
    assert moves == [(frozenset(("h2",)), pixels(view, 50), True)]
    assert dragged == [(2 * SECOND + pixels(view, 25),), (2 * SECOND + pixels(view, 50),)]


def test_all_selected_hits_move_but_locked_ones(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    moves = told(view.move_requested)
    view.set_selection(frozenset(("h1", "h4", "h5")))
    start = mouse.at(4 * SECOND, view.stage.hits)
    mouse.drag(start, start - QPointF(20, 0))
    assert moves == [(frozenset(("h1", "h4")), -pixels(view, 20), True)]


def test_a_locked_hit_alone_does_not_move(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    moves = told(view.move_requested)
    start = mouse.at(5 * SECOND, view.stage.hits)
    mouse.press(start)
    mouse.move(start + QPointF(40, 0))
    assert view.stage.drag_label.text == "Locked"
    mouse.release()
    assert moves == []


def test_the_preview_follows_and_is_gone_afterwards(view: TimelineView, mouse: Mouse) -> None:
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.press(start)
    mouse.move(start + QPointF(50, 0))
    assert 2 * SECOND + pixels(view, 50) in view.columns.position
    assert view.stage.drag_label.isVisible()
    mouse.release()
    assert view.columns is view.base_columns
    assert not view.stage.drag_label.isVisible()


def test_shift_moves_at_a_tenth_of_the_speed(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    moves = told(view.move_requested)
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.press(start)
    mouse.move(start + QPointF(10, 0))
    mouse.move(start + QPointF(50, 0), SHIFT)
    mouse.release()
    assert moves == [(frozenset(("h2",)), pixels(view, 10 + 4), True)]


def test_a_move_stops_at_the_ends(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    moves = told(view.move_requested)
    view.set_selection(frozenset(("h1", "h2")))
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.drag(start, start - QPointF(190, 0))
    assert moves == [(frozenset(("h1", "h2")), -SECOND, True)]


def test_a_tiny_movement_is_a_click(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    moves = told(view.move_requested)
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.drag(start, start + QPointF(2, 0))
    assert moves == []
    assert view.selection == {"h2"}


def test_snapping_goes_to_the_beginning_of_a_picture_and_alt_goes_anywhere(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    moves = told(view.move_requested)
    view.set_snap(True)
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.drag(start, start + QPointF(5, 0))
    mouse.drag(start, start + QPointF(5, 0), ALT)
    frame = SECOND // 30
    nearest = round(pixels(view, 5) / frame) * frame
    assert [move[1] for move in moves] == [nearest, pixels(view, 5)]


def test_escape_gives_a_drag_up(view: TimelineView, mouse: Mouse, told: Listen, qtbot: object) -> None:
    moves = told(view.move_requested)
    start = mouse.at(2 * SECOND, view.stage.hits)
    mouse.press(start)
    mouse.move(start + QPointF(50, 0))
    qtbot.keyClick(view, Qt.Key.Key_Escape)  # type: ignore[attr-defined]
    assert view.columns is view.base_columns
    mouse.release()
    assert moves == []


def test_the_end_of_a_scratch_is_its_length(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    lengths, moves = told(view.length_requested), told(view.move_requested)
    end = mouse.at(7.5 * SECOND, view.stage.hits)
    mouse.drag(end, end + QPointF(40, 0))
    mouse.drag(end, end - QPointF(90, 0))
    shortest = round(0.03 * SECOND)
    assert lengths == [("scratch", SECOND // 2 + pixels(view, 40), True), ("scratch", shortest, True)]
    assert moves == []


def test_a_rubber_band_selects_what_it_covers(view: TimelineView, mouse: Mouse) -> None:
    lane = view.stage.hits
    mouse.press(mouse.at(1.5 * SECOND, lane))
    mouse.move(mouse.at(4.5 * SECOND, lane))
    assert view.stage.rubber_band.isVisible()
    mouse.release()
    assert view.selection == {"h2", "h3", "h4"}
    assert not view.stage.rubber_band.isVisible()
    mouse.drag(mouse.at(5.5 * SECOND, lane), mouse.at(6.5 * SECOND, lane), CONTROL)
    assert view.selection == {"h2", "h3", "h4", "h6"}


def test_a_click_between_hits_selects_nothing_and_seeks(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    seeks = told(view.seek_requested)
    view.set_selection(frozenset(("h1",)))
    mouse.click(mouse.at(2.5 * SECOND, view.stage.hits))
    assert view.selection == frozenset()
    assert seeks == [(round(2.5 * SECOND), False)]


def test_a_double_click_between_hits_adds_and_on_a_hit_opens(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    added, opened = told(view.add_requested), told(view.hit_activated)
    lane = view.stage.hits
    mouse.double_click(mouse.at(2.5 * SECOND, lane))
    mouse.double_click(mouse.at(9 * SECOND, lane), ALT)
    mouse.double_click(mouse.at(3 * SECOND, lane))
    assert added == [(round(2.5 * SECOND), False), (9 * SECOND, True)]
    assert opened == [("h3",)]


def test_a_double_click_on_a_candidate_adds_it_where_it_is(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    added = told(view.add_requested)
    view.set_candidates_shown(True)
    mouse.double_click(mouse.at(8 * SECOND, view.stage.hits) + QPointF(4, 0))
    assert added == [(8 * SECOND, False)]


def level_at(view: TimelineView, mouse: Mouse, point: AutomationPoint) -> QPointF:
    level = view.stage.level
    return mouse.at(point.position, level, below_top=y_of_gain(point.gain_db, level.height))


def test_a_level_point_is_dragged_between_its_neighbours(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    changes = told(view.automation_changed)
    points = view.project.loudness.automation  # type: ignore[union-attr]
    level = view.stage.level
    mouse.drag(level_at(view, mouse, points[1]), level_at(view, mouse, AutomationPoint(5 * SECOND, -3.0)))
    (changed, finished), *rest = changes
    assert finished
    assert not rest
    assert changed[0] == points[0]  # type: ignore[index]
    assert changed[1].position == 5 * SECOND  # type: ignore[index]
    assert changed[1].gain_db == pytest.approx(-3.0, abs=0.11)  # type: ignore[index]
    mouse.drag(level_at(view, mouse, points[1]), level_at(view, mouse, AutomationPoint(9 * SECOND, 6.0)))
    assert changes[1][0][1].position == 6 * SECOND - 1  # type: ignore[index]
    assert level.points is points


def test_a_double_click_adds_a_level_point_in_order(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    changes = told(view.automation_changed)
    y = y_of_gain(-12.0, view.stage.level.height)
    mouse.double_click(mouse.at(3 * SECOND, view.stage.level, below_top=y))
    points = changes[0][0]
    assert [point.position for point in points] == [2 * SECOND, 3 * SECOND, 4 * SECOND, 6 * SECOND]  # type: ignore[attr-defined]
    assert points[1].gain_db == gain_at(y, view.stage.level.height)  # type: ignore[index]
    assert points[1].gain_db == pytest.approx(-12, abs=0.1)  # type: ignore[index]


def test_delete_removes_the_chosen_level_point_and_arrows_nudge_it(
    view: TimelineView, mouse: Mouse, told: Listen, project: Project, qtbot: object
) -> None:
    changes = told(view.automation_changed)
    view.automation_changed.connect(
        lambda points, _: view.set_project(
            replace(view.project, loudness=replace(project.loudness, automation=points))  # type: ignore[type-var]
        )
    )
    mouse.click(level_at(view, mouse, project.loudness.automation[1]))
    qtbot.keyClick(view, Qt.Key.Key_Up)  # type: ignore[attr-defined]
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)  # type: ignore[attr-defined]
    qtbot.keyClick(view, Qt.Key.Key_Right)  # type: ignore[attr-defined]
    assert changes[-1][0][1] == AutomationPoint(4 * SECOND + SECOND // 30, 6.9)  # type: ignore[index]
    qtbot.keyClick(view, Qt.Key.Key_Delete)  # type: ignore[attr-defined]
    assert [point.position for point in changes[-1][0]] == [2 * SECOND, 6 * SECOND]  # type: ignore[attr-defined]
    count = len(changes)
    qtbot.keyClick(view, Qt.Key.Key_Delete)  # type: ignore[attr-defined]
    assert len(changes) == count


def test_shift_drag_in_the_ruler_marks_a_range_and_its_ends_can_be_dragged(
    view: TimelineView, mouse: Mouse, told: Listen
) -> None:
    ranges, seeks = told(view.loop_requested), told(view.seek_requested)
    mouse.drag(mouse.at(4 * SECOND), mouse.at(2 * SECOND), SHIFT)
    assert ranges == [(2 * SECOND, 4 * SECOND)]
    view.set_loop(2 * SECOND, 4 * SECOND)
    mouse.drag(mouse.at(4 * SECOND), mouse.at(6 * SECOND))
    assert ranges[1] == (2 * SECOND, 6 * SECOND)
    assert seeks == []


def test_the_wheel_scrolls_and_with_control_zooms_about_the_pointer(view: TimelineView, mouse: Mouse) -> None:
    at = QPointF(300, 150)
    before = view.axis.position_at(300)
    mouse.wheel(at, QPoint(0, 480), CONTROL)
    assert view.axis.samples_per_pixel == pytest.approx(10 * SECOND / 976 / 1.25**4)
    assert view.axis.position_at(300) == pytest.approx(before, abs=1)
    start = view.axis.start
    mouse.wheel(at, QPoint(0, -120))
    assert view.axis.start > start
    mouse.wheel(at, QPoint(0, 120))
    assert view.axis.start == pytest.approx(start)


def test_the_middle_button_drags_the_view(view: TimelineView, mouse: Mouse, told: Listen) -> None:
    seeks = told(view.seek_requested)
    view.zoom_about(5, 500)
    position = view.axis.position_at(400)
    mouse.press(QPointF(400, 200), button=Qt.MouseButton.MiddleButton)
    mouse.move(QPointF(450, 200))
    mouse.release()
    assert view.axis.position_at(450) == position
    assert seeks == []


def test_a_drag_past_the_edge_scrolls(view: TimelineView, mouse: Mouse, qtbot: object) -> None:
    view.zoom_about(4, 300)
    start = view.axis.start
    mouse.press(QPointF(800, 10))
    mouse.move(QPointF(1010, 10))
    qtbot.waitUntil(lambda: view.axis.start > start)  # type: ignore[attr-defined]
    mouse.release()


def test_a_right_click_selects_and_asks_for_the_menu(view: TimelineView, told: Listen, mouse: Mouse) -> None:
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    asked = told(view.context_menu_requested)
    viewport = view.stage.canvas.viewport()
    for at in (mouse.at(3 * SECOND, view.stage.hits), mouse.at(3 * SECOND, view.stage.picture)):
        point = at.toPoint()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, viewport.mapToGlobal(point))
        QApplication.sendEvent(viewport, event)
    assert [hit_id for _, hit_id in asked] == ["h3", ""]
    assert view.selection == {"h3"}
