"""The lane of hits: a marker each, a bar for the length of a scratch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.project.document import Hit
from foley_app.theme.theme import ui_font
from foley_app.timeline.array_painting import draw_rects
from foley_app.timeline.hit_columns import NO_HITS, HitColumns
from foley_app.timeline.hit_marker import (
    CONFIDENCE_STEPS,
    LETTER_WIDTH,
    MarkerLook,
    edge_colour,
    fill_colour,
)
from foley_app.timeline.lane import Lane, LaneHeight
from foley_app.timeline.marker_atlas import MarkerAtlas, look_codes
from foley_app.timeline.ruler import RULER_HEIGHT

_WIDTHS = (15, 11, 7, 5, 3)
_CROWDED_SHARE = 0.7
"""A marker is at most this share of the usual distance between hits."""
_REACH_PIXELS = 6
_END_REACH_PIXELS = 5
_BAR_HEIGHT = 9
_BAR_BOTTOM = 9
"""Distance of the bar's lower edge from the lane's."""
_BAR_OPACITY = 0.5


@dataclass(frozen=True, slots=True)
class HitUnderPointer:
    """What a press would grab: a hit, or the end of a scratch."""

    hit: Hit
    part: Literal["marker", "end"]


class HitsLane(Lane):
    """Markers in the colour of their material; height and strength of colour say how sure.

    The lane's ground is another item, so that the playhead passes between the ground and the markers
    and leaves the letter of the hit that it stands on readable.
    """

    heights = LaneHeight(44, 48, 64)

    def __init__(self) -> None:
        super().__init__("hits", "Hits")
        self._columns = NO_HITS
        self._candidates = NO_HITS
        self._selection: frozenset[str] = frozenset()
        self._is_selected = self._columns.selected(self._selection)
        self._codes = self._make_codes()
        self._narrow_codes = self._codes
        self._candidate_codes = _faint_codes(NO_HITS)
        self._typical_gap = 0.0
        self._atlases = {width: MarkerAtlas() for width in _WIDTHS}
        self._message = ""
        self._message_font = ui_font(12)

    @property
    def columns(self) -> HitColumns:
        """The hits as drawn."""
        return self._columns

    @property
    def candidates(self) -> HitColumns:
        """The faint ones below the threshold, as drawn."""
        return self._candidates

    def set_columns(self, columns: HitColumns) -> None:
        """Draw other hits."""
        if columns is not self._columns:
            self._columns = columns
            gaps = np.diff(columns.position)
            self._typical_gap = float(np.median(gaps)) if len(gaps) else 0.0
            self._recode()

    def set_candidates(self, candidates: HitColumns) -> None:
        """Draw these faintly; none by default."""
        if candidates is not self._candidates:
            self._candidates = candidates
            self._candidate_codes = _faint_codes(candidates)
            self.update()

    def set_selection(self, ids: frozenset[str]) -> None:
        """Give these hits a strong edge."""
        if ids != self._selection:
            self._selection = ids
            self._recode()

    def set_message(self, text: str) -> None:
        """A quiet sentence while there are no hits."""
        if text != self._message:
            self._message = text
            self.update()

    def _recode(self) -> None:
        self._is_selected = self._columns.selected(self._selection)
        self._codes = self._make_codes()
        self._narrow_codes = self._make_codes(is_narrow=True)
        self.update()

    def _make_codes(self, *, is_narrow: bool = False) -> NDArray[np.int64]:
        rows = self._columns
        none = np.zeros(len(rows), np.bool_)
        # A narrow marker has no room for a lock or a question mark: the fewer looks, the sooner painted.
        locked, doubted, guessed = (
            (none, none, none) if is_narrow else (rows.is_locked, rows.is_doubted, rows.is_guessed)
        )
        return look_codes(
            rows.material, rows.confidence, self._is_selected, locked, rows.is_muted, doubted, none, guessed
        )

    @property
    def marker_width(self) -> int:
        """Width of every marker at this zoom: narrower where they crowd."""
        gap_pixels = self._typical_gap / self.axis.samples_per_pixel
        if not gap_pixels:
            return _WIDTHS[0]
        return next((width for width in _WIDTHS if width <= gap_pixels * _CROWDED_SHARE), _WIDTHS[-1])

    def hit_at(self, x: float, *, among: HitColumns | None = None) -> HitUnderPointer | None:
        """The hit or scratch end under the pointer; selected ones and nearer ones win."""
        rows = self._columns if among is None else among
        reach = max(_REACH_PIXELS, self.marker_width / 2 + 1)
        near = rows.between(self.axis.position_at(x - reach), self.axis.position_at(x + reach) + 1)
        if near.stop <= near.start:
            return None
        start_x = self.axis.x_of(rows.position[near])
        end_x = self.axis.x_of(rows.position[near] + rows.length[near])
        preferred = self._is_selected[near] if among is None else np.zeros(len(start_x), np.bool_)
        # A selected marker wins over an unselected one that overlaps it.
        distance = np.abs(start_x - x) - preferred * reach
        distance[np.abs(start_x - x) > reach] = np.inf
        nearest = int(np.argmin(distance))
        end_distance = np.where(end_x - start_x >= 2 * _END_REACH_PIXELS, np.abs(end_x - x), np.inf)
        nearest_end = int(np.argmin(end_distance))
        if end_distance[nearest_end] <= _END_REACH_PIXELS and not np.abs(start_x[nearest] - x) < 3:
            return HitUnderPointer(rows.hits[near.start + nearest_end], "end")
        if np.isfinite(distance[nearest]):
            return HitUnderPointer(rows.hits[near.start + nearest], "marker")
        inside = np.flatnonzero((start_x <= x) & (x <= end_x))
        if len(inside):
            return HitUnderPointer(rows.hits[near.start + int(inside[-1])], "marker")
        return None

    def ids_between(self, first_x: float, second_x: float) -> frozenset[str]:
        """Ids of the hits whose position lies between two x."""
        start, end = sorted((self.axis.position_at(first_x), self.axis.position_at(second_x)))
        first, last = np.searchsorted(self._columns.position, (start, end + 1))
        return frozenset(hit.id for hit in self._columns.hits[first:last])

    def draw(self, painter: QPainter, exposed: QRectF) -> None:
        # The markers lie over the playhead, and so over the ruler when they are scrolled under it.
        below_ruler = QRectF(0, max(RULER_HEIGHT - self.y(), 0), self.width, self.height)
        painter.setClipRect(exposed.intersected(below_ruler))
        self.draw_lane(painter, exposed.left(), exposed.right())

    def draw_lane(self, painter: QPainter, left: float, right: float) -> None:
        if not len(self._columns) and not len(self._candidates):
            painter.setFont(self._message_font)
            self.draw_message(painter, self._message)
            return
        atlas = self._atlases[self.marker_width]
        atlas.prepare(self.marker_width, self.height, self.device_ratio(), self.palette)
        none = np.zeros(len(self._candidates), np.bool_)
        self._draw_rows(painter, atlas, self._candidates, self._candidate_codes, none, left, right)
        codes = self._codes if self.marker_width >= LETTER_WIDTH else self._narrow_codes
        self._draw_rows(painter, atlas, self._columns, codes, self._is_selected, left, right)

    def _draw_rows(
        self,
        painter: QPainter,
        atlas: MarkerAtlas,
        rows: HitColumns,
        codes: NDArray[np.int64],
        is_selected: NDArray[np.bool_],
        left: float,
        right: float,
    ) -> None:
        margin = self.marker_width
        near = rows.between(self.axis.position_at(left - margin), self.axis.position_at(right + margin) + 1)
        x = self.axis.x_of(rows.position[near])
        self._draw_bars(painter, rows, near, x, is_selected, is_faint=rows is self._candidates)
        codes, chosen = codes[near], is_selected[near]
        shown = np.flatnonzero(~chosen)
        shown = shown[_surest_per_pixel(x[shown], rows.confidence[near][shown])]
        atlas.draw(painter, x[shown], codes[shown])
        # Selected markers lie on top.
        atlas.draw(painter, x[chosen], codes[chosen])

    def _draw_bars(
        self,
        painter: QPainter,
        rows: HitColumns,
        near: slice,
        x: NDArray[np.float64],
        is_selected: NDArray[np.bool_],
        *,
        is_faint: bool,
    ) -> None:
        width = rows.length[near] / self.axis.samples_per_pixel
        is_long = width >= self.marker_width / 2
        if not is_long.any():
            return
        # Beyond the canvas a bar goes on unseen: huge rectangles are slow to stroke.
        left = np.clip(x, -16.0, self.width + 16.0)
        right = np.clip(x + width, -16.0, self.width + 16.0)
        top = self.height - _BAR_BOTTOM - _BAR_HEIGHT + 0.5
        rects = np.column_stack((left, np.full(len(x), top), right - left, np.full(len(x), _BAR_HEIGHT)))
        muted = rows.is_muted[near]
        kinds = rows.material[near] * 4 + muted * 2 + is_selected[near]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind in np.unique(kinds[is_long]):
            material, flags = divmod(int(kind), 4)
            look = MarkerLook(
                material,
                CONFIDENCE_STEPS,
                is_selected=bool(flags & 1),
                is_muted=bool(flags & 2),
                is_faint=is_faint,
            )
            painter.setPen(QPen(QColor(edge_colour(look, self.palette)), 1.5 if look.is_selected else 1.0))
            fill = QColor(fill_colour(look, self.palette))
            fill.setAlphaF(_BAR_OPACITY)
            painter.setBrush(fill)
            draw_rects(painter, rects[is_long & (kinds == kind)])


def _surest_per_pixel(x: NDArray[np.float64], confidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of the markers worth drawing where many fall into one pixel: the surest of each."""
    pixel = np.floor(x)
    if len(x) < 2 or np.all(np.diff(pixel) > 0):
        return np.arange(len(x))
    order = np.lexsort((confidence, pixel))
    is_last = np.append(np.diff(pixel[order]) > 0, True)
    return np.sort(order[is_last])


def _faint_codes(rows: HitColumns) -> NDArray[np.int64]:
    no = np.zeros(len(rows), np.bool_)
    return look_codes(rows.material, rows.confidence, no, no, no, no, ~no, no)
