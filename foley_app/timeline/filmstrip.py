"""Thumbnails by time, kept within a budget of memory."""

from __future__ import annotations

from bisect import bisect_left, insort

from PySide6.QtGui import QImage, QPixmap

_BUDGET_BYTES = 64 * 2**20
_BYTES_PER_PIXEL = 4


class Filmstrip:
    """The thumbnails that have come so far; the longest unseen ones give way.

    Times are in seconds from the first picture.
    """

    def __init__(self, budget_bytes: int = _BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._times_s: list[float] = []
        self._pixmaps: dict[float, QPixmap] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._times_s)

    def clear(self) -> None:
        """Forget everything: another video."""
        self._times_s.clear()
        self._pixmaps.clear()
        self._bytes = 0

    def put(self, time_s: float, image: QImage) -> None:
        """Keep a thumbnail; one of the same time is replaced."""
        old = self._pixmaps.pop(time_s, None)
        if old is None:
            insort(self._times_s, time_s)
        else:
            self._bytes -= _bytes_of(old)
        pixmap = QPixmap.fromImage(image)
        self._pixmaps[time_s] = pixmap
        self._bytes += _bytes_of(pixmap)
        while self._bytes > self._budget_bytes and len(self._pixmaps) > 1:
            # A dict keeps the order of use here: the first is the longest unseen.
            oldest = next(iter(self._pixmaps))
            self._bytes -= _bytes_of(self._pixmaps.pop(oldest))
            del self._times_s[bisect_left(self._times_s, oldest)]

    def nearest(self, time_s: float, within_s: float) -> QPixmap | None:
        """The thumbnail closest in time, None when none is that close."""
        index = bisect_left(self._times_s, time_s)
        around = self._times_s[max(index - 1, 0) : index + 1]
        closest = min(around, key=lambda known_s: abs(known_s - time_s), default=None)
        if closest is None or abs(closest - time_s) > within_s:
            return None
        pixmap = self._pixmaps.pop(closest)
        self._pixmaps[closest] = pixmap
        return pixmap


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * _BYTES_PER_PIXEL
