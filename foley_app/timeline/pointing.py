"""Turns the pointer's events into gestures, according to what lies under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from engine.project.document import AutomationPoint, Hit
from foley_app.generate.take_texts import take_tip
from foley_app.timeline.gestures import (
    AutomationDrag,
    BandSelect,
    Gesture,
    HitMove,
    LengthDrag,
    Pan,
    Pointer,
    RangeDrag,
    Scrub,
)
from foley_app.timeline.level_scale import gain_at
from foley_app.timeline.ruler import RULER_HEIGHT
from foley_app.timeline.sound_lane import SoundLane
from foley_app.timeline.tips import gain_text, hit_tip, level_text, timecode_text

if TYPE_CHECKING:
    from foley_app.timeline.timeline_view import TimelineView

_MEANT_PIXELS = 3
_EDGE_INTERVAL_MS = 30
_EDGE_PIXELS = 24
_ZOOM_PER_NOTCH = 1.25
_SCROLL_PER_NOTCH = 96
_NOTCH = 120

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier


class Pointing(QObject):
    """The canvas's pointer target."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view
        self._stage = view.stage
        self._gesture: Gesture | None = None
        self._pressed_at = QPointF()
        self._is_drag = False
        self._last: Pointer | None = None
        self._edge = QTimer(self)
        self._edge.setInterval(_EDGE_INTERVAL_MS)
        self._edge.timeout.connect(self._scroll_at_edge)

    @property
    def is_busy(self) -> bool:
        """Whether a button is down."""
        return self._gesture is not None

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._view.project is None or self._gesture is not None:
            return
        pointer = self._pointer(event)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = Pan(self._view, pointer)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._gesture_at(pointer, event.modifiers())
        self._pressed_at, self._is_drag, self._last = event.position(), False, pointer

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved, with or without a button."""
        pointer = self._pointer(event)
        if self._gesture is None:
            self._show_cursor(pointer)
            return
        way = event.position() - self._pressed_at
        if not self._is_drag and max(abs(way.x()), abs(way.y())) < _MEANT_PIXELS:
            return
        self._is_drag = True
        self._last = pointer
        self._gesture.drag(pointer)
        outside = not 0 <= pointer.x < self._stage.canvas.width()
        if outside and self._gesture.scrolls_at_edges:
            self._edge.start()
        else:
            self._edge.stop()

    def release(self, event: QMouseEvent) -> None:
        """A button came up."""
        gesture = self._end()
        if gesture is not None:
            if self._is_drag:
                gesture.drop()
            else:
                gesture.click()
            self._show_cursor(self._pointer(event))

    def cancel(self) -> bool:
        """Give up the gesture in progress; whether there was one."""
        gesture = self._end()
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _end(self) -> Gesture | None:
        gesture, self._gesture = self._gesture, None
        self._edge.stop()
        self._stage.drag_label.setVisible(False)
        return gesture

    def double_click(self, event: QMouseEvent) -> None:
        """Adds: a hit in the hits lane, a point in the level lane; opens a hit that is there."""
        if event.button() != Qt.MouseButton.LeftButton or self._view.project is None:
            return
        pointer = self._pointer(event)
        lane = self._stage.lane_at(pointer.y)
        if lane is self._stage.hits:
            found = self._stage.hits.hit_at(pointer.x)
            if found is not None:
                self._view.hit_activated.emit(found.hit.id)
                return
            candidate = self._stage.hits.hit_at(pointer.x, among=self._stage.hits.candidates)
            if candidate is not None:
                self._view.add_requested.emit(candidate.hit.position, False)
            elif self._is_inside(pointer):
                self._view.add_requested.emit(pointer.position, pointer.is_exact)
        elif lane is self._stage.level and self._is_inside(pointer):
            level = self._stage.level
            y = pointer.y - level.y()
            if level.point_at(pointer.x, y) is None:
                self._view.automation.add(AutomationPoint(pointer.position, gain_at(y, level.height)))

    def wheel(self, event: QWheelEvent) -> None:
        """Scrolls the time; with Ctrl zooms about the pointer; with Shift scrolls the lanes."""
        delta = event.angleDelta()
        if event.modifiers() & _CONTROL:
            self._view.zoom_about(_ZOOM_PER_NOTCH ** (delta.y() / _NOTCH), event.position().x())
            return
        if event.modifiers() & _SHIFT:
            amount = delta.y() or delta.x()
            self._view.scroll_lanes(-round(amount / _NOTCH * 40))
            return
        pixels = event.pixelDelta()
        if not pixels.isNull() and abs(pixels.x()) > abs(pixels.y()):
            self._view.scroll_by(-pixels.x())
        else:
            notches = (delta.y() or delta.x()) if abs(delta.y()) >= abs(delta.x()) else delta.x()
            self._view.scroll_by(-notches / _NOTCH * _SCROLL_PER_NOTCH)

    def menu(self, event: QContextMenuEvent) -> None:
        """A right click: on a hit it is selected first."""
        if self._view.project is None:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            return
        hit = self._hit_under(event.pos().x(), event.pos().y())
        if hit is not None and hit.id not in self._view.selection:
            self._view.choose_hits(frozenset((hit.id,)))
        self._view.context_menu_requested.emit(event.globalPos(), hit.id if hit is not None else "")

    def tool_tip(self, event: QHelpEvent) -> None:
        """Says what is under the pointer."""
        text = self._tip_at(event.pos().x(), event.pos().y())
        if text:
            QToolTip.showText(event.globalPos(), text, self._stage.canvas.viewport())
        else:
            QToolTip.hideText()

    def _tip_at(self, x: float, y: float) -> str:
        project, stage = self._view.project, self._stage
        if project is None or self.is_busy:
            return ""
        position = self._view.axis.position_at(x)
        if y < RULER_HEIGHT:
            return timecode_text(project, position)
        lane = stage.lane_at(y)
        if lane is stage.level:
            index = stage.level.point_at(x, y - stage.level.y())
            if index is not None:
                point = stage.level.points[index]
                return f"{gain_text(point.gain_db)} · {timecode_text(project, point.position)}"
            level_db = stage.level.level_at(position)
            return (
                f"{level_text(level_db)} · {timecode_text(project, position)}" if level_db is not None else ""
            )
        if lane is not None and (take := stage.generated_take(lane.key)) is not None:
            return take_tip(project, take)
        hit = self._hit_under(x, y)
        if hit is None and lane is stage.hits:
            candidate = stage.hits.hit_at(x, among=stage.hits.candidates)
            hit = candidate.hit if candidate is not None else None
        return hit_tip(project, hit) if hit is not None else ""

    def _hit_under(self, x: float, y: float) -> Hit | None:
        if self._stage.lane_at(y) is not self._stage.hits:
            return None
        found = self._stage.hits.hit_at(x)
        return found.hit if found is not None else None

    def _gesture_at(self, pointer: Pointer, modifiers: Qt.KeyboardModifier) -> Gesture:
        view, stage = self._view, self._stage
        extends = bool(modifiers & (_CONTROL | _SHIFT))
        lane = stage.lane_at(pointer.y)
        if lane is not stage.level:
            stage.level.choose(None)
        if pointer.y < RULER_HEIGHT:
            marked, end = stage.range_shade.range, stage.range_shade.end_at(pointer.x)
            if marked is not None and end is not None:
                return RangeDrag(view, pointer, marked[1] if end == "start" else marked[0])
            return RangeDrag(view, pointer) if modifiers & _SHIFT else Scrub(view, pointer)
        if lane is stage.level:
            index = stage.level.point_at(pointer.x, pointer.y - stage.level.y())
            if index is not None:
                return AutomationDrag(view, pointer, index)
            stage.level.choose(None)
        if lane is stage.hits:
            found = stage.hits.hit_at(pointer.x)
            if found is not None and found.part == "end":
                view.choose_hits(frozenset((found.hit.id,)))
                return LengthDrag(view, pointer, found.hit)
            if found is not None:
                was_selected = found.hit.id in view.selection
                self._select_by_press(found.hit, modifiers)
                return HitMove(view, pointer, found.hit, is_alone_on_click=was_selected and not extends)
            return BandSelect(view, pointer, extends=extends, in_hits=True)
        if isinstance(lane, SoundLane):
            stage.choose_take(lane.key)
            return BandSelect(view, pointer, extends=extends, in_hits=False)
        return Scrub(view, pointer)

    def _select_by_press(self, hit: Hit, modifiers: Qt.KeyboardModifier) -> None:
        view = self._view
        if modifiers & _CONTROL:
            view.choose_hits(view.selection ^ {hit.id}, anchor=hit.id)
        elif modifiers & _SHIFT:
            view.extend_selection_to(hit)
        elif hit.id not in view.selection:
            view.choose_hits(frozenset((hit.id,)), anchor=hit.id)

    def _show_cursor(self, pointer: Pointer) -> None:
        stage, shape = self._stage, Qt.CursorShape.ArrowCursor
        lane = stage.lane_at(pointer.y)
        if pointer.y < RULER_HEIGHT and stage.range_shade.end_at(pointer.x) is not None:
            shape = Qt.CursorShape.SizeHorCursor
        elif lane is stage.hits:
            found = stage.hits.hit_at(pointer.x)
            if found is not None and found.part == "end":
                shape = Qt.CursorShape.SizeHorCursor
        elif lane is stage.level and stage.level.point_at(pointer.x, pointer.y - stage.level.y()) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        if stage.canvas.viewport().cursor().shape() != shape:
            stage.canvas.viewport().setCursor(shape)

    def _scroll_at_edge(self) -> None:
        if self._gesture is None or self._last is None:
            self._edge.stop()
            return
        over = min(self._last.x, 0.0) or max(self._last.x - self._stage.canvas.width(), 0.0)
        self._view.scroll_by(max(min(over, _EDGE_PIXELS), -_EDGE_PIXELS))
        last = self._last
        self._last = Pointer(last.x, last.y, self._view.axis.position_at(last.x), last.is_fine, last.is_exact)
        self._gesture.drag(self._last)

    def _is_inside(self, pointer: Pointer) -> bool:
        return 0 <= pointer.position < max(self._view.axis.length, 1)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        x, y = event.position().x(), event.position().y()
        modifiers = event.modifiers()
        return Pointer(x, y, self._view.axis.position_at(x), bool(modifiers & _SHIFT), bool(modifiers & _ALT))
