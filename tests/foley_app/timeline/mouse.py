"""A mouse for the timeline's canvas."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from foley_app.timeline.lane import Lane
from foley_app.timeline.timeline_view import TimelineView

SECOND = 48_000


class Mouse:
    """Presses, drags and turns on the canvas, at sample positions or pixels."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._viewport = view.stage.canvas.viewport()
        self._at = QPointF()

    def at(self, position: float, lane: Lane | None = None, *, below_top: float | None = None) -> QPointF:
        """Canvas coordinates of a position; without a lane in the ruler."""
        x = self._view.axis.x_of(position)
        if lane is None:
            return QPointF(x, 10 if below_top is None else below_top)
        return QPointF(x, lane.y() + (lane.height / 2 if below_top is None else below_top))

    def press(
        self,
        at: QPointF,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        """Press a button."""
        self._button = button
        self._send(QMouseEvent.Type.MouseButtonPress, at, button, modifiers)

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Move with the button down."""
        self._send(QMouseEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, modifiers)

    def release(self, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Let the button up where the pointer is."""
        self._send(QMouseEvent.Type.MouseButtonRelease, self._at, self._button, modifiers)

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press and release."""
        self.press(at, modifiers)
        self.release(modifiers)

    def drag(
        self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press, move in two steps, release."""
        self.press(start, modifiers)
        self.move((start + end) / 2, modifiers)
        self.move(end, modifiers)
        self.release(modifiers)

    def double_click(
        self, at: QPointF, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """The four events of a double click."""
        self.click(at, modifiers)
        self._button = Qt.MouseButton.LeftButton
        self._send(QMouseEvent.Type.MouseButtonDblClick, at, self._button, modifiers)
        self.release(modifiers)

    def wheel(
        self, at: QPointF, angle: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Turn the wheel."""
        event = QWheelEvent(
            at,
            self._viewport.mapToGlobal(at),
            QPoint(),
            angle,
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self._viewport, event)

    def _send(
        self, kind: QMouseEvent.Type, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
    ) -> None:
        self._at = at
        is_up = kind == QMouseEvent.Type.MouseButtonRelease
        buttons = Qt.MouseButton.NoButton if is_up else getattr(self, "_button", button)
        event = QMouseEvent(kind, at, self._viewport.mapToGlobal(at), button, buttons, modifiers)
        QApplication.sendEvent(self._viewport, event)
