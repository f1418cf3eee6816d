"""The ruler above the lanes: ticks and timecode, adapted to the zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.project.document import Project
from foley_app.theme.theme import colour, timecode_font
from foley_app.timeline.lane import CanvasItem, snapped_left
from foley_app.timeline.ruler_ticks import Counting, Tick, ruler_ticks

RULER_HEIGHT = 28
_LABEL_PIXELS = 11
_MAJOR_TICK = 16
_MINOR_TICK = 5


class Ruler(CanvasItem):
    """Timecode along the top; labels never touch, whatever the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._font = timecode_font(_LABEL_PIXELS)
        self._font.setWeight(self._font.Weight.Normal)
        self._metrics = QFontMetricsF(self._font)
        self._counting: Counting | None = None
        self._ticks: list[Tick] | None = None

    def set_project(self, project: Project | None) -> None:
        """Count as this project counts."""
        counting = None
        if project is not None:
            counting = Counting(project.timecode, project.start_frame, project.sample_rate)
        if counting != self._counting:
            self._counting = counting
            self.axis_changed()
            self.update()

    def axis_changed(self) -> None:
        self._ticks = None

    def _visible_ticks(self) -> list[Tick]:
        if self._counting is None:
            return []
        if self._ticks is None:
            # The font's figures are all of one width.
            label_width = self._advance(self._counting.timecode.format(0))
            self._ticks = ruler_ticks(self.axis, self._counting, label_width)
        return self._ticks

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        painter.fillRect(exposed, colour(self.palette.panel))
        ratio = self.device_ratio()
        line_device = max(round(ratio), 1)
        painter.setFont(self._font)
        text_colour, tick_colour = colour(self.palette.text_quiet), colour(self.palette.text_quiet, 0.55)
        painter.setPen(text_colour)
        baseline = self.height - 10.0
        for tick in self._visible_ticks():
            x = self.axis.x_of(tick.position)
            height = _MAJOR_TICK if tick.label else _MINOR_TICK
            left = snapped_left(x, line_device, ratio)
            painter.fillRect(QRectF(left, self.height - height, line_device / ratio, height), tick_colour)
            # A label cut off by the window's edge would read as another time.
            if tick.label and left >= -4 and left + 5 + self._advance(tick.label) <= self.width:
                painter.drawText(QPointF(left + 5, baseline), tick.label)

    def _advance(self, text: str) -> float:
        return self._metrics.horizontalAdvance(text)
