"""The slider of the threshold of confidence, with a mark where the detector itself would put it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSlider, QStyle, QWidget

from foley_app.theme.theme import colour, current_palette

_STEPS = 100
_HANDLE = 12
_QUIET_MS = 700
_TIP = "Hits of less confidence are hidden, not lost"


class ThresholdSlider(QSlider):
    """From 0 to 1 in hundredths.

    **Signals**

    moved(float value, bool finished)
        It is being moved; a drag is finished when the button comes up, keys and the wheel when they rest.
    reset_requested()
        A double click, or the menu: back to the detector's own.
    """

    moved = Signal(float, bool)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, _STEPS)
        self.setPageStep(5)
        self.setAccessibleName("Threshold of confidence")
        self._own: float | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_QUIET_MS)
        self._rest.timeout.connect(self._finish)
        self.valueChanged.connect(self._on_value)
        self.sliderReleased.connect(self._finish)
        self.set_own(None)

    def show_value(self, threshold: float) -> None:
        """Put the handle there without telling anybody."""
        self.blockSignals(True)
        self.setValue(round(threshold * _STEPS))
        self.blockSignals(False)

    def set_own(self, threshold: float | None) -> None:
        """Where the detector itself would put it; None when that is not known."""
        self._own = threshold
        self.setToolTip(
            _TIP if threshold is None else f"{_TIP}. Double click: the detector's own, {threshold:.2f}"
        )
        self.update()

    def _on_value(self, step: int) -> None:
        self.moved.emit(step / _STEPS, False)
        if not self.isSliderDown():
            self._rest.start()

    def _finish(self) -> None:
        self._rest.stop()
        self.moved.emit(self.value() / _STEPS, True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The first click of the two has moved the handle; the reset is what was meant.
        self._rest.stop()
        self.setSliderDown(False)
        self.reset_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        own = "" if self._own is None else f" ({self._own:.2f})"
        reset = menu.addAction(f"Back to the detector's own{own}")
        reset.setEnabled(self._own is not None)
        reset.triggered.connect(self.reset_requested)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos() if event.globalPos() != QPoint(-1, -1) else self.mapToGlobal(QPoint()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._own is None:
            return
        way = self.width() - _HANDLE
        x = _HANDLE / 2 + QStyle.sliderPositionFromValue(0, _STEPS, round(self._own * _STEPS), way)
        painter = QPainter(self)
        painter.setPen(QPen(colour(current_palette().text_quiet), 1.5))
        below = self.height() / 2 + 3
        painter.drawLine(QLineF(x, below, x, below + 4))
