"""The picture with the contact point of the selected hit, which can be dragged."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.project.document import ContactPoint
from foley_app.theme.theme import SMALL_TEXT_PIXELS, colour, current_palette, ui_font

_RING_RADIUS = 12
_GRAB_RADIUS = 20


@dataclass(frozen=True, slots=True)
class ContactMark:
    """What is drawn over the picture: where, what it says, and whether its moment is on screen."""

    point: ContactPoint
    label: str
    is_now: bool = True


class PictureView(QWidget):
    """Shows one frame, as large as fits, never stretched.

    **Signals**

    contact_moved(float x, float y, bool finished)
        The contact point is being dragged; 0..1 from the left and from the top of the picture.
    size_wanted(int width, int height)
        The size in device pixels that a frame may have here.
    """

    contact_moved = Signal(float, float, bool)
    size_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setAccessibleName("Picture")
        self._frame = QImage()
        self._mark: ContactMark | None = None
        self._message = ""
        self._is_dragging = False

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def show_frame(self, frame: QImage) -> None:
        """Put another frame on screen."""
        self._frame = frame
        self._message = ""
        self.update()

    def clear(self, message: str = "") -> None:
        """Show no picture, and say why."""
        self._frame = QImage()
        self._message = message
        self.update()

    def set_mark(self, mark: ContactMark | None) -> None:
        """Show where the contact happens, or nothing."""
        if mark != self._mark and not self._is_dragging:
            self._mark = mark
            self.update()

    @property
    def has_frame(self) -> bool:
        """Whether there is a picture on screen."""
        return not self._frame.isNull()

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture is drawn, in widget coordinates."""
        if self._frame.isNull():
            return QRectF()
        frame_size = self._frame.size()
        scale = min(self.width() / frame_size.width(), self.height() / frame_size.height())
        width, height = frame_size.width() * scale, frame_size.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = current_palette()
        if self._frame.isNull():
            painter.setPen(colour(palette.text_quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.picture_rect, self._frame)
        if self._mark is not None:
            self._paint_mark(painter, self._mark)

    def _paint_mark(self, painter: QPainter, mark: ContactMark) -> None:
        palette = current_palette()
        centre = self._to_widget(mark.point)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if mark.is_now else 0.45)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # A dark ring under the bright one keeps it visible on a picture of any colour.
        painter.setPen(QPen(colour("#000000", 0.6), 4))
        painter.drawEllipse(centre, _RING_RADIUS, _RING_RADIUS)
        painter.setPen(QPen(colour(palette.playhead), 2))
        painter.drawEllipse(centre, _RING_RADIUS, _RING_RADIUS)
        painter.setFont(ui_font(SMALL_TEXT_PIXELS))
        width = painter.fontMetrics().horizontalAdvance(mark.label) + 12
        box = QRectF(centre.x() + _RING_RADIUS + 6, centre.y() - 17, width, 20)
        if box.right() > self.picture_rect.right():
            box.moveRight(centre.x() - _RING_RADIUS - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("#14171B", 0.85))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colour("#F0F3F6"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.label)

    def resizeEvent(self, event: QResizeEvent) -> None:
        scale = self.devicePixelRatioF()
        self.size_wanted.emit(max(1, round(self.width() * scale)), max(1, round(self.height() * scale)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_mark(event.position()):
            self._is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._drag_to(event.position(), finished=False)
        elif self._is_on_mark(event.position()):
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._drag_to(event.position(), finished=True)
            self._is_dragging = False
            self.unsetCursor()

    def _drag_to(self, where: QPointF, *, finished: bool) -> None:
        rect = self.picture_rect
        if self._mark is None or rect.isEmpty():
            return
        point = ContactPoint(
            min(max((where.x() - rect.left()) / rect.width(), 0.0), 1.0),
            min(max((where.y() - rect.top()) / rect.height(), 0.0), 1.0),
        )
        self._mark = ContactMark(point, self._mark.label)
        self.update()
        self.contact_moved.emit(point.x, point.y, finished)

    def _to_widget(self, point: ContactPoint) -> QPointF:
        rect = self.picture_rect
        return QPointF(rect.left() + point.x * rect.width(), rect.top() + point.y * rect.height())

    def _is_on_mark(self, where: QPointF) -> bool:
        if self._mark is None or self._frame.isNull():
            return False
        distance = where - self._to_widget(self._mark.point)
        return distance.x() ** 2 + distance.y() ** 2 <= _GRAB_RADIUS**2
