"""The zooms of the menu: nearer, farther, the whole document, the selected hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foley_app.timeline.following import Following
from foley_app.timeline.time_axis import TimeAxis

if TYPE_CHECKING:
    from foley_app.timeline.timeline_view import TimelineView

_STEP = 1.5


class Zooming:
    """Decides which stretch of time a zoom without a pointer shows."""

    def __init__(self, view: TimelineView, following: Following) -> None:
        self._view = view
        self._following = following

    def zoom_in(self) -> None:
        """Nearer, about the playhead if it is on screen, else about the middle."""
        self._view.zoom_about(_STEP, self._following.zoom_centre())

    def zoom_out(self) -> None:
        """Farther, about the playhead if it is on screen, else about the middle."""
        self._view.zoom_about(1 / _STEP, self._following.zoom_centre())

    def zoom_to_fit(self) -> None:
        """Show the whole document."""
        view = self._view
        view.set_axis(TimeAxis.fitted(view.stage.canvas.width(), view.axis.length))

    def zoom_to_selection(self) -> None:
        """Show the selected hits; without any, the marked range, else everything."""
        view = self._view
        chosen = [hit for hit in view.base_columns.hits if hit.id in view.selection]
        marked = view.stage.range_shade.range
        if chosen:
            start = min(hit.position for hit in chosen)
            end = max(hit.position + hit.length for hit in chosen)
            margin = view.sample_rate // 4
            view.set_axis(view.axis.showing(start - margin, end + margin))
        elif marked is not None:
            view.set_axis(view.axis.showing(*marked))
        else:
            self.zoom_to_fit()
