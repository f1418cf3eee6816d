"""The pyqtgraph view that carries the lanes: one unit of the scene is one logical pixel."""

from __future__ import annotations

from typing import Any, Protocol

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget


class PointerTarget(Protocol):
    """Who is told what the pointer does."""

    def press(self, event: QMouseEvent) -> None: ...
    def move(self, event: QMouseEvent) -> None: ...
    def release(self, event: QMouseEvent) -> None: ...
    def double_click(self, event: QMouseEvent) -> None: ...
    def wheel(self, event: QWheelEvent) -> None: ...
    def menu(self, event: QContextMenuEvent) -> None: ...
    def tool_tip(self, event: QHelpEvent) -> None: ...


class Canvas(pg.GraphicsView):
    """Hands the pointer's events to a target instead of to the items.

    The items only paint: with thousands of hits in one item, finding what is under the pointer is a
    question to an array, not to a scene.

    **Signals**

    resized()
        The canvas has another size.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._target: PointerTarget | None = None
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Lanes")

    def set_target(self, target: PointerTarget) -> None:
        """Tell this one from now on."""
        self._target = target

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        super().resizeEvent(ev)
        self.resized.emit()

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        if self._target is not None:
            self._target.press(ev)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        if self._target is not None:
            self._target.move(ev)

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        if self._target is not None:
            self._target.release(ev)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._target is not None:
            self._target.double_click(event)

    def wheelEvent(self, ev: QWheelEvent) -> None:
        if self._target is not None:
            self._target.wheel(ev)
            ev.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._target is not None:
            self._target.menu(event)

    def keyPressEvent(self, ev: Any) -> None:
        ev.ignore()

    def leaveEvent(self, ev: QEvent) -> None:
        """Nothing to forget: the items take no part in hovering."""

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self._target is not None:
                self._target.tool_tip(event)
            return True
        return super().viewportEvent(event)
