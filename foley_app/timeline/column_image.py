"""Paints shapes that have one top and one bottom per device pixel column, as an image made by numpy.

Waveforms and filled curves are such shapes. As an image they take a tenth of the time of one rectangle
per column, and a hundredth of that of Qt's fill of the same outline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """What is filled between a top and a bottom in each column.

    Attributes
    ----------
    top, bottom
        (n,) float64, logical pixels from the lane's top; rounded to device pixels, of which at
        least one is filled.
    ink
        "#RRGGBB".
    """

    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    ink: str


def draw_columns(
    painter: QPainter, left: float, height: int, device_ratio: float, ground: str, *bands: Band
) -> None:
    """Paint bands over each other, and the ground where there are none.

    Parameters
    ----------
    left
        Where the first column begins, in logical pixels.
    height
        Of the lane, in logical pixels.
    ground
        "#RRGGBB" behind the bands: the image is opaque.
    """
    count = len(bands[0].top)
    if not count:
        return
    height_device = math.ceil(height * device_ratio)
    rows = np.arange(height_device, dtype=np.int16)[:, None]
    # One byte per pixel with a bit per band is ten times faster to fill than colours would be.
    codes = np.zeros((height_device, count), np.uint8)
    for bit, band in enumerate(bands):
        first = np.clip(np.round(band.top * device_ratio), 0, height_device).astype(np.int16)
        end = np.clip(np.round(band.bottom * device_ratio), 0, height_device).astype(np.int16)
        is_inside = (rows >= first) & (rows < np.maximum(end, first + 1))
        codes |= is_inside.view(np.uint8) << bit
    image = QImage(codes.data, count, height_device, count, QImage.Format.Format_Indexed8)
    inks = [QColor(ink).rgba() for ink in (ground, *(band.ink for band in bands))]
    # A pixel's colour is that of the last band that covers it.
    image.setColorTable([inks[code.bit_length()] for code in range(1 << len(bands))])
    # At a scale of exactly one Qt copies an image of colours; any other it draws pixel by pixel.
    painter.save()
    painter.scale(1 / device_ratio, 1 / device_ratio)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    painter.drawImage(QPointF(round(left * device_ratio), 0), image)
    painter.restore()
