"""What every lane of the timeline shares: its place, its ground, its colours, its axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from foley_app.theme.palette import DARK, Palette
from foley_app.theme.theme import colour
from foley_app.timeline.time_axis import TimeAxis


@dataclass(frozen=True, slots=True)
class LaneHeight:
    """How tall a lane may be, in logical pixels."""

    minimum: int
    natural: int
    maximum: int


class CanvasItem(pg.GraphicsObject):
    """Something on the canvas that is painted from the time axis and a palette."""

    def __init__(self) -> None:
        super().__init__()
        # Without this flag Qt gives no exposed rectangle, and a moving playhead repaints whole lanes.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.axis = TimeAxis.fitted(1, 0)
        self.palette: Palette = DARK
        self.width = 0
        self.height = 0

    def set_axis(self, axis: TimeAxis) -> None:
        """Show another stretch of time."""
        if axis != self.axis:
            self.axis = axis
            self.axis_changed()
            self.update()

    def axis_changed(self) -> None:
        """Called before the repaint when the axis differs."""

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours."""
        if palette is not self.palette:
            self.palette = palette
            self.palette_changed()
            self.update()

    def palette_changed(self) -> None:
        """Called before the repaint when the palette differs."""

    def place(self, top: int, width: int, height: int) -> None:
        """Lie on the canvas's rows from `top` on, in logical pixels."""
        if self.y() != top:
            self.setY(top)
        if (width, height) != (self.width, self.height):
            self.prepareGeometryChange()
            self.width, self.height = width, height
            self.size_changed()
            self.update()

    def size_changed(self) -> None:
        """Called before the repaint when the size differs."""

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        exposed = option.exposedRect.intersected(self.boundingRect())
        if exposed.isEmpty():
            return
        painter.save()
        painter.setClipRect(exposed)
        self.draw(painter, exposed)
        painter.restore()

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what lies in `exposed`; the painter is clipped to it."""
        raise NotImplementedError

    def device_ratio(self) -> float:
        """Device pixels per logical pixel of the screen this is on."""
        scene = self.scene()
        views = scene.views() if scene is not None else []
        return views[0].devicePixelRatioF() if views else 1.0


class Lane(CanvasItem):
    """One row of the timeline.

    Attributes
    ----------
    key
        What the code calls it.
    title
        What its header says.
    """

    heights = LaneHeight(32, 48, 96)

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key = key
        self.title = title

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        self.draw_ground(painter, exposed)
        self.draw_lane(painter, exposed.left(), exposed.right())

    def draw_ground(self, painter: QPainter, exposed: QRectF) -> None:
        """The lane's colour, and the window's where there is no picture any more."""
        painter.fillRect(exposed, colour(self.palette.lane))
        for left, right in (
            (exposed.left(), self.axis.x_of(0)),
            (self.axis.x_of(self.axis.length), exposed.right()),
        ):
            if right > left:
                rect = QRectF(left, 0, right - left, self.height)
                painter.fillRect(rect, colour(self.palette.window, 0.55))

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        """Paint what lies between two x."""
        raise NotImplementedError

    def draw_message(self, painter: QPainter, text: str) -> None:
        """A quiet sentence where there is nothing to draw yet."""
        painter.setPen(colour(self.palette.text_quiet))
        painter.drawText(QRectF(12, 0, self.width - 24, self.height), Qt.AlignmentFlag.AlignVCenter, text)


class LaneGround(Lane):
    """The ground of a lane whose contents are an item of their own."""

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        """Nothing but the ground."""


def snapped_left(x: float, width_device: int, device_ratio: float) -> float:
    """Left edge, on a device pixel, of something `width_device` device pixels wide centred on `x`."""
    return math.floor(x * device_ratio - width_device / 2 + 0.5) / device_ratio
