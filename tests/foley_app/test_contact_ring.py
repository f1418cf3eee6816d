"""The ring in the picture: dragging it, moving it by keys, placing it; one undo step each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from engine.project import edits
from engine.project.document import ContactPoint, Project
from foley_app.viewer.contact_ring import RING_RADIUS, label_box
from foley_app.viewer.picture import ContactMark, PictureView
from tests.foley_app.conftest import Desk

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(desk: Desk, project: Project) -> Desk:
    """The second hit is selected and a picture on screen."""
    desk.session.open(project)
    desk.window.activateWindow()
    QTest.qWaitForWindowActive(desk.window)
    desk.session.select(["h2"])
    frame = QImage(344, 256, QImage.Format.Format_RGB32)
    frame.fill(QColor("#808080"))
    picture_of(desk).show_frame(frame)
    return desk


def picture_of(desk: Desk) -> PictureView:
    return desk.window.workspace.viewer.picture


def place(desk: Desk, x: float, y: float) -> QPoint:
    rect = picture_of(desk).picture_rect
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()


def contact(desk: Desk, hit_id: str = "h2") -> ContactPoint | None:
    assert desk.session.project is not None
    return desk.session.project.hit(hit_id).contact


def drag(desk: Desk, start: QPoint, *ways: QPoint) -> None:
    picture = picture_of(desk)
    QTest.mousePress(picture, LEFT, NO_KEYS, start)
    for way in ways:
        QTest.mouseMove(picture, way)
    if ways:
        QTest.mouseRelease(picture, LEFT, NO_KEYS, ways[-1])


def test_a_drag_moves_the_ring_as_it_was_taken_and_is_one_step(shown: Desk) -> None:
    stack = shown.session.undo_stack
    begin, aside = place(shown, 0.5, 0.5), QPoint(7, -5)
    drag(shown, begin + aside, place(shown, 0.4, 0.6), place(shown, 0.25, 0.75) + aside)
    moved = contact(shown)
    assert moved is not None and (moved.x, moved.y) == pytest.approx((0.25, 0.75), abs=0.003)
    assert stack.count() == 1 and stack.undoText() == "Move the contact point of hit 2"
    stack.undo()
    assert contact(shown) == ContactPoint(0.5, 0.5)
    mark = picture_of(shown)._mark
    assert mark is not None and mark.point == ContactPoint(0.5, 0.5)
    stack.redo()
    assert contact(shown) == moved


def test_a_click_on_the_ring_moves_nothing(shown: Desk) -> None:
    at = place(shown, 0.5, 0.5) + QPoint(9, 9)
    drag(shown, at)
    QTest.mouseRelease(picture_of(shown), LEFT, NO_KEYS, at)
    assert shown.session.undo_stack.count() == 0


def test_escape_puts_the_ring_back(shown: Desk) -> None:
    picture = picture_of(shown)
    QTest.mousePress(picture, LEFT, NO_KEYS, place(shown, 0.5, 0.5))
    QTest.mouseMove(picture, place(shown, 0.3, 0.3))
    QTest.keyClick(picture, Qt.Key.Key_Escape)
    QTest.mouseRelease(picture, LEFT, NO_KEYS, place(shown, 0.3, 0.3))
    assert contact(shown) == ContactPoint(0.5, 0.5) and shown.session.undo_stack.count() == 0
    assert shown.session.selection == {"h2"}


def test_the_playhead_may_run_while_the_ring_is_dragged(shown: Desk) -> None:
    picture = picture_of(shown)
    QTest.mousePress(picture, LEFT, NO_KEYS, place(shown, 0.5, 0.5))
    QTest.mouseMove(picture, place(shown, 0.3, 0.3))
    mark = picture._mark
    assert mark is not None
    picture.set_mark(ContactMark(mark.point, mark.label, not mark.is_now))
    QTest.mouseRelease(picture, LEFT, NO_KEYS, place(shown, 0.3, 0.3))
    moved = contact(shown)
    assert moved is not None and moved.x == pytest.approx(0.3, abs=0.005)


def test_a_locked_hits_ring_goes_back(shown: Desk) -> None:
    assert shown.session.project is not None
    shown.session.apply("Lock", edits.set_locked(shown.session.project, ["h2"], True))
    drag(shown, place(shown, 0.5, 0.5), place(shown, 0.3, 0.3), place(shown, 0.2, 0.2))
    picture = picture_of(shown)
    assert contact(shown) == ContactPoint(0.5, 0.5)
    assert picture._held is None and picture._mark is not None
    assert picture._mark.point == ContactPoint(0.5, 0.5)


def test_arrow_keys_move_it_and_one_hold_is_one_step(shown: Desk) -> None:
    picture, stack = picture_of(shown), shown.session.undo_stack
    picture.setFocus()
    for _ in range(3):
        QTest.keyPress(picture, Qt.Key.Key_Right)
    QTest.keyRelease(picture, Qt.Key.Key_Right)
    QTest.keyClick(picture, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    moved = contact(shown)
    assert moved is not None
    assert (moved.x, moved.y) == pytest.approx((0.53, 0.5 - 0.002 * 344 / 256))
    assert stack.count() == 2
    assert "contact 53% from the left" in picture.accessibleName()
    stack.undo()
    stack.undo()
    assert contact(shown) == ContactPoint(0.5, 0.5)


def test_a_double_click_places_the_point_of_a_hit_without_one(shown: Desk) -> None:
    assert shown.session.project is not None
    shown.session.apply("Forget", edits.set_contact(shown.session.project, "h2", None))
    picture = picture_of(shown)
    assert picture._mark is None
    QTest.mouseDClick(picture, LEFT, NO_KEYS, place(shown, 0.7, 0.2))
    placed = contact(shown)
    assert placed is not None and (placed.x, placed.y) == pytest.approx((0.7, 0.2), abs=0.005)
    QTest.mouseDClick(picture, LEFT, NO_KEYS, place(shown, 0.7, 0.2) + QPoint(4, 4))
    assert contact(shown) == placed
    shown.session.select(["h2", "h3"])
    QTest.mouseDClick(picture, LEFT, NO_KEYS, place(shown, 0.1, 0.9))
    assert contact(shown) == placed and contact(shown, "h3") == ContactPoint(0.5, 0.5)


@pytest.mark.parametrize(("x", "y"), [(10, 10), (390, 10), (10, 290), (390, 290), (200, 150)])
def test_the_label_stays_in_the_picture_and_off_the_ring(x: float, y: float) -> None:
    inside = QRectF(0, 0, 400, 300)
    box = label_box(QPointF(x, y), 120, inside)
    assert inside.contains(box)
    ring = QRectF(x - RING_RADIUS, y - RING_RADIUS, 2 * RING_RADIUS, 2 * RING_RADIUS)
    assert not box.intersects(ring)
