"""What lies over the lanes: the playhead, the marked range, the rubber band, a label while dragging."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from foley_app.theme.theme import colour, ui_font
from foley_app.timeline.lane import CanvasItem, snapped_left
from foley_app.timeline.ruler import RULER_HEIGHT

_HEAD_HALF_WIDTH = 6
_HEAD_HEIGHT = 9
_LINE_PIXELS = 1.5
_RANGE_BAR = 4
_HANDLE_REACH = 6


class Playhead(CanvasItem):
    """A line across all lanes with a triangular head in the ruler; only its own strip is repainted."""

    def __init__(self) -> None:
        super().__init__()
        self._position = 0

    @property
    def position(self) -> int:
        """Where it stands, in samples."""
        return self._position

    def set_position(self, position: int) -> None:
        """Stand at another sample position."""
        if position != self._position:
            self._position = position
            self._move()

    def axis_changed(self) -> None:
        self._move()

    def _move(self) -> None:
        x = self.axis.x_of(self._position)
        ratio = self.device_ratio()
        # Half a device pixel more would smear the line over two columns.
        self.setPos(round(x * ratio) / ratio, 0)
        self.setVisible(-_HEAD_HALF_WIDTH <= x <= self.axis.width + _HEAD_HALF_WIDTH)

    def boundingRect(self) -> QRectF:
        return QRectF(-_HEAD_HALF_WIDTH - 1, 0, 2 * _HEAD_HALF_WIDTH + 2, self.height)

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        ink = colour(self.palette.playhead)
        ratio = self.device_ratio()
        width_device = max(round(_LINE_PIXELS * ratio), 1)
        left = snapped_left(0.0, width_device, ratio)
        painter.fillRect(QRectF(left, 0, width_device / ratio, self.height), ink)
        centre = left + width_device / ratio / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(centre - _HEAD_HALF_WIDTH, 0),
                    QPointF(centre + _HEAD_HALF_WIDTH, 0),
                    QPointF(centre, _HEAD_HEIGHT),
                ]
            )
        )


class RangeShade(CanvasItem):
    """The range between in and out: a bar with two ends in the ruler, the lanes tinted below it."""

    def __init__(self) -> None:
        super().__init__()
        self._range: tuple[int, int] | None = None

    @property
    def range(self) -> tuple[int, int] | None:
        """The range as drawn, half-open."""
        return self._range

    def set_range(self, marked: tuple[int, int] | None) -> None:
        """Mark another range, or none."""
        if marked != self._range:
            self._range = marked
            self.update()

    def end_at(self, x: float) -> str | None:
        """Which end of the range a press in the ruler would grab: "start", "end" or None."""
        if self._range is None:
            return None
        distances = {
            "start": abs(self.axis.x_of(self._range[0]) - x),
            "end": abs(self.axis.x_of(self._range[1]) - x),
        }
        nearest = min(distances, key=lambda end: distances[end])
        return nearest if distances[nearest] <= _HANDLE_REACH else None

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        if self._range is None:
            return
        left = max(self.axis.x_of(self._range[0]), -4.0)
        right = min(self.axis.x_of(self._range[1]), self.width + 4.0)
        if right <= left:
            return
        painter.fillRect(QRectF(left, 0, right - left, self.height), colour(self.palette.accent, 0.14))
        ink = colour(self.palette.accent)
        painter.fillRect(QRectF(left, RULER_HEIGHT - _RANGE_BAR, right - left, _RANGE_BAR), ink)
        ratio = self.device_ratio()
        for x in (left, right):
            edge = snapped_left(x, max(round(ratio), 1), ratio)
            painter.fillRect(QRectF(edge, RULER_HEIGHT - 12, 1, self.height), ink)
        painter.fillRect(QRectF(left, RULER_HEIGHT - 12, 3, 12), ink)
        painter.fillRect(QRectF(right - 3, RULER_HEIGHT - 12, 3, 12), ink)


class RubberBand(CanvasItem):
    """The stretch of a lane that is being dragged over."""

    def __init__(self) -> None:
        super().__init__()
        self.setVisible(False)
        self._left = self._right = 0.0

    def show_between(self, first_x: float, second_x: float) -> None:
        """Cover the stretch between two x."""
        self._left, self._right = sorted((first_x, second_x))
        self.setVisible(True)
        self.update()

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        rect = QRectF(self._left, 1, max(self._right - self._left, 1), self.height - 2)
        painter.fillRect(rect, colour(self.palette.accent, 0.22))
        painter.setPen(QPen(colour(self.palette.accent), 1))
        painter.drawRect(rect)


class DragLabel(CanvasItem):
    """A small text beside the pointer while something is dragged."""

    def __init__(self) -> None:
        super().__init__()
        self.setVisible(False)
        self._text = ""
        self._font = ui_font(12)
        self._metrics = QFontMetricsF(self._font)

    def show_text(self, text: str, x: float, y: float, canvas_width: int) -> None:
        """Say something near (x, y), inside the canvas."""
        self._text = text
        width = round(self._metrics.horizontalAdvance(text)) + 16
        self.place(round(max(y - 34, RULER_HEIGHT + 2)), width, 22)
        self.setX(min(max(x + 12, 4), canvas_width - width - 4))
        self.setVisible(True)
        self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.palette.line), 1))
        painter.setBrush(colour(self.palette.lane_header))
        painter.drawRoundedRect(self.boundingRect().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(self._font)
        painter.setPen(colour(self.palette.text_strong))
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self._text)
