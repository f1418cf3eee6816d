"""Fine lines from each marker down to the sound that it triggers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from foley_app.timeline.array_painting import draw_rects
from foley_app.timeline.hit_columns import NO_HITS, HitColumns, track_number
from foley_app.timeline.hit_marker import visible_hue
from foley_app.timeline.lane import CanvasItem

_OPACITY = 0.55
_CROWDED_PIXELS, _DENSE_PIXELS = 32.0, 12.0
"""Between these usual distances lines fade away, lest they hide the waveforms."""


class TriggerLines(CanvasItem):
    """One line per sounding hit, from the hits lane to the lower edge of its track's lane."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = NO_HITS
        self._bottom_of_track: dict[str, int] = {}
        self._default_bottom = 0
        self._bottoms: NDArray[np.float64] = np.zeros(0)

    def set_columns(self, columns: HitColumns) -> None:
        """Draw the lines of other hits."""
        if columns is not self._columns:
            self._columns = columns
            self._find_bottoms()

    def set_bottoms(self, bottom_of_track: dict[str, int], default: int) -> None:
        """Where each track's lane ends, counted from this item's top."""
        if (bottom_of_track, default) != (self._bottom_of_track, self._default_bottom):
            self._bottom_of_track, self._default_bottom = bottom_of_track, default
            self._find_bottoms()

    def _find_bottoms(self) -> None:
        rows = self._columns
        bottoms = np.full(len(rows), float(self._default_bottom))
        for track_id, bottom in self._bottom_of_track.items():
            bottoms[rows.track == track_number(track_id)] = bottom
        # A hit that makes no sound has no line.
        self._bottoms = np.where(rows.is_sounding, bottoms, 0.0)
        self.update()

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        rows, opacity = self._columns, self._opacity()
        if not opacity:
            return
        first, last = np.searchsorted(
            rows.position,
            (self.axis.position_at(exposed.left() - 2), self.axis.position_at(exposed.right() + 2) + 1),
        )
        x = self.axis.x_of(rows.position[first:last])
        height = self._bottoms[first:last]
        sounding = np.flatnonzero(height > 0)
        if not len(sounding):
            return
        ratio = self.device_ratio()
        width_device = max(round(ratio), 1)
        left = np.floor(x[sounding] * ratio - width_device / 2 + 0.5)
        # Several lines on one pixel are one line.
        left, unique = np.unique(left, return_index=True)
        chosen = sounding[unique]
        rects = np.column_stack(
            (left / ratio, np.zeros(len(left)), np.full(len(left), width_device / ratio), height[chosen])
        )
        materials = rows.material[first:last][chosen]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for material in np.unique(materials):
            ink = QColor(visible_hue(int(material), self.palette))
            ink.setAlphaF(opacity)
            painter.setBrush(ink)
            draw_rects(painter, rects[materials == material])

    def _opacity(self) -> float:
        rows = self._columns
        if len(rows) < 2:
            return _OPACITY
        gap_pixels = self.axis.length / len(rows) / self.axis.samples_per_pixel
        share = (gap_pixels - _DENSE_PIXELS) / (_CROWDED_PIXELS - _DENSE_PIXELS)
        return _OPACITY * min(max(share, 0.0), 1.0)
