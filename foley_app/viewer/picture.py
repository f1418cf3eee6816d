"""The picture with the contact point of the selected hit, which can be dragged."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.project.document import ContactPoint
from foley_app.own_keys import claims
from foley_app.theme.theme import colour, current_palette
from foley_app.viewer.contact_ring import paint_label, paint_ring

_GRAB_RADIUS = 20
_LEAST_DRAG = 2.0
_STEP, _FINE_STEP = 0.01, 0.002
"""Of the picture's width, by an arrow key and with Shift."""
_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class ContactMark:
    """What is drawn over the picture: where, what it says, and whether its moment is on screen."""

    point: ContactPoint
    label: str
    is_now: bool = True


@dataclass(slots=True)
class _Held:
    """The ring while a mouse button holds it: where it was taken, and where it is now."""

    pressed: QPointF
    offset: QPointF
    point: ContactPoint
    has_moved: bool = False


class PictureView(QWidget):
    """Shows one frame, as large as fits, never stretched.

    The ring around the contact is dragged with the mouse (Escape puts it back), moved with the arrow keys
    (Shift: fine), or put where the picture is double-clicked.

    **Signals**

    contact_moved(float x, float y, bool finished)
        The contact point was moved; 0..1 from the left and from the top of the picture. While an arrow key
        is held down more follows, and it is not finished.
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
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._frame = QImage()
        self._mark: ContactMark | None = None
        self._message = ""
        self._held: _Held | None = None
        self._is_nudging = False
        self._name_for_readers()

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
        """Show where the contact happens, or nothing; another place or hit ends a drag."""
        if mark == self._mark:
            return
        old, self._mark = self._mark, mark
        if old is None or mark is None or (old.point, old.label) != (mark.point, mark.label):
            self._held = None
            self._name_for_readers()
        if old is None or mark is None or old.label != mark.label:
            self._is_nudging = False
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
        if self._mark is None:
            return
        is_held = self._held is not None and self._held.has_moved
        centre = self._to_widget(self._held.point if self._held is not None else self._mark.point)
        has_focus = self.hasFocus()
        paint_ring(painter, centre, is_now=self._mark.is_now, is_held=is_held, has_focus=has_focus)
        if not is_held:
            paint_label(painter, centre, self._mark.label, self.picture_rect, is_now=self._mark.is_now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        scale = self.devicePixelRatioF()
        self.size_wanted.emit(max(1, round(self.width() * scale)), max(1, round(self.height() * scale)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_mark(event.position()):
            assert self._mark is not None
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            # The ring stays under the pointer as it was taken: a click alone moves nothing.
            offset = self._to_widget(self._mark.point) - event.position()
            self._held = _Held(event.position(), offset, self._mark.point)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        held = self._held
        if held is not None:
            away = event.position() - held.pressed
            held.has_moved = held.has_moved or abs(away.x()) + abs(away.y()) >= _LEAST_DRAG
            if held.has_moved:
                held.point = self._to_picture(event.position() + held.offset)
                self.update()
        else:
            self._show_cursor(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.update()
        if held.has_moved:
            self.contact_moved.emit(held.point.x, held.point.y, True)
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        is_inside = self.picture_rect.contains(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not is_inside or self._is_on_mark(event.position()):
            event.ignore()
            return
        point = self._to_picture(event.position())
        self.contact_moved.emit(point.x, point.y, True)

    def event(self, event: QEvent) -> bool:
        return self._claims(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._held is not None:
            self._held = None
            self.unsetCursor()
            self.update()
        elif key in _DIRECTIONS and self._can_move and self._held is None:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(_DIRECTIONS[key], _FINE_STEP if is_fine else _STEP)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._is_nudging and not event.isAutoRepeat() and Qt.Key(event.key()) in _DIRECTIONS:
            self._end_nudge()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_nudge()
        super().focusOutEvent(event)

    def _claims(self, event: QEvent) -> bool:
        # Qt sends events of other kinds before the constructor is through.
        if event.type() != QEvent.Type.ShortcutOverride or not self._can_move:
            return False
        return claims(event, _DIRECTIONS if self._held is None else (*_DIRECTIONS, Qt.Key.Key_Escape))

    @property
    def _can_move(self) -> bool:
        return self._mark is not None and not self._frame.isNull()

    def _nudge(self, direction: tuple[int, int], step: float) -> None:
        assert self._mark is not None
        rect, point = self.picture_rect, self._mark.point
        self._is_nudging = True
        self.contact_moved.emit(
            _within(point.x + step * direction[0]),
            _within(point.y + step * direction[1] * rect.width() / rect.height()),
            False,
        )

    def _end_nudge(self) -> None:
        if self._is_nudging and self._mark is not None:
            self._is_nudging = False
            self.contact_moved.emit(self._mark.point.x, self._mark.point.y, True)
        self._is_nudging = False

    def _name_for_readers(self) -> None:
        name = "Picture"
        if self._mark is not None:
            x, y = self._mark.point.x, self._mark.point.y
            name += f", {self._mark.label}: contact {x:.0%} from the left, {y:.0%} from the top"
        self.setAccessibleName(name)

    def _show_cursor(self, where: QPointF) -> None:
        if self._is_on_mark(where):
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _to_widget(self, point: ContactPoint) -> QPointF:
        rect = self.picture_rect
        return QPointF(rect.left() + point.x * rect.width(), rect.top() + point.y * rect.height())

    def _to_picture(self, where: QPointF) -> ContactPoint:
        rect = self.picture_rect
        return ContactPoint(
            _within((where.x() - rect.left()) / rect.width()),
            _within((where.y() - rect.top()) / rect.height()),
        )

    def _is_on_mark(self, where: QPointF) -> bool:
        if self._mark is None or self._frame.isNull():
            return False
        distance = where - self._to_widget(self._mark.point)
        return distance.x() ** 2 + distance.y() ** 2 <= _GRAB_RADIUS**2


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
