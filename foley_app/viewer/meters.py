"""Level meters beside the picture: RMS filled, peak as a line that holds, red where it clips."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from foley_app.theme.theme import colour, current_palette, ui_font

FLOOR_DB = -60.0
_BAR_WIDTH = 9
_GAP = 2
_SCALE_WIDTH = 24
_HOLD_S = 1.2
_FALL_DB_PER_S = 24.0
_REFRESH_MS = 40
_MARKS_DB = (0, -6, -12, -18, -24, -36, -48)


class Meters(QWidget):
    """One bar per channel in dBFS; falls back by itself when the levels stop coming."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Level meters")
        self._rms_db: list[float] = [FLOOR_DB, FLOOR_DB]
        self._held_db: list[float] = [FLOOR_DB, FLOOR_DB]
        self._held_since_s: list[float] = [0.0, 0.0]
        self._clipped = False
        self._last_s = time.monotonic()
        self._fall = QTimer(self)
        self._fall.setInterval(_REFRESH_MS)
        self._fall.timeout.connect(self._fall_back)

    def sizeHint(self) -> QSize:
        channels = len(self._rms_db)
        return QSize(_SCALE_WIDTH + channels * _BAR_WIDTH + (channels - 1) * _GAP + 4, 120)

    def set_levels(self, peak_db: Sequence[float], rms_db: Sequence[float]) -> None:
        """Show new levels, one value per channel."""
        if len(peak_db) != len(self._rms_db):
            self._rms_db = [FLOOR_DB] * len(peak_db)
            self._held_db = [FLOOR_DB] * len(peak_db)
            self._held_since_s = [0.0] * len(peak_db)
            self.updateGeometry()
        now_s = time.monotonic()
        self._fall_to(now_s)
        for channel, (peak, rms) in enumerate(zip(peak_db, rms_db, strict=True)):
            self._rms_db[channel] = max(self._rms_db[channel], rms)
            if peak >= self._held_db[channel]:
                self._held_db[channel] = peak
                self._held_since_s[channel] = now_s
            self._clipped = self._clipped or peak > -0.05
        if not self._fall.isActive():
            self._fall.start()
        self.update()

    def reset(self) -> None:
        """Forget the held peaks and the clip lamp."""
        self._rms_db = [FLOOR_DB] * len(self._rms_db)
        self._held_db = [FLOOR_DB] * len(self._held_db)
        self._clipped = False
        self.update()

    def _fall_back(self) -> None:
        self._fall_to(time.monotonic())
        self.update()
        if max(*self._rms_db, *self._held_db, FLOOR_DB) <= FLOOR_DB:
            self._fall.stop()

    def _fall_to(self, now_s: float) -> None:
        fallen_db = _FALL_DB_PER_S * (now_s - self._last_s)
        self._last_s = now_s
        self._rms_db = [max(FLOOR_DB, level - fallen_db) for level in self._rms_db]
        self._held_db = [
            level if now_s - since < _HOLD_S else max(FLOOR_DB, level - fallen_db)
            for level, since in zip(self._held_db, self._held_since_s, strict=True)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        top, bottom = 8.0, self.height() - 8.0
        painter.setFont(ui_font(10))
        painter.setPen(colour(palette.text_quiet))
        for mark_db in _MARKS_DB:
            y = self._y_of(mark_db, top, bottom)
            painter.drawText(
                QRectF(0, y - 7, _SCALE_WIDTH - 5, 14),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                str(mark_db).replace("-", "−"),
            )
        gradient = QLinearGradient(0, bottom, 0, top)
        gradient.setColorAt(0.0, colour(palette.level))
        gradient.setColorAt((-18 - FLOOR_DB) / -FLOOR_DB, colour(palette.level))
        gradient.setColorAt((-6 - FLOOR_DB) / -FLOOR_DB, colour(palette.doubt))
        gradient.setColorAt(1.0, colour(palette.error))
        for channel, (rms, held) in enumerate(zip(self._rms_db, self._held_db, strict=True)):
            x = _SCALE_WIDTH + channel * (_BAR_WIDTH + _GAP)
            painter.fillRect(QRectF(x, top, _BAR_WIDTH, bottom - top), colour(palette.lane))
            y = self._y_of(rms, top, bottom)
            painter.fillRect(QRectF(x, y, _BAR_WIDTH, bottom - y), gradient)
            if held > FLOOR_DB:
                held_y = self._y_of(min(held, 0.0), top, bottom)
                painter.fillRect(QRectF(x, held_y, _BAR_WIDTH, 2), colour(palette.text_strong))
            if self._clipped:
                painter.fillRect(QRectF(x, top - 5, _BAR_WIDTH, 3), colour(palette.error))

    def _y_of(self, level_db: float, top: float, bottom: float) -> float:
        share = min(max((level_db - FLOOR_DB) / -FLOOR_DB, 0.0), 1.0)
        return bottom - share * (bottom - top)

    def mousePressEvent(self, event: object) -> None:
        self.reset()
