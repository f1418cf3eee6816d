"""A number that is dragged sideways, turned with the wheel or the arrow keys, or typed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from foley_app.own_keys import claims
from foley_app.theme.theme import CONTROL_HEIGHT, colour, current_palette, ui_font

_PIXELS_PER_STEP = 3
_LABEL_PIXELS = 11


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a field holds.

    Attributes
    ----------
    step
        What one notch of the wheel or one arrow key changes; with Shift a tenth of it.
    signed
        Whether a plus is written before positive values.
    """

    label: str
    unit: str
    minimum: float
    maximum: float
    default: float
    step: float
    decimals: int
    signed: bool = True
    meaning: str = ""


class DragField(QWidget):
    """One number with its label.

    Drag sideways (Shift: fine), wheel, Up and Down, Page Up and Page Down; double-click or Return to
    type; Backspace gives back the default.

    **Signals**

    value_changed(float value, bool finished)
        The person changes the value; `finished` ends one undo step.
    """

    value_changed = Signal(float, bool)

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None, *, one_line: bool = False) -> None:
        super().__init__(parent)
        self.spec = spec
        self._one_line = one_line
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setToolTip(
            f"{spec.meaning}\nDrag sideways, turn the wheel or press Up and Down (Shift: fine); "
            "double-click to type; Backspace resets."
        )
        self._value: float | None = spec.default
        self._drag_from: QPointF | None = None
        self._drag_value = 0.0
        self._has_moved = False
        self._editor = QLineEdit(self)
        self._editor.hide()
        self._editor.returnPressed.connect(self._take_typed)
        self._editor.editingFinished.connect(self._close_editor)
        self._name_for_readers()

    def sizeHint(self) -> QSize:
        return QSize(92, CONTROL_HEIGHT if self._one_line else 44)

    @property
    def value(self) -> float | None:
        """The number, None where several hits differ."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a number; None where several hits differ."""
        if value != self._value:
            self._value = value
            self._name_for_readers()
            self.update()

    def text(self) -> str:
        """The number as it is shown."""
        if self._value is None:
            return "mixed"
        return f"{self._number(self._value)} {self.spec.unit}"

    def _number(self, value: float) -> str:
        sign = "+" if self.spec.signed else ""
        text = f"{value:{sign}.{self.spec.decimals}f}"
        if float(text) == 0:
            text = f"{0:.{self.spec.decimals}f}"
        return text.replace("-", "−")

    def _name_for_readers(self) -> None:
        self.setAccessibleName(f"{self.spec.label}: {self.text()}")

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour(palette.accent)) if self.hasFocus() else Qt.PenStyle.NoPen)
        hovered = self.underMouse() and self.isEnabled()
        painter.setBrush(colour(palette.control_hover if hovered else palette.control))
        painter.drawRoundedRect(box, 6, 6)
        enabled = self.isEnabled()
        painter.setPen(colour(palette.text_quiet, 1.0 if enabled else 0.6))
        painter.setFont(ui_font(_LABEL_PIXELS))
        inside = QRectF(9, 0, self.width() - 18, self.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        label_box = inside if self._one_line else QRectF(9, 5, inside.width(), 16)
        value_box = inside if self._one_line else QRectF(9, 21, inside.width(), 18)
        painter.drawText(label_box, middle, self.spec.label)
        painter.setPen(
            colour(palette.text_strong if enabled else palette.text_quiet, 1.0 if enabled else 0.6)
        )
        painter.setFont(ui_font())
        side = Qt.AlignmentFlag.AlignRight if self._one_line else Qt.AlignmentFlag.AlignLeft
        painter.drawText(value_box, middle | side, self.text() if enabled else "–")

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return claims(event, _OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.open_editor()
        elif key in _STEPS:
            fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self._change_by(_STEPS[key] * fine, finished=not event.isAutoRepeat())
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._change_to(self.spec.default, finished=True)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._change_by(notches * fine, finished=False)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            self._drag_value = self._start_value()
            self._has_moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None:
            return
        pixels = event.position().x() - self._drag_from.x()
        if abs(pixels) < _PIXELS_PER_STEP and not self._has_moved:
            return
        self._has_moved = True
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._change_to(self._drag_value + pixels / _PIXELS_PER_STEP * self.spec.step * fine, finished=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None and self._has_moved and self._value is not None:
            self.value_changed.emit(self._value, True)
        self._drag_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.open_editor()

    def open_editor(self) -> None:
        """Let the person type the number."""
        self._editor.setGeometry(self.rect())
        self._editor.setText("" if self._value is None else self._number(self._value))
        self._editor.show()
        self._editor.setFocus()
        self._editor.selectAll()

    def _take_typed(self) -> None:
        typed = self._editor.text().replace("−", "-").replace(",", ".").removesuffix(self.spec.unit).strip()
        try:
            value = float(typed)
        except ValueError:
            return
        self._change_to(value, finished=True)

    def _close_editor(self) -> None:
        if self._editor.isVisible():
            had_focus = self._editor.hasFocus()
            self._editor.hide()
            if had_focus:
                self.setFocus()

    def _start_value(self) -> float:
        return self.spec.default if self._value is None else self._value

    def _change_by(self, steps: float, *, finished: bool) -> None:
        self._change_to(self._start_value() + steps * self.spec.step, finished=finished)

    def _change_to(self, value: float, *, finished: bool) -> None:
        value = round(min(max(value, self.spec.minimum), self.spec.maximum), self.spec.decimals)
        if value != value:
            return
        self.set_value(value)
        self.value_changed.emit(value, finished)


_STEPS = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: 10.0,
    Qt.Key.Key_PageDown: -10.0,
}
_OWN_KEYS = frozenset(
    {
        *_STEPS,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_F2,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
    }
)
