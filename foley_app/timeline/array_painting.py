"""Hands whole numpy arrays to `QPainter`, instead of one Python object per shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPixmap
from shiboken6 import Shiboken

FRAGMENT_FIELDS = 10
"""Numbers per pixmap fragment: x and y of the centre, the source rectangle, scale x and y, turn, opacity."""


def draw_rects(painter: QPainter, rects: NDArray[np.float64]) -> None:
    """Draw rectangles; `rects` is (n, 4) float64: left, top, width, height in logical pixels."""
    if len(rects):
        rects = np.ascontiguousarray(rects, np.float64)
        painter.drawRects(_first(rects, QRectF), len(rects))


def draw_lines(painter: QPainter, lines: NDArray[np.float64]) -> None:
    """Draw separate lines; `lines` is (n, 4) float64: x1, y1, x2, y2 in logical pixels."""
    if len(lines):
        lines = np.ascontiguousarray(lines, np.float64)
        painter.drawLines(_first(lines, QLineF), len(lines))


def draw_fragments(painter: QPainter, fragments: NDArray[np.float64], pixmap: QPixmap) -> None:
    """Draw pieces of a pixmap; `fragments` is (n, 10) float64, see `FRAGMENT_FIELDS`."""
    if len(fragments):
        fragments = np.ascontiguousarray(fragments, np.float64)
        first = _first(fragments, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, len(fragments), pixmap)


def _first(array: NDArray[np.float64], kind: type[Any]) -> Any:
    """The array's first row seen as a Qt value; Qt reads the following rows behind it.

    The array must outlive the drawing call, which holds while the caller's variable does.
    """
    return Shiboken.wrapInstance(array.ctypes.data, kind)
