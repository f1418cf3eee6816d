"""Our own small icons, painted as shapes in the colours of the theme, sharp at every scale."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from foley_app.theme.theme import colour, current_palette

Shape = Callable[[QPainter], None]
"""Draws on a 16 x 16 canvas with the pen and the brush already set to the icon's colour."""


class _ShapeIcon(QIconEngine):
    """Paints a shape at whatever size and scale Qt asks for, in the palette in force."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        palette = current_palette()
        ink = colour(palette.text_quiet, 0.6) if mode == QIcon.Mode.Disabled else colour(palette.text)
        if state == QIcon.State.On:
            ink = colour(palette.text_strong)
        draw_shape(painter, self._shape, QRectF(rect), ink)

    def pixmap(self, size, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:  # type: ignore[override]
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _ShapeIcon(self._shape)


def draw_shape(painter: QPainter, shape: Shape, rect: QRectF, ink: QColor) -> None:
    """Draw a 16 x 16 shape into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(rect.width(), rect.height())
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / 16, side / 16)
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(ink)
    shape(painter)
    painter.restore()


def icon(name: str) -> QIcon:
    """An icon by name; see `SHAPES`."""
    return QIcon(_ShapeIcon(SHAPES[name]))


def _polygon(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))


def _play(painter: QPainter) -> None:
    _polygon(painter, (4.5, 3), (13, 8), (4.5, 13))


def _pause(painter: QPainter) -> None:
    painter.drawRect(QRectF(4, 3.5, 2, 9))
    painter.drawRect(QRectF(10, 3.5, 2, 9))


def _forward(painter: QPainter) -> None:
    _polygon(painter, (2.5, 3.8), (8, 8), (2.5, 12.2))
    _polygon(painter, (8.5, 3.8), (14, 8), (8.5, 12.2))


def _reverse(painter: QPainter) -> None:
    _polygon(painter, (13.5, 3.8), (8, 8), (13.5, 12.2))
    _polygon(painter, (7.5, 3.8), (2, 8), (7.5, 12.2))


def _step_back(painter: QPainter) -> None:
    _polygon(painter, (12.5, 4), (6, 8), (12.5, 12))
    painter.drawLine(QPointF(3, 3.5), QPointF(3, 12.5))


def _step_forward(painter: QPainter) -> None:
    _polygon(painter, (3.5, 4), (10, 8), (3.5, 12))
    painter.drawLine(QPointF(13, 3.5), QPointF(13, 12.5))


def _loop(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(10.5, 4.5))
    path.lineTo(5, 4.5)
    path.arcTo(QRectF(1.8, 4.5, 6.4, 7), 90, 180)
    path.lineTo(11, 11.5)
    path.arcTo(QRectF(7.8, 4.5, 6.4, 7), 270, 100)
    painter.drawPath(path)
    painter.setBrush(painter.pen().color())
    _polygon(painter, (10, 2.2), (13, 4.5), (10, 6.8))


def _search(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(2.5, 2.5, 8, 8))
    painter.drawLine(QPointF(9.8, 9.8), QPointF(13.5, 13.5))


def _lock(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.5, 7.5, 9, 6), 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(5, 2.5, 6, 8), 0, 180 * 16)


def _mute(painter: QPainter) -> None:
    _polygon(painter, (2.5, 6.2), (5, 6.2), (8, 3.5), (8, 12.5), (5, 9.8), (2.5, 9.8))
    painter.drawLine(QPointF(10.5, 6), QPointF(14, 10))
    painter.drawLine(QPointF(14, 6), QPointF(10.5, 10))


def _film(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(2, 3, 12, 10), 1.5, 1.5)
    painter.drawLine(QPointF(5, 3), QPointF(5, 13))
    painter.drawLine(QPointF(11, 3), QPointF(11, 13))
    for x in (2, 11):
        painter.drawLine(QPointF(x, 6.3), QPointF(x + 3, 6.3))
        painter.drawLine(QPointF(x, 9.7), QPointF(x + 3, 9.7))


def _folder(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(2, 12.5))
    for x, y in ((2, 4), (6.2, 4), (7.8, 5.8), (14, 5.8), (14, 12.5)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.drawPath(path)


def _warning(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _polygon(painter, (8, 2), (14.5, 13.5), (1.5, 13.5))
    painter.drawLine(QPointF(8, 6.2), QPointF(8, 9.6))
    painter.drawPoint(QPointF(8, 11.7))


def _info(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(2, 2, 12, 12))
    painter.drawLine(QPointF(8, 7.4), QPointF(8, 11))
    painter.drawPoint(QPointF(8, 4.9))


def _drumstick(painter: QPainter) -> None:
    painter.drawLine(QPointF(13.5, 2.5), QPointF(5.5, 9.5))
    painter.drawEllipse(QRectF(3.6, 8.8, 2.6, 2.6))
    painter.drawLine(QPointF(2, 13.5), QPointF(9, 13.5))


def _dice(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 2, 2)
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in ((5.5, 5.5), (10.5, 5.5), (8, 8), (5.5, 10.5), (10.5, 10.5)):
        painter.drawEllipse(QPointF(x, y), 1.1, 1.1)


def _close(painter: QPainter) -> None:
    painter.drawLine(QPointF(4, 4), QPointF(12, 12))
    painter.drawLine(QPointF(12, 4), QPointF(4, 12))


def _add(painter: QPainter) -> None:
    painter.drawLine(QPointF(8, 3), QPointF(8, 13))
    painter.drawLine(QPointF(3, 8), QPointF(13, 8))


SHAPES: dict[str, Shape] = {
    "add": _add,
    "close": _close,
    "dice": _dice,
    "drumstick": _drumstick,
    "film": _film,
    "forward": _forward,
    "folder": _folder,
    "info": _info,
    "lock": _lock,
    "loop": _loop,
    "mute": _mute,
    "pause": _pause,
    "play": _play,
    "reverse": _reverse,
    "search": _search,
    "step_back": _step_back,
    "step_forward": _step_forward,
    "warning": _warning,
}
