"""The two scroll bars: time along the bottom, lanes at the right."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QScrollBar, QWidget

from foley_app.timeline.time_axis import TimeAxis

_SAMPLES_PER_UNIT = 32
"""A scroll bar counts in 32-bit numbers; in these units they last for days."""


class ScrollBars(QObject):
    """Keeps the bars in step with what is shown; each is there only when there is something to scroll.

    **Signals**

    time_scrolled(float start)
        The person wants this sample position at the left edge.
    lanes_scrolled(int pixels)
        The person wants the lanes this far down.
    """

    time_scrolled = Signal(float)
    lanes_scrolled = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.horizontal = QScrollBar(Qt.Orientation.Horizontal, parent)
        self.horizontal.setAccessibleName("Time shown")
        self.horizontal.valueChanged.connect(
            lambda value: self.time_scrolled.emit(float(value * _SAMPLES_PER_UNIT))
        )
        self.vertical = QScrollBar(Qt.Orientation.Vertical, parent)
        self.vertical.setAccessibleName("Lanes shown")
        self.vertical.valueChanged.connect(self.lanes_scrolled)
        # Room for the bar is kept, lest the lanes jump when one zooms.
        policy = self.horizontal.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.horizontal.setSizePolicy(policy)
        self.horizontal.hide()
        self.vertical.hide()

    def show_axis(self, axis: TimeAxis) -> None:
        """Stand where the axis stands."""
        with QSignalBlocker(self.horizontal):
            self.horizontal.setRange(_units(axis.earliest_start), _units(axis.latest_start))
            self.horizontal.setPageStep(max(_units(axis.width * axis.samples_per_pixel), 1))
            self.horizontal.setSingleStep(max(_units(48 * axis.samples_per_pixel), 1))
            self.horizontal.setValue(_units(axis.start))
        self.horizontal.setVisible(not axis.is_fitted)

    def show_lanes(self, scroll: int, hidden_height: int, visible_height: int) -> None:
        """Stand where the lanes stand."""
        with QSignalBlocker(self.vertical):
            self.vertical.setRange(0, hidden_height)
            self.vertical.setPageStep(max(visible_height, 1))
            self.vertical.setSingleStep(24)
            self.vertical.setValue(scroll)
        self.vertical.setVisible(hidden_height > 0)


def _units(samples: float) -> int:
    return round(samples / _SAMPLES_PER_UNIT)
