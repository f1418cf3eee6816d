"""Markers painted once and kept in one pixmap, so that thousands are drawn in a single call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from engine.project.materials import MATERIALS
from foley_app.theme.palette import DARK, Palette
from foley_app.timeline.array_painting import FRAGMENT_FIELDS, draw_fragments
from foley_app.timeline.hit_marker import (
    CONFIDENCE_STEPS,
    LETTER_WIDTH,
    MarkerLook,
    draw_marker,
    letter_font,
)

_CELLS_PER_ROW = 32
_FLAGS = ("is_selected", "is_locked", "is_muted", "is_doubted", "is_faint", "is_guessed")
_MATERIAL_CODES = len(MATERIALS) + 1
_STEP_CODES = CONFIDENCE_STEPS + 1
_PADDING, _EDGE_PADDING = 4, 1
"""Room beside a marker: what stands above it may be wider than a marker with a letter."""


class MarkerAtlas:
    """Draws markers from a pixmap that grows as new looks are asked for."""

    def __init__(self) -> None:
        self._form: tuple[int, int, float] = (0, 0, 1.0)
        self._palette: Palette = DARK
        self._cell_of: dict[int, int] = {}
        self._pixmap = QPixmap()
        self._cell_width = 1
        self._cell_height = 1
        self._font = letter_font()

    def prepare(self, width: int, height: int, device_ratio: float, palette: Palette) -> None:
        """Draw markers of this size, for a screen of this density, in these colours from now on."""
        if self._form == (width, height, device_ratio) and self._palette is palette:
            return
        self._form, self._palette = (width, height, device_ratio), palette
        self._cell_of.clear()
        self._pixmap = QPixmap()
        # Even parity with the marker's width keeps its edges on device pixels.
        marker_device = round(width * device_ratio)
        self._cell_width = marker_device + 2 * round(
            (_PADDING if width >= LETTER_WIDTH else _EDGE_PADDING) * device_ratio
        )
        self._cell_height = round(height * device_ratio)

    def draw(self, painter: QPainter, x: NDArray[np.float64], codes: NDArray[np.int64]) -> None:
        """Draw markers centred on `x` (n,) in logical pixels; `codes` (n,) come from `look_codes`."""
        if not len(x):
            return
        kinds, kind_of = np.unique(codes, return_inverse=True)
        self._paint_missing([int(code) for code in kinds if int(code) not in self._cell_of])
        cells = np.array([self._cell_of[int(code)] for code in kinds])[kind_of]
        ratio = self._form[2]
        left = np.floor(x * ratio - self._cell_width / 2 + 0.5)
        fragments = np.empty((len(x), FRAGMENT_FIELDS))
        fragments[:, 0] = (left + self._cell_width / 2) / ratio
        fragments[:, 1] = self._cell_height / 2 / ratio
        fragments[:, 2] = cells % _CELLS_PER_ROW * self._cell_width
        fragments[:, 3] = cells // _CELLS_PER_ROW * self._cell_height
        fragments[:, 4:6] = self._cell_width, self._cell_height
        fragments[:, 6:8] = 1 / ratio
        fragments[:, 8:10] = 0.0, 1.0
        draw_fragments(painter, fragments, self._pixmap)

    def _paint_missing(self, codes: list[int]) -> None:
        """Give these looks a cell each and paint them."""
        if not codes:
            return
        first = len(self._cell_of)
        self._make_room(first + len(codes) - 1)
        painter = QPainter(self._pixmap)
        for cell, code in enumerate(codes, start=first):
            self._paint(painter, cell, _look_of(code))
            self._cell_of[code] = cell
        painter.end()

    def _make_room(self, cell: int) -> None:
        height = (cell // _CELLS_PER_ROW + 1) * self._cell_height
        if self._pixmap.height() >= height:
            return
        larger = QPixmap(_CELLS_PER_ROW * self._cell_width, 2 * height)
        larger.fill(Qt.GlobalColor.transparent)
        if not self._pixmap.isNull():
            painter = QPainter(larger)
            painter.drawPixmap(0, 0, self._pixmap)
            painter.end()
        self._pixmap = larger

    def _paint(self, painter: QPainter, cell: int, look: MarkerLook) -> None:
        width, _, ratio = self._form
        row, column = divmod(cell, _CELLS_PER_ROW)
        painter.save()
        painter.translate(column * self._cell_width, row * self._cell_height)
        painter.scale(ratio, ratio)
        area = QRectF(0, 0, self._cell_width / ratio, self._cell_height / ratio)
        painter.setClipRect(area)
        draw_marker(painter, look, self._palette, area, width, self._font)
        painter.restore()


def look_codes(
    material: NDArray[np.int64], confidence: NDArray[np.float64], *flags: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """One number per marker for everything that makes it look as it does.

    Parameters
    ----------
    flags
        Six (n,) arrays: selected, locked, muted, doubted, faint, guessed.
    """
    step = np.clip(np.round(confidence * CONFIDENCE_STEPS), 0, CONFIDENCE_STEPS).astype(np.int64)
    codes = material + _MATERIAL_CODES * step
    for bit, flag in enumerate(flags):
        codes = codes + _MATERIAL_CODES * _STEP_CODES * (flag.astype(np.int64) << bit)
    return codes


def _look_of(code: int) -> MarkerLook:
    rest, material = divmod(code, _MATERIAL_CODES)
    bits, step = divmod(rest, _STEP_CODES)
    return MarkerLook(material, step, **{name: bool(bits >> bit & 1) for bit, name in enumerate(_FLAGS)})
