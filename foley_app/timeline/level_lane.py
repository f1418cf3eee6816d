"""The level lane: the predicted curve filled, the editor's automation dashed on top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.project.document import AutomationPoint, LoudnessCurve
from foley_app.theme.theme import colour, ui_font
from foley_app.timeline.array_painting import draw_polygon, draw_polyline
from foley_app.timeline.lane import Lane, LaneHeight
from foley_app.timeline.level_scale import MARKS_DB, y_of_gain, y_of_level

_POINT_RADIUS = 4.0
_GRAB_RADIUS = 8.0


class LevelLane(Lane):
    """Predicted level in green, gain points in the strongest text colour.

    While points are dragged, `preview` is drawn instead of the document's automation.
    """

    heights = LaneHeight(52, 76, 160)

    def __init__(self) -> None:
        super().__init__("level", "Level")
        self._curve = LoudnessCurve()
        self._positions: NDArray[np.float64] = np.zeros(0)
        self._levels_db: NDArray[np.float64] = np.zeros(0)
        self._preview: tuple[AutomationPoint, ...] | None = None
        self._chosen: int | None = None
        self._message_font = ui_font(12)

    def set_curve(self, curve: LoudnessCurve) -> None:
        """Show another curve and automation."""
        if curve is self._curve:
            return
        if (
            curve.level_db is not self._curve.level_db
            or curve.frame_positions is not self._curve.frame_positions
        ):
            self._positions = np.array(curve.frame_positions, np.float64)
            self._levels_db = np.array(curve.level_db, np.float64)
        self._curve = curve
        if self._chosen is not None and self._chosen >= len(curve.automation):
            self._chosen = None
        self.update()

    @property
    def points(self) -> tuple[AutomationPoint, ...]:
        """The automation as drawn."""
        return self._curve.automation if self._preview is None else self._preview

    def set_preview(self, points: tuple[AutomationPoint, ...] | None) -> None:
        """Draw these points while they are dragged; None goes back to the document's."""
        if points != self._preview:
            self._preview = points
            self.update()

    @property
    def chosen(self) -> int | None:
        """Index of the point that the keys work on."""
        return self._chosen

    def choose(self, index: int | None) -> None:
        """Let the keys work on another point, or on none."""
        if index != self._chosen:
            self._chosen = index
            self.update()

    def point_at(self, x: float, y: float) -> int | None:
        """Index of the automation point under the pointer; y counts from the lane's top."""
        best, best_distance = None, _GRAB_RADIUS
        for index, point in enumerate(self.points):
            distance = float(
                np.hypot(self.axis.x_of(point.position) - x, y_of_gain(point.gain_db, self.height) - y)
            )
            if distance <= best_distance:
                best, best_distance = index, distance
        return best

    def level_at(self, position: int) -> float | None:
        """Predicted level in dBFS at a position, None where nothing is predicted."""
        index = int(np.searchsorted(self._positions, position, side="right")) - 1
        return float(self._levels_db[index]) if 0 <= index < len(self._levels_db) else None

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        painter.setPen(QPen(colour(self.palette.text_quiet, 0.16), 1))
        for mark_db in MARKS_DB:
            y = round(y_of_level(float(mark_db), self.height)) + 0.5
            painter.drawLine(QPointF(left, y), QPointF(right, y))
        if len(self._levels_db):
            self._draw_curve(painter, left, right)
        else:
            painter.setFont(self._message_font)
            self.draw_message(painter, "The predicted level is drawn here once the picture is analysed.")
        self._draw_automation(painter, left, right)

    def _draw_curve(self, painter: QPainter, left: float, right: float) -> None:
        x, y = self._outline(left, right)
        if len(x) < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = float(self.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.palette.level, 0.22))
        draw_polygon(painter, np.concatenate(([x[0]], x, [x[-1]])), np.concatenate(([bottom], y, [bottom])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.palette.level), 1.25))
        draw_polyline(painter, x, y)

    def _outline(self, left: float, right: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The curve's visible points in pixels; several frames in one pixel are their loudest."""
        first = max(int(np.searchsorted(self._positions, self.axis.position_at(left - 2))) - 1, 0)
        last = int(np.searchsorted(self._positions, self.axis.position_at(right + 2))) + 1
        x = self.axis.x_of(self._positions[first:last])
        levels_db = self._levels_db[first:last]
        if len(x) > 2 * (right - left + 4):
            # Pixels are counted from the document's start, so that scrolling does not make it flicker.
            pixel = np.floor(self._positions[first:last] / self.axis.samples_per_pixel)
            starts = np.flatnonzero(np.diff(pixel, prepend=-1.0))
            x, levels_db = x[starts], np.maximum.reduceat(levels_db, starts)
        elif last >= len(self._positions) and len(x):
            # The last frame lasts until the end of the picture.
            x = np.append(x, max(self.axis.x_of(self.axis.length), x[-1]))
            levels_db = np.append(levels_db, levels_db[-1])
        return x, np.minimum(y_of_level(levels_db, self.height), self.height - 1.0)

    def _draw_automation(self, painter: QPainter, left: float, right: float) -> None:
        points = self.points
        if not points:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = np.array([self.axis.x_of(point.position) for point in points])
        y = np.array([y_of_gain(point.gain_db, self.height) for point in points])
        line = colour(self.palette.text_strong)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(line, 1.25, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        draw_polyline(painter, x, y)
        # Outside its points the line keeps their level; fainter, because nobody drew it.
        pen.setColor(colour(self.palette.text_strong, 0.4))
        painter.setPen(pen)
        start_x, end_x = self.axis.x_of(0), self.axis.x_of(self.axis.length)
        painter.drawLine(QPointF(start_x, y[0]), QPointF(x[0], y[0]))
        painter.drawLine(QPointF(x[-1], y[-1]), QPointF(end_x, y[-1]))
        for index in range(len(points)):
            if left - 8 <= x[index] <= right + 8:
                self._draw_point(painter, QPointF(x[index], y[index]), is_chosen=index == self._chosen)

    def _draw_point(self, painter: QPainter, centre: QPointF, *, is_chosen: bool) -> None:
        # A rim in the lane's colour keeps a white point apart from a pale curve.
        painter.setPen(QPen(colour(self.palette.lane), 1.5))
        painter.setBrush(colour(self.palette.text_strong))
        painter.drawEllipse(centre, _POINT_RADIUS + 0.75, _POINT_RADIUS + 0.75)
        if is_chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(self.palette.accent), 2))
            painter.drawEllipse(centre, _POINT_RADIUS + 3.5, _POINT_RADIUS + 3.5)
