"""The slider between the sounds of the hits and the generated takes."""

from __future__ import annotations

from PySide6.QtCore import QLineF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from foley_app.theme.theme import colour, current_palette

_STEPS = 100
_MIDDLE = _STEPS // 2
_QUIET_MS = 700
_TIP = (
    "Left: the hits alone; middle: both as their faders say; right: the takes alone.\n"
    "T switches between hits and take. Double click: both."
)


class BlendSlider(QSlider):
    """From the hits alone (0) to the takes alone (1); a mark where both are as loud as their faders say.

    **Signals**

    moved(float value, bool finished)
        It is being moved; a drag is finished when the button comes up, keys and the wheel when they rest.
    """

    moved = Signal(float, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, _STEPS)
        self.setValue(_MIDDLE)
        self.setPageStep(10)
        self.setMinimumHeight(24)
        self.setToolTip(_TIP)
        self.setAccessibleName("Blend of hits and takes")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_QUIET_MS)
        self._rest.timeout.connect(self._finish)
        self.valueChanged.connect(self._on_value)
        self.sliderReleased.connect(self._finish)

    def show_value(self, blend: float) -> None:
        """Put the handle there without telling anybody."""
        self.blockSignals(True)
        self.setValue(round(blend * _STEPS))
        self.blockSignals(False)

    def _on_value(self, step: int) -> None:
        self.moved.emit(step / _STEPS, False)
        if not self.isSliderDown():
            self._rest.start()

    def _finish(self) -> None:
        self._rest.stop()
        self.moved.emit(self.value() / _STEPS, True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The first click of the two has moved the handle; the middle is what was meant.
        self.setSliderDown(False)
        self.show_value(0.5)
        self._finish()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(colour(current_palette().text_quiet), 1.5))
        middle = self.width() / 2
        painter.drawLine(QLineF(middle, self.height() / 2 - 7, middle, self.height() / 2 + 7))
        painter.end()
        super().paintEvent(event)


class BlendRow(QWidget):
    """The slider with the names of its ends.

    **Signals**

    moved(float value, bool finished)
        As the slider's.
    """

    moved = Signal(float, bool)

    def __init__(self, left: str, right: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = BlendSlider(self)
        self.slider.moved.connect(self.moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, widget in ((left, None), ("", self.slider), (right, None)):
            if widget is None:
                label = QLabel(text, self)
                label.setObjectName("quiet")
                label.setToolTip(_TIP)
                row.addWidget(label)
            else:
                row.addWidget(widget, 1)

    def show_value(self, blend: float) -> None:
        """Put the handle there without telling anybody."""
        self.slider.show_value(blend)
