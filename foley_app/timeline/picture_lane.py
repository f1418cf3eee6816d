"""The picture lane: a filmstrip whose tiles stay on whole frames while one scrolls and zooms."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QImage, QPainter, QPixmap

from engine.project.document import Project, Video
from engine.project.timebase import frame_to_samples, samples_to_frame
from foley_app.theme.theme import colour
from foley_app.timeline.filmstrip import Filmstrip
from foley_app.timeline.lane import Lane, LaneHeight

_ASK_AFTER_MS = 60
_MOST_TILES = 400
_STAND_IN_TILES = 8
"""A thumbnail this many tiles away may stand in until the right one comes."""


class PictureLane(Lane):
    """Tiles of equal length in whole frames; each shows the frame at its left edge.

    Thumbnails are asked for through `ask`, once the view has rested for a moment; until one comes, the
    nearest one that is there stands in.
    """

    heights = LaneHeight(36, 48, 112)

    def __init__(self, ask: Callable[[list[float], int], None]) -> None:
        super().__init__("picture", "Picture")
        self._ask = ask
        self._filmstrip = Filmstrip()
        self._video: Video | None = None
        self._frame_rate = Fraction(25)
        self._sample_rate = 48_000
        self._asked: tuple[int, tuple[float, ...]] = (0, ())
        # Its parent is the lane, so that it ends with it.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_ASK_AFTER_MS)
        self._rest.timeout.connect(self._ask_for_missing)

    def set_project(self, project: Project | None) -> None:
        """Show this project's video; another file begins with an empty filmstrip."""
        video = project.video if project is not None else None
        if project is not None:
            self._frame_rate, self._sample_rate = project.frame_rate, project.sample_rate
        if video is self._video:
            return
        is_same_file = video is not None and self._video is not None and video.media == self._video.media
        self._video = video
        if not is_same_file:
            self.forget_thumbnails()
        self._rest.start()
        self.update()

    def forget_thumbnails(self) -> None:
        """Ask anew for every tile."""
        self._filmstrip.clear()
        self._asked = (0, ())
        self._rest.start()
        self.update()

    def put_thumbnail(self, time_s: float, image: QImage) -> None:
        """A thumbnail has come."""
        self._filmstrip.put(time_s, image)
        x = self.axis.x_of(time_s * self._sample_rate)
        width = self.tile_frames * self._frame_pixels
        self.update(QRectF(x - width, 0, 3 * width, self.height))

    def axis_changed(self) -> None:
        self._rest.start()

    def size_changed(self) -> None:
        self._rest.start()

    @property
    def _frame_pixels(self) -> float:
        return self._sample_rate / float(self._frame_rate) / self.axis.samples_per_pixel

    @property
    def _picture_width(self) -> float:
        video = self._video
        aspect = video.width / video.height if video is not None and video.height else 16 / 9
        return self.height * min(max(aspect, 0.25), 4.0)

    @property
    def tile_frames(self) -> int:
        """Frames per tile: the most whose tile is no wider than the picture, of 1, 2, 3, 4, 6, 8, 12 ..."""
        fitting = self._picture_width / self._frame_pixels
        if fitting < 2:
            return 1
        power = 2 ** int(math.log2(fitting))
        return power * 3 // 2 if power * 1.5 <= fitting else power

    def visible_tiles(self, left: float, right: float) -> range:
        """Indices of the tiles between two x, inside the document."""
        tile = self.tile_frames
        first = (
            samples_to_frame(max(self.axis.position_at(left), 0), self._frame_rate, self._sample_rate) // tile
        )
        end = min(self.axis.position_at(right), self.axis.length)
        last = samples_to_frame(max(end, 0), self._frame_rate, self._sample_rate) // tile
        return range(first, min(last + 1, first + _MOST_TILES))

    def _tile_start(self, index: int) -> int:
        return frame_to_samples(index * self.tile_frames, self._frame_rate, self._sample_rate)

    def _tile_time_s(self, index: int) -> float:
        return self._tile_start(index) / self._sample_rate

    def _ask_for_missing(self) -> None:
        if self._video is None or self.width <= 0 or self.height <= 0:
            return
        half_tile_s = self.tile_frames / float(self._frame_rate) / 2
        times_s = [self._tile_time_s(index) for index in self.visible_tiles(0, self.width)]
        missing = [time_s for time_s in times_s if self._filmstrip.nearest(time_s, half_tile_s * 0.9) is None]
        height_device = round(self.height * self.device_ratio())
        asked = (height_device, tuple(missing))
        if missing and asked != self._asked:
            self._asked = asked
            self._ask(missing, height_device)

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        if self._video is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.device_ratio()
        tile_s = self.tile_frames / float(self._frame_rate)
        end_x = self.axis.x_of(self.axis.length)
        for index in self.visible_tiles(left, right):
            x = math.floor(self.axis.x_of(self._tile_start(index)) * ratio) / ratio
            next_x = math.floor(self.axis.x_of(self._tile_start(index + 1)) * ratio) / ratio
            pixmap = self._filmstrip.nearest(self._tile_time_s(index), _STAND_IN_TILES * tile_s)
            if pixmap is not None and not pixmap.isNull():
                self._draw_tile(painter, pixmap, x, next_x, left, right)
            painter.fillRect(QRectF(x, 0, 1 / ratio, self.height), colour(self.palette.line, 0.7))
        if end_x < right:
            painter.fillRect(QRectF(end_x, 0, right - end_x, self.height), colour(self.palette.lane))
            painter.fillRect(QRectF(end_x, 0, right - end_x, self.height), colour(self.palette.window, 0.55))

    def _draw_tile(
        self, painter: QPainter, pixmap: QPixmap, x: float, next_x: float, left: float, right: float
    ) -> None:
        """Fill one tile; a frame wider than its picture repeats it."""
        scale = pixmap.height() / self.height
        whole = pixmap.width() / scale
        repeats = max(math.floor((min(right, next_x) - x) / whole) + 1, 1)
        for repeat in range(max(math.floor((left - x) / whole), 0), repeats):
            start = x + repeat * whole
            shown = min(next_x - start, whole)
            # The middle of the picture, where the action is.
            source = QRectF(
                (whole - shown) / 2 * scale if not repeat else 0, 0, shown * scale, pixmap.height()
            )
            painter.drawPixmap(QRectF(start, 0, shown, self.height), pixmap, source)
