"""Keeps the playhead on screen: the page turns when it runs off, unless the person looks elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foley_app.timeline.timeline_view import TimelineView

_MARGIN_SHARE = 0.06
"""After a page turn the playhead stands this share of the width from the edge that it came from."""
_JUMP_SHARE = 0.35
"""After a jump it stands here."""


class Following:
    """Decides where the view goes when the playhead moves."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._position = 0
        self._is_playing = False
        self._looks_elsewhere = False
        self._is_turning = False

    def set_playing(self, is_playing: bool) -> None:
        """Playing began or ended; either way the playhead is what the person looks at now."""
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self._looks_elsewhere = False

    def playhead_moved(self, position: int, *, is_busy: bool) -> None:
        """The playhead stands elsewhere; `is_busy` while the person drags something."""
        before, self._position = self._position, position
        if is_busy or position == before:
            return
        if self._is_on_screen(position):
            self._looks_elsewhere = False
        elif not (self._is_playing and self._looks_elsewhere):
            self._turn(before)

    def view_moved(self) -> None:
        """The view was scrolled or zoomed."""
        if not self._is_turning:
            self._looks_elsewhere = not self._is_on_screen(self._position)

    def bring_into_view(self, position: int) -> None:
        """Show a position, away from the edges; nothing moves when it is well on screen."""
        axis = self._view.axis
        x = axis.x_of(position)
        if not _MARGIN_SHARE * axis.width <= x <= (1 - _MARGIN_SHARE) * axis.width:
            self._put(position, _JUMP_SHARE)

    def zoom_centre(self) -> float:
        """What stays in place when one zooms by keys, as a canvas x."""
        axis = self._view.axis
        x = axis.x_of(self._position)
        return x if 0 <= x <= axis.width else axis.width / 2

    def _is_on_screen(self, position: int) -> bool:
        axis = self._view.axis
        return 0 <= axis.x_of(position) <= axis.width

    def _turn(self, before: int) -> None:
        axis = self._view.axis
        way_pixels = (self._position - before) / axis.samples_per_pixel
        if abs(way_pixels) > axis.width / 2 or not self._is_near_edge(before):
            self._put(self._position, _JUMP_SHARE)
        elif way_pixels > 0:
            self._put(self._position, _MARGIN_SHARE)
        else:
            self._put(self._position, 1 - _MARGIN_SHARE)

    def _is_near_edge(self, position: int) -> bool:
        axis = self._view.axis
        return -axis.width / 2 <= axis.x_of(position) <= axis.width * 1.5

    def _put(self, position: int, share: float) -> None:
        axis = self._view.axis
        self._is_turning = True
        self._view.set_axis(axis.starting_at(position - share * axis.width * axis.samples_per_pixel))
        self._is_turning = False
        self._looks_elsewhere = False
