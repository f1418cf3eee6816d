"""The level lane: the predicted curve filled, the editor's automation dashed on top."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from engine.project.document import AutomationPoint, LoudnessCurve
from foley_app.theme.palette import Palette
from foley_app.theme.theme import colour, ui_font
from foley_app.timeline.array_painting import draw_lines
from foley_app.timeline.column_image import Band, draw_columns
from foley_app.timeline.dashed_line import dashes
from foley_app.timeline.lane import Lane, LaneHeight
from foley_app.timeline.level_scale import MARKS_DB, y_of_gain, y_of_level
from foley_app.timeline.mixing import blended

_POINT_RADIUS = 4.0
_GRAB_RADIUS = 8.0
_CURVE_PIXELS = 1.25
_FILL_SHARE = 0.24
_SMOOTH_FRAMES = 0.4
"""Frames per pixel up to which the curve is drawn smooth; denser ones are too steep to tell."""
_CROWDED_FRAMES = 2.0
"""Frames per pixel from which only the loudest of a pixel is drawn."""


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
        outline = self._outline(left, right)
        has_curve = len(outline[0]) > 1
        if has_curve:
            self._fill_curve(painter, *outline, left, right)
        painter.setPen(QPen(colour(self.palette.text_quiet, 0.2), 1))
        for mark_db in MARKS_DB:
            y = round(y_of_level(float(mark_db), self.height)) + 0.5
            painter.drawLine(QPointF(left, y), QPointF(right, y))
        if has_curve and self._is_smooth:
            self._stroke_curve(painter, *outline)
        elif not len(self._levels_db):
            painter.setFont(self._message_font)
            self.draw_message(painter, "The predicted level is drawn here once the picture is analysed.")
        self._draw_automation(painter, left, right)

    def _fill_curve(
        self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], left: float, right: float
    ) -> None:
        columns, width = self._columns(x, left, right)
        if not len(columns):
            return
        floor = np.full(len(columns), float(self.height))
        ink = blended(self.palette.level, self.palette.lane, _FILL_SHARE)
        bands = [Band(np.interp(columns + width / 2, x, y), floor, ink)]
        if not self._is_smooth:
            before, after = np.interp(columns, x, y), np.interp(columns + width, x, y)
            top = np.minimum(before, after) - _CURVE_PIXELS / 2
            bands.append(Band(top, np.maximum(before, after) + _CURVE_PIXELS / 2, self.palette.level))
        draw_columns(painter, columns[0], self.height, self.device_ratio(), self.palette.lane, *bands)

    def _columns(
        self, x: NDArray[np.float64], left: float, right: float
    ) -> tuple[NDArray[np.float64], float]:
        """Left edges of the device pixels between two x that the curve covers, and their width."""
        ratio = self.device_ratio()
        first = math.floor(max(left, x[0]) * ratio)
        last = math.ceil(min(right, x[-1]) * ratio)
        return np.arange(first, max(last, first)) / ratio, 1 / ratio

    def _stroke_curve(self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(self.palette.level), _CURVE_PIXELS))
        # Separate segments: Qt strokes one long jagged line some forty times slower.
        draw_lines(painter, np.column_stack((x[:-1], y[:-1], x[1:], y[1:])))

    @property
    def _is_smooth(self) -> bool:
        return self._frames_per_pixel < _SMOOTH_FRAMES

    def _outline(self, left: float, right: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The curve's visible points in pixels; several frames in one pixel are their loudest."""
        first = max(int(np.searchsorted(self._positions, self.axis.position_at(left - 2))) - 1, 0)
        last = int(np.searchsorted(self._positions, self.axis.position_at(right + 2))) + 1
        positions, levels_db = self._positions[first:last], self._levels_db[first:last]
        x = self.axis.x_of(positions)
        if self._frames_per_pixel > _CROWDED_FRAMES:
            # Pixels are counted from the document's start, so that scrolling does not make it flicker.
            pixel = np.floor(positions / self.axis.samples_per_pixel)
            starts = np.flatnonzero(np.diff(pixel, prepend=-1.0))
            x, levels_db = x[starts], np.maximum.reduceat(levels_db, starts)
        if last >= len(self._positions) and len(x):
            # The last frame lasts until the end of the picture.
            x = np.append(x, max(self.axis.x_of(self.axis.length), x[-1]))
            levels_db = np.append(levels_db, levels_db[-1])
        return x, np.minimum(y_of_level(levels_db, self.height), self.height - 1.0)

    @property
    def _frames_per_pixel(self) -> float:
        count = len(self._positions)
        length = self._positions[-1] - self._positions[0] if count > 1 else 0.0
        return (count - 1) * self.axis.samples_per_pixel / length if length else 0.0

    def _draw_automation(self, painter: QPainter, left: float, right: float) -> None:
        points = self.points
        if not points:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.axis.x_of(np.array([point.position for point in points]))
        y = np.array([y_of_gain(point.gain_db, self.height) for point in points])
        painter.setPen(QPen(colour(self.palette.text_strong), _CURVE_PIXELS))
        draw_lines(painter, dashes(x, y, left, right))
        # Outside its points the line keeps their level; fainter, because nobody drew it.
        painter.setPen(QPen(colour(self.palette.text_strong, 0.4), _CURVE_PIXELS))
        before = np.array([min(self.axis.x_of(0), x[0]), x[0]])
        after = np.array([x[-1], max(self.axis.x_of(self.axis.length), x[-1])])
        draw_lines(painter, dashes(before, y[[0, 0]], left, right))
        draw_lines(painter, dashes(after, y[[-1, -1]], left, right))
        self._draw_points(painter, x, y, left, right)

    def _draw_points(
        self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], left: float, right: float
    ) -> None:
        ratio = self.device_ratio()
        for index in range(len(x)):
            if left - _GRAB_RADIUS <= x[index] <= right + _GRAB_RADIUS:
                dot = _dot(index == self._chosen, self.palette, ratio)
                corner = np.round((np.array((x[index], y[index])) - _GRAB_RADIUS) * ratio) / ratio
                painter.drawPixmap(QPointF(*corner), dot)


@lru_cache(maxsize=8)
def _dot(is_chosen: bool, palette: Palette, device_ratio: float) -> QPixmap:
    """A level point, painted once: dozens of smooth circles per frame would cost milliseconds."""
    side = round(2 * _GRAB_RADIUS * device_ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(device_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(_GRAB_RADIUS, _GRAB_RADIUS)
    # A rim in the lane's colour keeps a white point apart from a pale curve.
    painter.setPen(QPen(colour(palette.lane), 1.5))
    painter.setBrush(colour(palette.text_strong))
    painter.drawEllipse(centre, _POINT_RADIUS + 0.75, _POINT_RADIUS + 0.75)
    if is_chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(palette.accent), 2))
        painter.drawEllipse(centre, _POINT_RADIUS + 3, _POINT_RADIUS + 3)
    painter.end()
    return pixmap
